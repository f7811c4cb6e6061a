"""The window's frame: the rail of screens, messages above, reading's progress below."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from muni_archive.bootstrap import OpenArchive
from muni_archive.domain.errors import ArchiveError, Cancelled
from muni_archive.domain.people import Person
from muni_archive.messages import _, current_language, explain, ngettext
from muni_archive.paths import resource_path
from muni_archive.services.people.entering import Door
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.waiting import count_waiting
from muni_archive.services.read_pages import ReadProgress
from muni_archive.services.redaction.waiting import count_to_decide
from muni_archive.services.together.viewing import workplace_showing
from muni_archive.services.workplace import Workplace
from ui.background import BackgroundReading
from ui.centre.line import CentreLine
from ui.centre.status import CentreStatus
from ui.context import WindowContext
from ui.entrance.presence import Presence
from ui.i18n import as_plain, number
from ui.icons import icon
from ui.noting import Noting
from ui.screens.base import Screen
from ui.screens.catalogue import SCREENS, ScreenEntry, keyed_screens, make_screen
from ui.settings import Settings
from ui.tasks import Tasks
from ui.widgets.buttons import APART, shown_keys

MESSAGE_MS = 9_000
RAIL, RAIL_EDGE = 160, 9
"""Widths, in pixels: of the rail, and of what stays free at its edges; its scroll bar is as wide (`window.qss`)."""
COUNT_MS = 60_000
"""So often it is counted how many steps wait."""


@dataclass(frozen=True)
class _Wanted:
    """What somebody asked the centre for, and on which screen."""

    screen: QWidget | None
    document_id: str
    page_id: str | None
    query: str


class Shell(QMainWindow):
    """One window on one archive."""

    def __init__(
        self, opened: OpenArchive, settings: Settings, person: Person | None = None, door: Door | None = None
    ) -> None:
        """`person` came in by the `door`; without one, nobody has to."""
        super().__init__()
        self.wants_rebuilding = self.signed_out = self.people_came = False
        place = opened.as_person(person, door.people) if person and door else opened.place
        self._guard = place.guard
        self._settings = settings
        self._tasks = Tasks(self)
        self._tasks.unhandled.connect(self.show_error)
        self._reading = BackgroundReading(opened, self._tasks, self._show_progress)
        # What comes from the centre is taken over by the machine; what is seen of it, by the person.
        machine = replace(opened.place, guard=place.guard)
        by_centre = person is not None and door is not None and door.is_central
        self._centre = CentreLine(machine, opened.folder, self._tasks, settings, self, by_centre=by_centre)
        self._centre.people_came.connect(self._make_way)
        self._centre.far.unhandled.connect(self.show_error)
        self._centre.changed.connect(self._show_waiting)
        self._centre.taken_over.connect(self._show_taken_over)
        self._centre.followed.connect(self._show_followed)
        self._context = WindowContext(
            place=place,
            home=place,
            tasks=self._tasks,
            settings=settings,
            open_document=self._open_document,
            review_page=self._review_page,
            open_elsewhere=self._open_elsewhere,
            centre=self._centre,
            noting=Noting(opened.place, self._tasks, self),
            notify=self.notify,
            show_error=self.show_error,
            pool_prefer=self._reading.prefer,
            wake_reading=self._reading.wake,
            go_to=self.go_to,
            rebuild=self._rebuild,
            cases_changed=self._count_own,
            folder=opened.folder,
            ask_who=self._leave,
        )
        far = self._centre.far
        self.presence = Presence(self, door, self._tasks, far, settings, person) if person and door else None
        if self.presence:
            self.presence.left.connect(self._leave)
            self.presence.looked.connect(self._show_mine)
        self._screens: dict[str, Screen] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._build(opened)
        self._restore()
        self.go_to(settings.get("screen", "scan"))
        self._reading.start()
        QTimer.singleShot(0, self._centre, self._centre.begin)
        self._fetching: _Wanted | None = None
        self._waiting_steps: int | None = None
        self._counting = QTimer(self)
        self._counting.timeout.connect(self._count_cases)
        self._counting.start(COUNT_MS)
        self._count_cases()

    def go_to(self, name: str) -> None:
        """Show a screen, made on first use; one that the person may use, where this is not for them."""
        mine = [entry for entry in SCREENS if entry.is_for(self._guard)]
        entry = next((entry for entry in mine if entry.name == name), mine[0])
        self._settings.set("screen", entry.name)
        self._put_in_front(entry)

    def _put_in_front(self, entry: ScreenEntry) -> None:
        screen = self._screen(entry)
        self._stack.setCurrentWidget(screen)
        self._buttons[entry.name].setChecked(True)
        self._screens_area.ensureWidgetVisible(self._buttons[entry.name])
        screen.activated()

    def notify(self, text: str) -> None:
        self._message(text, "notice")

    def show_error(self, error: Exception) -> None:
        """Say what happened and what to do; it stays until the next message."""
        if isinstance(error, Cancelled):
            self.notify(_("Stopped."))
            return
        text = explain(error) if isinstance(error, ArchiveError) else _("Something went wrong: {detail}")
        self._message(text.replace("{detail}", str(error)), "error")

    def closeEvent(self, event: QCloseEvent) -> None:
        for screen in self._screens.values():
            screen.closing()
        self._settings.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self._centre.close()
        self._tasks.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self.go_to("archive")
        if "archive" in self._screens:
            self._screens["archive"].import_paths(paths)

    def _build(self, opened: OpenArchive) -> None:
        self.setWindowTitle(f"{_('Muni Archive')} — {opened.place.station}")
        self.setWindowIcon(QIcon(str(resource_path("icons", "app.svg"))))
        self.setAcceptDrops(True)
        self._stack = QStackedWidget()
        self._banner = QLabel()
        self._banner.setObjectName("banner")
        self._banner.setWordWrap(True)
        self._banner.setVisible(False)
        self._progress = QLabel()
        self._progress.setObjectName("hint")
        self.statusBar().addWidget(CentreStatus(self._centre, self))
        self.statusBar().addPermanentWidget(self._progress)
        column = QVBoxLayout()
        column.addWidget(self._banner)
        column.addWidget(self._stack, 1)
        whole = QWidget()
        whole.setObjectName("page")
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        column.setContentsMargins(16, 12, 16, 8)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)

    def _rail(self) -> QWidget:
        rail = QWidget()
        rail.setObjectName("rail")
        rail.setFixedWidth(RAIL)
        whole, above, column = QVBoxLayout(rail), QHBoxLayout(), QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(above, 1)
        whole.addLayout(column)
        above.setSpacing(0)
        above.addSpacing(RAIL_EDGE)
        above.addWidget(self._rail_of_screens())
        column.setContentsMargins(RAIL_EDGE, 0, RAIL_EDGE, RAIL_EDGE)
        if self.presence:
            self._add_presence(column, self.presence)
        other = "English" if current_language() == "ar" else "العربية"
        language = self._rail_button(other, "languages", "")
        language.clicked.connect(self._switch_language)
        column.addWidget(language)
        dark = self._settings.get("theme", "light") == "dark"
        theme = self._rail_button(_("Light") if dark else _("Dark"), "sun" if dark else "moon", "")
        theme.clicked.connect(lambda: self._rebuild("theme", "light" if dark else "dark"))
        column.addWidget(theme)
        return rail

    def _rail_of_screens(self) -> QWidget:
        """It scrolls where the screen is too low for all of them; the bar stands at the edge, beside the buttons."""
        screens = QWidget()
        screens.setObjectName("railScreens")
        screens.setFixedWidth(RAIL - 2 * RAIL_EDGE)
        column = QVBoxLayout(screens)
        column.setContentsMargins(0, RAIL_EDGE, 0, 0)
        group = QButtonGroup(screens)
        for entry, keys in keyed_screens():
            button = self._rail_button(_(entry.title), entry.icon, keys)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, name=entry.name: self.go_to(name))
            if keys:
                QShortcut(QKeySequence(keys), self, lambda entry=entry: self._go_to_mine(entry))
            group.addButton(button)
            column.addWidget(button)
            self._buttons[entry.name] = button
            button.setVisible(not entry.waiting and entry.is_for(self._guard))
        column.addStretch(1)
        self._screens_area = QScrollArea()
        self._screens_area.setWidgetResizable(True)
        self._screens_area.setFrameShape(QFrame.Shape.NoFrame)
        self._screens_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._screens_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._screens_area.setWidget(screens)
        return self._screens_area

    def _add_presence(self, column: QVBoxLayout, presence: Presence) -> None:
        """Who is signed in, the lock, and the way out."""
        who = QLabel(as_plain(presence.person.name))
        who.setObjectName("who")
        who.setWordWrap(True)
        column.addWidget(who)
        for text, name, keys, act in (
            (_("Lock"), "lock", "Ctrl+Alt+L", presence.lock),
            (_("Sign out"), "log-out", "Ctrl+Shift+Q", presence.sign_out),
        ):
            button = self._rail_button(text, name, keys)
            button.clicked.connect(lambda _checked=False, act=act: act())
            QShortcut(QKeySequence(keys), self, act)
            column.addWidget(button)

    def _go_to_mine(self, entry: ScreenEntry) -> None:
        """By a key: a screen that is not for the person has none."""
        if entry.is_for(self._guard):
            self.go_to(entry.name)

    def _show_mine(self) -> None:
        """Screens come and go in the rail with what the person may: a stand-in's, say, with the first day."""
        for entry in SCREENS:
            if not entry.waiting:
                self._buttons[entry.name].setVisible(entry.is_for(self._guard))

    def _leave(self) -> None:
        """Close, and let somebody else come in."""
        self.signed_out = True
        self.close()

    def _make_way(self) -> None:
        """The centre knows now who works here: the door is asked again, and says why."""
        self.people_came = True
        if self.presence:
            self.presence.sign_out("disabled")
        else:
            self._leave()

    def _rail_button(self, text: str, name: str, shortcut: str) -> QToolButton:
        button = QToolButton()
        button.setText(f"{APART}{text}")
        button.setIcon(icon(name, "railText"))
        button.setIconSize(QSize(20, 20))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setToolTip(f"{text} ({shown_keys(shortcut)})" if shortcut else text)
        return button

    def _screen(self, entry: ScreenEntry) -> Screen:
        if entry.name not in self._screens:
            self._screens[entry.name] = make_screen(entry, self._context)
            self._stack.addWidget(self._screens[entry.name])
        return self._screens[entry.name]

    def _open_document(self, document_id: str, page_id: str | None, query: str) -> None:
        self._fetching = None
        self._view(self._context, document_id, page_id, query)

    def _open_elsewhere(self, document_id: str, page_id: str | None, query: str) -> None:
        """What waits for the line waits apart from everything else; it is shown to who still waits for it where they
        asked, once.
        """
        together, far = self._centre.together, self._centre.far
        wanted = _Wanted(self._stack.currentWidget(), document_id, page_id, query)
        if together is None or wanted == self._fetching:
            return
        self._fetching = wanted
        self.notify(_("The document is being fetched from the centre …"))
        far.run(
            lambda _c: workplace_showing(together, document_id),
            done=lambda place: self._fetched(wanted, place),
            failed=lambda error: self._not_fetched(wanted, error),
        )

    def _fetched(self, wanted: _Wanted, place: Workplace) -> None:
        if self._awaits(wanted) and self._stack.currentWidget() is wanted.screen:
            far = self._centre.far
            there = replace(self._context, place=place, tasks=far, review_page=self._review_elsewhere)
            self._view(there, wanted.document_id, wanted.page_id, wanted.query)

    def _not_fetched(self, wanted: _Wanted, error: Exception) -> None:
        if self._awaits(wanted):
            self.show_error(error)

    def _awaits(self, wanted: _Wanted) -> bool:
        """Whether it is what was asked for last. It is there now: that it is being fetched is not said any more."""
        if self._fetching != wanted:
            return False
        self._fetching = None
        if self._banner.text() == as_plain(_("The document is being fetched from the centre …")):
            self._banner.setVisible(False)
        return True

    def _view(self, context: WindowContext, document_id: str, page_id: str | None, query: str) -> None:
        from ui.screens.viewer import Viewer

        viewer = Viewer(context, document_id, page_id, query)
        viewer.closed.connect(lambda: self._close_viewer(viewer))
        self._stack.addWidget(viewer)
        self._stack.setCurrentWidget(viewer)
        viewer.setFocus()

    def _review_page(self, page_id: str) -> None:
        """Lend the review screen to the viewer: what one comes back to is still the screen before it."""
        viewer = self._stack.currentWidget()
        review = next(entry for entry in SCREENS if entry.name == "review")
        self._put_in_front(review)
        self._screen(review).open_page(page_id, lambda: self._back_to(viewer))

    def _review_elsewhere(self, _page_id: str) -> None:
        self.notify(_("This page was read at another station: its words are looked at there."))

    def _back_to(self, viewer: QWidget | None) -> None:
        if viewer is None:
            return
        self._stack.setCurrentWidget(viewer)
        self._buttons[self._settings.get("screen", "search")].setChecked(True)
        viewer.setFocus()
        if isinstance(viewer, Screen):
            viewer.activated()

    def _close_viewer(self, viewer: QWidget) -> None:
        self._stack.removeWidget(viewer)
        viewer.deleteLater()
        self.go_to(self._settings.get("screen", "search"))

    def _message(self, text: str, kind: str) -> None:
        self._banner.setProperty("kind", kind)
        self._banner.style().unpolish(self._banner)
        self._banner.style().polish(self._banner)
        self._banner.setText(as_plain(text))
        self._banner.setVisible(True)
        if kind == "notice":
            shown = self._banner.text()
            QTimer.singleShot(MESSAGE_MS, self, lambda: self._banner.setVisible(self._banner.text() != shown))

    def _show_progress(self, progress: ReadProgress) -> None:
        text = _("{done} pages read, {waiting} waiting").format(
            done=number(progress.done), waiting=number(progress.waiting)
        )
        self._progress.setText(text if progress.waiting else _("All pages are read"))
        for at in range(self._stack.count()):
            screen = self._stack.widget(at)
            if isinstance(screen, Screen):
                screen.pages_read(progress.page_ids)

    def _show_waiting(self) -> None:
        count = len(self._centre.waiting) + len(self._centre.disputes)
        for entry in SCREENS:
            if entry.waiting:
                self._buttons[entry.name].setVisible(count > 0 and entry.is_for(self._guard))
                self._buttons[entry.name].setText(f"{APART}{_(entry.title)} ({number(count)})")

    def _count_cases(self) -> None:
        place, cases, began = self._context.place, self._context.case_place, time.monotonic()

        def counted(count: int) -> None:
            self._centre.looked(time.monotonic() - began)
            self._show_cases(count)

        self._tasks.run(
            lambda _c: count_waiting(cases, actor_of(cases)) + count_to_decide(place), done=counted,
            failed=self.show_error,
        )  # fmt: skip

    def _count_own(self) -> None:
        """After what somebody did here: that is no news to them, and what was said about it stays."""
        self._waiting_steps = None
        self._count_cases()

    def _show_cases(self, count: int) -> None:
        """The number beside the desk, and news when it has grown."""
        for entry in SCREENS:
            if entry.counted:
                text = f"{_(entry.title)} ({number(count)})" if count else _(entry.title)
                self._buttons[entry.name].setText(f"{APART}{text}")
        before, self._waiting_steps = self._waiting_steps, count
        if before is not None and count > before:
            new = count - before
            said = ngettext("{count} more step waits for you.", "{count} more steps wait for you.", new)
            self.notify(said.format(count=number(new)))

    def _show_taken_over(self, documents: Sequence[str]) -> None:
        count = len(documents)
        self.notify(
            ngettext(
                "{count} document was changed elsewhere and is shown as it is now",
                "{count} documents were changed elsewhere and are shown as they are now",
                count,
            ).format(count=number(count))
        )
        self._reading.wake()
        screen = self._stack.currentWidget()
        if isinstance(screen, Screen):
            screen.documents_changed()

    def _show_followed(self) -> None:
        """What others decided is on the desk soon, not at the next turn of a minute."""
        self._count_cases()
        screen = self._stack.currentWidget()
        if isinstance(screen, Screen):
            screen.centre_followed()

    def _switch_language(self) -> None:
        self._rebuild("language", "en" if current_language() == "ar" else "ar")

    def _rebuild(self, key: str, value: str) -> None:
        self._settings.set(key, value)
        self.wants_rebuilding = True
        self.close()

    def _restore(self) -> None:
        self.resize(1240, 700)
        geometry = self._settings.get("geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
