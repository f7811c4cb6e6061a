"""What somebody else changed in a document while its form was open here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy

from muni_archive.domain.merging import Description, description_of, differences
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.ports import RecordClasses
from ui.i18n import direction_mark
from ui.screens.conflicts.wording import Wording

BESIDES = {"page_ids", "registered", "department"}
"""What no form has; a department comes with its class."""
MOST_LINES = 7
"""So high the note becomes at most; the rest of it is scrolled to. The form below is what people work in."""


class MeanwhileNote(QScrollArea):
    """Above a form that was filled from an earlier version: what the document says now where that said otherwise."""

    def __init__(self, classes: RecordClasses) -> None:
        super().__init__()
        self._wording = Wording(classes)
        self._label = QLabel()
        self._label.setObjectName("error")
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.setWidget(self._label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def text(self) -> str:
        """Everything that it says, seen or not."""
        return self._label.text()

    def heightForWidth(self, width: int) -> int:
        """As high as what it says, up to a bound."""
        most = MOST_LINES * self._label.fontMetrics().lineSpacing()
        return min(self._label.heightForWidth(width), most)

    def show_changes(self, before: Document | Description, now: Document) -> None:
        """Hidden where nothing differs that a form shows."""
        said, earlier = description_of(now), before if isinstance(before, Description) else description_of(before)
        names = set(differences(earlier, said)) - BESIDES
        lines = [
            f"{direction_mark()}{self._wording.name(said, name)}: {isolate(self._wording.value(said, name))}"
            for name in sorted(names, key=lambda name: self._wording.order(said, name))
        ]
        head = _("Somebody else changed this meanwhile. What you typed stands in the form; the document says now:")
        self._label.setText("\n".join([head, *lines]))
        self.verticalScrollBar().setValue(0)
        self.updateGeometry()
        self.setVisible(bool(lines))


def form_values(document: Document) -> dict[str, str]:
    """What the document says, by the names that the form's fields have."""
    return {
        **document.metadata, "title": document.title, "file": document.file_reference or "",
        "date": document.date or "",
    }  # fmt: skip


def typed_since(values: Mapping[str, str], document: Document) -> dict[str, str]:
    """Of a form's values, those that say something else than the document from which it was filled."""
    known = form_values(document)
    return {name: value for name, value in values.items() if value != known.get(name, "").strip()}
