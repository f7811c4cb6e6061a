"""The form of a record class, made from its data; what was read is suggested until somebody accepts it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QLabel, QLineEdit, QWidget

from muni_archive.domain.record_class import FieldKind, FieldSpec, RecordClass
from muni_archive.messages import _
from muni_archive.services.register_document import PlacedProposal, field_warnings
from ui.i18n import label_of
from ui.widgets.reference_edit import bound_reference


class FieldEdit(QLineEdit):
    """A field that tells when somebody comes to it; Down shows what else was read for it."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        completer = self.completer()
        if event.key() == Qt.Key.Key_Down and completer:
            completer.setCompletionPrefix("")
            completer.complete()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()


class RecordForm(QWidget):
    """Title, file, date and the fields of one class."""

    def __init__(
        self,
        record_class: RecordClass,
        proposals: Sequence[PlacedProposal],
        on_place: Callable[[PlacedProposal], None],
        *,
        areas: Sequence[str] = (),
        touched: Collection[str] = (),
    ) -> None:
        """In fields that somebody has `touched` already, nothing that was read is offered: emptied, they stay so."""
        super().__init__()
        self._class, self._on_place, self._areas = record_class, on_place, areas
        self._offered: dict[str, list[PlacedProposal]] = {}
        self._touched = set(touched)
        self.edits: dict[str, FieldEdit | QComboBox] = {}
        self.warnings: dict[str, QLabel] = {}
        self._form = QFormLayout(self)
        for name, text in (("title", _("Title")), ("file", _("File")), ("date", _("Date"))):
            self._line(name, f"{text} *" if name == "title" else text)
        for spec in record_class.fields:
            self._field(spec)
        self.suggest(proposals)

    @property
    def touched(self) -> frozenset[str]:
        """Names of the fields that somebody typed in, emptied or accepted."""
        return frozenset(self._touched)

    def cursor_place(self) -> tuple[str, int]:
        """The field that has the cursor, or had it last, and where in its text."""
        for name, edit in self.edits.items():
            if edit is self.focusWidget():
                return name, edit.cursorPosition() if isinstance(edit, FieldEdit) else 0
        return "title", 0

    def put_cursor(self, name: str, position: int) -> None:
        """In the title where the form has no such field."""
        edit = self.edits.get(name) or self.edits["title"]
        edit.setFocus()
        if isinstance(edit, FieldEdit) and name in self.edits:
            edit.setCursorPosition(position)

    def suggest(self, proposals: Sequence[PlacedProposal]) -> None:
        """Offer what was read in fields that nobody has touched."""
        wanted = {spec.name: spec.proposal for spec in self._class.fields if spec.proposal} | {"date": "date"}
        for name, proposal_name in wanted.items():
            found = [placed for placed in proposals if placed.proposal.name == proposal_name]
            self._offered[name] = found
            edit = self.edits.get(name)
            if found and isinstance(edit, FieldEdit) and name not in self._touched and not edit.text():
                edit.setText(found[0].proposal.value)
                self._mark(edit, suggested=True)
            if isinstance(edit, FieldEdit):
                self._complete(edit, name, [placed.proposal.value for placed in found])
        self._warn()

    def _complete(self, edit: FieldEdit, name: str, read: Sequence[str]) -> None:
        """Offer everything that was read for the field, and the areas where it holds one: Down shows the list."""
        spec = self._class.field(name)
        known = self._areas if spec and spec.kind is FieldKind.AREA else ()
        choices = list(dict.fromkeys([*read, *known]))
        if len(choices) > 1:
            completer = QCompleter(choices, edit)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.activated.connect(lambda _text: self._touch(name))
            edit.setCompleter(completer)

    def fill(self, name: str, value: str) -> None:
        """A value that is known already."""
        edit = self.edits.get(name)
        if isinstance(edit, FieldEdit) and value:
            edit.setText(value)
            self._mark(edit, suggested=False)
        elif isinstance(edit, QComboBox):
            edit.setCurrentIndex(max(0, edit.findData(value)))

    def accept_all(self) -> None:
        """Take every suggestion as it stands."""
        for name in self.edits:
            self._accept(name)

    def values(self) -> dict[str, str]:
        """By field name, as typed or suggested."""
        return {
            name: str(edit.currentData() or "") if isinstance(edit, QComboBox) else edit.text().strip()
            for name, edit in self.edits.items()
        }

    def decided(self) -> dict[str, str]:
        """Of the values, those that are no mere suggestions."""
        return {name: value for name, value in self.values().items() if not self.edits[name].property("suggested")}

    def chosen(self) -> Mapping[str, PlacedProposal]:
        """For each field that something was read for, that reading: kept beside what is decided."""
        values = self.values()
        best = {name: found[0] for name, found in self._offered.items() if found}
        same = {
            name: placed
            for name, found in self._offered.items()
            for placed in reversed(found)
            if placed.proposal.value == values.get(name)
        }
        return {**best, **same}

    def _field(self, spec: FieldSpec) -> None:
        label = f"{label_of(spec.label)} *" if spec.required else label_of(spec.label)
        if spec.kind is FieldKind.CHOICE:
            box = QComboBox()
            box.addItem("", "")
            for choice in spec.choices:
                box.addItem(label_of(choice.label), choice.value)
            self.edits[spec.name] = box
            self._form.addRow(label, box)
            return
        self._line(spec.name, label)
        if spec.kind is FieldKind.CIVIL_ID:
            warning = QLabel()
            warning.setObjectName("hint")
            warning.setWordWrap(True)
            self.warnings[spec.name] = warning
            self._form.addRow("", warning)

    def _line(self, name: str, label: str) -> None:
        edit = FieldEdit()
        edit.entered.connect(lambda: self._entered(name))
        edit.textEdited.connect(lambda: self._touch(name))
        edit.returnPressed.connect(lambda: self._accept_and_go_on(name))
        if name == "file":
            bound_reference(edit)
        self.edits[name] = edit
        self._form.addRow(label, edit)

    def _entered(self, name: str) -> None:
        if found := self._offered.get(name):
            self._on_place(found[0])

    def _touch(self, name: str) -> None:
        self._touched.add(name)
        self._accept(name)
        self._warn()

    def _accept(self, name: str) -> None:
        edit = self.edits[name]
        if isinstance(edit, FieldEdit):
            self._touched.add(name)
            self._mark(edit, suggested=False)

    def _accept_and_go_on(self, name: str) -> None:
        self._accept(name)
        self.focusNextChild()

    def _mark(self, edit: FieldEdit, *, suggested: bool) -> None:
        edit.setProperty("suggested", suggested)
        edit.setToolTip(
            _("Read on the page: Enter accepts, typing corrects, Down shows other readings") if suggested else ""
        )
        edit.style().unpolish(edit)
        edit.style().polish(edit)

    def _warn(self) -> None:
        doubtful = field_warnings(self._class, self.values())
        for name, label in self.warnings.items():
            label.setText(doubtful.get(name, ""))
            label.setVisible(name in doubtful)
