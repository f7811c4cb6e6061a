"""A station's clock is a year off: nothing changes but the times that people read, and it is pointed out."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import main
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import FileClosed, PersonAdmitted
from muni_archive.domain.organisation_events import GlassBroken
from muni_archive.domain.people import Role
from muni_archive.domain.retention import CountedFrom, RetentionRule, Term, Trigger, judge
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.together.clocks import ClockWatch, clock_words
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.synchronising import News, Side
from muni_archive.services.together.telling import as_line, from_line
from tests.helpers.linked import DirectLine, LinkedStation, enrol_cheaply, revise_document
from tests.helpers.proofs import prove_all
from tests.helpers.serving import served_here
from tests.helpers.stores import record


class WrongClock:
    """Implements `ports.Clock`, off by so many days."""

    def __init__(self, days: float) -> None:
        self.off = timedelta(days=days)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_is_a_year_off_decides_nothing(tmp_path, days, figures):
    with open_centre(tmp_path / "centre") as centre:
        wrong = LinkedStation(tmp_path / "A1", "A1", clock=WrongClock(days))
        right = LinkedStation(tmp_path / "B2", "B2")
        both = (wrong, right)
        for station in both:
            station.enrol(centre)
            station.line = DirectLine(lambda: centre, station.id)
        news = []
        document_id = wrong.add_document("x")
        for station in (*both, *both):
            station.sync(news.append)
        seen = right.sees(document_id)
        revise_document(wrong, document_id, seen, title="الأول")
        wrong.sync()
        revise_document(right, document_id, seen, title="الثاني")
        for station in (right, wrong, right, wrong, right):
            station.sync()
        prove_all(centre, both)
        with centre.centre.unit_of_work() as unit:
            # What came first stands and the other waits for a person, whatever the clocks say.
            assert unit.records.document(document_id).title == "الأول"
            (conflict,) = unit.records.conflicts()
            assert unit.records.event(conflict.theirs).title == "الثاني"
        ahead = [each.clock_ahead for each in news if each.clock_ahead]
        assert {round(seconds / 86400) for seconds in ahead} == {days}
        figures(days=days, told=len(ahead))
        for station in both:
            station.close()


@contextmanager
def two_stations(folder, days):
    """A centre, a station whose clock is so many days off, and one whose clock is right."""
    with open_centre(folder / "centre") as centre, ExitStack() as open_:
        made = [
            LinkedStation(folder / name, name, clock=clock) for name, clock in (("A1", WrongClock(days)), ("B2", None))
        ]
        for station in made:
            open_.callback(station.close)
            station.enrol(centre)
            station.line = DirectLine(partial(lambda here: here, centre), station.id)
        yield centre, *made


def take_over(station):
    """As the program does after it followed."""
    take_over_news(station.store.unit_of_work, station.copy.unit_of_work)


def life_in(store, document_id):
    with store.unit_of_work() as unit:
        return unit.retention.kept(document_id).life


@pytest.mark.parametrize("days", [365, -365])
def test_years_are_counted_from_when_the_centre_heard(tmp_path, days):
    """Registered and closed at a station whose clock is off: at the centre, in both copies and at the station."""
    rules = [
        RetentionRule(trigger=each, years=1, counted_from=CountedFrom.DAY)
        for each in (Trigger.REGISTERED, Trigger.CLOSED)
    ]
    with two_stations(tmp_path, days) as (centre, wrong, right):
        document_id = wrong.add_document("x")
        revise_document(wrong, document_id, file_reference="F-1")
        record(wrong.store, FileClosed(reference="F-1", reason="r"))
        off = life_in(wrong.store, document_id)
        for station in (wrong, right, wrong):
            station.sync()
        take_over(wrong)
        begun = datetime.now(UTC).date()
        assert abs((off.registered - begun).days) > 360  # alone it goes by its own clock
        for store in (centre.centre, wrong.copy, right.copy, wrong.store):
            life = life_in(store, document_id)
            assert {(begun - life.registered).days, (begun - life.closed).days} <= {0, 1}
            for rule in rules:
                assert judge(rule, life, begun + timedelta(days=360)).term is Term.RUNNING
                assert judge(rule, life, begun + timedelta(days=366)).term is Term.DUE
            with store.unit_of_work() as unit:
                found = unit.retention.kept_of_class("building_file", rules[1], begun)
                assert [kept.document_id for kept in found] == [document_id]
                assert list(unit.retention.kept_of_class("building_file", rules[1], begun - timedelta(days=2))) == []
        prove_all(centre, (wrong, right))


@pytest.mark.parametrize("days", [365, 0, -365])
def test_names_nobody_has_are_taken_until_the_station_has_heard(tmp_path, days):
    """Whatever its clock says: what a clerk did before anybody was admitted comes in, what is done later does not."""
    with two_stations(tmp_path, days) as (centre, wrong, right):
        place = centre.centre.place
        wrong.add_document("before")
        begin_organisation(place, read_units())
        with centre.centre.unit_of_work() as unit:
            unit.record(PersonAdmitted(person_id="m", name="Maryam", role=Role.NONE.value))
            unit.commit()
        give_place(place, "Maryam", NewPlace(role="clerk"))
        wrong.add_document("not heard", 2)
        wrong.sync()
        take_over(wrong)
        wrong.sync()
        wrong.add_document("heard", 3)
        for _ in range(2):  # it stands still, and says the same again
            with pytest.raises(NotAllowed, match="nobody is called clerk-A1 here .* admitted them"):
                wrong.sync()
        with centre.centre.unit_of_work() as unit:
            assert set(unit.records.documents_by_id([f"{key}-d" for key in ("before", "not heard", "heard")])) == {
                "before-d", "not heard-d",
            }  # fmt: skip
            unit.record(PersonAdmitted(person_id="c", name="clerk-A1", role=Role.NONE.value))
            unit.commit()
        give_place(place, "clerk-A1", NewPlace(role="clerk"))
        for station in (wrong, right):
            station.sync()
        with centre.centre.unit_of_work() as unit:
            assert "heard-d" in unit.records.documents_by_id(["heard-d"])


@pytest.mark.parametrize("days", [365, -365])
def test_broken_glass_is_whole_again_after_an_hour(tmp_path, days):
    """Everywhere but at the station whose clock it is, and there too once the centre has heard."""
    with two_stations(tmp_path, days) as (centre, wrong, right):
        with centre.centre.unit_of_work() as unit:
            unit.record(PersonAdmitted(person_id="c", name="clerk-A1", role=Role.NONE.value))
            unit.commit()
        begin_organisation(centre.centre.place, read_units())
        give_place(centre.centre.place, "clerk-A1", NewPlace(role="clerk", unit_id="personnel"))
        until = WrongClock(days).now() + timedelta(hours=1)
        glass = GlassBroken(
            grant_id="g", person_id="c", file_reference="F-1", department="d", reason="r",
            until=until.isoformat(timespec="microseconds"),
        )  # fmt: skip
        record(wrong.store, glass)
        for station in (wrong, right):
            station.sync()
        later = (datetime.now(UTC) + timedelta(minutes=61)).isoformat(timespec="microseconds")
        for store in (centre.centre, right.copy, wrong.copy):
            with store.unit_of_work() as unit:
                (grant,) = unit.organisation.all().grants
                assert not grant.counts(later)


@pytest.mark.parametrize(("days", "words"), [(365, "365 days fast"), (-365, "365 days slow"), (4 / 1440, "")])
def test_the_command_points_a_wrong_clock_out(tmp_path, monkeypatch, capsys, days, words):
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        station = LinkedStation(tmp_path / "A1", "A1")
        enrol_cheaply(station, centre, f"http://127.0.0.1:{port}")
        station.close()
        monkeypatch.setattr("muni_archive.bootstrap.SystemClock", lambda: WrongClock(days))
        assert main(["--archive", str(tmp_path / "A1"), "sync"]) == 0
        told = [line for line in capsys.readouterr().err.splitlines() if "clock" in line]
        assert bool(told) == bool(words)
        assert all(words in line for line in told)


@pytest.mark.parametrize("ahead", [-7200.4, 0.0])
def test_who_watches_hears_of_it_too(ahead):
    news = News(side=Side.SENDING, clock_ahead=ahead)
    assert from_line(as_line(news)) == news


def test_a_clock_that_was_set_is_said_to_be_right_within_minutes(tmp_path, monkeypatch):
    monkeypatch.setattr("muni_archive.services.together.clocks.SOON_S", 0.0)
    with two_stations(tmp_path, 365) as (_centre, wrong, right):
        told = []
        watch = ClockWatch(wrong.together, told.append)
        watch.look()
        wrong.copied.clock.off = timedelta()
        watch.look()
        watch.look()  # it is right: not asked again within the hour
        assert [round(seconds / 86400) for seconds in told] == [365, 0]
        assert told[1] == 0.0
        ClockWatch(right.together, told.append).look()  # a process that began anew cannot know what was told before
        assert told[2:] == [0.0]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (6, "6 minutes fast"), (119.4, "119 minutes fast"), (-120, "2 hours slow"), (47.4 * 60, "47 hours fast"),
        (-2880, "2 days slow"), (525_600, "365 days fast"),
    ],
)  # fmt: skip
def test_it_is_told_in_units_that_somebody_can_picture(minutes, words):
    assert clock_words(minutes * 60) == f"{words}; set it"
