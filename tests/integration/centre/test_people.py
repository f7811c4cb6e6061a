"""People sign in on top of stations: who is let in, what they see, how long the next guess waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2.exceptions import VerificationError

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import PasswordWeak, PersonKnown, SignInLocked, SignInRefused
from muni_archive.domain.people import Role, Sight
from muni_archive.services.centre import people as service
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.centre.people import (
    add_person,
    change_password,
    disable_person,
    forget_old_sign_ins,
    last_sign_ins,
    people,
    sign_in,
)
from muni_archive.services.people import passwords
from muni_archive.services.people.signing_in import FREE_TRIES, waiting_time
from tests.helpers.centres import PlainStation, centre_problems

SECRET = "four words and a river"
OTHER = "another river of words"


class StoppedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
def centre(tmp_path, clock):
    import dataclasses

    with open_centre(tmp_path / "centre") as opened:
        place = dataclasses.replace(opened.centre.place, clock=clock)
        opened.centre = dataclasses.replace(opened.centre, place=place)
        yield opened


@pytest.fixture
def station(centre, tmp_path):
    plain = PlainStation(tmp_path / "A1", "A1")
    plain.enrol(centre)
    plain.close()
    with centre.centre.unit_of_work() as unit:
        return unit.station(plain.id)


def outcomes(centre):
    return [tried.outcome for tried in reversed(last_sign_ins(centre.centre, 100))]


def guess(centre, station, name="Maryam", times=1):
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in(centre.centre, station, name, "a wrong password")


def test_an_admitted_person_signs_in(centre, station):
    add_person(centre.centre, "مريم العنزي", SECRET, role=Role.CLERK, departments=("licences",))
    person = sign_in(centre.centre, station, "  مريم   العنزي ", SECRET)
    assert (person.name, person.role, person.departments) == ("مريم العنزي", Role.CLERK, ("licences",))
    assert outcomes(centre) == ["ok"]
    assert centre_problems(centre) == []


def test_the_journal_tells_of_the_person_and_not_of_the_password(centre):
    add_person(centre.centre, "Maryam", SECRET)
    with centre.centre.unit_of_work() as unit:
        entries = unit.records.journal(after=0, limit=100)
        secret = unit.people.password_hash(people(centre.centre)[0].id)
    assert entries[-1].kind == "person-admitted"
    assert secret.startswith("$argon2id$")
    assert not any(SECRET in entry.payload or "argon2" in entry.payload for entry in entries)


def test_wrong_unknown_and_disabled_are_one_answer(centre, station):
    add_person(centre.centre, "Maryam", SECRET)
    add_person(centre.centre, "Salim", SECRET)
    disable_person(centre.centre, "Salim", reason="left")
    told = []
    for name, password in (("Maryam", "wrong"), ("Nobody", SECRET), ("Salim", SECRET)):
        with pytest.raises(SignInRefused) as refused:
            sign_in(centre.centre, station, name, password)
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert outcomes(centre) == ["wrong", "wrong", "disabled"]
    assert centre_problems(centre) == []


class CountingHasher:
    """Nothing is anybody's password."""

    def __init__(self):
        self.calls = []

    def hash(self, _password):
        self.calls.append("hash")
        return "$argon2id$"

    def verify(self, _hash, _password):
        self.calls.append("verify")
        raise VerificationError


def test_an_unknown_name_takes_the_work_of_a_known_one(centre, station, monkeypatch):
    """So nobody learns from the time of an answer who has a name here."""
    add_person(centre.centre, "Maryam", SECRET)
    add_person(centre.centre, "Salim", SECRET)
    disable_person(centre.centre, "Salim", reason="left")
    passwords.nobodys_hash()
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_hasher", counting)
    for name in ("Maryam", "Nobody", "Salim"):
        guess(centre, station, name)
        assert counting.calls == ["verify"], name
        counting.calls.clear()


def test_guessing_waits_longer_each_time(centre, station, clock):
    add_person(centre.centre, "Maryam", SECRET)
    guess(centre, station, times=FREE_TRIES)
    with pytest.raises(SignInLocked) as locked:
        sign_in(centre.centre, station, "Maryam", SECRET)
    assert locked.value.params["seconds"] == waiting_time(FREE_TRIES)
    clock.at += timedelta(seconds=waiting_time(FREE_TRIES) + 1)
    guess(centre, station)
    with pytest.raises(SignInLocked) as locked:
        sign_in(centre.centre, station, "maryam", SECRET)
    assert locked.value.params["seconds"] == 2 * waiting_time(FREE_TRIES)
    clock.at += timedelta(hours=2)
    sign_in(centre.centre, station, "Maryam", SECRET)
    guess(centre, station, times=FREE_TRIES)
    assert outcomes(centre)[FREE_TRIES] == "locked"


def test_unknown_names_wait_like_known_ones(centre, station):
    guess(centre, station, "Nobody", FREE_TRIES)
    with pytest.raises(SignInLocked):
        sign_in(centre.centre, station, "Nobody", SECRET)


def test_many_guesses_at_once_count_as_many(centre, station):
    from concurrent.futures import ThreadPoolExecutor

    add_person(centre.centre, "Maryam", SECRET)

    def one(_):
        try:
            sign_in(centre.centre, station, "Maryam", "wrong")
        except (SignInRefused, SignInLocked) as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(one, range(12)))
    assert told.count(SignInRefused) == FREE_TRIES
    assert told.count(SignInLocked) == 12 - FREE_TRIES


def test_who_guesses_at_one_station_locks_nobody_out_at_another(centre, station, tmp_path):
    add_person(centre.centre, "Maryam", SECRET)
    other = PlainStation(tmp_path / "B2", "B2")
    other.enrol(centre)
    other.close()
    guess(centre, station, times=FREE_TRIES)
    with centre.centre.unit_of_work() as unit:
        there = unit.station(other.id)
    assert sign_in(centre.centre, there, "Maryam", SECRET).name == "Maryam"


def test_a_new_password_replaces_the_old(centre, station):
    add_person(centre.centre, "Maryam", SECRET)
    change_password(centre.centre, "Maryam", OTHER)
    guess_old = pytest.raises(SignInRefused)
    with guess_old:
        sign_in(centre.centre, station, "Maryam", SECRET)
    sign_in(centre.centre, station, "Maryam", OTHER)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "maryam maryam maryam", "x y" * 200])
def test_easy_passwords_are_refused(centre, password):
    with pytest.raises(PasswordWeak):
        add_person(centre.centre, "Maryam", password)
    assert people(centre.centre) == []


def test_sign_ins_are_forgotten_by_age(centre, clock, station, monkeypatch):
    monkeypatch.setattr(service, "FORGOTTEN_AT_ONCE", 2)
    add_person(centre.centre, "Maryam", SECRET)
    guess(centre, station, times=5)
    clock.at += timedelta(days=399)
    sign_in(centre.centre, station, "Maryam", SECRET)
    clock.at += timedelta(days=1)
    assert forget_old_sign_ins(centre.centre, days=400) == 0
    clock.at += timedelta(seconds=1)
    assert forget_old_sign_ins(centre.centre, days=400) == 5
    assert outcomes(centre) == ["ok"]
    assert forget_old_sign_ins(centre.centre, days=400) == 0


def test_one_name_is_one_person(centre):
    add_person(centre.centre, "Maryam", SECRET)
    with pytest.raises(PersonKnown):
        add_person(centre.centre, " MARYAM ", SECRET)


def test_stations_of_some_departments_are_told_nothing_of_people(centre, station, tmp_path):
    add_person(centre.centre, "Maryam", SECRET)
    disable_person(centre.centre, "Maryam", reason="left")
    limited = PlainStation(tmp_path / "C3", "C3")
    limited.enrol(centre, departments=("personnel",))
    limited.close()
    with centre.centre.unit_of_work() as unit:
        there = unit.station(limited.id)
    told = feed(centre.centre, there, after=0, link="0" * 64)
    assert not any("Maryam" in entry.payload or "person" in entry.kind for entry in told)
    assert any("Maryam" in entry.payload for entry in feed(centre.centre, station, after=0, link="0" * 64))


def test_what_both_may_see():
    everything, licences, personnel = Sight(), Sight.of(["licences"]), Sight.of(["personnel"])
    assert (everything & licences) == (licences & everything) == licences
    nothing = licences & personnel
    assert nothing.departments == frozenset()
    assert not nothing.covers("licences")
    assert not nothing.covers("")
    assert not (everything & nothing).covers("licences")
