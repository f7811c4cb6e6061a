"""The application: opens the archive, shows the window, builds it anew when language or theme change."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMessageBox

from muni_archive.domain.errors import ArchiveError, IndexDamaged
from muni_archive.messages import _, explain
from muni_archive.paths import default_archive
from ui.i18n import install_language
from ui.settings import Settings
from ui.theme import install_theme

if TYPE_CHECKING:
    from muni_archive.bootstrap import OpenArchive
    from muni_archive.domain.people import Person
    from muni_archive.services.people.entering import Door

log = logging.getLogger(__name__)
SWITCH_SECONDS = 0.001
"""How long another thread may keep the interpreter while the window's waits for it; Python's own is five times that."""


def main(argv: Sequence[str]) -> int:
    """Open the window; `argv` may hold `--archive DIR`. Returns the exit code."""
    logging.basicConfig(level=logging.WARNING)
    sys.setswitchinterval(SWITCH_SECONDS)
    qInstallMessageHandler(_log_qt)
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("Muni Archive")
    settings = Settings()
    apply_look(app, settings)
    archive = Path(argv[1]) if len(argv) == 2 else default_archive()
    try:
        return _run(app, archive, settings)
    except ArchiveError as error:
        QMessageBox.critical(None, _("Muni Archive"), explain(error))
        return error.exit_code


def apply_look(app: QApplication, settings: Settings) -> None:
    """Language, direction and theme as the settings say; Arabic and light at first."""
    install_language(app, settings.get("language", "ar"))
    install_theme(app, settings.get("theme", "light"))


def _run(app: QApplication, archive: Path, settings: Settings) -> int:
    from muni_archive.bootstrap import open_workplace

    opened = None
    with suppress(IndexDamaged):
        opened = open_workplace(archive)
    if opened is None:
        log.warning("the search index was damaged and is built again")
        opened = open_workplace(archive, fresh_index=True)
    with opened:
        return _show(app, opened, settings)


def _show(app: QApplication, opened: OpenArchive, settings: Settings) -> int:
    """Window after window, until somebody closes one: who is there is asked where the archive has people. Who has come
    in by a door stays by it, whatever becomes of the centre, until they sign out; but once the centre has people, only
    they stay.
    """
    from ui.shell import Shell

    person: Person | None = None
    people_came = False
    door = opened.door()
    while True:
        if person is None and door.has_people():
            person = _ask_who(app, door, settings, opened, people_came=people_came)
            if person is None:
                return 0
        shell = Shell(opened, settings, person, door)
        shell.show()
        code = app.exec()
        again, signed_out, people_came = shell.wants_rebuilding, shell.signed_out, shell.people_came
        shell.deleteLater()
        if signed_out:
            person = None
        elif not again:
            _end(opened, door, person)
            return code
        if person is None:
            door = opened.door()
        apply_look(app, settings)


def _ask_who(
    app: QApplication, door: Door, settings: Settings, opened: OpenArchive, *, people_came: bool
) -> Person | None:
    """None when the window was closed: nobody comes in."""
    from ui.entrance.window import SignInWindow

    while True:
        window = SignInWindow(
            door, settings, opened.place.station, archive=opened.folder, people_came=people_came
        )  # fmt: skip
        window.show()
        app.exec()
        person, again = window.person, window.wants_rebuilding
        window.deleteLater()
        if not again:
            return person
        apply_look(app, settings)


def _end(opened: OpenArchive, door: Door, person: Person | None) -> None:
    """Who is there has gone, and how the journal stands then; not being able to say so keeps no window open."""
    from muni_archive.services.audit.checkpoints import sign_checkpoint

    try:
        if person is not None:
            door.leave(person, "closed")
        sign_checkpoint(opened.place)
    except ArchiveError as error:
        log.warning("the journal was not ended", exc_info=error)


def _log_qt(kind: QtMsgType, _context: object, message: str) -> None:
    level = logging.WARNING if kind == QtMsgType.QtWarningMsg else logging.ERROR
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        log.log(level, "%s", message)
