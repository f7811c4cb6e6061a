"""The field for the reference of a file ملف."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolTip

from muni_archive.domain.records import LONGEST_REFERENCE
from muni_archive.messages import _
from muni_archive.services.file_references import too_long


class ReferenceEdit(QLineEdit):
    """Takes as many signs as a reference may have, and says so where more are typed or pasted."""

    def __init__(self, reference: str = "") -> None:
        super().__init__(reference)
        self.setPlaceholderText(_("File number (may be empty)"))
        bound_reference(self)


def bound_reference(edit: QLineEdit) -> None:
    edit.setMaxLength(LONGEST_REFERENCE)
    edit.inputRejected.connect(lambda: QToolTip.showText(edit.mapToGlobal(edit.rect().bottomLeft()), too_long(), edit))
