"""A station's copy is made anew beside the one that is used, which shows what was until then."""

from __future__ import annotations

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.journal import GENESIS
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.together.synchronising import follow_once
from muni_archive.store.central_opening import COPY
from tests.helpers.linked import current_version, revise_document
from tests.helpers.proofs import prove_clean


def revised_twice(town):
    """The second station revised the first's document twice, and the first received the second version alone."""
    one, other = town.stations
    document_id = one.add_document("x")
    town.rest()
    for title in ("الأول", "الثاني"):
        revise_document(other, document_id, title=title)
        other.sync()
        if title == "الأول":
            town.back_up()
    one.sync()
    assert one.sees(document_id)[2].title == "الثاني"
    return document_id


def test_a_copy_that_shows_the_past_puts_no_document_back(town):
    document_id, one = revised_twice(town), town.stations[0]
    entries = one.line.feed(after=0, link=GENESIS)
    first = next(at for at, entry in enumerate(entries, start=1) if "الأول" in entry.payload)
    with one.copy.unit_of_work() as unit:
        unit.begin_anew()
        unit.follow(entries[:first])
        unit.commit()
    assert one.take_over() == ()
    town.rest()
    assert one.sees(document_id)[2].title == "الثاني"


def test_a_document_waits_for_its_version_that_a_restored_centre_lost(town):
    document_id, one = revised_twice(town), town.stations[0]
    town.put_back()
    follow_once(one.together, cancel=CancelToken())
    assert one.take_over() == ()
    town.rest()
    assert one.sees(document_id)[2] == town.standing(document_id)
    assert town.standing(document_id).title == "الثاني"
    town.prove()


def cut_off(station):
    """Its copy is made anew, and the line is cut after two entries; then it is back."""
    line, feed = station.line, station.line.feed

    def cut(*, after, link, wait=0):
        if after == 2:
            raise CentreUnreachable(detail="cut")
        return feed(after=after, link=link)[: 2 if after == 0 else None]

    line.feed = cut
    with pytest.raises(CentreUnreachable):
        follow_once(station.together, cancel=CancelToken())
    line.feed = feed


def test_a_copy_is_used_as_it_was_until_it_is_made_anew(town):
    document_id, one = revised_twice(town), town.stations[0]
    town.put_back()
    line, feed = one.line, one.line.feed
    cut_off(one)
    assert current_version(one.copy.engine, document_id)[2].title == "الثاني"
    assert one.together.anew.begun
    asked = []
    line.feed = lambda *, after, link, wait=0: (asked.append(after), feed(after=after, link=link))[1]
    follow_once(one.together, cancel=CancelToken())
    assert asked[0] == 2, "it goes on where it was cut"
    assert current_version(one.copy.engine, document_id)[2].title == "الأول"
    assert not one.together.anew.begun
    prove_clean(one.copy.integrity())


def test_a_damaged_copy_on_its_way_is_begun_once_more(town):
    document_id, one = revised_twice(town), town.stations[0]
    town.put_back()
    cut_off(one)
    (one.together.anew.folder / COPY).write_bytes(b"not a database" * 400)
    follow_once(one.together, cancel=CancelToken())
    assert current_version(one.copy.engine, document_id)[2].title == "الأول"


def test_following_ends_while_others_write_all_the_time(town):
    one, feed, times = town.stations[0], town.stations[0].line.feed, iter(range(9))

    def busy(*, after, link, wait=0):
        next(times)  # or it goes on and on
        invite_station(town.centre.centre)
        return feed(after=after, link=link)

    one.line.feed = busy
    follow_once(one.together, cancel=CancelToken())
