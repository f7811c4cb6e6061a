"""A day in the municipality: its people, who sign in one after another, and the keys that they press in the window."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from muni_archive.bootstrap import OpenArchive
from muni_archive.domain.cases import Case
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.people.admitting import add_person, set_up_administrator
from muni_archive.services.procedures.waiting import CaseView, show_case
from tests.gui.keys import type_text
from tests.helpers.classes_with_rule import ClassesWithRule
from ui.entrance.window import SignInWindow
from ui.screens.archive import ArchiveScreen
from ui.screens.desk import DeskScreen
from ui.screens.desk.starting import StartDialog
from ui.screens.register import RegisterScreen
from ui.screens.search import SearchScreen
from ui.screens.viewer import Viewer
from ui.settings import Settings
from ui.shell import Shell

SECRET = "four words and a river"
ADMINISTRATOR = "بدر المطيري"
CLERK, REVIEWER, SUPERVISOR, ENGINEER = "مريم العنزي", "هدى الكندري", "سالم الراشد", "يوسف العلي"
ARCHIVIST, SECOND_ARCHIVIST, RECORDS_MANAGER = "نورة الصباح", "خالد الفضلي", "عبدالله الشمري"
READER, AUDITOR = "فاطمة حسين", "منى الهاجري"
LICENCES = "building_licences"
EVERYWHERE = ""
CAST = (
    (CLERK, "clerk", LICENCES),
    (CLERK, "reviewer", LICENCES),  # of what others enter
    (REVIEWER, "reviewer", LICENCES),
    (SUPERVISOR, "supervisor", LICENCES),
    (ENGINEER, "engineer", LICENCES),
    (ARCHIVIST, "archivist", EVERYWHERE),
    (SECOND_ARCHIVIST, "archivist", EVERYWHERE),
    (RECORDS_MANAGER, "records_manager", EVERYWHERE),
    (READER, "reader", EVERYWHERE),
    (AUDITOR, "auditor", EVERYWHERE),
)
PATIENCE_MS = 20_000
PICTURES = "MUNI_ARCHIVE_PICTURES"


class PassingClock:
    """The real time, and as much more as a story lets pass."""

    def __init__(self) -> None:
        self._more = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._more

    def pass_days(self, days: int) -> None:
        self._more += timedelta(days=days)


def people_arrive(opened: OpenArchive) -> PassingClock:
    """The sample organisation, its first administrator and everybody else; returns the clock on the wall."""
    clock = PassingClock()
    opened.place = replace(
        opened.place, clock=clock, record_classes=ClassesWithRule(opened.place.record_classes), drivers={}
    )
    begin_organisation(opened.place, read_units())
    set_up_administrator(opened.place, ADMINISTRATOR, SECRET)
    for name in dict.fromkeys(name for name, _role, _unit in CAST):
        add_person(opened.place, name, SECRET)
    for name, role, unit_id in CAST:
        give_place(opened.place, name, NewPlace(role=role, unit_id=unit_id))
    return clock


def press(widget: QWidget, keys: str) -> None:
    """As on the keyboard: `Ctrl+Return`, `F8`."""
    one = QKeySequence(keys)[0]
    QTest.keyClick(widget, one.key(), one.keyboardModifiers())


class Window:
    """The computer at which everybody works: who is in it, and what they press."""

    def __init__(self, opened: OpenArchive, settings: Settings, wait: Callable[[Callable[[], object]], None]) -> None:
        """`wait` returns when what it is given holds."""
        self.opened, self._settings, self.wait = opened, settings, wait
        self._shell: Shell | None = None

    @property
    def shell(self) -> Shell:
        assert self._shell is not None, "nobody is signed in"
        return self._shell

    @property
    def told(self) -> str:
        """What stands above the screen."""
        return self.shell._banner.text() if self.shell._banner.isVisible() else ""

    @property
    def desk(self) -> DeskScreen:
        screen = self.shell._screens["desk"]
        assert isinstance(screen, DeskScreen)
        return screen

    def sign_in(self, name: str) -> None:
        entrance = SignInWindow(self.opened.door(), self._settings, self.opened.place.station)
        self._come_up(entrance)
        entrance.form.name.clear()
        type_text(entrance.form.name, name)
        press(entrance.form.name, "Return")
        type_text(entrance.form.password, SECRET)
        press(entrance.form.password, "Return")
        self.wait(lambda: entrance.person is not None and not entrance.isVisible())
        self._shell = Shell(self.opened, self._settings, entrance.person, self.opened.door())
        entrance.deleteLater()
        self._come_up(self._shell)

    def sign_out(self) -> None:
        self.press(self.shell, "Ctrl+Shift+Q")
        self.wait(lambda: self.shell.signed_out and not self.shell.isVisible())
        self.shell.deleteLater()
        self._shell = None

    def press(self, widget: QWidget, keys: str) -> None:
        """In the window, which whoever types has in front of them."""
        if not self.shell.isActiveWindow():
            self._come_up(self.shell)
        QApplication.processEvents()  # what was just laid out is shown with the next turn
        press(widget, keys)

    def go_to(self, keys: str, name: str) -> QWidget:
        """To a screen, by its key."""
        self.press(self.shell, keys)
        self.wait(lambda: self.shell._stack.currentWidget() is self.shell._screens.get(name))
        return self.shell._screens[name]

    def go_to_desk(self) -> None:
        self.go_to("Ctrl+8", "desk")

    def bring_in(self, path: Path, reference: str) -> None:
        """Drop a file on the window, for the file with this reference."""
        screen = self.go_to("Ctrl+6", "archive")
        assert isinstance(screen, ArchiveScreen)
        screen.classes.setCurrentIndex(screen.classes.findData("building_file"))
        type_text(screen.reference, reference)
        screen.import_paths([str(path)])
        self.wait(lambda: screen.log.count() == 1)

    def describe(self, reference: str, **fields: str) -> RegisterScreen:
        """On the register screen, the document of this file: its fields, not registered yet."""
        screen = self.go_to("Ctrl+2", "register")
        assert isinstance(screen, RegisterScreen)
        for _ in range(screen.waiting.count() + 1):
            self.wait(lambda: screen.view is not None and screen.form is not None)
            if screen.view and screen.view.document.file_reference == reference:
                break
            before = screen.view
            self.press(screen, "Alt+Down")
            self.wait(lambda before=before: screen.view is not before)
        assert screen.form is not None
        for name, value in fields.items():
            edit = screen.form.edits[name]
            assert isinstance(edit, QLineEdit)
            edit.clear()
            type_text(edit, value)
        return screen

    def find(self, words: str) -> Viewer:
        """Search, and open what is found first."""
        screen = self.go_to("Ctrl+4", "search")
        assert isinstance(screen, SearchScreen)
        screen.query.clear()
        type_text(screen.query, words)
        self.wait(lambda: self._found(screen))
        self.press(screen.query, "Return")
        self.wait(lambda: isinstance(self.shell._stack.currentWidget(), Viewer))
        viewer = self.shell._stack.currentWidget()
        assert isinstance(viewer, Viewer)
        self.wait(lambda: viewer._view is not None)
        return viewer

    def wait_for_news(self, text: str) -> None:
        self.wait(lambda: text in self.told)

    def start_on_file(self, procedure_id: str, reference: str) -> str:
        """At the desk: Ctrl+N, the file, the procedure, Enter; returns the case's id."""
        self.go_to_desk()

        def answer(dialog: StartDialog) -> None:
            type_text(dialog.reference, reference)
            _choose(dialog, procedure_id)

        return self._start(self.desk, "Ctrl+N", answer)

    def start_on_document(self, screen: QWidget, procedure_id: str) -> str:
        """Where a document is open: Ctrl+G, the procedure, Enter; returns the case's id."""
        return self._start(screen, "Ctrl+G", lambda dialog: _choose(dialog, procedure_id))

    def open_step(self, case_id: str, element: str) -> None:
        """At the desk: down through what waits until it is this step of this case."""
        self.go_to_desk()
        self.press(self.desk, "F5")
        self.wait(lambda: self._row_of(case_id, element) is not None)
        row = self._row_of(case_id, element)
        for _ in range(self.desk.inbox.count()):
            if self.desk.inbox.currentRow() == row:
                break
            self.press(self.desk.inbox, "Down" if self.desk.inbox.currentRow() < (row or 0) else "Up")
        self.wait(lambda: self._shows(case_id, element))

    def fill_in(self, fields: Mapping[str, str]) -> None:
        """The step's fields; a choice is gone to with the arrows."""
        form = self.desk.decision.form
        assert form is not None
        for name, value in fields.items():
            edit = form.edits[name]
            edit.setFocus()
            if isinstance(edit, QComboBox):
                while edit.currentData() != value:
                    self.press(edit, "Down")
            else:
                type_text(edit, value)

    def decide(self, case_id: str, element: str, keys: str = "Ctrl+Return", **fields: str) -> frozenset[str]:
        """The whole checklist, the fields, the decision; returns where the case stands then."""
        self.open_step(case_id, element)
        self.press(self.desk, "Ctrl+Shift+A")
        self.fill_in(fields)
        self._keep_picture(case_id, element)
        before = len(self.case(case_id).moves)
        self.press(self.desk, keys)
        self.wait(lambda: len(self.case(case_id).moves) > before or self.is_refused())
        assert not self.is_refused(), self.told
        self.wait(lambda: not self._shows(case_id, element))
        return self.case(case_id).stands_at

    def _keep_picture(self, case_id: str, element: str) -> None:
        """Of the window as it is now, where `PICTURES` names a folder: for people who want to see the day."""
        if folder := os.environ.get(PICTURES):
            ends = time.monotonic() + 2
            self.wait(lambda: time.monotonic() > ends)  # the page comes beside the window
            at = len(list(Path(folder).glob("*.png")))
            procedure = self.case(case_id).case.procedure_id
            self.shell.grab().save(str(Path(folder) / f"{at:02}-{procedure}-{element}.png"))

    def send_back(self, case_id: str, element: str, why: str, keys: str = "F8") -> frozenset[str]:
        """Return, or with another key reject, and say why."""
        self.open_step(case_id, element)
        form = self.desk.decision.form
        assert form is not None
        type_text(form.note, why)
        self.press(self.desk, keys)
        self.wait(lambda: not self._shows(case_id, element))
        return self.case(case_id).stands_at

    def case(self, case_id: str) -> CaseView:
        """As the archive has it, whoever is signed in."""
        return show_case(self.opened.place, case_id)

    @staticmethod
    def _found(screen: SearchScreen) -> bool:
        """What was registered just now is found as soon as the index has followed: ask again."""
        screen._ask()
        QTest.qWait(50)
        return screen.hits.rowCount() > 0

    def _come_up(self, window: QWidget) -> None:
        window.show()
        window.activateWindow()
        self.wait(window.isActiveWindow)

    def _start(self, screen: QWidget, keys: str, answer: Callable[[StartDialog], None]) -> str:
        before = {case.id for case in self._cases()}
        timer = QTimer(interval=20)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, StartDialog):
                timer.stop()
                answer(dialog)

        timer.timeout.connect(look)
        timer.start()
        self.press(screen, keys)
        self.wait_for_news("بدأت المعاملة")
        return next(case.id for case in self._cases() if case.id not in before)

    def _cases(self) -> list[Case]:
        with self.opened.place.unit_of_work() as unit:
            return list(unit.cases.cases())

    def _row_of(self, case_id: str, element: str) -> int | None:
        lines = [self.desk.inbox.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.desk.inbox.count())]
        wanted = (case_id, element)
        return next((at for at, line in enumerate(lines) if (line.case.id, line.step.element) == wanted), None)

    def _shows(self, case_id: str, element: str) -> bool:
        task = self.desk.task
        return bool(
            task and task.view.case.id == case_id and task.step.element == element and self.desk.decision.isEnabled()
        )

    def is_refused(self) -> bool:
        return bool(self.told) and self.shell._banner.property("kind") == "error"


def _choose(dialog: StartDialog, procedure_id: str) -> None:
    ids = [dialog.procedures.item(row).data(0x100) for row in range(dialog.procedures.count())]
    dialog.procedures.setFocus()
    for _ in range(ids.index(procedure_id)):
        press(dialog.procedures, "Down")
    assert dialog.chosen() == procedure_id
    press(dialog.procedures, "Return")
