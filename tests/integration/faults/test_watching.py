"""What runs for as long as the program does: nothing that was recorded waits for something else to happen."""

from __future__ import annotations

import shutil
import threading
import time

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.events import HoldPlaced
from muni_archive.domain.versions import PROTOCOL
from muni_archive.services.together import synchronising
from tests.helpers.linked import DirectLine, LinkedStation
from tests.helpers.proofs import prove_all, prove_arrived
from tests.helpers.stores import record


class ThroughTheLine(DirectLine):
    """A line that can be down, and that holds questions for news a little."""

    down = False
    version = PROTOCOL
    asked = 0
    """Looks at what may be sent; following asks where the journal ends, and is not counted."""

    def spoken(self):
        return self.version

    def wanted(self):
        self.asked += 1
        return super().wanted()

    def standing(self):
        self._check()
        return super().standing()

    def feed(self, *, after, link, wait=0):
        self._check()
        entries = super().feed(after=after, link=link)
        if not entries and wait:
            time.sleep(0.02)
        return entries

    def _check(self):
        if self.down:
            raise CentreUnreachable(detail="down")


class Running:
    """A centre and two stations; the first keeps synchronised on a thread."""

    def __init__(self, folder):
        self.folder = folder
        self.centre = open_centre(folder / "centre")
        self.stations = [LinkedStation(folder / name, name) for name in ("A1", "B2")]
        for station in self.stations:
            station.enrol(self.centre)
            station.line = ThroughTheLine(lambda: self.centre, station.id)
        self.cancel = CancelToken()
        self.errors, self.sent = [], []
        self.thread = threading.Thread(target=self._keep)

    def _keep(self):
        def told(news):
            if news.error:
                self.errors.append(news.error.code)
            if news.sent:
                self.sent.append(news.sent)

        synchronising.keep_synchronised(self.stations[0].together, cancel=self.cancel, told=told)

    def until(self, true):
        ends = time.monotonic() + 30
        while not true():
            assert time.monotonic() < ends, "it never comes to pass"
            time.sleep(0.02)

    def arrived(self, station):
        with self.centre.centre.unit_of_work() as unit:
            return unit.standing(station.id).sequence == len(station.entries())

    def close(self):
        self.cancel.cancel()
        self.thread.join()
        for station in self.stations:
            station.close()
        self.centre.close()


@pytest.fixture
def running(tmp_path, monkeypatch):
    monkeypatch.setattr(synchronising, "LOOK_S", 0.02)
    monkeypatch.setattr(synchronising, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(synchronising, "LONGEST_WAIT_S", 0.1)
    made = Running(tmp_path)
    yield made
    made.close()


def test_what_is_recorded_at_the_very_moment_that_sending_ends_is_sent_too(running, monkeypatch):
    one = running.stations[0]
    real, calls = synchronising.send_all, []

    def send_all(*arguments, **named):
        standing = real(*arguments, **named)
        calls.append(standing)
        if len(calls) == 1:
            one.add_document("late")
        return standing

    monkeypatch.setattr(synchronising, "send_all", send_all)
    running.thread.start()
    running.until(lambda: running.arrived(one) and len(calls) > 1)
    prove_arrived(running.centre, one)


def test_an_idle_station_sends_again_what_a_restored_centre_has_lost(running):
    one, other = running.stations
    one.add_document("x")
    one.sync()
    running.centre.close()
    shutil.copytree(running.folder / "centre", running.folder / "backup")
    running.centre = open_centre(running.folder / "centre")
    one.add_document("y", 2)
    running.thread.start()
    running.until(lambda: running.arrived(one))

    one.line.down = True
    running.until(lambda: "centre-unreachable" in running.errors)
    time.sleep(0.2)
    running.centre.close()
    shutil.rmtree(running.folder / "centre")
    shutil.copytree(running.folder / "backup", running.folder / "centre")
    running.centre = open_centre(running.folder / "centre")
    other.add_document("z")
    other.sync()
    one.line.down = False

    running.until(lambda: running.arrived(one))
    running.cancel.cancel()
    running.thread.join()
    for station in (one, other, one, other):
        station.sync()
    prove_all(running.centre, running.stations)


def test_what_an_older_centre_does_not_understand_waits_quietly_until_it_is_updated(running):
    one = running.stations[0]
    one.line.version = 1
    one.add_document("x")
    record(one.store, HoldPlaced(hold_id="h", scope="document", target="x-d", reason="r", authority="a"))
    running.thread.start()
    running.until(lambda: running.sent and running.sent[-1].held)
    one.add_document("y", 2)
    asked = one.line.asked
    time.sleep(0.5)
    assert one.line.asked == asked, "it asks and asks while nothing can go"
    assert (running.sent[-1].left, running.errors) == (1, [])
    one.line.version = PROTOCOL
    running.until(lambda: running.arrived(one))
    running.until(lambda: not running.sent[-1].held)
    prove_arrived(running.centre, one)
