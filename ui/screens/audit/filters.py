"""What narrows the audit trail: person, kind, record, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from muni_archive.domain.auditing import AuditFilter
from muni_archive.messages import _
from muni_archive.services.audit.wording import GROUPS
from muni_archive.services.field_values import canonical_date
from ui.icons import icon
from ui.widgets.buttons import text_button

DAY_WIDTH = 130


class AuditFilters(QWidget):
    """One line of choices; each change asks again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.record = self._edit(_("Number of a document or file"))
        self.record.addAction(icon("hash", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.person = QComboBox()
        self.person.addItem(_("Everybody"), "")
        self.person.setMinimumContentsLength(14)
        self._let_type(self.person)
        self.kind = QComboBox()
        self.kind.addItem(_("Everything"), ())
        for label, kinds in GROUPS.values():
            self.kind.addItem(_(label), kinds)
        self.since, self.until = self._edit(_("from day")), self._edit(_("to day"))
        for day in (self.since, self.until):
            day.setFixedWidth(DAY_WIDTH)
        for choice in (self.person, self.kind):
            choice.activated.connect(lambda _at: self.changed.emit())
        self.free = text_button(self, "x", _("Clear filters"), "Ctrl+Shift+X", self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.record, 1)
        for widget in (self.person, self.kind, self.since, self.until, self.free):
            row.addWidget(widget)

    def wanted(self) -> AuditFilter:
        """As it is chosen, but for the record. Raises `FieldInvalid` for a day that is none."""
        return AuditFilter(
            person=self._named(),
            kinds=self.kind.currentData(),
            since=_moment(canonical_date(self.since.text())),
            until=_moment(canonical_date(self.until.text()), after=1),
        )

    def show_people(self, people: Sequence[str]) -> None:
        """Keeps who is chosen."""
        chosen = self._named()
        self.person.clear()
        self.person.addItem(_("Everybody"), "")
        for name in people:
            self.person.addItem(name, name)
        at = self.person.findData(chosen)
        self.person.setCurrentIndex(at)
        if at < 0:
            self.person.setEditText(chosen)

    def clear(self) -> None:
        for edit in (self.record, self.since, self.until):
            edit.clear()
        for choice in (self.person, self.kind):
            choice.setCurrentIndex(0)
        self.changed.emit()

    def _named(self) -> str:
        """Who is chosen, or typed: nobody's name, under which somebody tried to come in, is in no list."""
        typed = self.person.currentText().strip()
        at = self.person.findText(typed, Qt.MatchFlag.MatchFixedString)
        return str(self.person.itemData(at)) if at >= 0 else typed

    def _let_type(self, choice: QComboBox) -> None:
        choice.setEditable(True)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        edit = choice.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(_("Everybody"))
        edit.editingFinished.connect(self.changed.emit)

    def _edit(self, text: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setPlaceholderText(text)
        edit.setClearButtonEnabled(True)
        edit.editingFinished.connect(self.changed.emit)
        return edit


def _moment(day: str, *, after: int = 0) -> str:
    """The beginning of the day here, or of one after it, as the journal writes it; empty for none."""
    if not day:
        return ""
    begin = datetime.combine(date.fromisoformat(day) + timedelta(days=after), time())
    return begin.astimezone(UTC).isoformat(timespec="microseconds")
