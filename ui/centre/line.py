"""What the window knows of its centre: the line, how it stands, what is left to send, what waits for a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from muni_archive.bootstrap import enrol_archive, open_together
from muni_archive.domain.cases import Dispute
from muni_archive.domain.centre_errors import NotEnrolled
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.pacing import pause
from muni_archive.domain.together import Conflict, Left, Standing
from muni_archive.line_to_centre import OpenTogether
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.casework import case_workplace
from muni_archive.services.together.conflicts import open_conflicts
from muni_archive.services.together.disputes import open_disputes
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.losing import LostPage, lost_pages
from muni_archive.services.together.place import Together
from muni_archive.services.together.state import LineState, acknowledged_here, ended, heard, left_to_send
from muni_archive.services.together.synchronising import News
from muni_archive.services.workplace import Workplace
from muni_archive.sync.state import CentreLink, known_departments, load_link, load_taken, save_taken
from ui.centre.child import FIRST_PAUSE_S, LONGEST_PAUSE_S, SyncChild, sync_command
from ui.settings import Settings
from ui.tasks import Tasks

LIMIT = "centre_bytes_per_s"
"""The setting: how much may be sent a second; 0 for as much as the line takes."""
PAUSE_MS = 400
"""News that come so close together are counted once."""
QUIET_MS = 30_000
"""So long without news, it is looked all the same what is left, and what has come: another process may bring it."""
FOLLOWED_MS, RESTS = 2_000, 20
"""So often at most it is told that the copy has grown, however many stations write; more seldom where looking at what
has come takes long: it rests so many times as long.
"""


class CentreLine(QObject):
    """Exists in every window; `together` is None as long as the archive is not enrolled, or there is a `trouble`."""

    changed = Signal()
    """Something of what is told here is another."""
    taken_over = Signal(object)
    """Ids of documents of this station that have become what they are at the centre."""
    people_came = Signal()
    """The centre knows who works here, and who is in the window is none of them: nothing is taken over meanwhile."""
    followed = Signal()
    """The copy of the centre has grown: cases may have come to somebody's desk."""

    def __init__(
        self,
        place: Workplace,
        folder: Path,
        tasks: Tasks,
        settings: Settings,
        parent: QObject,
        *,
        by_centre: bool = False,
    ) -> None:
        """`by_centre`: who is in the window came in by the centre's door."""
        super().__init__(parent)
        self._by_centre = by_centre
        self._place, self._folder, self._tasks, self._settings = place, folder, tasks, settings
        self.far = Tasks(self)
        """For work that may wait for the line: what waits there keeps nothing else from being done."""
        self.link: CentreLink | None = None
        self.trouble: ArchiveError | None = None
        """Why an archive that is enrolled cannot work with its centre."""
        self.state = LineState()
        self.left: Left | None = None
        self.waiting: tuple[Conflict, ...] = ()
        self.disputes: tuple[Dispute, ...] = ()
        """Steps of cases that two people decided."""
        self.lost: tuple[LostPage, ...] = ()
        """Pages of this station that must be scanned again."""
        self._opened: OpenTogether | None = None
        self._closed = False
        self._looking = self._taking = self._more = self._uncounted = False
        self._failures = 0
        self.child = SyncChild(self)
        self.child.told.connect(self._heard)
        self.child.ended.connect(self._child_ended)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._once_more = QTimer(self, singleShot=True)
        self._once_more.timeout.connect(self._take_over)
        self._quiet = QTimer(self, interval=QUIET_MS)
        self._quiet.timeout.connect(self._look)
        self._followed = QTimer(self, singleShot=True, interval=FOLLOWED_MS)
        self._followed.timeout.connect(self.followed)

    @property
    def together(self) -> Together | None:
        return self._opened.together if self._opened else None

    @property
    def incomplete(self) -> frozenset[str]:
        """Documents of this station of which the centre lacks a picture that is lost here."""
        return frozenset(page.document_id for page in self.lost)

    @property
    def bytes_per_s(self) -> int:
        return int(self._settings.get(LIMIT, 0))

    def begin(self) -> None:
        """Look whether the archive is enrolled, and if so, work with the centre from now on, or say why not."""
        folder, place = self._folder, self._place

        def work(_c: object) -> tuple[OpenTogether, LineState] | None:
            try:
                opened = open_together(folder, place, read_only=True)
            except NotEnrolled:
                return None
            return opened, _as_kept(LineState(), place, opened.link, opened.together)

        self._tasks.run(work, done=self._begun, failed=self._not_begun)

    def enrol(
        self,
        url: str,
        code: str,
        authority: Path | None,
        *,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Enrol the archive, and begin. Nobody follows the centre of before meanwhile."""

        def enrolled(_link: CentreLink) -> None:
            self._let_go()
            done()
            self.begin()

        def refused(error: Exception) -> None:
            failed(error)
            self.synchronise()

        self.child.stop()
        self.far.run(
            lambda _c: enrol_archive(self._folder, url=url, code=code, authority=authority),
            done=enrolled,
            failed=refused,
        )

    def synchronise(self) -> None:
        """Now, not at the next try."""
        if self._opened:
            self.child.start(sync_command(self._folder, self.bytes_per_s))
            self._quiet.start()
        elif self.trouble:
            self.begin()

    def send_no_more_than(self, bytes_per_s: int) -> None:
        if bytes_per_s != self.bytes_per_s:
            self._settings.set(LIMIT, bytes_per_s)
            self.synchronise()

    def look_again(self) -> None:
        """Something was decided or recorded here: what is told is counted again soon."""
        if self._opened and not self._closed:
            self._pause.start()

    def looked(self, seconds: float) -> None:
        """So long it took to look at what had come."""
        self._followed.setInterval(max(FOLLOWED_MS, int(1000 * RESTS * seconds)))

    def close(self) -> None:
        """End the process and let the line go."""
        self._closed = True
        self._pause.stop()
        self._once_more.stop()
        self._followed.stop()
        self.child.stop()
        self.far.close(timeout_ms=500)
        self._let_go()

    def _let_go(self) -> None:
        self.child.stop()
        self._quiet.stop()
        opened, self._opened = self._opened, None
        if opened:
            opened.close()

    def _begun(self, found: tuple[OpenTogether, LineState] | None) -> None:
        had, self.trouble = self.trouble, None
        if found is None:
            if had:
                self.changed.emit()
            return
        self._let_go()
        self._opened, self.state = found
        self.link = self._opened.link
        self.synchronise()
        self._look()
        self._take_over()
        self.changed.emit()

    def _not_begun(self, error: Exception) -> None:
        """Told below and in the settings, as long as it lasts."""
        if not isinstance(error, ArchiveError):
            self._tasks.unhandled.emit(error)
            return
        self.trouble = error
        self.changed.emit()

    def _heard(self, news: News) -> None:
        self.state = heard(self.state, news, self._place.clock.now())
        if self._quiet.isActive():
            self._quiet.start()
        if news.central is not None or news.documents:
            self._has_come()
        self.look_again()
        self.changed.emit()

    def _has_come(self) -> None:
        self._take_over()
        if not self._followed.isActive():
            self._followed.start()

    def _child_ended(self, words: str) -> None:
        self.state = ended(self.state, self.child.silent, words)
        self.changed.emit()

    def _look(self) -> None:
        together, place, state, folder = self.together, self._place, self.state, self._folder
        if together is None or self._closed:
            return
        if self._looking:
            self._pause.start()
            return
        self._looking = True

        def work(_c: object) -> tuple[LineState, Left, Sequence[Conflict], tuple[LostPage, ...], tuple[Dispute, ...]]:
            now = _as_it_stands(state, place, folder, together)
            return (
                now,
                left_to_send(place, now.acknowledged),
                open_conflicts(place, together),
                lost_pages(place, now.lost),
                open_disputes(case_workplace(place, together)),
            )

        self._tasks.run(work, done=lambda counted: self._counted(state, *counted), failed=self._not_counted)

    def _counted(
        self,
        before: LineState,
        now: LineState,
        left: Left,
        waiting: Sequence[Conflict],
        lost: tuple[LostPage, ...],
        disputes: tuple[Dispute, ...],
    ) -> None:
        self._looking = self._uncounted = False
        if self.state is before:  # else there were news meanwhile, and it is looked again
            self.state = now
            if now.central != before.central:
                self._has_come()
        self.left, self.waiting, self.lost, self.disputes = left, tuple(waiting), lost, disputes
        self.changed.emit()

    def _not_counted(self, error: Exception) -> None:
        """Told once: it is counted again with each piece of news."""
        self._looking = False
        if not self._uncounted:
            self._tasks.unhandled.emit(error)
        self._uncounted = True

    def _take_over(self) -> None:
        """What documents of this station have become elsewhere is recorded here, by the process that may write.

        Not while somebody is in the window who should have signed in: what they record, the centre would refuse.
        """
        together, place, folder, by_centre = self.together, self._place, self._folder, self._by_centre
        self._more = self._taking
        if together is None or self._closed or self._taking:
            return
        self._taking = True

        def work(_c: object) -> Sequence[str] | None:
            with together.copy() as unit:
                if not by_centre and unit.people.all():
                    return None
            departments, before = known_departments(folder), load_taken(folder)
            taken, at = take_over_news(
                place.unit_of_work, together.copy, after=before, departments=together.departments
            )
            if at != before:
                save_taken(folder, at, departments)
            remove_destroyed(place)
            return taken

        self._tasks.run(work, done=self._took, failed=self._not_taken)

    def _took(self, taken: Sequence[str] | None) -> None:
        self._taking, self._failures = False, 0
        if taken is None:
            self.people_came.emit()
            return
        if taken:
            self.taken_over.emit(tuple(taken))
        if self._more:
            self._take_over()

    def _not_taken(self, error: Exception) -> None:
        """Tried again by itself, and told once: a disk that is full stays so for a while."""
        self._taking = False
        if not self._failures:
            self._tasks.unhandled.emit(error)
        self._once_more.start(int(1000 * pause(self._failures, first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S)))
        self._failures += 1


def _as_it_stands(state: LineState, place: Workplace, folder: Path, together: Together) -> LineState:
    """How far the process of somebody else is, which tells nothing here; of one's own it was heard."""
    return _as_kept(state, place, load_link(folder), together) if state.elsewhere else state


def _as_kept(state: LineState, place: Workplace, link: CentreLink, together: Together) -> LineState:
    told = Standing(sequence=link.acknowledged, hash=link.acknowledged_hash)
    with together.copy() as unit:
        central = unit.records.last_sequence()
    return replace(state, acknowledged=acknowledged_here(place, told), central=central)
