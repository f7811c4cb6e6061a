"""Changing a document's description, wherever it came from: the class's form in a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from muni_archive.domain.errors import ChangedMeanwhile
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.register_document import known_areas
from muni_archive.services.together.revising import document_now, revise_elsewhere
from ui.context import WindowContext
from ui.i18n import direction_mark, label_of
from ui.screens.register.form import RecordForm
from ui.screens.register.meanwhile import MeanwhileNote, form_values, typed_since
from ui.widgets.buttons import shown_keys, text_button


def describe_document(owner: QWidget, context: WindowContext, document_id: str, *, done: Callable[[], None]) -> None:
    """Open the dialog as soon as the document is there; `done` is called when the change is recorded."""
    place, together = context.place, context.centre.together
    context.centre.far.run(
        lambda _c: document_now(place, together, document_id),
        done=lambda document: DescriptionDialog(owner, context, document, done).open(),
        failed=context.show_error,
    )


class DescriptionDialog(QDialog):
    """Ctrl+Enter records what the form says; what is typed stays until it is recorded, or given up."""

    def __init__(self, owner: QWidget, context: WindowContext, document: Document, done: Callable[[], None]) -> None:
        super().__init__(owner)
        self._context, self._document, self._done_hook = context, document, done
        self.form: RecordForm | None = None
        self.setWindowTitle(_("Change the description"))
        title = QLabel(f"{direction_mark()}{isolate(document.title)}  ·  {isolate(document.number)}")
        title.setWordWrap(True)
        self.classes = QComboBox()
        self._offer_classes(document.record_class)
        self.classes.activated.connect(lambda _index: self._make_form(self._typed()))
        self.note = MeanwhileNote(context.place.record_classes)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.save = text_button(self, "check", _("Record the change"), "Ctrl+Return", self.record, primary=True)
        self.save.setText(f"{self.save.text()}   {shown_keys('Ctrl+Return')}")
        cancel = text_button(self, "x", _("Cancel"), "", self.reject)
        for button in (self.save, cancel):
            button.setAutoDefault(False)  # Enter goes from field to field
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addWidget(cancel)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(title)
        column.addWidget(self.note)
        column.addWidget(self.classes)
        column.addWidget(self.area, 1)
        column.addLayout(row)
        self.resize(520, 560)
        self._make_form({})

    def record(self) -> None:
        """Record what the form says as a new version."""
        if self.form is None:
            return
        values = self.form.values()
        title, reference, date = values.pop("title"), values.pop("file"), values.pop("date")
        record_class = str(self.classes.currentData())
        place, together, seen = self._context.place, self._context.centre.together, self._document
        self.save.setEnabled(False)
        self._context.centre.far.run(
            lambda _c: revise_elsewhere(
                place,
                together,
                seen,
                title=title,
                record_class=record_class,
                file_reference=reference or None,
                date=date or None,
                metadata=values,
            ),
            done=self._recorded,
            failed=self._failed,
        )

    def _recorded(self, document: Document) -> None:
        self.accept()
        self._context.notify(_("The description of {number} is recorded.").format(number=isolate(document.number)))
        self._context.wake_reading()
        self._context.centre.look_again()
        self._done_hook()

    def _failed(self, error: Exception) -> None:
        self.save.setEnabled(True)
        now = error.params["now"] if isinstance(error, ChangedMeanwhile) else None
        if isinstance(now, Document):
            self._go_on_from(now)
        self._context.show_error(error)

    def _go_on_from(self, now: Document) -> None:
        """Say what it says now, and fill the form from that where nothing was typed: that is what is seen from here."""
        before, typed, chosen = self._document, self._typed(), str(self.classes.currentData())
        self._document = now
        self._offer_classes(now.record_class if chosen == before.record_class else chosen)
        self.note.show_changes(before, now)
        self._make_form(typed)

    def _offer_classes(self, chosen: str) -> None:
        self.classes.clear()
        for record_class in offered_classes(self._context.place, besides=self._document.record_class):
            self.classes.addItem(label_of(record_class.label), record_class.id)
        self.classes.setCurrentIndex(max(0, self.classes.findData(chosen)))

    def _typed(self) -> dict[str, str]:
        return typed_since(self.form.values(), self._document) if self.form else {}

    def _make_form(self, typed: Mapping[str, str]) -> None:
        record_class = self._context.place.record_classes.get(str(self.classes.currentData()))
        self.form = RecordForm(record_class, (), lambda _placed: None, areas=known_areas())
        for name, value in {**form_values(self._document), **typed}.items():
            self.form.fill(name, value)
        self.area.setWidget(self.form)
        self.form.edits["title"].setFocus()
