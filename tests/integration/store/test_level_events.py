"""Any sequence of access levels: a replay gives the tables, and nobody lowers what they did not see."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from muni_archive.domain.events import LevelReceived, LevelSet
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import AccessLevel
from muni_archive.store.codec import decode, encode
from muni_archive.store.projection import apply, apply_all
from muni_archive.store.records import SqlRecords
from muni_archive.store.tables import archive, destroyed, destroyed_pages, document_levels, metadata

levels = st.sampled_from(["", *AccessLevel, "unheard-of"])
documents = st.sampled_from(["d1", "d2"])
bases = st.sampled_from(["", *[f"e{at}" for at in range(1, 8)]])
given_here = st.builds(
    LevelSet, document_id=documents, level=levels, reason=st.just("r"), department=st.just("x"),
    record_class=st.just("c"), base=bases,
)  # fmt: skip
told = st.builds(
    LevelReceived, document_id=documents, level=levels, reason=st.just("r"),
    entry=st.sampled_from(["e1", "e3", "far-1", "far-2"]), set_at=st.just("t"), set_by=st.just("a"),
)  # fmt: skip
journals = st.lists(st.tuples(st.one_of(given_here, given_here, told), st.sampled_from(["own", "far"])), max_size=20)


TABLES = [archive, destroyed, destroyed_pages, document_levels]


def rank(level):
    return AccessLevel.of(level).rank if level else -1


def replayed(journal, write, station="own"):
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection, tables=TABLES)
        connection.execute(insert(archive).values(archive_id="a", station=station, created_at="t", sequence=0))
        entries = [
            JournalEntry(sequence=at, id=f"e{at}", at=f"t{at}", actor="a", station=of, kind=event.kind,
                         payload=encode(event), previous="", hash="")
            for at, (event, of) in enumerate(journal, start=1)
        ]  # fmt: skip
        write(connection, [(decode(entry.kind, entry.payload), entry) for entry in entries])
        rows = connection.execute(select(document_levels).order_by(document_levels.c.entry)).all()
        return rows, SqlRecords(connection).levels_standing()


def one_by_one(connection, entries):
    for event, entry in entries:
        apply(connection, event, entry)


@settings(max_examples=60, deadline=None)
@given(journals)
def test_a_replay_gives_the_tables(journal):
    assert replayed(journal, one_by_one) == replayed(journal, apply_all)


@settings(max_examples=40, deadline=None)
@given(journals)
def test_one_level_stands_and_nobody_lowers_what_they_did_not_see(journal):
    journal = [(event, of) for event, of in journal if isinstance(event, LevelSet)]
    for end in range(1, len(journal) + 1):
        _rows, before = replayed(journal[: end - 1], one_by_one)
        rows, after = replayed(journal[:end], one_by_one)
        for document_id in ("d1", "d2"):
            assert sum(row.stands for row in rows if row.document_id == document_id) <= 1
        event = journal[end - 1][0]
        known, now = before.get(event.document_id), after[event.document_id]
        if known is not None and known.entry != event.base:
            assert rank(now.level) == max(rank(known.level), rank(event.level))
        else:
            assert rank(now.level) == rank(event.level)


def test_what_a_station_was_told_counts_in_its_own_archive_alone():
    news = LevelReceived(document_id="d1", level="secret", reason="r", entry="far-1", set_at="t", set_by="a")
    lower = LevelReceived(document_id="d1", level="", reason="r", entry="far-2", set_at="t", set_by="a")
    _rows, own = replayed([(news, "own"), (lower, "own"), (news, "own")], one_by_one)
    assert (own["d1"].entry, own["d1"].level) == ("far-2", "")
    assert replayed([(news, "far")], one_by_one)[1] == {}


def test_a_level_that_nobody_knows_is_secret():
    odd = LevelSet(document_id="d1", level="unheard-of", reason="r", department="x", record_class="c")
    assert replayed([(odd, "far")], one_by_one)[1]["d1"].level == "secret"
