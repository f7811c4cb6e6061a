"""Whatever a station sends: it is an error in our words, or admitted whole. Nothing in between (hypothesis)."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import CopyParted, EntryInvalid
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import EVENT_TYPES
from muni_archive.domain.finding import SearchRequest, SortBy
from muni_archive.domain.journal import JournalEntry, entry_hash
from muni_archive.domain.people import Sight
from muni_archive.domain.together import DEEPEST, check_nesting, from_wire, is_whole, to_wire
from muni_archive.server.sessions import WINDOW, Session
from muni_archive.services.centre.feeding_back import feed
from muni_archive.services.centre.finding import answer_question
from muni_archive.services.centre.receiving import receive_entries
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.fuzzing import FULL, examples

many = settings(
    max_examples=examples(100),
    deadline=None,
    derandomize=not FULL,
    database=None,
    suppress_health_check=list(HealthCheck),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=9)
)
texts = st.text(st.characters(), max_size=50) | st.text(max_size=50)


# --- what travels -----------------------------------------------------------------------------


@many
@given(anything | st.lists(anything, min_size=9, max_size=9))
@example([2**62, "", "", "", "", "", "", "", ""])
@example([1, "a\x00", "", "", "", "", "{}", "", ""])
@example([1, "\ud800", "", "", "", "", "{}", "", ""])
def test_what_comes_over_the_wire_is_an_entry_or_an_error(values):
    try:
        entry = from_wire(values)
    except EntryInvalid:
        return
    is_whole(entry)
    assert to_wire(entry) == list(values)
    json.dumps(to_wire(entry)).encode()


@many
@given(st.lists(st.sampled_from('[]{}"\\a,:'), max_size=200).map("".join))
@example("{" + "[" * 10_000)
@example('{"a":"' + "[" * 10_000 + '"}')
@example('{"a":"\\"' + "[" * 10_000 + '"}')
def test_nesting_is_counted_as_a_reader_counts_it(payload):
    entry = JournalEntry(
        sequence=1, id="x", at="", actor="", station="", kind="", payload=payload, previous="", hash=""
    )
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        said = None
    try:
        check_nesting(entry)
    except EntryInvalid:
        assert not isinstance(said, dict) or depth(said) > DEEPEST
    else:
        assert said is None or depth(said) <= DEEPEST


def depth(said):
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(said, dict | list) else 0


@many
@given(st.lists(st.integers(-5, 3 * WINDOW) | st.integers(), max_size=300))
def test_a_number_is_used_once(counters):
    session, used = Session(station_id="a", ends=0), set()
    for counter in counters:
        highest = max(used, default=0)
        taken = session.use(counter)
        assert taken == (counter > 0 and counter not in used and counter > highest - WINDOW)
        used |= {counter} if taken else set()
        assert session.seen.bit_length() <= WINDOW


# --- entries ----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def centre(request, tmp_path_factory):
    database = ""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        database = server.url(server.create_database())
    with open_centre(tmp_path_factory.mktemp("centre") / "data", database=database) as opened:
        yield opened


@pytest.fixture(scope="module")
def station(centre, tmp_path_factory):
    plain = PlainStation(tmp_path_factory.mktemp("A1"), "A1")
    plain.enrol(centre)
    plain.add_document("x")
    plain.send(centre)
    yield plain
    plain.close()


@pytest.fixture(scope="module")
def limited(centre, station, tmp_path_factory):
    """After the other one, whatever comes first: what it makes up may have the other's ids."""
    plain = PlainStation(tmp_path_factory.mktemp("L2"), "L2")
    plain.enrol(centre, departments=("personnel",))
    plain.send(centre)
    yield plain
    plain.close()


ids = st.sampled_from(["x-d", "x-b", "x-p0", "x-p1", "new-1", "new-2", "", "a" * 36, "b" * 500])
values = st.one_of(
    ids, texts, st.none(), st.booleans(), st.integers(), st.integers(-1, 3), st.floats(), st.lists(ids, max_size=3),
    st.dictionaries(texts, texts, max_size=2), st.sampled_from(["kept", "rejected", "2026-01-01", "personnel"]),
)  # fmt: skip


@st.composite
def events(draw):
    """A kind, and a payload that has its fields with whatever in them: often nearly right."""
    kind = draw(st.sampled_from(sorted(EVENT_TYPES)) | texts)
    wanted = EVENT_TYPES.get(kind)
    fields = [field.name for field in dataclasses.fields(wanted)] if wanted else ["a"]
    said = {name: draw(values) for name in fields if draw(st.integers(0, 9))}
    return kind, json.dumps(said)


def chained(last, station_name, drawn):
    """Entries that follow the last one, each with a right hash: nothing but their content is wrong."""
    made, sequence, previous = [], last.sequence, last.hash
    for number, (kind, payload) in enumerate(drawn):
        sequence += 1
        said = {
            "sequence": sequence, "id": f"{sequence}-{number}-{len(payload)}-{station_name}", "at": last.at,
            "actor": "x", "station": station_name, "kind": kind, "payload": payload, "previous": previous,
        }  # fmt: skip
        previous = entry_hash(**said)
        made.append(JournalEntry(hash=previous, **said))
    return made


def state(centre, plain):
    with centre.centre.unit_of_work() as unit:
        return unit.standing(plain.id), unit.records.last_sequence()


def last_of(centre, plain):
    with centre.centre.unit_of_work() as unit:
        standing = unit.standing(plain.id)
        return unit.own_entries(plain.id, after=standing.sequence - 1, limit=1)[0]


@pytest.mark.parametrize("who", ["station", "limited"])
def test_a_batch_is_admitted_whole_or_not_at_all(centre, request, who):
    plain = request.getfixturevalue(who)

    @settings(many, max_examples=examples(150))
    @given(st.lists(events(), min_size=1, max_size=4))
    @example([("page-captured", '{"page_id":"x-p0","batch_id":"x-b"}')])
    @example([("feed-counted", json.dumps({"batch_id": "x-b", "pages": 2**70}))])
    @example([("batch-opened", json.dumps({"batch_id": "x-b", "device": "", "profile": "", "record_class": ""}))])
    @example([("word-reviewed", "[" * 900)])
    @example([("page-read", "{}"), ("unheard-of", "{}")])
    def send(drawn):
        before = state(centre, plain)
        entries = chained(last_of(centre, plain), plain.name, drawn)
        try:
            now = receive_entries(centre.centre, plain.id, entries)
        except ArchiveError:
            assert state(centre, plain) == before
        else:
            assert now.sequence == before[0].sequence + len(entries)
            assert state(centre, plain)[1] >= before[1] + len(entries)

    send()
    assert centre_problems(centre) == []


@many
@given(st.data())
def test_altered_entries_are_never_admitted(centre, station, data):
    """One value of one entry is another than was hashed."""
    (entry,) = chained(last_of(centre, station), "A1", [("batch-opened", '{"batch_id":"never"}')])
    field = data.draw(st.sampled_from([f.name for f in dataclasses.fields(entry)]))
    new = data.draw(st.integers(1, 2**61) if field == "sequence" else texts)
    changed = dataclasses.replace(entry, **{field: new})
    before = state(centre, station)
    if changed == entry:
        return
    with pytest.raises(ArchiveError):
        receive_entries(centre.centre, station.id, [from_wire(to_wire(changed))])
    assert state(centre, station) == before


# --- questions --------------------------------------------------------------------------------


@many
@given(
    st.builds(
        SearchRequest, query=st.text(max_size=60) | st.text('"()*~:ANDORTقسيمة ', max_size=40), department=texts,
        year=texts, area=texts, date_from=texts, date_to=texts, sort=st.sampled_from(SortBy),
        limit=st.integers(1, 200), offset=st.integers(0, 10_000), facets=st.booleans(),
    ),
    st.sampled_from([None, frozenset(), frozenset({"personnel"})]),
)  # fmt: skip
def test_any_question_is_answered_or_is_malformed(centre, station, question, departments):
    try:
        found = answer_question(centre.centre, Sight(departments=departments), question)
    except ArchiveError:
        return
    if departments is not None:
        assert found["total"] == 0


@many
@given(st.integers(0, 2**62), texts)
def test_the_feed_is_told_or_the_copy_has_parted(centre, station, after, link):
    with centre.centre.unit_of_work() as unit:
        there = unit.station(station.id)
    with suppress(CopyParted):
        feed(centre.centre, there, after=after, link=link)
