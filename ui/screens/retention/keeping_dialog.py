"""How long one document is kept, and why: its rule, its file, its holds; and what may be decided about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.domain.records import Document
from muni_archive.domain.retention import Term
from muni_archive.messages import _, isolate
from muni_archive.services.retention.due import Standing, standing_of
from muni_archive.services.retention.wording import SCOPES, hold_words, rule_words, term_words
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, label_of, number, short_time
from ui.icons import icon
from ui.screens.retention.asking import Questions
from ui.screens.retention.rows import shown_day
from ui.widgets.buttons import APART, shown_keys, text_button

WIDTH = 640


class KeepingDialog(QDialog):
    """`changed` is called when something was decided here."""

    def __init__(
        self, owner: QWidget, context: WindowContext, document: Document, *, changed: Callable[[], None]
    ) -> None:
        super().__init__(owner)
        self._context, self._document, self._changed = context, document, changed
        self._holds: tuple[Hold, ...] = ()
        self._closed = False
        self.questions = Questions(self, context, self._decided)
        self.setWindowTitle(_("Retention and holds of this document"))
        self.setMinimumWidth(WIDTH)
        title = QLabel(as_plain(f"{direction_mark()}{isolate(document.title)}  ·  {isolate(document.number)}"))
        title.setWordWrap(True)
        self.rule, self.term, self.file, self.note = QLabel(), QLabel(), QLabel(), QLabel()
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        for text, label in ((_("Rule"), self.rule), (_("State"), self.term), (_("File"), self.file)):
            label.setWordWrap(True)
            form.addRow(f"{text}:", label)
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self.holds = QListWidget()
        self.holds.setMinimumHeight(110)
        self.holds.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(title)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(QLabel(_("Holds that rest on it:")))
        column.addWidget(self.holds, 1)
        for row in self._buttons():
            column.addLayout(row)
        self._look()

    def _buttons(self) -> tuple[QHBoxLayout, QHBoxLayout]:
        number_, place = self._document.number, self._context.place
        self.hold = self._button("lock", _("Place a hold …"), "Ctrl+H", self._place_hold)
        self.lift = self._button("undo", _("Lift …"), "Ctrl+Del", self._lift)
        self.file_button = self._button("folder", _("Close the file …"), "Ctrl+L", self._turn_file)
        self.longer = self._button(
            "calendar", _("Keep longer …"), "Ctrl+K", lambda: self.questions.keep_longer(number_)
        )
        self.propose = self._button(
            "trash", _("Propose destruction …"), "Ctrl+D", lambda: self.questions.propose(number_)
        )
        close = self._button("x", _("Close"), "Esc", self.reject)
        rows = QHBoxLayout(), QHBoxLayout()
        for row, buttons in zip(
            rows, ((self.hold, self.lift, self.file_button), (self.longer, self.propose, close)), strict=True
        ):
            for button in buttons:
                row.addWidget(button)
                button.setEnabled(button is close or not place.copied)
            row.addStretch(1)
        return rows

    def _button(self, sign: str, text: str, keys: str, act: Callable[[], object]) -> QPushButton:
        button = text_button(self, sign, text, keys, act)
        button.setText(f"{button.text()}   {shown_keys(keys)}")
        button.setAutoDefault(False)
        return button

    def _look(self) -> None:
        place, document_id = self._context.place, self._document.id
        self._context.tasks.run(
            lambda _c: standing_of(place, document_id), done=self._show, failed=self._context.show_error
        )

    def _show(self, standing: Standing) -> None:
        self._holds = standing.holds
        self._closed = standing.closed is not None
        rule = standing.rule
        self.rule.setText(as_plain(rule_words(rule, number=number)))
        self.note.setText(as_plain(label_of(rule.note)) if rule and rule.note else "")
        self.note.setVisible(bool(self.note.text()))
        self.term.setText(as_plain(term_words(standing, day=shown_day)))
        self.file.setText(as_plain(_file_words(standing)))
        self.holds.clear()
        for hold in standing.holds:
            self.holds.addItem(f"{_(SCOPES[hold.scope])}: {hold_words(hold)}")
            self.holds.item(self.holds.count() - 1).setIcon(icon("lock", "alertText"))
        self.holds.setCurrentRow(0)
        free = not self._context.place.copied
        self.lift.setEnabled(free and bool(standing.holds))
        self.file_button.setEnabled(free and standing.kept.file_reference is not None)
        what = _("Open the file again …") if self._closed else _("Close the file …")
        self.file_button.setText(f"{APART}{what}   {shown_keys('Ctrl+L')}")
        due = standing.verdict.term is Term.DUE and not standing.holds and standing.disposal is None
        self.propose.setEnabled(free and due)
        self.longer.setEnabled(free and standing.rule is not None)

    def _place_hold(self) -> None:
        self.questions.place_hold(HoldScope.DOCUMENT, self._document.number)

    def _lift(self) -> None:
        at = self.holds.currentRow()
        if 0 <= at < len(self._holds):
            self.questions.lift(self._holds[at])

    def _turn_file(self) -> None:
        if reference := self._document.file_reference:
            self.questions.turn_file(reference, closed=self._closed)

    def _decided(self) -> None:
        self._look()
        self._changed()


def _file_words(standing: Standing) -> str:
    reference, closed = standing.kept.file_reference, standing.closed
    if reference is None:
        return _("in no file")
    if closed is None:
        return _("{file}, open").format(file=isolate(reference))
    return _("{file}, closed on {day} by {name}: {reason}").format(
        file=isolate(reference), day=isolate(short_time(closed.closed_at)), name=isolate(closed.closed_by),
        reason=isolate(closed.reason),
    )  # fmt: skip
