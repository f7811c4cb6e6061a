"""What goes on in a serving process: wakes who waits for news, keeps the index in step, signs and counts."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from muni_archive.domain.errors import ArchiveError, ObjectStoreFailed
from muni_archive.services.audit.checkpoints import sign_checkpoint, sign_if_due
from muni_archive.services.centre.arriving import OLD_S, arriving_bytes, give_up_old
from muni_archive.services.centre.destroying import settle_disposals
from muni_archive.services.centre.people import SIGN_IN_DAYS, forget_old_sign_ins
from muni_archive.services.centre.place import Centre
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.workplace import Workplace

SWEEP_S = 600.0
"""Seconds between two looks at unfinished files, old sign-ins and the last checkpoint."""
LOOK_S, INDEX_S = 0.2, 0.5
"""Seconds between two looks at the journal's end, and at what the index has not yet."""
LOCKED_S = 6 * 3600.0
"""Seconds after which destroyed files that the object store's lock kept are tried again."""
AWAY_S = 60.0
"""Seconds that an object store is left alone which failed while something was to be destroyed."""
_log = logging.getLogger(__name__)


class Watcher:
    """One a process: begun and ended with the application."""

    def __init__(self, centre: Centre, *, sign_in_days: int = SIGN_IN_DAYS) -> None:
        """`sign_in_days`: after so many days sign-ins are forgotten."""
        self._centre, self._sign_in_days = centre, sign_in_days
        self._last, self._news = 0, asyncio.Event()
        self._locked, self._locked_at = frozenset[str](), time.monotonic()
        self._deciding, self._removing = _Pause(), _Pause()
        self._ends, self._lets_go = threading.Event(), False
        self.registry = CollectorRegistry()
        self._entries = Counter("muni_entries_taken", "Entries that stations sent", registry=self.registry)
        self._bytes = Counter("muni_bytes_taken", "Bytes of files that stations sent", registry=self.registry)
        self._sequence = Gauge("muni_central_sequence", "Last entry of the central journal", registry=self.registry)
        self._indexed = Gauge("muni_indexed_sequence", "Entry up to which the index is", registry=self.registry)
        self._arriving = Gauge("muni_arriving_bytes", "Bytes of unfinished files", registry=self.registry)
        self._kept = Gauge(
            "muni_destroyed_files_locked", "Destroyed files that the object store's lock keeps", registry=self.registry
        )
        self.sign_ins = Counter("muni_sign_ins", "Tries to sign in, by outcome", ("outcome",), registry=self.registry)
        self.seconds = Histogram(
            "muni_request_seconds", "Time of a request, by route", ("route", "status"), registry=self.registry
        )

    async def watch(self) -> None:
        """Until cancelled: look for the journal's end, and wake who waits."""
        while True:
            try:
                last = await run_in_threadpool(self._end_of_journal)
            except ArchiveError as error:
                _log.warning("the journal cannot be looked at: %s", error)
                last = self._last
            except Exception:  # the task's boundary: without it nobody would be woken until a restart
                _log.exception("the journal cannot be looked at")
                last = self._last
            if last != self._last:
                self._last = last
                self._sequence.set(last)
                news, self._news = self._news, asyncio.Event()
                news.set()
            await asyncio.sleep(LOOK_S)

    def index(self) -> None:
        """On a thread of its own, until `stop`: keep the index in step with the journal, decide what is to be
        destroyed, keep what is old away, and the journal signed.
        """
        swept = -SWEEP_S
        while not self._ends.wait(INDEX_S):
            if time.monotonic() - swept > SWEEP_S:
                swept = time.monotonic()
                self._sweep()
                self._forget()
                self._sign(sign_if_due)
            self._destroy()
            with _going_on("the index stands still"):
                follow_journal(self._centre.place)
                self._indexed.set(self._centre.place.index.cursor)
        self._sign(sign_checkpoint)

    def _destroy(self) -> None:
        """What a kill left between an entry and its bytes is gone on with here too."""
        with _going_on("nothing can be destroyed now"):
            self._deciding.unless_away(lambda: settle_disposals(self._centre))
        with _going_on("destroyed files cannot be removed now"):
            self._removing.unless_away(self._remove)

    def _remove(self) -> None:
        now = time.monotonic()
        if now - self._locked_at > LOCKED_S:
            self._locked, self._locked_at = frozenset(), now
        removal = remove_destroyed(self._centre.place, but=self._locked)
        self._locked |= frozenset(removal.locked)
        self._kept.set(len(self._locked))

    def _sweep(self) -> None:
        centre, long_ago = self._centre, datetime.now(UTC) - timedelta(seconds=OLD_S)
        with _going_on("unfinished files cannot be looked at"):
            removed = give_up_old(centre.arriving) + (centre.desk.give_up_older(long_ago) if centre.desk else 0)
            if removed:
                _log.info("%s unfinished files, which no station went on with, were removed", removed)
            self._arriving.set(arriving_bytes(centre.arriving))

    def _forget(self) -> None:
        with _going_on("old sign-ins cannot be forgotten"):
            if forgotten := forget_old_sign_ins(self._centre, days=self._sign_in_days):
                _log.info("%s sign-ins older than %s days were forgotten", forgotten, self._sign_in_days)

    def _sign(self, sign: Callable[[Workplace], object]) -> None:
        with _going_on("no checkpoint was signed"):
            sign(self._centre.place)

    def stop(self) -> None:
        self._ends.set()

    def let_go(self) -> None:
        """Whoever waits for news is answered now, and nobody waits any more: the server is about to end."""
        self._lets_go = True
        self._news.set()

    async def news(self, after: int, wait: float) -> None:
        """Return when the journal goes past `after`, or after `wait` seconds, or when all are let go."""
        deadline = asyncio.get_running_loop().time() + wait
        while self._last <= after and not self._lets_go:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return

    def entries_taken(self, count: int) -> None:
        self._entries.inc(count)

    def bytes_taken(self, count: int) -> None:
        self._bytes.inc(count)

    def _end_of_journal(self) -> int:
        with self._centre.unit_of_work() as unit:
            return unit.records.last_sequence()


class _Pause:
    """An object store that does not answer is left alone for a while: the index, which is kept on the same thread, and
    those who write, as files go under the one write lock, need not wait for it again and again.
    """

    def __init__(self) -> None:
        self._ends = 0.0

    def unless_away(self, work: Callable[[], object]) -> None:
        if time.monotonic() < self._ends:
            return
        try:
            work()
        except ObjectStoreFailed:
            self._ends = time.monotonic() + AWAY_S
            raise


@contextmanager
def _going_on(what: str) -> Iterator[None]:
    """The boundary of the thread's work: whatever fails is written down as this, and all else goes on. Without it
    nothing new would be found, and nothing removed or signed, until a restart.
    """
    try:
        yield
    except (ArchiveError, OSError) as error:
        _log.error("%s: %s", what, error)
    except Exception:
        _log.exception(what)


def watcher(request: Request) -> Watcher:
    found = request.app.state.watcher
    assert isinstance(found, Watcher)
    return found
