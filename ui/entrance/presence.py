"""Who is in the window: shown in the rail, locked when nobody is there, signed out."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from muni_archive.domain.people import Person
from muni_archive.services.people.entering import Door
from ui.entrance.browser import Browser, open_browser
from ui.entrance.idle import DEFAULT_MINUTES, IDLE_MINUTES, IdleWatch
from ui.entrance.lock import LockDialog
from ui.entrance.others import OtherWindows
from ui.settings import Settings
from ui.tasks import Tasks

log = logging.getLogger(__name__)
LOOK_MS = 15_000
"""How often it is looked whether the person may still be here."""


class Presence(QObject):
    """One person in one window, who came in by the door."""

    left = Signal()
    """The window is to be closed, and somebody asked to sign in."""
    looked = Signal()
    """The person may still be here; what they may do can have become another."""

    def __init__(
        self, window: QMainWindow, door: Door, tasks: Tasks, far: Tasks, settings: Settings, person: Person
    ) -> None:
        """`far`: for what may wait for the centre, which nobody who leaves waits for."""
        super().__init__(window)
        self.person = person
        self.lock_dialog: LockDialog | None = None
        self.browser: Browser = open_browser
        """What the locked window opens for signing in."""
        self._window, self._door, self._tasks, self._far = window, door, tasks, far
        self.watch = IdleWatch(lambda: settings.get(IDLE_MINUTES, DEFAULT_MINUTES), self)
        self.watch.idle.connect(self.lock)
        self.watch.start()
        self._others = OtherWindows(window)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._check)
        self._look.start()

    @property
    def locked(self) -> bool:
        return self.lock_dialog is not None

    def lock(self) -> None:
        """Cover everything until the person has typed the password again."""
        if self.locked:
            return
        self.watch.stop()
        self._show_content(False)
        self.lock_dialog = LockDialog(self._window, self._door, self._far, self.person, self.browser)
        self.lock_dialog.leave.clicked.connect(lambda _checked=False: self.sign_out())
        self.lock_dialog.form.signed_in.connect(self._came_back)
        self.lock_dialog.finished.connect(self._unlocked)
        self._others.hide_but(self.lock_dialog)
        self.lock_dialog.open()

    def sign_out(self, reason: str = "asked") -> None:
        """Leave; what is open closes, and what is locked stays so. `reason` as the journal has it.

        That it cannot be noted keeps nobody in.
        """
        self.watch.stop()
        self._look.stop()
        try:
            self._others.close()
            self._door.leave(self.person, reason)
        except Exception as error:  # whatever it is, the person is gone, and nobody else is to have their window
            log.warning("signing out was not noted", exc_info=error)
        finally:
            self.left.emit()
            if self.lock_dialog is not None:
                self.lock_dialog.hide()  # nobody who signs in next is kept waiting by it

    def _came_back(self, person: Person) -> None:
        """What they signed in with now is what counts from now on."""
        self.person = person

    def _unlocked(self) -> None:
        dialog, self.lock_dialog = self.lock_dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self._show_content(True)
        self._others.show_again()
        self.watch.start()

    def _show_content(self, shown: bool) -> None:  # noqa: FBT001  # as Qt's own setVisible
        content = self._window.centralWidget()
        if content is not None:
            content.setVisible(shown)

    def _check(self) -> None:
        """Disabled, or another password: then what was signed in with counts no more."""
        door, person = self._door, self.person
        self._tasks.run(lambda _c: door.still_may(person), done=self._checked)

    def _checked(self, may: bool) -> None:  # noqa: FBT001  # what a task brings
        if may:
            self.looked.emit()
        else:
            self.sign_out("disabled")
