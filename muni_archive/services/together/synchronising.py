"""Sending and following, once or for as long as the program runs; a line that fails is waited for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreTooNew, CopyParted
from muni_archive.domain.errors import ArchiveDamaged, ArchiveError, Cancelled, DiskFull
from muni_archive.domain.full_disk import is_full
from muni_archive.domain.pacing import pause
from muni_archive.domain.together import Standing
from muni_archive.ports import ReplicaUnit
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.clocks import ClockWatch
from muni_archive.services.together.following import Followed, departments_of, fetch_procedures, follow_centre
from muni_archive.services.together.place import Together
from muni_archive.services.together.sending import Outbox, Sent, can_go_on, send_all

LOOK_S, HOLD_S = 1.0, 20.0
"""Seconds between two looks at the own journal, and for which the centre holds a question for news."""
ASK_AGAIN_S = 600.0
"""Seconds after which an idle station asks the centre again how far it is."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 120.0
_log = logging.getLogger(__name__)


class Side(StrEnum):
    """The two directions; each fails and goes on by itself."""

    SENDING = "sending"
    FOLLOWING = "following"


@dataclass(frozen=True, kw_only=True)
class News:
    """What somebody who watches is told; fields that a message does not speak of are None."""

    side: Side
    error: ArchiveError | None = None
    sent: Sent | None = None
    central: int | None = None
    """Sequence up to which the copy is."""
    documents: bool = False
    """Something came that speaks of documents, and is found now. Not of which: a window reads this at once."""
    clock_ahead: float | None = None
    """Seconds that this computer's clock is ahead of the centre's (behind: negative) when they are too many, else 0."""


Told = Callable[[News], None]


def synchronise_once(together: Together, *, cancel: CancelToken, told: Told) -> Standing:
    """Send everything, follow everything. Raises what the line raises."""
    _clock_watch(together, told).look()
    standing = send_all(_outbox(together), cancel=cancel, told=_telling(together, told))
    _follow(together, cancel, told, wait=0)
    return standing


def follow_once(together: Together, *, cancel: CancelToken) -> None:
    """Only bring the copy up to the centre. Raises what the line raises."""
    _follow(together, cancel, lambda _news: None, wait=0)


def keep_synchronised(together: Together, *, cancel: CancelToken, told: Told) -> None:
    """Until cancelled: send what is done here, follow what is done elsewhere; errors are told and tried again."""
    doubt = threading.Event()
    clocks = _clock_watch(together, told)

    def tell(news: News) -> None:
        if news.error:
            doubt.set()  # it may have been away to be put back in time: what it lost must be sent again
        told(news)

    following = threading.Thread(
        target=_patiently, args=(Side.FOLLOWING, lambda: _follow(together, cancel, tell, wait=HOLD_S), cancel, tell),
        name="following",
    )  # fmt: skip
    following.start()
    try:
        _patiently(Side.SENDING, lambda: _send(together, cancel, tell, doubt, clocks), cancel, tell)
    finally:  # Ctrl+C ends this thread alone
        cancel.cancel()
        following.join()


def _send(together: Together, cancel: CancelToken, told: Told, doubt: threading.Event, clocks: ClockWatch) -> None:
    """Send everything; return when more can go, or when the centre must be asked anew how far it is."""
    clocks.look()
    doubt.clear()
    outbox = _outbox(together)
    standing = send_all(outbox, cancel=cancel, told=_telling(together, told))
    asked = time.monotonic()
    while not cancel.wait(LOOK_S) and not doubt.is_set() and time.monotonic() < asked + ASK_AGAIN_S:
        if can_go_on(outbox, standing.sequence):
            return


def _telling(together: Together, told: Told) -> Callable[[Sent], None]:
    def tell(sent: Sent) -> None:
        together.acknowledge(sent.acknowledged)
        told(News(side=Side.SENDING, sent=sent))

    return tell


def _follow(together: Together, cancel: CancelToken, told: Told, *, wait: float) -> None:
    followed = _bring_up(together, cancel, told, wait=wait)
    if not followed.stopped_at:
        if hear_departments(together):
            _follow(together, cancel, told, wait=0)
            return
        together.is_whole(True)
    _remember_people(together, whole=not followed.stopped_at)
    follow_journal(together.copied)
    fetch_procedures(together.copied)
    remove_destroyed(together.copied)
    if followed.documents or not followed.stopped_at:
        told(News(side=Side.FOLLOWING, documents=followed.documents))
    if followed.stopped_at:
        raise CentreTooNew(kind=followed.stopped_at)


def _bring_up(together: Together, cancel: CancelToken, told: Told, *, wait: float) -> Followed:
    """The copy up to the centre, the one that is used or, where it is made anew, that."""
    if together.anew.begun:
        return _make_anew(together, cancel, told)
    if _is_empty(together.copy):  # grows as it goes: a new station need not wait for a million documents
        together.is_whole(False)
    try:
        return follow_centre(
            together.copy,
            together.line,
            cancel=cancel,
            wait=wait,
            told=lambda sequence: told(News(side=Side.FOLLOWING, central=sequence)),
        )
    except CopyParted as error:
        told(News(side=Side.FOLLOWING, error=error))
        return _make_anew(together, cancel, told)


def hear_departments(together: Together) -> bool:
    """Remember for which departments the station works, as a copy that is as far as the centre says. Returns whether
    the copy was forgotten: they are others than it was followed for until then. The answer to an enrolment was lost, or
    all after it, and what was withheld before it is not told twice.
    """
    with together.own() as own, together.copy() as unit:
        said = departments_of(unit.records, own.records.archive().archive_id)
    known = together.departments()
    if said is None or (known is not None and set(known) == set(said)):
        return False
    if known is not None:  # before they are remembered: what is cut off here is found again, and no other way
        together.is_whole(False)  # first: where that cannot be written, nothing is thrown away
        forget_copy(together)
    together.works_for(said)
    return known is not None


def forget_copy(together: Together) -> None:
    """Enrolled again, a station may see other departments than before: what was withheld is not told twice."""
    together.anew.remove()
    together.copied.index.clear()
    with together.copy() as unit:
        unit.begin_anew()
        unit.commit()


def _make_anew(together: Together, cancel: CancelToken, told: Told) -> Followed:
    """Make the copy beside the one that is used, whose place it takes at the centre's end, at once and whole.

    On the way it shows the past: documents as they were, people who have gone meanwhile. So it does before an entry
    that this program does not know.
    """

    def follow() -> Followed:
        with together.anew.open() as beside:
            return follow_centre(
                beside, together.line, cancel=cancel, told=lambda _sequence: told(News(side=Side.FOLLOWING))
            )

    try:
        followed = follow()
    except (CopyParted, ArchiveDamaged):
        together.anew.remove()
        followed = follow()
    with together.anew.open() as beside:
        if followed.stopped_at:
            return followed
        with beside() as made, together.copy() as unit:
            unit.become(made)
            unit.commit()
            end = unit.records.last_sequence()
    together.copied.index.clear()
    together.anew.remove()  # last: what is cut off before is done again
    told(News(side=Side.FOLLOWING, central=end))
    return followed


def _is_empty(copy: Callable[[], ReplicaUnit]) -> bool:
    with copy() as unit:
        return not unit.records.last_sequence()


def _remember_people(together: Together, *, whole: bool) -> None:
    """A copy that was emptied knows nobody until it is made anew, and is nobody's leave to come in."""
    with together.copy() as unit:
        known = bool(unit.people.all())
    if known or whole:
        together.has_people(known)


def _patiently(side: Side, work: Callable[[], None], cancel: CancelToken, told: Told) -> None:
    """Do it again and again; after errors wait longer each time."""
    failures = 0
    while not cancel.cancelled:
        try:
            work()
            failures = 0
        except Cancelled:
            return
        except Exception as exc:  # the thread's boundary: whatever it was, the other side goes on, this is tried again
            if not isinstance(exc, ArchiveError):
                _log.exception("%s failed", side)
            told(News(side=side, error=_in_our_words(exc)))
            cancel.wait(pause(failures, first_s=FIRST_WAIT_S, longest_s=LONGEST_WAIT_S))
            failures += 1


def _in_our_words(error: Exception) -> ArchiveError:
    if isinstance(error, ArchiveError):
        return error
    if isinstance(error, OSError) and is_full(error):
        return DiskFull()  # of this machine: where the link to the centre is kept, for one
    return ArchiveError(detail=f"{type(error).__name__}: {error}")


def _clock_watch(together: Together, told: Told) -> ClockWatch:
    return ClockWatch(together, lambda ahead: told(News(side=Side.SENDING, clock_ahead=ahead)))


def _outbox(together: Together) -> Outbox:
    return Outbox(
        unit_of_work=together.own, vault=together.own_vault, line=together.line, bytes_per_s=together.bytes_per_s
    )
