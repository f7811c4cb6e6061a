"""A question before something that counts: what happens, what must be said about it, and one button that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from muni_archive.messages import _
from ui.i18n import as_plain
from ui.widgets.buttons import shown_keys, text_button

WIDTH = 520


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One line to fill in; with `choices` (value, text) one of these."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)


class AskDialog(QDialog):
    """Ctrl+Enter does it; an empty line is gone back to. `act` hears what was said, by name."""

    def __init__(
        self,
        owner: QWidget,
        title: str,
        text: str,
        asked: Sequence[Asked],
        *,
        button: str,
        icon: str,
        act: Callable[[Mapping[str, str]], None],
    ) -> None:
        super().__init__(owner)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self._act = act
        told = QLabel(as_plain(text))
        told.setWordWrap(True)
        self.inputs: dict[str, QLineEdit | QComboBox] = {one.name: _input(one) for one in asked}
        form = QFormLayout()
        for one in asked:
            form.addRow(one.label, self.inputs[one.name])
        self.do = text_button(self, icon, button, "Ctrl+Return", self.accept, primary=True)
        self.do.setText(f"{self.do.text()}   {shown_keys('Ctrl+Return')}")
        cancel = text_button(self, "x", _("Cancel"), "", self.reject)
        for each in (self.do, cancel):
            each.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.do)
        row.addWidget(cancel)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addWidget(told)
        column.addLayout(form)
        column.addLayout(row)
        if asked:
            self.inputs[asked[0].name].setFocus()

    def accept(self) -> None:
        for said in self.inputs.values():
            if isinstance(said, QLineEdit) and not said.text().strip():
                said.setFocus()
                return
        super().accept()
        self._act({name: _said(said) for name, said in self.inputs.items()})


def _input(one: Asked) -> QLineEdit | QComboBox:
    if one.choices:
        box = QComboBox()
        for value, text in one.choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(one.value)))
        return box
    line = QLineEdit(one.value)
    line.setPlaceholderText(one.hint)
    return line


def _said(said: QLineEdit | QComboBox) -> str:
    return str(said.currentData()) if isinstance(said, QComboBox) else said.text().strip()
