"""Who came in, failed and went stands in the trail under their name, whoever the system says works here."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.centre_errors import SignInLocked, SignInRefused
from muni_archive.domain.events import SignedIn, SignedOut, SignInFailed
from muni_archive.domain.people import Role
from muni_archive.services.audit import record as recording
from muni_archive.services.audit.trail import all_rows, audit_trail, people_in_trail
from muni_archive.services.people.admitting import add_person, disable_person
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.signing_in import FREE_TRIES, last_sign_ins
from tests.helpers.audited import SetClock, audited
from tests.helpers.older import take_back
from tests.helpers.stores import problems, record

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def office(tmp_path, clock):
    """The system calls its user نورة; مريم and بدر are admitted."""
    with audited(tmp_path / "a", clock=clock) as (place, store):
        add_person(place, "مريم", SECRET, role=Role.CLERK)
        add_person(place, "بدر", SECRET, role=Role.CLERK)
        yield place, store


def fail(door, name, error=SignInRefused):
    with pytest.raises(error) as raised:
        door.enter(name, "a wrong password")
    return str(raised.value)


def found(place, person):
    trail = audit_trail(place, AuditFilter(person=person))
    return [(row.kind, row.who, row.details) for row in reversed(list(all_rows(place, trail)))]


def test_everything_is_found_by_the_person(office):
    place, store = office
    door = OwnDoor(place)
    fail(door, " مريم ")
    door.leave(door.enter("مريم", SECRET))
    assert found(place, "مريم") == [
        ("sign-in-failed", "مريم", "wrong name or password"),
        ("signed-in", "مريم", "with a password"),
        ("signed-out", "مريم", "at their request"),
    ]
    assert not any(kind.startswith("sign") for kind, _who, _said in found(place, "نورة"))
    assert problems(store) == []


def test_an_unknown_name_is_found_and_not_listed(office):
    """What stands in the field of the name may be a password."""
    place, _store = office
    fail(OwnDoor(place), "Nobody")
    assert found(place, "nobody") == [("sign-in-failed", "Nobody", "wrong name or password")]
    assert people_in_trail(place) == ["نورة"]
    fail(OwnDoor(place), "بدر")
    assert people_in_trail(place) == ["بدر", "نورة"]


def test_a_disabled_person_is_told_apart_in_the_trail_alone(office):
    place, _store = office
    door = OwnDoor(place)
    disable_person(place, "بدر", reason="left")
    assert fail(door, "بدر") == fail(door, "Nobody") == fail(door, "مريم")
    with pytest.raises(SignInRefused):
        door.enter("بدر", SECRET)
    assert [said for _kind, _who, said in found(place, "بدر")] == ["access was ended", "access was ended"]
    assert [each.outcome for each in last_sign_ins(place, 9, name=" بدر")] == ["disabled", "disabled"]
    assert len(last_sign_ins(place, 9)) == 4


def test_a_lock_is_told_once_an_hour(office, clock):
    place, _store = office
    door = OwnDoor(place)
    for _ in range(FREE_TRIES):
        fail(door, "مريم")
    for _ in range(3):
        fail(door, "مريم", SignInLocked)
    reasons = [said for _kind, _who, said in found(place, "مريم")]
    assert reasons == ["wrong name or password"] * FREE_TRIES + ["locked after too many tries"]
    assert [each.outcome for each in last_sign_ins(place, 4)] == ["locked", "locked", "locked", "wrong"]


def test_nobody_fills_the_journal_by_guessing(office, clock, monkeypatch):
    monkeypatch.setattr(recording, "MOST_FAILED", 3)
    place, _store = office
    door = OwnDoor(place)
    for at in range(5):
        fail(door, f"name {at}")
    assert [len(found(place, f"name {at}")) for at in range(5)] == [1, 1, 1, 0, 0]
    assert len(last_sign_ins(place, 9)) == 5
    clock.forward(hours=2)
    fail(door, "later")
    assert len(found(place, "later")) == 1


def test_sign_ins_are_forgotten_after_400_days_and_the_journal_keeps_them(office, clock):
    place, _store = office
    door = OwnDoor(place)
    fail(door, "مريم")
    clock.forward(days=401)
    door.enter("مريم", SECRET)
    assert [each.outcome for each in last_sign_ins(place, 9)] == ["ok"]
    assert len(found(place, "مريم")) == 2


def test_journals_from_before_are_read_as_they_stand(tmp_path, clock):
    """An archive of the form before: its sign-ins are found by name once it has been opened."""
    folder = tmp_path / "old"
    with audited(folder, clock=clock) as (_place, store):
        record(
            store,
            SignedIn(person_id="p", name="مريم"),
            SignInFailed(name=" مريم", reason="locked"),
            SignedOut(person_id="p", name="مريم"),
        )
    _downgrade(folder)
    with audited(folder, clock=clock) as (place, store):
        assert [kind for kind, _who, _said in found(place, "مريم")] == ["signed-in", "sign-in-failed", "signed-out"]
        assert problems(store) == []


def _downgrade(folder):
    with create_engine(f"sqlite:///{folder / 'archive.sqlite3'}").begin() as connection:
        take_back(connection, "0014")
