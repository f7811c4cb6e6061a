from datetime import date

import pytest

from muni_archive.domain.four_eyes import check_second_person
from muni_archive.domain.holds import Hold, HoldScope, Places
from muni_archive.domain.retention import (
    Action,
    CountedFrom,
    Life,
    RetentionRule,
    Term,
    Trigger,
    judge,
    latest_beginning,
)
from muni_archive.domain.retention_errors import SamePerson

TODAY = date(2030, 6, 1)


def rule(trigger=Trigger.REGISTERED, years=5, counted_from=CountedFrom.DAY):
    return RetentionRule(trigger=trigger, years=years, counted_from=counted_from, action=Action.DESTROY)


def test_without_a_rule_it_is_kept_for_ever():
    assert judge(None, Life(registered=date(1950, 1, 1)), TODAY).term is Term.FOR_EVER


@pytest.mark.parametrize(
    ("counted_from", "registered", "term", "due"),
    [
        (CountedFrom.DAY, date(2025, 6, 1), Term.DUE, date(2030, 6, 1)),
        (CountedFrom.DAY, date(2025, 6, 2), Term.RUNNING, date(2030, 6, 2)),
        (CountedFrom.YEAR_END, date(2024, 1, 1), Term.DUE, date(2029, 12, 31)),
        (CountedFrom.YEAR_END, date(2025, 1, 1), Term.RUNNING, date(2030, 12, 31)),
        (CountedFrom.DAY, date(2024, 2, 29), Term.DUE, date(2029, 3, 1)),
    ],
)
def test_the_years_end_on_a_day(counted_from, registered, term, due):
    verdict = judge(rule(counted_from=counted_from), Life(registered=registered), TODAY)
    assert (verdict.term, verdict.due) == (term, due)


@pytest.mark.parametrize(
    ("trigger", "life", "term"),
    [
        (Trigger.CLOSED, Life(registered=date(2001, 1, 1)), Term.NOT_BEGUN),
        (Trigger.CLOSED, Life(registered=date(2001, 1, 1), closed=date(2020, 1, 1)), Term.DUE),
        (Trigger.CLOSED, Life(registered=date(2029, 1, 1), closed=date(2020, 1, 1)), Term.RUNNING),
        (Trigger.DATED, Life(registered=date(2029, 1, 1), dated=date(1990, 1, 1)), Term.DUE),
        (Trigger.DATED, Life(registered=date(2029, 1, 1)), Term.NOT_BEGUN),
        (Trigger.DATED, Life(registered=None, dated=date(1990, 1, 1)), Term.NOT_BEGUN),
        (Trigger.REGISTERED, Life(registered=date(2000, 1, 1), kept_until=date(2031, 1, 1)), Term.EXTENDED),
        (Trigger.REGISTERED, Life(registered=date(2000, 1, 1), kept_until=date(2030, 6, 1)), Term.DUE),
        (Trigger.REGISTERED, Life(registered=date(2029, 1, 1), kept_until=date(2029, 6, 1)), Term.RUNNING),
    ],
)
def test_what_has_happened_decides(trigger, life, term):
    assert judge(rule(trigger), life, TODAY).term is term


@pytest.mark.parametrize("counted_from", list(CountedFrom))
@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29), date(2030, 1, 1), date(2029, 12, 31)])
def test_nothing_is_due_that_began_later(today, counted_from):
    """The database is asked only for what began by then."""
    some = rule(counted_from=counted_from, years=3)
    last = latest_beginning(some, today)
    for later in range(1, 800):
        began = date.fromordinal(last.toordinal() + later)
        assert judge(some, Life(registered=began), today).term is Term.RUNNING


@pytest.mark.parametrize(("proposed", "confirmed"), [("Ali", "Ali"), ("Ali", " ali "), ("علي", "علي"), ("Ali", " ")])
def test_one_person_is_not_two(proposed, confirmed):
    with pytest.raises(SamePerson):
        check_second_person(proposed, [confirmed])


def test_a_stand_in_is_whom_they_stand_in_for_too():
    with pytest.raises(SamePerson):
        check_second_person("Ali", ["Sara", "ali "])


def test_two_people_are():
    check_second_person("Ali", ["Sara", "Huda"])


@pytest.mark.parametrize(
    ("scope", "target", "covered"),
    [
        (HoldScope.DOCUMENT, "d1", True),
        (HoldScope.DOCUMENT, "d2", False),
        (HoldScope.FILE, "F-1", True),
        (HoldScope.FILE, "building_file", False),
        (HoldScope.RECORD_CLASS, "building_file", True),
    ],
)
def test_a_hold_covers_what_it_names(scope, target, covered):
    from datetime import UTC, datetime

    places = Places(document_id="d1", files={"F-0", "F-1"}, record_classes={"building_file"})
    at = datetime(2030, 1, 1, tzinfo=UTC)
    said = {"id": "h", "scope": scope, "target": target, "reason": "r", "authority": "a"}
    assert places.covered_by(Hold(**said, placed_at=at, placed_by="x")) is covered
    assert not places.covered_by(Hold(**said, placed_at=at, placed_by="x", lifted_at=at))
