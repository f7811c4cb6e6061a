"""What somebody else changed in a document while its form was open here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from muni_archive.domain.merging import description_of, differences
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.ports import RecordClasses
from ui.i18n import direction_mark
from ui.screens.conflicts.wording import Wording

BESIDES = {"page_ids", "registered", "department"}
"""What no form has; a department comes with its class."""


class MeanwhileNote(QLabel):
    """Above a form that was filled from an earlier version: what the document says now where that said otherwise."""

    def __init__(self, classes: RecordClasses) -> None:
        super().__init__()
        self._wording = Wording(classes)
        self.setObjectName("error")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def show_changes(self, before: Document, now: Document) -> None:
        """Hidden where nothing differs that a form shows."""
        said = description_of(now)
        names = set(differences(description_of(before), said)) - BESIDES
        lines = [
            f"{direction_mark()}{self._wording.name(said, name)}: {isolate(self._wording.value(said, name))}"
            for name in sorted(names, key=lambda name: self._wording.order(said, name))
        ]
        head = _("Somebody else changed this meanwhile. What you typed stands in the form; the document says now:")
        self.setText("\n".join([head, *lines]))
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
