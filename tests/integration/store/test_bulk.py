"""Many events at once give the tables that one by one gives."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from muni_archive.domain.events import (
    BatchClosed,
    BatchOpened,
    DestructionReceived,
    DocumentCreated,
    DocumentDestroyed,
    DocumentRevised,
    FeedCounted,
    LevelSet,
    PageCaptured,
    PageExamined,
    PageRead,
    PageRotated,
    PageStateChanged,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import AccessLevel
from muni_archive.store.projection import apply, apply_all
from muni_archive.store.tables import PROJECTIONS, metadata

BATCHES = ("b1", "b2")
KINDS = (
    "received",
    "page",
    "page",
    "insert",
    "examined",
    "read",
    "state",
    "fed",
    "close",
    "created",
    "revised",
    "revised",
    "destroyed",
    "level",
)


def captured(batch: str, at: int, position: int) -> PageCaptured:
    return PageCaptured(page_id=f"{batch}-{at}", batch_id=batch, position=position, blob=f"{at:064x}",
                        media_type="image/png", width=1, height=1, dpi=300)  # fmt: skip


def about_document(draw, what: str, at: int, created: list, page_ids: tuple[str, ...]):
    """A document that is created, or one that is revised: as it stands, on an old base, with its pages or others."""
    said = {"record_class": "c", "department": "d", "title": f"t{at}"}
    early = draw(st.sampled_from([None, None, None, "later"])) if what == "revised" else None
    if early:
        return DocumentRevised(document_id=early, version=at + 2, base="lost", page_ids=page_ids, **said)
    if what == "created" and draw(st.booleans()) and all(known[0] != "later" for known in created):
        created.append(["later", f"e{at + 1}", page_ids])
        return DocumentCreated(document_id="later", number=f"n{at}", year=2026, serial=at, page_ids=page_ids, **said)
    if what == "created" or not created:
        created.append([f"d{at}", f"e{at + 1}", page_ids])
        return DocumentCreated(document_id=f"d{at}", number=f"n{at}", year=2026, serial=at, page_ids=page_ids, **said)
    known = draw(st.sampled_from(created))
    if what == "destroyed":
        return DocumentDestroyed(document_id=known[0], number=f"n{known[0]}", record_class="c", department="d",
                                 page_ids=known[2], files=("f" * 64, f"{at:064x}"), disposal_id="x", rule="r",
                                 reason="r", proposed_by="a", proposed_at="t", confirmed_by="b")  # fmt: skip
    base = draw(st.sampled_from(["", known[1], known[1], "old"]))
    pages = draw(st.sampled_from([known[2], known[2], page_ids]))
    if base != "old":
        known[1:] = [f"e{at + 1}", pages]
    return DocumentRevised(document_id=known[0], version=9, base=base, page_ids=pages, registered=True, **said)


@st.composite
def journals(draw):
    """Batches with pages at the end or in between, looked at, read, turned, counted, in any order."""
    events: list = [BatchOpened(batch_id=batch, device="d", profile="p", record_class="c") for batch in BATCHES]
    count, created = dict.fromkeys(BATCHES, 0), []
    for _ in range(draw(st.integers(1, 25))):
        batch = draw(st.sampled_from(BATCHES))
        known = [f"{batch}-{at}" for at in range(count[batch])]
        what = draw(st.sampled_from(KINDS))
        if what == "level":
            base, own = draw(st.sampled_from(["", "old", f"e{len(events)}"])), draw(st.sampled_from(["", *AccessLevel]))
            events.append(LevelSet(document_id=draw(st.sampled_from(["later", *[each[0] for each in created]])),
                                   level=own, reason="r", department="d", record_class="c", base=base))  # fmt: skip
            continue
        if what == "received":  # a station says what it destroyed; nothing is made of it where another archive is
            gone = draw(st.sampled_from(["later", *[each[0] for each in created]]))
            events.append(DestructionReceived(
                document_id=gone, number="n", record_class="c", department="d", page_ids=tuple(known), files=(),
                disposal_id="x", rule="r", reason="r", proposed_by="a", proposed_at="t", confirmed_by="b", entry="e",
                destroyed_at="t",
            ))  # fmt: skip
            continue
        if what in ("created", "revised", "destroyed"):
            some = draw(st.lists(st.sampled_from([*known, "unknown"]), unique=True, max_size=3))
            events.append(about_document(draw, what, len(events), created, tuple(some)))
            continue
        if what in ("page", "insert") or not known:
            position = count[batch] if what == "page" else draw(st.integers(0, count[batch]))
            events.append(captured(batch, count[batch], position))
            count[batch] += 1
            continue
        page = draw(st.sampled_from(known))
        state = draw(st.sampled_from(["kept", "blank", "rejected"]))
        events.append(
            {
                "examined": PageExamined(page_id=page, state=state, fingerprint="f", note=state),
                "read": PageRead(page_id=page, reading="r" * 64, engine="e", confidence=0.5, doubtful=len(events)),
                "state": draw(st.sampled_from([
                    PageStateChanged(page_id=page, state=state), PageRotated(page_id=page, rotation=90)
                ])),
                "fed": FeedCounted(batch_id=batch, pages=draw(st.integers(-1, 3)), outcome="done"),
                "close": BatchClosed(batch_id=batch, fed=0, kept=0, blank=0, separator=0, rejected=0),
            }[what]
        )  # fmt: skip
    return events


def tables(events, write):
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        entries = [
            (event, JournalEntry(sequence=at, id=f"e{at}", at=f"t{at}", actor="a", station="s", kind=event.kind,
                                 payload="{}", previous="", hash=""))
            for at, event in enumerate(events, start=1)
        ]  # fmt: skip
        write(connection, entries)
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in PROJECTIONS
        }


def one_by_one(connection, entries):
    for event, entry in entries:
        apply(connection, event, entry)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journals())
def test_together_or_one_by_one(events):
    assert tables(events, apply_all) == tables(events, one_by_one)
