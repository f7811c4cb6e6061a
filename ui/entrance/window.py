"""The window before the window: who is there?"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from muni_archive.domain.centre_errors import PeopleAwaited
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.people import Person
from muni_archive.messages import _, current_language, isolate
from muni_archive.paths import resource_path
from muni_archive.services.people.entering import Door
from muni_archive.sync.state import is_enrolled
from ui.centre.child import SyncChild, sync_command
from ui.centre.glimpse import CentreGlimpse
from ui.centre.line import LIMIT
from ui.entrance.browser import Browser, open_browser
from ui.entrance.form import SignInForm
from ui.i18n import direction_mark
from ui.settings import Settings
from ui.tasks import Tasks
from ui.widgets.buttons import text_button

log = logging.getLogger(__name__)
LAST_NAME = "last_name"
"""The setting: who signed in last on this computer, as a help for typing; on a shared one it may be cleared."""


class SignInWindow(QMainWindow):
    """Closes when somebody has signed in (`person`), wants another language, or goes away.

    What was done here is sent to the centre meanwhile, whoever did it and went. While the station does not know who may
    come in, the centre tells it on the same line, and then the window is built anew.
    """

    def __init__(
        self,
        door: Door,
        settings: Settings,
        station: str,
        browser: Browser = open_browser,
        *,
        archive: Path | None = None,
        people_came: bool = False,
    ) -> None:
        """`archive`: the folder of the one to send and follow for. `people_came`: a window was open for who did not
        sign in at the centre, until that had people.
        """
        super().__init__()
        self.person: Person | None = None
        self.wants_rebuilding = False
        self._door, self._settings = door, settings
        self._awaits_people = self._looks = self._more = False
        self._tasks = Tasks(self)
        self.child = SyncChild(self)
        self.child.told.connect(self._heard)
        self.setWindowTitle(f"{_('Muni Archive')} — {station}")
        self.setWindowIcon(QIcon(str(resource_path("icons", "app.svg"))))
        why = _("The centre now knows who works here. Sign in to go on.") if people_came else ""
        self.form = SignInForm(door, self._tasks, browser=browser, why=why)
        self.form.signed_in.connect(self._entered)
        self.form.refused.connect(self._look_what_hinders)
        self._lay_out(station)
        self.resize(860, 560)
        last = settings.get(LAST_NAME, "")
        self.form.name.setText(last)
        first = self.form.password if last else self.form.name
        QTimer.singleShot(0, self, lambda: first.setFocus(Qt.FocusReason.OtherFocusReason))
        self._look_what_hinders(door.hindrance())
        if archive and is_enrolled(archive):
            self.child.start(sync_command(archive, int(settings.get(LIMIT, 0))))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody waits for a centre that hangs: what comes of it later is not written."""
        self.hide()
        self.child.stop()
        self._tasks.close(timeout_ms=500)
        super().closeEvent(event)

    def _entered(self, person: Person) -> None:
        self.person = person
        self._settings.set(LAST_NAME, person.name)
        self.close()

    def _switch_language(self) -> None:
        self._settings.set("language", "en" if current_language() == "ar" else "ar")
        self.wants_rebuilding = True
        self.close()

    def _look_what_hinders(self, error: object) -> None:
        self._awaits_people = self._awaits_people or isinstance(error, PeopleAwaited)

    def _heard(self, _news: object) -> None:
        """Look whether the copy knows people now, once more where there are news while it is looked."""
        self._more = self._looks
        if not self._awaits_people or self._looks:
            return
        self._looks, door = True, self._door
        self._tasks.run(lambda _c: door.hindrance(), done=self._looked, failed=self._not_looked)

    def _looked(self, hindrance: ArchiveError | None) -> None:
        """Nobody's typing is disturbed."""
        self._looks = False
        if hindrance is None and not self.form.password.text() and self.form.go.isEnabled():
            self.wants_rebuilding = True
            self.close()
        elif self._more:
            self._heard(None)

    def _not_looked(self, error: Exception) -> None:
        """The next news look again."""
        self._looks = False
        log.warning("it was not looked whether the copy knows people", exc_info=error)

    def _lay_out(self, station: str) -> None:
        whole = QWidget()
        whole.setObjectName("page")
        picture = QLabel()
        picture.setPixmap(self.windowIcon().pixmap(QSize(64, 64)))
        title = QLabel(_("Muni Archive"))
        title.setObjectName("title")
        hint = QLabel(f"{direction_mark()}{_('Station')} {isolate(station)}")
        hint.setObjectName("hint")
        other = "English" if current_language() == "ar" else "العربية"
        language = text_button(self, "languages", other, "Ctrl+Shift+L", self._switch_language)
        column = QVBoxLayout(whole)
        column.addStretch(2)
        for widget in (picture, title, hint):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        column.addWidget(self.form, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        below = QHBoxLayout()
        below.addWidget(CentreGlimpse(self.child), 1)
        below.addWidget(language)
        column.addLayout(below)
        self.setCentralWidget(whole)
