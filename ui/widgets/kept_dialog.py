"""A dialog that is asked with `exec`, and can be put away and shown again meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid


class KeptDialog(QDialog):
    """Qt's own `exec` returns as soon as the dialog is hidden; this one when it was answered."""

    def exec(self) -> int:
        """Returns the `DialogCode`; Rejected also where the window it belongs to has gone."""
        loop = QEventLoop()
        self.finished.connect(loop.quit)
        self.destroyed.connect(loop.quit)
        self.setModal(True)
        self.show()
        loop.exec()
        return self.result() if isValid(self) else QDialog.DialogCode.Rejected
