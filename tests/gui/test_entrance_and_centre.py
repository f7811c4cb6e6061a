"""At the way in, while the centre is slow, away, or does not take this station: what is said, and who waits."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QApplication

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import CentreNotAsked, CentreUnreachable, PeopleAwaited, StationRefused
from muni_archive.domain.people import Role
from muni_archive.messages import use_language
from muni_archive.services.centre.people import add_person, disable_person
from muni_archive.services.people.admitting import set_up_administrator
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.signing_in import FREE_TRIES, last_sign_ins, sign_in
from muni_archive.services.together.entering import CentreDoor
from tests.helpers.joined import NoLine
from ui.app import apply_look
from ui.entrance.window import SignInWindow
from ui.shell import Shell

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"
AWAY, REVOKED = CentreUnreachable(detail="timed out"), StationRefused(detail="stolen")
HUNG_S, AT_ONCE_S = 40, 8
"""So long the centre keeps one waiting at most, in these tests; a window must be gone long before."""


class Line:
    """The centre's word; while `gate` is shut it hangs, and `error` is what comes instead of it."""

    def __init__(self, centre):
        self.centre, self.error = centre, None
        self.gate, self.asked, self.answered = threading.Event(), threading.Event(), threading.Event()
        self.gate.set()

    def __call__(self, name, password):
        self.asked.set()
        self.gate.wait(HUNG_S)
        try:
            if self.error:
                raise self.error
            return sign_in(self.centre.place, name, password, at="A1").id
        finally:
            self.answered.set()


@pytest.fixture
def line(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        for name in ("مريم", "Gone"):
            add_person(opened.centre, name, SECRET, role=Role.CLERK)
        line = Line(opened.centre)
        yield line
        line.gate.set()


@pytest.fixture
def door(opened, line):
    """What the copy would tell is asked of the centre itself."""
    return CentreDoor(opened.place, line.centre.place.unit_of_work, line, NoLine())


@pytest.fixture
def entrance(qtbot, opened, door, settings):
    window = SignInWindow(door, settings, opened.place.station)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def attempt(window, name, password=SECRET):
    window.form.name.setText(name)
    window.form.password.setText(password)
    window.form.try_signing_in()


def told(qtbot, window):
    """What is said once there is an answer, without the marks around names."""
    qtbot.waitUntil(window.form.go.isEnabled, timeout=30_000)
    assert window.form.told.isVisible()
    return window.form.told.text().translate({0x2068: None, 0x2069: None})


@pytest.mark.parametrize(("error", "why"), [(AWAY, "does not answer (timed out)"), (REVOKED, "this station: stolen")])
def test_who_cannot_come_in_without_the_centre_is_told_why_it_was_not_asked(qtbot, entrance, line, error, why):
    line.error = error
    attempt(entrance, "مريم")
    said = told(qtbot, entrance)
    assert said.startswith("The centre could not be asked. ")
    assert why in said
    assert "who have signed in here before" in said


def test_nobody_learns_who_is_known_here(qtbot, entrance, door, line, opened):
    """A right password at a new place, a wrong one, a name that nobody has, and somebody whose access was ended."""
    door.enter("مريم", SECRET)
    disable_person(line.centre, "Gone", reason="left")
    line.error, said = AWAY, set()
    for name, password in (("Gone", SECRET), ("مريم", "a wrong password"), ("Nobody", SECRET)):
        attempt(entrance, name, password)
        said.add(told(qtbot, entrance))
    assert len(said) == 1
    assert [each.outcome for each in last_sign_ins(opened.place, 3)] == ["wrong", "wrong", "disabled"]
    attempt(entrance, "مريم")
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=30_000)


def test_without_the_centre_a_try_counts_as_any_other(qtbot, entrance, line):
    line.error = AWAY
    for _ in range(FREE_TRIES):
        attempt(entrance, "مريم")
        told(qtbot, entrance)
    attempt(entrance, "مريم")
    qtbot.waitUntil(lambda: "Too many tries" in entrance.form.told.text(), timeout=30_000)


def test_in_arabic_the_reason_is_arabic_too(qtbot, opened, door, line, settings):
    apply_look(QApplication.instance(), settings)
    line.error = AWAY
    window = SignInWindow(door, settings, opened.place.station)
    qtbot.addWidget(window)
    window.show()
    attempt(window, "مريم")
    said = told(qtbot, window)
    use_language("en")
    assert said.startswith("تعذّر سؤال المركز. المركز لا يجيب")


def test_while_the_centre_is_asked_that_is_said_and_the_answer_of_before_is_gone(qtbot, entrance, line):
    attempt(entrance, "مريم", "a wrong password")
    assert "wrong" in told(qtbot, entrance)
    line.gate.clear()
    attempt(entrance, "مريم")
    qtbot.waitUntil(entrance.form.asking.isVisible, timeout=30_000)
    assert entrance.form.asking.text() == "The centre is being asked …"
    assert not entrance.form.told.isVisible()
    line.gate.set()
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=30_000)
    assert not entrance.form.asking.isVisibleTo(entrance)


def test_an_archive_of_its_own_asks_no_centre(qtbot, opened, settings):
    set_up_administrator(opened.place, "Admin", SECRET)
    window = SignInWindow(OwnDoor(opened.place), settings, opened.place.station)
    qtbot.addWidget(window)
    window.show()
    shown = []
    window.form._show_asking = shown.append
    attempt(window, "Admin", "a wrong password")
    assert "wrong" in told(qtbot, window)
    assert shown == []


@pytest.mark.parametrize("error", [None, AWAY])
def test_who_goes_while_the_centre_hangs_waits_for_nothing_and_is_not_noted(qtbot, opened, door, line, settings, error):
    door.enter("مريم", SECRET)
    before = len(last_sign_ins(opened.place, 10))
    line.error = error
    line.gate.clear()
    line.answered.clear()
    window = SignInWindow(door, settings, opened.place.station)
    window.show()
    attempt(window, "مريم")
    assert line.asked.wait(30)
    pool, began = window._tasks._pool, time.monotonic()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert time.monotonic() - began < AT_ONCE_S
    assert not line.answered.is_set()
    line.gate.set()
    assert pool.waitForDone(30_000)
    assert line.answered.is_set()
    assert len(last_sign_ins(opened.place, 10)) == before


def test_the_window_is_gone_before_anything_is_waited_for(qtbot, entrance, monkeypatch):
    seen = []
    monkeypatch.setattr(entrance.child, "stop", lambda: seen.append(entrance.isVisible()))
    entrance._switch_language()
    assert seen == [False]
    assert entrance.wants_rebuilding


def test_whether_people_are_known_now_is_looked_beside_the_window(qtbot, opened, settings):
    """At each piece of news, of which there may be thousands; the last of them is not missed."""
    gate, known, threads = threading.Event(), [], []

    class Awaited(OwnDoor):
        def hindrance(self):
            if not threads:
                threads.append(None)
                return PeopleAwaited()
            threads.append(QThread.currentThread())
            found = None if known else PeopleAwaited()
            gate.wait(HUNG_S)
            return found

    window = SignInWindow(Awaited(opened.place), settings, opened.place.station)
    qtbot.addWidget(window)
    window.show()
    threads[:] = [None]
    for _ in range(5):
        window._heard(None)
    qtbot.waitUntil(lambda: len(threads) == 2, timeout=30_000)
    known.append("مريم")
    window._heard(None)
    gate.set()
    qtbot.waitUntil(lambda: window.wants_rebuilding, timeout=30_000)
    assert len(threads) == 3
    assert window.thread() not in threads


def test_a_locked_window_is_left_at_once_though_the_centre_hangs(qtbot, opened, door, line, settings):
    shell = Shell(opened, settings, door.enter("مريم", SECRET), door)
    qtbot.addWidget(shell)
    shell.show()
    shell.presence.lock()
    line.gate.clear()
    line.asked.clear()
    dialog = shell.presence.lock_dialog
    dialog.form.password.setText(SECRET)
    dialog.form.try_signing_in()
    assert line.asked.wait(30)
    began = time.monotonic()
    dialog.leave.click()
    assert time.monotonic() - began < AT_ONCE_S
    assert shell.signed_out
    line.gate.set()


def test_the_error_says_why_to_who_catches_it(door, line):
    line.error = REVOKED
    with pytest.raises(CentreNotAsked) as refused:
        door.enter("مريم", SECRET)
    assert refused.value.params["why"] is refused.value.__cause__ is REVOKED
