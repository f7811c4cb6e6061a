"""What one says to decide: the checklist, the step's fields, a note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from muni_archive.domain.record_class import FieldKind, FieldSpec
from muni_archive.messages import _
from muni_archive.services.procedures.waiting import Task
from ui.i18n import label_of

NOTE_LINES = 68


class NoteEdit(QPlainTextEdit):
    """Tab goes on to what stands below, as in the lines above."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(NOTE_LINES)
        self.setPlaceholderText(_("Note; whoever returns or rejects says why"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter is the screen's: it takes the decision."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers():
            event.ignore()
            return
        super().keyPressEvent(event)


class TaskForm(QWidget):
    """Made anew for each step."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.checks: dict[str, QCheckBox] = {}
        self.edits: dict[str, QLineEdit | QComboBox] = {}
        self.note = NoteEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(6)
        if task.checklist:
            column.addWidget(_section(_("Checklist")))
        for item in task.checklist:
            optional = "" if item.required else _("(if need be)")
            self.checks[item.id] = QCheckBox(f"{label_of(item.label)} {optional}".strip())
            column.addWidget(self.checks[item.id])
        if task.described.fields:
            form = QFormLayout()
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
            for spec in task.described.fields:
                self._field(form, spec)
            column.addLayout(form)
        column.addWidget(_section(_("Note")))
        column.addWidget(self.note)
        column.addStretch(1)
        self.setEnabled(task.mine)

    def ticked(self) -> tuple[str, ...]:
        return tuple(name for name, check in self.checks.items() if check.isChecked())

    def tick_all(self) -> None:
        """Everything; or nothing, when everything was ticked."""
        on = not all(check.isChecked() for check in self.checks.values())
        for check in self.checks.values():
            check.setChecked(on)

    def values(self) -> dict[str, str]:
        return {
            name: str(edit.currentData() or "") if isinstance(edit, QComboBox) else edit.text().strip()
            for name, edit in self.edits.items()
        }

    def _field(self, form: QFormLayout, spec: FieldSpec) -> None:
        edit: QLineEdit | QComboBox = QComboBox() if spec.choices else QLineEdit()
        if isinstance(edit, QComboBox):
            edit.addItem("", "")
            for choice in spec.choices:
                edit.addItem(label_of(choice.label), choice.value)
        elif spec.kind is FieldKind.DATE:
            edit.setPlaceholderText("2026-01-31")
        name = label_of(spec.label)
        edit.setAccessibleName(name)
        self.edits[spec.name] = edit
        form.addRow(f"{name} *" if spec.required else name, edit)


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("section")
    return label
