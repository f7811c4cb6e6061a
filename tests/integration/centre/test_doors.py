"""Who comes in at a station where it cannot be told whom the centre lets in: nobody, and it is said why."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from muni_archive.bootstrap import OPERATOR, enrol_archive, open_at_command, open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import (
    AuthorityMissing,
    CentreUnreachable,
    CopyParted,
    LinkDamaged,
    PeopleAwaited,
    SignInRefused,
)
from muni_archive.domain.errors import ArchiveDamaged, ArchiveInUse, KeyMissing
from muni_archive.domain.events import PersonDisabled
from muni_archive.domain.people import Role
from muni_archive.domain.permissions import Action
from muni_archive.organisation_files import read_units
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.centre.people import add_person, disable_person
from muni_archive.services.organisation.places import NewPlace, end_place, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.guarding import PersonGuard
from muni_archive.services.together.synchronising import follow_once, synchronise_once
from muni_archive.sync.keys import FILE as KEY
from muni_archive.sync.state import AUTHORITY, FILE, CentreLink, load_link, save_link
from tests.helpers.put_back import PutBack
from tests.helpers.serving import served_here

pytestmark = pytest.mark.usefixtures("cheap_passwords", "no_key_store")
SECRET = "four words and a river"


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened, served_here(opened) as port:
        opened.url = f"http://127.0.0.1:{port}"
        yield opened


@pytest.fixture
def archive(tmp_path, centre):
    """A station that has followed its centre."""
    with open_workplace(tmp_path / "A1"):
        pass
    enrol_archive(tmp_path / "A1", url=centre.url, code=invite_station(centre.centre))
    sync(tmp_path / "A1")
    return tmp_path / "A1"


@pytest.fixture
def peopled(archive, centre):
    """… which has a person."""
    begin_organisation(centre.centre.place, read_units())
    add_person(centre.centre, "مريم", SECRET, role=Role.NONE)
    give_place(centre.centre.place, "مريم", NewPlace(role="archivist"))
    sync(archive)
    return archive


@pytest.fixture
def opened(archive):
    with open_workplace(archive) as opened:
        yield opened


def sync(archive):
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)


def begin_anew(archive):
    """As the station does when the centre was restored from a backup."""
    with (
        open_workplace(archive, read_only=True) as own,
        open_together(archive, own.place) as line,
        line.together.copy() as unit,
    ):
        unit.begin_anew()
        unit.commit()


def move_authority(archive):
    save_link(archive, replace(load_link(archive), authority=str(archive / "moved.pem")))


def damage_copy(archive):
    (archive / "centre" / "copy.sqlite3").write_bytes(b"not a database" * 400)
    for rest in (archive / "centre").glob("copy.sqlite3-*"):
        rest.unlink()


def damage_link(archive):
    (archive / FILE).write_text("{", encoding="utf-8")


def lose_key(archive):
    (archive / KEY).rename(archive / "key")


HINDRANCES = [(damage_link, LinkDamaged), (lose_key, KeyMissing)]


@pytest.mark.parametrize(("hinder", "why"), HINDRANCES)
def test_nobody_comes_in_while_it_cannot_be_told_who_may(peopled, opened, hinder, why):
    kept = {name: (peopled / name).read_bytes() for name in (FILE, KEY)}
    hinder(peopled)
    door = opened.door()
    assert door.has_people()
    assert isinstance(door.hindrance(), why)
    with pytest.raises(why):
        door.enter("مريم", SECRET)
    for name, was in kept.items():
        (peopled / name).write_bytes(was)
    person = door.enter("مريم", SECRET)
    assert (person.name, door.hindrance()) == ("مريم", None)
    assert door.still_may(person)


def test_without_the_authoritys_file_people_known_here_come_in(peopled, opened):
    opened.door().enter("مريم", SECRET)
    kept = (peopled / FILE).read_bytes()
    move_authority(peopled)
    door = opened.door()
    assert (door.has_people(), door.hindrance()) == (True, None)
    assert door.enter("مريم", SECRET).name == "مريم"
    with pytest.raises(SignInRefused):
        door.enter("مريم", "a wrong password")
    with pytest.raises(AuthorityMissing, match=AUTHORITY):
        opened._together.together.line.standing()
    (peopled / FILE).write_bytes(kept)
    opened.door()
    assert opened._together.together.line.standing()


def test_nor_does_a_command_need_it(peopled, monkeypatch):
    move_authority(peopled)
    monkeypatch.setenv(OPERATOR, "مريم")
    with open_at_command(peopled) as opened:
        assert opened.place.operator == "مريم"


@pytest.mark.parametrize(("hinder", "why"), [*HINDRANCES, (damage_copy, ArchiveDamaged)])
def test_a_command_is_refused_then_too(peopled, hinder, why, monkeypatch):
    monkeypatch.setenv(OPERATOR, "مريم")
    open_at_command(peopled).close()
    hinder(peopled)
    with pytest.raises(why):
        open_at_command(peopled)


def test_a_damaged_copy_lets_nobody_in(peopled, opened):
    damage_copy(peopled)
    assert opened.door().has_people()
    assert opened.door().hindrance() is not None


@pytest.mark.parametrize("empty", [begin_anew, lambda archive: shutil.rmtree(archive / "centre")])
def test_an_empty_copy_lets_nobody_in_until_it_has_followed(peopled, opened, empty, monkeypatch):
    empty(peopled)
    door = opened.door()
    assert door.has_people()
    assert isinstance(door.hindrance(), PeopleAwaited)
    with pytest.raises(PeopleAwaited):
        door.enter("مريم", SECRET)
    with pytest.raises(SignInRefused):
        door.enter("مريم", "a wrong password")
    sync(peopled)
    assert door.hindrance() is None
    assert door.enter("مريم", SECRET).name == "مريم"


def test_without_the_line_an_empty_copy_says_so(peopled, opened):
    begin_anew(peopled)
    save_link(peopled, replace(load_link(peopled), url="http://127.0.0.1:1"))
    with pytest.raises(CentreUnreachable):
        opened.door().enter("مريم", SECRET)


class CutLine:
    """Tells that the copy is of another journal, and of its own all before an entry; then it is cut."""

    def __init__(self, line, end, before):
        self.line, self.end, self.before = line, end, before

    def __getattr__(self, name):
        return getattr(self.line, name)

    def feed(self, *, after, link, wait=0):
        if after == self.end:
            raise CopyParted
        entries = self.line.feed(after=after, link=link)
        if entries[0].sequence == self.before:
            raise CentreUnreachable(detail="cut")
        return [entry for entry in entries if entry.sequence < self.before]


def test_a_copy_says_who_may_as_it_did_until_it_is_made_anew(peopled, opened, centre):
    add_person(centre.centre, "X", SECRET, role=Role.NONE)
    sync(peopled)
    door = opened.door()
    door.enter("X", SECRET)
    inside = opened.as_person(door.enter("مريم", SECRET), door.people)
    disable_person(centre.centre, "X", reason="left")
    sync(peopled)
    with open_workplace(peopled, read_only=True) as own, open_together(peopled, own.place) as line:
        with line.together.copy() as unit:
            end = unit.records.last_sequence()
            disabled = next(each.sequence for each in unit.records.journal() if each.kind == PersonDisabled.kind)
        cut = replace(line.together, line=CutLine(line.together.line, end, disabled))
        with pytest.raises(CentreUnreachable):
            follow_once(cut, cancel=CancelToken())
    assert inside.guard.acting.name == "مريم"
    save_link(peopled, replace(load_link(peopled), url="http://127.0.0.1:1"))
    door = opened.door()
    with pytest.raises(SignInRefused):
        door.enter("X", SECRET)
    assert door.enter("مريم", SECRET).name == "مريم"


def test_half_a_first_copy_lets_in_by_the_centre_s_word_alone(peopled, opened, centre):
    add_person(centre.centre, "X", SECRET, role=Role.NONE)
    sync(peopled)
    opened.door().enter("X", SECRET)
    disable_person(centre.centre, "X", reason="left")
    begin_anew(peopled)
    with centre.centre.unit_of_work() as unit:
        disabled = next(each.sequence for each in unit.records.journal() if each.kind == PersonDisabled.kind)
    with open_workplace(peopled, read_only=True) as own, open_together(peopled, own.place) as line:
        cut = replace(line.together, line=CutLine(line.together.line, -1, disabled))
        with pytest.raises(CentreUnreachable):
            follow_once(cut, cancel=CancelToken())
    assert opened.door().enter("مريم", SECRET).name == "مريم"
    late = add_person(centre.centre, "Late", SECRET, role=Role.NONE)
    with pytest.raises(PeopleAwaited):
        opened.door().enter("Late", SECRET)
    assert opened.door().still_may(late), "who is in is not put out by half a copy"
    with pytest.raises(PeopleAwaited):
        opened.as_operator()
    link = load_link(peopled)
    save_link(peopled, replace(link, url="http://127.0.0.1:1"))
    for name in ("X", "مريم"):
        with pytest.raises(CentreUnreachable):
            opened.door().enter(name, SECRET)
    save_link(peopled, replace(load_link(peopled), url=link.url))
    sync(peopled)
    save_link(peopled, replace(load_link(peopled), url="http://127.0.0.1:1"))
    assert opened.door().enter("مريم", SECRET).name == "مريم"
    with pytest.raises(SignInRefused):
        opened.door().enter("X", SECRET)


@pytest.fixture
def ended(peopled, centre):
    """X was an archivist, which has ended: the entry before that."""
    add_person(centre.centre, "X", SECRET, role=Role.NONE)
    place = give_place(centre.centre.place, "X", NewPlace(role="archivist"))
    with centre.centre.unit_of_work() as unit:
        last = unit.records.last_sequence()
    end_place(centre.centre.place, place, reason="moved on")
    sync(peopled)
    return last


def grow(archive, last):
    """The copy, begun anew, comes as far as this entry."""
    begin_anew(archive)
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        cut = replace(line.together, line=CutLine(line.together.line, -1, last + 1))
        with pytest.raises(CentreUnreachable):
            follow_once(cut, cancel=CancelToken())


def test_half_a_first_copy_gives_nobody_the_rights_of_before(peopled, opened, centre, ended):
    grow(peopled, ended)
    door = opened.door()
    x = opened.as_person(door.enter("X", SECRET), door.people).guard
    maryam = opened.as_person(door.enter("مريم", SECRET), door.people).guard
    assert (x.may(Action.VIEW), x.acting.roles, x.scope().areas) == (False, (), ())
    assert (maryam.may(Action.DESCRIBE), maryam.acting.roles) == (True, (("archivist", ""),))
    give_place(centre.centre.place, "X", NewPlace(role="reader"))
    x = opened.as_person(door.enter("X", SECRET), door.people).guard
    assert (x.may(Action.VIEW), x.may(Action.DESCRIBE)) == (True, False), "by the centre's word of this moment"
    place = give_place(centre.centre.place, "X", NewPlace(role="archivist"))
    sync(peopled)
    assert x.may(Action.DESCRIBE), "the whole copy's word counts"
    end_place(centre.centre.place, place, reason="moved on")
    sync(peopled)
    assert not x.may(Action.DESCRIBE)


def test_nor_who_is_in_while_it_grows_again(peopled, opened, ended):
    door = opened.door()
    x = opened.as_person(door.enter("X", SECRET), door.people).guard
    maryam = opened.as_person(door.enter("مريم", SECRET), door.people).guard
    before = x.may(Action.VIEW), maryam.may(Action.VIEW)
    grow(peopled, ended)
    assert (x.may(Action.VIEW), maryam.may(Action.VIEW)) == before == (False, True)


def test_a_centre_that_says_of_nobody_what_they_may_is_waited_for(peopled, opened, ended, monkeypatch):
    """An older one: half a copy would say it in its place."""
    monkeypatch.setattr("muni_archive.line_to_centre.rights_in", lambda _said: None)
    grow(peopled, ended)
    for name in ("X", "مريم"):
        with pytest.raises(PeopleAwaited):
            opened.door().enter(name, SECRET)
    sync(peopled)
    assert opened.door().enter("مريم", SECRET).name == "مريم"


def test_who_is_in_goes_on_while_the_copy_is_empty(peopled, opened, centre):
    door = opened.door()
    person = door.enter("مريم", SECRET)
    guard = opened.as_person(person, door.people).guard
    assert guard.may(Action.VIEW)
    begin_anew(peopled)
    assert guard.may(Action.VIEW)
    assert door.still_may(person)
    disable_person(centre.centre, "مريم", reason="left")
    sync(peopled)
    assert not door.still_may(person)


def test_rights_are_read_again_where_the_journal_has_become_another(tmp_path):
    with PutBack(tmp_path / "centre") as town:
        place = town.centre.centre.place
        begin_organisation(place, read_units())
        person = add_person(town.centre.centre, "مريم", SECRET, role=Role.NONE)
        town.keep()
        give_place(town.centre.centre.place, "مريم", NewPlace(role="archivist"))

        def now():
            return town.centre.centre.place.unit_of_work()

        guard = PersonGuard(
            person.id, unit_of_work=now, roles=place.roles, classes=place.record_classes, clock=place.clock
        )
        assert guard.may(Action.VIEW)
        town.back()
        for _ in range(3):
            invite_station(town.centre.centre)
        assert not guard.may(Action.VIEW)


def test_a_command_waits_for_an_empty_copy(peopled):
    begin_anew(peopled)
    with pytest.raises(PeopleAwaited):
        open_at_command(peopled)


@pytest.mark.parametrize("hinder", [move_authority, lose_key, damage_copy, begin_anew])
def test_where_the_centre_has_nobody_no_one_is_asked(archive, opened, hinder):
    hinder(archive)
    door = opened.door()
    assert isinstance(door, OwnDoor)
    assert not door.has_people()
    assert opened.as_operator() is opened.place


def test_a_centre_that_was_put_back_to_before_it_had_people_asks_nobody(archive, opened):
    save_link(archive, replace(load_link(archive), people=True))
    assert opened.door().has_people()
    sync(archive)
    assert not opened.door().has_people()


def test_what_an_older_program_did_not_keep_is_known_when_the_copy_is_opened(peopled):
    save_link(peopled, replace(load_link(peopled), people=None))
    with open_workplace(peopled, read_only=True) as own:
        open_together(peopled, own.place).close()
    assert load_link(peopled).people is True


def test_the_door_of_before_is_closed(peopled, opened):
    opened.door()
    before = opened._together
    opened.door()
    assert before._line._http.is_closed
    assert not opened._together._line._http.is_closed


def test_no_code_is_spent_while_somebody_follows(peopled, centre):
    code, before = invite_station(centre.centre, ["buildings"]), load_link(peopled)
    with open_workplace(peopled, read_only=True) as own, open_together(peopled, own.place):
        with pytest.raises(ArchiveInUse):
            enrol_archive(peopled, url=centre.url, code=code)
        assert load_link(peopled) == before
    link = enrol_archive(peopled, url=centre.url, code=code)
    fresh = replace(before, departments=["buildings"], acknowledged=0, acknowledged_hash="", whole=False)
    assert load_link(peopled) == link == fresh
    with open_workplace(peopled) as opened:
        assert isinstance(opened.door().hindrance(), PeopleAwaited)


def test_two_processes_that_keep_the_link_do_not_take_each_others_part(tmp_path, monkeypatch):
    links = [CentreLink(url="u", centre_id=name, centre_name=name, station_id="s") for name in ("first", "second")]
    fsync, within = os.fsync, []

    def another_saves(handle):
        fsync(handle)
        if not within:
            within.append(1)
            monkeypatch.setattr("os.getpid", lambda: 1)
            save_link(tmp_path, links[1])

    monkeypatch.setattr("os.fsync", another_saves)
    save_link(tmp_path, links[0])
    assert load_link(tmp_path) == links[0]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_window_that_is_built_anew_while_the_copy_grows_gives_back_no_rights(peopled, opened, centre):
    """By language or theme; what the centre said at the sign-in was no longer so."""
    add_person(centre.centre, "X", SECRET, role=Role.NONE)
    role = give_place(centre.centre.place, "X", NewPlace(role="archivist"))
    with centre.centre.unit_of_work() as unit:
        last = unit.records.last_sequence()
    sync(peopled)
    door = opened.door()
    person = door.enter("X", SECRET)
    guard = opened.as_person(person, door.people).guard
    assert guard.may(Action.DESCRIBE)
    end_place(centre.centre.place, role, reason="moved on")
    sync(peopled)
    assert not guard.may(Action.DESCRIBE)
    grow(peopled, last)
    assert not opened.as_person(person, door.people).guard.may(Action.DESCRIBE)
    assert opened.as_person(door.enter("X", SECRET), door.people).guard.may(Action.VIEW) is False


def test_nor_does_it_end_for_who_came_in_without_the_centre(peopled, opened, ended):
    opened.door().enter("مريم", SECRET)
    opened._entitled.clear()  # the program was started again since
    link = load_link(peopled)
    save_link(peopled, replace(link, url="http://127.0.0.1:1"))
    door = opened.door()
    person = door.enter("مريم", SECRET)
    assert opened.as_person(person, door.people).guard.may(Action.DESCRIBE)
    save_link(peopled, replace(load_link(peopled), url=link.url))
    grow(peopled, ended)
    assert opened.as_person(person, door.people).guard.may(Action.DESCRIBE)
