"""Printing separator sheets: class, file number, how many; on paper or as a PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from muni_archive.messages import _, isolate
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.print_separators import separator_picture, separator_sheet
from ui.context import WindowContext
from ui.i18n import label_of
from ui.widgets.printing import print_with_dialog
from ui.widgets.reference_edit import ReferenceEdit

MOST_SHEETS = 200


class SeparatorDialog(QDialog):
    """Enter prints; the sheets can be saved instead."""

    def __init__(self, owner: QWidget, context: WindowContext, *, record_class: str, file_reference: str) -> None:
        super().__init__(owner)
        self._context = context
        self.setWindowTitle(_("Print separator sheets"))
        self.setMinimumWidth(460)
        self.classes = QComboBox()
        for each in offered_classes(context.place):
            self.classes.addItem(label_of(each.label), each.id)
        self.classes.setCurrentIndex(max(0, self.classes.findData(record_class)))
        self.reference = ReferenceEdit(file_reference)
        self.copies = QSpinBox()
        self.copies.setRange(1, MOST_SHEETS)
        self.copies.setValue(5)
        explained = QLabel(
            _(
                "Lay a sheet before the first page of each document. When the stack is scanned, a new document"
                " of this class and file begins after each sheet."
            )
        )
        explained.setWordWrap(True)
        explained.setObjectName("hint")
        form = QFormLayout(self)
        form.addRow(explained)
        form.addRow(_("Class"), self.classes)
        form.addRow(_("File"), self.reference)
        form.addRow(_("Sheets"), self.copies)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.print_button = buttons.addButton(_("Print …"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button = buttons.addButton(_("Save as PDF …"), QDialogButtonBox.ButtonRole.ActionRole)
        self.print_button.setObjectName("primary")
        self.print_button.setDefault(True)
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._choose)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def save(self, target: Path) -> None:
        """Write the sheets to `target` in the background and say so."""
        place, record_class, reference, copies = self._context.place, *self._chosen()
        self._context.tasks.run(
            lambda _c: separator_sheet(
                place, record_class=record_class, file_reference=reference, copies=copies, target=target
            ),
            done=lambda path: self._context.notify(_("Saved to {path}").format(path=isolate(path))),
            failed=self._context.show_error,
        )
        self.accept()

    def _chosen(self) -> tuple[str, str | None, int]:
        return str(self.classes.currentData()), self.reference.text().strip() or None, self.copies.value()

    def _choose(self) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF …"), "separators.pdf", "PDF (*.pdf)")
        if target:
            self.save(Path(target))

    def _print(self) -> None:
        record_class, reference, copies = self._chosen()
        sheet = QImage.fromData(
            separator_picture(self._context.place, record_class=record_class, file_reference=reference)
        )
        if print_with_dialog(self, self._context, [lambda: sheet] * copies, title=_("Separator sheets")):
            self.accept()
