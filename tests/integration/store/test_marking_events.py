"""Any sequence of marks and redactions: a replay gives the tables, and nobody approves what they proposed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from muni_archive.domain.events import MarkAdded, MarkChanged, MarkRemoved, RedactionDecided, RedactionProposed
from muni_archive.domain.four_eyes import same_person
from muni_archive.domain.geometry import Box
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.marks import MarkKind
from muni_archive.domain.redaction import HiddenArea, RedactionState
from muni_archive.store.codec import decode, encode
from muni_archive.store.marks import SqlMarks, SqlRedactions
from muni_archive.store.projection import apply, apply_all
from muni_archive.store.tables import marks, metadata, redactions

ids = st.sampled_from(["one", "two", "three"])
pages = st.sampled_from(["p0", "p1"])
boxes = st.builds(Box, *[st.integers(-5, 50)] * 4)
texts = st.sampled_from(["", "راجع", "نص"])
areas = st.lists(st.builds(HiddenArea, pages, boxes, st.sampled_from(["privacy", "security"])), max_size=3).map(tuple)
decisions = st.sampled_from([*RedactionState, "whatever"])
events = st.one_of(
    st.builds(
        MarkAdded, mark_id=ids, page_id=pages, mark=st.sampled_from([*MarkKind, "unheard-of"]), box=boxes, text=texts
    ),
    st.builds(MarkChanged, mark_id=ids, page_id=pages, box=boxes, text=texts),
    st.builds(MarkRemoved, mark_id=ids, page_id=pages),
    st.builds(
        RedactionProposed, redaction_id=ids, document_id=st.sampled_from(["d1", "d2"]), version=st.just(1),
        base=st.just("e"), areas=areas, note=texts,
    ),
    st.builds(
        RedactionDecided, redaction_id=ids, document_id=st.sampled_from(["d1", "d2"]), decision=decisions, note=texts,
        copy=st.just("c" * 64),
    ),
)  # fmt: skip
journals = st.lists(st.tuples(events, st.sampled_from(["sara", "Sara ", "omar"])), max_size=25)


def entry_of(at, event, actor):
    return JournalEntry(sequence=at, id=f"e{at}", at=f"2026-01-01T00:00:{at:02}+00:00", actor=actor, station="s",
                        kind=event.kind, payload=encode(event), previous="", hash="")  # fmt: skip


def replayed(journal, write):
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        entries = [entry_of(at, event, actor) for at, (event, actor) in enumerate(journal, start=1)]
        write(connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])
        rows = [connection.execute(select(table).order_by(table.c.id)).all() for table in (marks, redactions)]
        read = [mark for page in ("p0", "p1") for mark in SqlMarks(connection).on_page(page)]
        decided = [each for doc in ("d1", "d2") for each in SqlRedactions(connection).of_document(doc)]
    return rows, read, decided


def one_by_one(connection, entries):
    for event, entry in entries:
        apply(connection, event, entry)


@settings(max_examples=60, deadline=None)
@given(journals)
def test_a_replay_gives_the_tables_and_four_eyes_hold(journal):
    rows, read, decided = replayed(journal, one_by_one)
    assert replayed(journal, apply_all)[0] == rows
    assert {mark.id for mark in read} == expected_marks(journal)
    for each in decided:
        approved = each.state is RedactionState.APPROVED
        assert bool(each.copy) == approved
        assert not approved or not same_person(each.proposed_by, each.decided_by)
    assert {each.id: each.state for each in decided} == expected_states(journal)


def expected_marks(journal):
    """By a model that knows nothing of tables."""
    there, seen = {}, set()
    for event, _actor in journal:
        if isinstance(event, MarkAdded) and event.mark in set(MarkKind) and event.mark_id not in seen:
            seen.add(event.mark_id)
            there[event.mark_id] = event.page_id
        if isinstance(event, MarkRemoved) and there.get(event.mark_id) == event.page_id:
            del there[event.mark_id]
    return set(there)


def expected_states(journal):
    states, proposals = {}, {}
    for event, actor in journal:
        if isinstance(event, RedactionProposed) and event.redaction_id not in proposals:
            proposals[event.redaction_id] = (event.document_id, actor)
            states[event.redaction_id] = RedactionState.PROPOSED
        if not isinstance(event, RedactionDecided) or states.get(event.redaction_id) != RedactionState.PROPOSED:
            continue
        document, proposer = proposals[event.redaction_id]
        own = actor.strip().lower() == proposer.strip().lower()
        counts = event.decision in ("refused", "withdrawn") or (event.decision == "approved" and not own)
        if document == event.document_id and counts:
            states[event.redaction_id] = RedactionState(event.decision)
    return states
