"""Events of retention: files closed, holds, what is kept longer, proposals to destroy, and destruction itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalProposed,
    DisposalWithdrawn,
    DocumentDestroyed,
    FileClosed,
    FileReopened,
    HoldLifted,
    HoldPlaced,
    RetentionExtended,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.store.many import insert_rows
from muni_archive.store.tables import (
    cases,
    closed_files,
    conflicts,
    decisions,
    destroyed,
    destroyed_files,
    destroyed_pages,
    disposals,
    document_levels,
    documents,
    extensions,
    files_to_remove,
    holds,
    marks,
    pages,
    readings,
    received_versions,
    redactions,
    renditions,
    versions,
    word_reviews,
)

AT_ONCE = 500
_OF_PAGE = (readings, word_reviews, marks)
_OF_DOCUMENT = (
    versions, decisions, renditions, received_versions, conflicts, extensions, redactions, document_levels,
)  # fmt: skip


def _file_closed(connection: Connection, event: FileClosed, entry: JournalEntry) -> None:
    """Closed twice, the later closing counts: it keeps longer."""
    connection.execute(delete(closed_files).where(closed_files.c.reference == event.reference))
    said = {"reference": event.reference, "reason": event.reason}
    connection.execute(insert(closed_files).values(**said, closed_at=entry.at, closed_by=entry.actor))


def _file_reopened(connection: Connection, event: FileReopened, _entry: JournalEntry) -> None:
    connection.execute(delete(closed_files).where(closed_files.c.reference == event.reference))


def _hold_placed(connection: Connection, event: HoldPlaced, entry: JournalEntry) -> None:
    """The first of an id counts."""
    if connection.execute(select(holds.c.id).where(holds.c.id == event.hold_id)).first() is None:
        said = {name: getattr(event, name) for name in ("scope", "target", "reason", "authority")}
        placed = {"placed_at": entry.at, "placed_by": entry.actor, "station": entry.station}
        connection.execute(insert(holds).values(id=event.hold_id, **said, **placed, lifted_by="", lift_reason=""))


def _hold_lifted(connection: Connection, event: HoldLifted, entry: JournalEntry) -> None:
    resting = (holds.c.id == event.hold_id) & holds.c.lifted_at.is_(None)
    lifted = {"lifted_at": entry.at, "lifted_by": entry.actor, "lift_reason": event.reason}
    connection.execute(update(holds).where(resting).values(**lifted))


def _retention_extended(connection: Connection, event: RetentionExtended, entry: JournalEntry) -> None:
    """The longest counts: nobody shortens what somebody else promised to keep."""
    one = extensions.c.document_id == event.document_id
    until = connection.execute(select(extensions.c.until).where(one)).scalar()
    if until is not None and until >= event.until:
        return
    connection.execute(delete(extensions).where(one))
    said = {name: getattr(event, name) for name in ("document_id", "until", "reason")}
    connection.execute(insert(extensions).values(**said, decided_at=entry.at, decided_by=entry.actor))


def _disposal_proposed(connection: Connection, event: DisposalProposed, entry: JournalEntry) -> None:
    if connection.execute(select(disposals.c.id).where(disposals.c.id == event.disposal_id)).first() is not None:
        return
    said = {name: getattr(event, name) for name in ("document_id", "rule", "due", "reason")}
    proposed = {"proposed_at": entry.at, "proposed_by": entry.actor, "decided_by": "", "note": ""}
    connection.execute(insert(disposals).values(id=event.disposal_id, state="open", **said, **proposed))


def _disposal_withdrawn(connection: Connection, event: DisposalWithdrawn, entry: JournalEntry) -> None:
    """A confirmed one too, as long as the document is there: who keeps it wins."""
    _decide(connection, event.disposal_id, ("open", "confirmed"), entry, state="withdrawn", note=event.reason)


def _disposal_confirmed(connection: Connection, event: DisposalConfirmed, entry: JournalEntry) -> None:
    _decide(connection, event.disposal_id, ("open",), entry, state="confirmed")


def _decide(
    connection: Connection, disposal_id: str, before: Sequence[str], entry: JournalEntry, **values: str
) -> None:
    waiting = (disposals.c.id == disposal_id) & disposals.c.state.in_(before)
    decided = {"decided_at": entry.at, "decided_by": entry.actor}
    connection.execute(update(disposals).where(waiting).values(**values, **decided))


def _document_destroyed(connection: Connection, event: DocumentDestroyed, entry: JournalEntry) -> None:
    """What remains is written down, then everything else of the document is taken out of every table."""
    connection.execute(insert(destroyed).values(_remains(connection, event, entry)))
    before = _gone_before(connection, event.page_ids)
    gone = [page_id for page_id in dict.fromkeys(event.page_ids) if page_id not in before]
    insert_rows(connection, destroyed_pages, [{"page_id": each, "document_id": event.document_id} for each in gone])
    proof = [{"sha": sha, "document_id": event.document_id} for sha in dict.fromkeys(event.files)]
    insert_rows(connection, destroyed_files, proof)
    _forget_pages(connection, event.page_ids)
    for table in _OF_DOCUMENT:
        connection.execute(delete(table).where(table.c.document_id == event.document_id))
    connection.execute(delete(documents).where(documents.c.id == event.document_id))
    connection.execute(update(disposals).where(disposals.c.document_id == event.document_id, disposals.c.state.in_(
        ("open", "confirmed")
    )).values(state="done"))  # fmt: skip
    of_it = cases.c.document_id == event.document_id
    connection.execute(update(cases).where(of_it).values(title=event.number))  # a case was called by the title
    _remove_later(connection, [row["sha"] for row in proof])


def _gone_before(connection: Connection, page_ids: Sequence[str]) -> set[str]:
    """Pages that went with another document which had them too."""
    found = set[str]()
    for at in range(0, len(page_ids), AT_ONCE):
        some = destroyed_pages.c.page_id.in_(page_ids[at : at + AT_ONCE])
        found |= set(connection.execute(select(destroyed_pages.c.page_id).where(some)).scalars())
    return found


def _remains(connection: Connection, event: DocumentDestroyed, entry: JournalEntry) -> dict[str, object]:
    here = versions.c.document_id == documents.c.id
    query = (
        select(versions.c.file_reference, versions.c.date, documents.c.created_at)
        .join(documents, here & (versions.c.version == documents.c.version))
        .where(documents.c.id == event.document_id)
    )
    known = connection.execute(query).first()
    own = document_levels.c.document_id == event.document_id
    level = connection.execute(select(document_levels.c.level).where(own, document_levels.c.stands)).scalar()
    names = ("document_id", "number", "record_class", "department", "rule", "reason", "proposed_by", "proposed_at",
             "confirmed_by")  # fmt: skip
    return {
        **{name: getattr(event, name) for name in names},
        "file_reference": known.file_reference if known else None,
        "date": known.date if known else None,
        "archived_at": known.created_at if known else None,
        "pages": len(event.page_ids),
        "files": len(event.files),
        "destroyed_at": entry.at,
        "entry": entry.id,
        "level": level or "",
    }


def _forget_pages(connection: Connection, page_ids: Sequence[str]) -> None:
    for at in range(0, len(page_ids), AT_ONCE):
        some = page_ids[at : at + AT_ONCE]
        for table in _OF_PAGE:
            connection.execute(delete(table).where(table.c.page_id.in_(some)))
        connection.execute(delete(pages).where(pages.c.id.in_(some)))


def _remove_later(connection: Connection, shas: Sequence[str]) -> None:
    for at in range(0, len(shas), AT_ONCE):
        connection.execute(delete(files_to_remove).where(files_to_remove.c.sha.in_(shas[at : at + AT_ONCE])))
    insert_rows(connection, files_to_remove, [{"sha": sha} for sha in shas])


APPLY: dict[type, Callable[[Connection, Any, JournalEntry], None]] = {
    FileClosed: _file_closed,
    FileReopened: _file_reopened,
    HoldPlaced: _hold_placed,
    HoldLifted: _hold_lifted,
    RetentionExtended: _retention_extended,
    DisposalProposed: _disposal_proposed,
    DisposalWithdrawn: _disposal_withdrawn,
    DisposalConfirmed: _disposal_confirmed,
    DocumentDestroyed: _document_destroyed,
}
