"""Whether anybody is there: keys, clicks and the wheel count, in any window of the program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

IDLE_MINUTES = "idle_minutes"
"""The setting; 0 for never."""
DEFAULT_MINUTES, MOST_MINUTES = 10, 120
_SIGNS = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
    QEvent.Type.ShortcutOverride,
}


class IdleWatch(QObject):
    """Tells once when nobody was there for so long; begins anew with `start`."""

    idle = Signal()

    def __init__(self, minutes: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._minutes = minutes
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

        self._watching = False

    def start(self) -> None:
        self._watching = True
        self._begin()

    def stop(self) -> None:
        self._watching = False
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._watching and event.type() in _SIGNS:
            self._begin()
        return False

    def _begin(self) -> None:
        """What the setting says now: it may have been changed since."""
        minutes = self._minutes()
        if minutes > 0:
            self._timer.start(int(minutes * 60_000))
        else:
            self._timer.stop()
