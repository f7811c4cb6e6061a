"""People of a centre come in at a station: by the centre's word, and without it once the centre has let them in."""

from __future__ import annotations

import httpx
import pytest

from muni_archive.bootstrap import open_centre, open_workplace
from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.centre_errors import CentreUnreachable, SignInLocked, SignInRefused
from muni_archive.domain.people import Role
from muni_archive.domain.permissions import Action
from muni_archive.services.audit.trail import all_rows, audit_trail
from muni_archive.services.centre.people import add_person, change_password, disable_person
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.signing_in import FREE_TRIES, last_sign_ins, sign_in
from muni_archive.services.together.entering import CentreDoor
from muni_archive.sync.client import _checked
from tests.helpers.joined import JoinedStation, NoLine
from tests.helpers.serving import served

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET, OTHER = "four words and a river", "another river of words"


class Line:
    """The centre's word, unless the line is cut."""

    def __init__(self, centre):
        self.centre, self.cut = centre, False
        self.answer: httpx.Response | None = None

    def __call__(self, name, password):
        if self.cut:
            raise CentreUnreachable(detail="cut")
        if self.answer:
            _checked(self.answer)
        return sign_in(self.centre.place, name, password, at="A1").id


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        add_person(opened.centre, "مريم", SECRET, role=Role.CLERK)
        yield opened.centre


@pytest.fixture
def opened(tmp_path):
    with open_workplace(tmp_path / "a") as station:
        yield station


@pytest.fixture
def line(centre):
    return Line(centre)


@pytest.fixture
def door(opened, centre, line):
    """What the copy would tell is asked of the centre itself."""
    return CentreDoor(opened.place, centre.place.unit_of_work, line, NoLine())


def outcomes(opened):
    return [tried.outcome for tried in reversed(last_sign_ins(opened.place, 100))]


def test_who_came_in_once_comes_in_without_the_line(opened, door, line):
    assert door.has_people()
    line.cut = True
    with pytest.raises(SignInRefused):
        door.enter("مريم", SECRET)
    line.cut = False
    person = door.enter("مريم", SECRET)
    line.cut = True
    assert door.enter(" مريم ", SECRET) == person
    assert opened.as_person(person, door.people).guard.may(Action.CAPTURE)
    assert outcomes(opened) == ["wrong", "ok", "ok"]
    with opened.place.unit_of_work() as unit:
        assert unit.people.all() == []
        entries = unit.records.journal(after=0, limit=100)
    assert not any(SECRET in entry.payload or "argon2" in entry.payload for entry in entries)


@pytest.mark.parametrize(
    ("code", "status"), [("database-unreachable", 503), ("index-unavailable", 503), ("disk-full", 507), ("error", 500)]
)
def test_who_came_in_once_comes_in_though_the_centre_can_do_nothing(door, line, code, status):
    person = door.enter("مريم", SECRET)
    line.answer = httpx.Response(status, json={"code": code, "message": "1a2b", "params": {}})
    assert door.enter("مريم", SECRET) == person


def test_who_is_disabled_or_has_another_password_does_not(door, line, centre):
    person = door.enter("مريم", SECRET)
    change_password(centre, "مريم", OTHER)
    with pytest.raises(SignInRefused):
        door.enter("مريم", SECRET)  # the centre refuses what was right: it is forgotten here
    line.cut = True
    with pytest.raises(SignInRefused):
        door.enter("مريم", SECRET)
    line.cut = False
    door.enter("مريم", OTHER)
    line.cut = True
    assert door.still_may(person)
    disable_person(centre, "مريم", reason="left")
    assert not door.still_may(person)
    with pytest.raises(SignInRefused):
        door.enter("مريم", OTHER)


def test_a_slip_of_the_keys_shuts_nobody_out_while_the_line_is_away(door, line):
    door.enter("مريم", SECRET)
    with pytest.raises(SignInRefused):
        door.enter("مريم", "a slip of the keys")
    line.cut = True
    assert door.enter("مريم", SECRET).name == "مريم"


def test_all_of_it_stands_in_the_stations_journal(opened, door, line, centre):
    """With the centre and without it; the centre says to nobody whose access was ended, the copy does."""
    person = door.enter("مريم", SECRET)
    door.leave(person)
    line.cut = True
    door.leave(door.enter("مريم", SECRET), "closed")
    line.cut = False
    disable_person(centre, "مريم", reason="left")
    for name in ("مريم", "Nobody"):
        with pytest.raises(SignInRefused):
            door.enter(name, SECRET)
    for _ in range(FREE_TRIES - 1):
        with pytest.raises(SignInRefused):
            door.enter("مريم", "a wrong password")
    with pytest.raises(SignInLocked):
        door.enter("مريم", SECRET)
    trail = audit_trail(opened.place, AuditFilter(person="مريم"))
    told = [(row.kind, row.details) for row in reversed(list(all_rows(opened.place, trail)))]
    ended = ("sign-in-failed", "access was ended")
    assert told == [
        ("signed-in", "with a password"),
        ("signed-out", "at their request"),
        ("signed-in", "with a password"),
        ("signed-out", "the program was closed"),
        *[ended] * FREE_TRIES,
        ("sign-in-failed", "locked after too many tries"),
    ]
    assert audit_trail(opened.place, AuditFilter(person="nobody")).total == 1


def test_guessing_waits_without_the_line_too(door, line):
    door.enter("مريم", SECRET)
    line.cut = True
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused):
            door.enter("مريم", "a wrong password")
    with pytest.raises(SignInLocked):
        door.enter("مريم", SECRET)


@pytest.mark.slow
def test_over_the_line_and_from_the_copy(tmp_path):
    with served(tmp_path / "served" / "centre") as centre:
        station = JoinedStation(tmp_path / "A1", "A1", centre)
        with open_workplace(station.folder) as opened:
            assert isinstance(opened.door(), OwnDoor)
        with open_centre(centre.folder, beside=True) as beside:
            add_person(beside.centre, "مريم", SECRET, role=Role.NONE)
            give_place(beside.centre.place, "مريم", NewPlace(role="clerk"))
        station.sync()
        with open_workplace(station.folder) as opened:
            door = opened.door()
            person = door.enter("مريم", SECRET)
            guard = opened.as_person(person, door.people).guard
            assert guard.may(Action.CAPTURE)
            assert not guard.may(Action.ADMINISTER)
            centre.stop()
            assert door.enter("مريم", SECRET) == person
            with pytest.raises(SignInRefused):
                door.enter("مريم", "a wrong password")
