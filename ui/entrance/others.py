"""What else the program has on the screen while its window is locked: nothing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QMetaObject, QObject, Qt, QTimer
from PySide6.QtPrintSupport import QAbstractPrintDialog
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget
from shiboken6 import isValid

PASSING = {Qt.WindowType.Popup, Qt.WindowType.ToolTip}
"""Kinds of windows that close by themselves when one looks away: menus, lists, tips."""
QUESTIONS = (QMessageBox, QInputDialog, QFileDialog, QAbstractPrintDialog)
"""Asked with Qt's own loop, or the system's dialog, which ends when it is hidden: as if it was cancelled."""


class OtherWindows(QObject):
    """Dialogs that are open at the lock, and those that work opens later, wait unseen; they are there again afterwards,
    or rejected where somebody signs out. What cannot wait is given up at once.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._lock: QWidget | None = None
        self._waiting: dict[QWidget, QMetaObject.Connection | None] = {}

    def hide_but(self, lock: QWidget) -> None:
        """Only the window and its lock stay. What was opened from another is kept after it, to stand above it again."""
        self._lock = lock
        for each in sorted(QApplication.topLevelWidgets(), key=lambda window: len(_owners(window))):
            if each.isVisible() and self._is_other(each):
                if _can_wait(each):
                    self._keep(each)
                    each.hide()
                else:
                    _give_up(each)
        _application().installEventFilter(self)

    def show_again(self) -> None:
        for each in self._let_go():
            each.hide()  # where it was not yet
            each.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
            each.show()

    def close(self) -> None:
        """Nobody comes back to them; nothing is done for whom they asked."""
        for each in self._let_go():
            _give_up(each)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Before a window is shown, and when one that waits is closed by who opened it."""
        kind = event.type()
        if kind not in (QEvent.Type.Show, QEvent.Type.Close) or not isinstance(watched, QWidget):
            return False
        if not self._window.isVisible():  # closed: it hides nothing any more
            return False
        if kind == QEvent.Type.Close:
            self._forget(watched)
        elif watched.isWindow() and self._is_other(watched):
            self._hold(watched)
        return False

    def _hold(self, window: QWidget) -> None:
        """Qt goes on showing it after this: so that it is nowhere seen until it can be hidden."""
        if isinstance(window, QUESTIONS):  # Qt 6.11 would keep one that was never seen among its modal windows for good
            QTimer.singleShot(0, window, lambda: _give_up(window))
            return
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        if _can_wait(window):
            self._keep(window)
        QTimer.singleShot(0, window, lambda: self._put_away(window))

    def _put_away(self, window: QWidget) -> None:
        if window in self._waiting:
            window.hide()
        elif window.windowType() in PASSING:
            window.close()
        if isValid(window) and window.isHidden():
            window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)

    def _keep(self, window: QWidget) -> None:
        if window not in self._waiting:
            forget = lambda _result: self._forget(window)  # noqa: E731
            self._waiting[window] = window.finished.connect(forget) if isinstance(window, QDialog) else None

    def _forget(self, window: QWidget) -> None:
        connection = self._waiting.pop(window, None)
        if connection is not None:
            QObject.disconnect(connection)

    def _let_go(self) -> list[QWidget]:
        _application().removeEventFilter(self)
        windows = list(self._waiting)
        for each in windows:
            self._forget(each)
        return [each for each in windows if isValid(each)]

    def _is_other(self, window: QWidget) -> bool:
        return window is not self._window and window is not self._lock and self._lock not in _owners(window)


def _can_wait(window: QWidget) -> bool:
    return window.windowType() not in PASSING and not isinstance(window, QUESTIONS)


def _give_up(window: QWidget) -> None:
    if isinstance(window, QDialog):
        window.reject()
    else:
        window.close()


def _owners(window: QWidget) -> list[QWidget]:
    """The windows that it stands before."""
    owners: list[QWidget] = []
    owner = window.parentWidget()
    while owner is not None:
        if owner.isWindow():
            owners.append(owner)
        owner = owner.parentWidget()
    return owners


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
