"""The registration screen: documents that wait, the page's picture, the form."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.find_duplicates import Duplicate, duplicates_of
from muni_archive.services.register_document import (
    PlacedProposal,
    proposals_for,
    register_document,
    set_document_aside,
    waiting_documents,
)
from muni_archive.services.view_document import DocumentView, reading_of, upright_rotation, view_document
from ui.context import WindowContext
from ui.i18n import label_of, number
from ui.icons import icon
from ui.screens.base import Screen
from ui.screens.register.form import RecordForm
from ui.widgets.page_view import PageView


class RegisterScreen(Screen):
    """Enter accepts and goes on, Ctrl+Enter registers and opens the next."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.view: DocumentView | None = None
        self.form: RecordForm | None = None
        self._at, self._shown = 0, ""
        self._proposals: tuple[PlacedProposal, ...] = ()
        self._build()

    def activated(self) -> None:
        self.context.tasks.run(lambda _c: waiting_documents(self.context.place), done=self._show_waiting)

    def _build(self) -> None:
        self.waiting = QListWidget()
        self.waiting.currentItemChanged.connect(lambda item, _before: self._open(item))
        self.picture = PageView(self.context.tasks)
        self.duplicate = QLabel()
        self.duplicate.setObjectName("error")
        self.duplicate.setWordWrap(True)
        self.duplicate.setVisible(False)
        self.aside = QPushButton(_("Set this document aside as a duplicate"))
        self.aside.clicked.connect(self._set_aside)
        self.aside.setVisible(False)
        self.classes = QComboBox()
        for record_class in self.context.place.record_classes.all():
            self.classes.addItem(label_of(record_class.label), record_class.id)
        self.classes.activated.connect(self._make_form)
        self.form_area = QScrollArea()
        self.form_area.setWidgetResizable(True)
        register = QPushButton(icon("check"), _("Register and go on"))
        register.setObjectName("primary")
        register.setToolTip("Ctrl+Enter")
        register.clicked.connect(self.register)
        hint = QLabel(_("Enter accepts · Ctrl+Shift+A accepts all · Ctrl+Enter registers · PgUp PgDn pages"))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        side = QWidget()
        column = QVBoxLayout(side)
        for widget in (self.duplicate, self.aside, self.classes, self.form_area, register, hint):
            column.addWidget(widget)
        split = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.waiting, self.picture, side):
            split.addWidget(part)
        split.setSizes([220, 560, 420])
        row = QHBoxLayout(self)
        row.addWidget(split)
        for keys, act in (
            ("Ctrl+Return", self.register),
            ("Ctrl+Shift+A", self._accept_all),
            ("PgDown", lambda: self._turn(1)),
            ("PgUp", lambda: self._turn(-1)),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _show_waiting(self, documents: tuple[Document, ...]) -> None:
        chosen = self.view.document.id if self.view else ""
        self.waiting.blockSignals(True)
        self.waiting.clear()
        for document in documents:
            count = len(document.page_ids)
            pages = ngettext("{count} page", "{count} pages", count).format(count=number(count))
            item = QListWidgetItem(f"{isolate(document.number)}\n{isolate(document.title)}\n{pages}")
            item.setData(Qt.ItemDataRole.UserRole, document.id)
            self.waiting.addItem(item)
        self.waiting.blockSignals(False)
        ids = [document.id for document in documents]
        if chosen in ids:
            self.waiting.setCurrentRow(ids.index(chosen))
        elif documents:
            self.waiting.setCurrentRow(0)
        else:
            self._clear()

    def _clear(self) -> None:
        self.view, self.form = None, None
        self.picture.clear_page()
        empty = QLabel(_("Nothing waits to be registered. Scan a batch or import files."))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        self.form_area.setWidget(empty)

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        document_id, place = item.data(Qt.ItemDataRole.UserRole), self.context.place

        def work(_c: object) -> tuple[DocumentView, tuple[PlacedProposal, ...], tuple[Duplicate, ...]]:
            return (
                view_document(place, document_id),
                proposals_for(place, document_id),
                duplicates_of(place, document_id),
            )

        self.context.tasks.run(work, done=lambda found: self._show(*found), failed=self.context.show_error)

    def _show(
        self, view: DocumentView, proposals: tuple[PlacedProposal, ...], duplicates: tuple[Duplicate, ...]
    ) -> None:
        self.view, self._at, self._proposals = view, 0, proposals
        self.classes.setCurrentIndex(max(0, self.classes.findData(view.document.record_class)))
        self.context.pool_prefer([page.id for page in view.pages])
        self._make_form()
        self._show_duplicates(duplicates)
        self._show_page()

    def _make_form(self) -> None:
        """The class's form; what was typed in fields of the same name is kept."""
        if self.view is None:
            return
        document = self.view.document
        typed = self.form.values() if self.form and self._shown == document.id else {}
        record_class = self.context.place.record_classes.get(str(self.classes.currentData()))
        self.form = RecordForm(record_class, self._proposals, self._show_place)
        self._shown = document.id
        known = {**document.metadata, "title": document.title, "file": document.file_reference or "", **typed}
        for name, value in known.items():
            self.form.fill(name, value)
        self.form_area.setWidget(self.form)
        self.form.edits["title"].setFocus()

    def _show_place(self, placed: PlacedProposal) -> None:
        if self.view is None:
            return
        if placed.page - 1 != self._at:
            self._at = placed.page - 1
            self._show_page()
        self.picture.set_boxes([placed.proposal.box], 0)

    def _turn(self, step: int) -> None:
        if self.view and 0 <= self._at + step < len(self.view.pages):
            self._at += step
            self.picture.set_boxes(())
            self._show_page()

    def _show_page(self) -> None:
        if self.view is None or not self.view.pages:
            return
        page, place = self.view.pages[self._at], self.context.place
        self.context.tasks.run(
            lambda _c: (place.vault.path(page.blob), upright_rotation(page, reading_of(place, page.id))),
            done=lambda shown: self.picture.show_page(*shown),
        )

    def _show_duplicates(self, duplicates: tuple[Duplicate, ...]) -> None:
        self.duplicate.setVisible(bool(duplicates))
        self.aside.setVisible(bool(duplicates))
        if duplicates:
            first = duplicates[0]
            text = (
                _("Page {page} is the same file as page {other} of {number}.")
                if first.same_bytes
                else _("Page {page} looks like page {other} of {number}.")
            )
            self.duplicate.setText(
                text.format(
                    page=number(first.page.number or 1),
                    other=number(first.earlier.number or 1),
                    number=isolate(first.earlier_document.number),
                )
            )

    def _set_aside(self) -> None:
        if self.view is None:
            return
        question = _("Set this document aside? Its number stays taken and its pages can be brought back.")
        if QMessageBox.question(self, _("Duplicate"), question) == QMessageBox.StandardButton.Yes:
            set_document_aside(self.context.place, self.view.document.id, reason=self.duplicate.text())
            self.context.wake_reading()
            self.activated()

    def _accept_all(self) -> None:
        if self.form:
            self.form.accept_all()

    def register(self) -> None:
        """Register what the form says and open the next document."""
        if self.view is None or self.form is None:
            return
        values, place, document_id = self.form.values(), self.context.place, self.view.document.id
        title, reference, date = values.pop("title"), values.pop("file"), values.pop("date")
        record_class, chosen = str(self.classes.currentData()), self.form.chosen()
        self.context.tasks.run(
            lambda _c: register_document(
                place,
                document_id,
                title=title,
                record_class=record_class,
                file_reference=reference or None,
                date=date or None,
                metadata=values,
                chosen=chosen,
            ),
            done=self._registered,
            failed=self.context.show_error,
        )

    def _registered(self, document: Document) -> None:
        self.context.notify(_("Registered: {number}").format(number=isolate(document.number)))
        self.context.wake_reading()
        self.activated()
