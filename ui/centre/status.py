"""How it stands with the centre, below the window; a click shows the numbers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QToolButton, QWidget

from muni_archive.messages import _
from ui.centre.line import CentreLine
from ui.centre.words import details, headline, hindrance
from ui.i18n import as_plain
from ui.icons import icon
from ui.widgets.buttons import APART, shown_keys, text_button

KEYS, SYNC_KEYS = "Ctrl+Shift+I", "Ctrl+Shift+Y"
"""They work in the whole window: show the numbers, synchronise now."""


class CentreStatus(QToolButton):
    """Not there as long as the archive is not enrolled, unless that cannot be told."""

    def __init__(self, line: CentreLine, window: QWidget) -> None:
        super().__init__()
        self._line, self._shown = line, ("", "", "", "")
        self.setObjectName("status")
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(lambda _checked=False: self.show_details())
        QShortcut(QKeySequence(KEYS), window, self.show_details)
        QShortcut(QKeySequence(SYNC_KEYS), window, line.synchronise)
        line.changed.connect(self.refresh)
        self.refresh()

    @property
    def _shows(self) -> bool:
        return self._line.together is not None or self._line.trouble is not None

    def refresh(self) -> None:
        """Say how it stands now."""
        self.setVisible(self._shows)
        if not self._shows:
            return
        now = headline(self._line)
        told = dict(details(self._line))
        reason = f"\n{told[_('Last error')]}" if hindrance(self._line) is not None and _("Last error") in told else ""
        if self._shown == (now.icon, now.role, now.text, reason):
            return
        self._shown = (now.icon, now.role, now.text, reason)
        self.setIcon(icon(now.icon, now.role))
        self.setText(f"{APART}{now.text}")
        self.setAccessibleName(now.text)
        self.setToolTip(as_plain(f"{now.text} ({shown_keys(KEYS)}){reason}"))

    def show_details(self) -> QWidget | None:
        """The numbers, above this; Esc or a click elsewhere closes them."""
        if not self._shows:
            return None
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setObjectName("popup")
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form = QFormLayout(popup)
        form.setContentsMargins(16, 12, 16, 12)
        for text, value in details(self._line):
            shown = QLabel(value)
            shown.setWordWrap(len(value) > 60)
            form.addRow(text, shown)
        now = text_button(popup, "refresh", _("Synchronise now"), "", self._line.synchronise)
        now.clicked.connect(lambda _checked=False: popup.close())
        form.addRow(now)
        popup.setMinimumWidth(420)
        popup.adjustSize()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = self.mapToGlobal(QPoint(self.width() if rtl else 0, 0))
        popup.move(corner.x() - (popup.width() if rtl else 0), corner.y() - popup.height() - 6)
        popup.show()
        now.setFocus()
        return popup
