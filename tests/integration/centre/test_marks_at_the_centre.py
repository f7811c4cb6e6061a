"""Marks and redactions of stations at the centre: taken, proven, and told only to those who may see the document."""

from dataclasses import replace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import MarkAdded, MarkChanged, RedactionDecided, RedactionProposed, RenditionMade
from muni_archive.domain.geometry import Box
from muni_archive.domain.journal import GENESIS
from muni_archive.domain.redaction import HiddenArea, RedactionState
from muni_archive.services.centre.feeding_back import feed
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.stores import record

BOX = Box(1, 1, 5, 5)
MARK = MarkAdded(mark_id="m", page_id="x-p0", mark="note", box=BOX, text="سر")
PROPOSED = RedactionProposed(redaction_id="r", document_id="x-d", version=1, base="e",
                             areas=(HiddenArea("x-p0", BOX, "privacy"),))  # fmt: skip


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def station(tmp_path, centre):
    plain = PlainStation(tmp_path / "A1", "A1")
    plain.enrol(centre)
    plain.add_document("x")
    yield plain
    plain.close()


def kinds_told(centre, station, departments):
    with centre.centre.unit_of_work() as unit:
        whole = unit.station(station.id)
    told = feed(centre.centre, replace(whole, name="other", departments=departments), after=0, link=GENESIS)
    return [entry.kind for entry in told]


def test_only_those_who_may_see_the_document_are_told(centre, station):
    record(station.store, MARK, PROPOSED)
    station.send(centre)
    ours = {"mark-added", "redaction-proposed"}
    assert ours <= set(kinds_told(centre, station, ()))
    assert ours <= set(kinds_told(centre, station, ("licences",)))
    assert not ours & set(kinds_told(centre, station, ("personnel",)))
    assert centre_problems(centre) == []


def test_the_approved_copy_comes_along(centre, station):
    blob = station.store.vault.put(b"a copy")
    made = RenditionMade(document_id="x-d", rendition="redacted-pdf", version=1, blob=blob, made_with="redacted-pdf r")
    record(station.store, PROPOSED, made)
    station.store._actor = "second"
    record(station.store, RedactionDecided(redaction_id="r", document_id="x-d", decision="approved", copy=blob))
    station.send(centre)
    with centre.centre.unit_of_work() as unit:
        (redaction,) = unit.redactions.of_document("x-d")
    assert (redaction.state, redaction.copy) == (RedactionState.APPROVED, blob)
    assert centre.centre.place.vault.get(blob) == b"a copy"
    assert centre_problems(centre) == []


def test_a_station_of_another_department_cannot_touch_them(centre, station, tmp_path):
    record(station.store, MARK)
    station.send(centre)
    other = PlainStation(tmp_path / "L2", "L2")
    other.enrol(centre, ("personnel",))
    record(other.store, MarkChanged(mark_id="m", page_id="x-p0", box=BOX, text="غير"))
    with pytest.raises(NotAllowed):
        other.send(centre)
    other.close()
