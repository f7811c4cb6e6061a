"""Events of retention: files closed, holds, what is kept longer, proposals to destroy, and destruction itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from muni_archive.domain.disposals import UNDECIDED, WAITING
from muni_archive.domain.events import (
    DestructionContested,
    DestructionReceived,
    DisposalConfirmed,
    DisposalProposed,
    DisposalReceived,
    DisposalRefused,
    DisposalWithdrawn,
    DocumentDestroyed,
    FileClosed,
    FileReopened,
    HearingAnswered,
    HearingEnded,
    HearingOpened,
    HoldLifted,
    HoldPlaced,
    RetentionExtended,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.retention import is_day
from muni_archive.store.many import insert_rows
from muni_archive.store.projection.origin import own_word
from muni_archive.store.remains import OF_DOCUMENT, OF_PAGE
from muni_archive.store.tables import (
    answers,
    cases,
    closed_files,
    contested,
    destroyed,
    destroyed_files,
    destroyed_pages,
    destroyed_places,
    disposals,
    document_levels,
    documents,
    extensions,
    files_to_remove,
    hearings,
    holds,
    pages,
    reopened_files,
    versions,
)

AT_ONCE = 500


def _file_closed(connection: Connection, event: FileClosed, entry: JournalEntry) -> None:
    """Closed twice, the later closing counts, and what came last is counted from: it keeps longer. One from before the
    file was reopened elsewhere counts no more; a wrong clock can only leave it open.
    """
    one, again = closed_files.c.reference == event.reference, reopened_files.c.reference == event.reference
    reopened = connection.execute(select(reopened_files).where(again)).first()
    if reopened is not None and reopened.station != entry.station and entry.at <= reopened.reopened_at:
        return
    said = {"closed_at": entry.at, "closed_by": entry.actor, "reason": event.reason}
    before = connection.execute(select(closed_files).where(one)).first()
    if before is not None and before.closed_at > entry.at:
        said = {name: getattr(before, name) for name in said}
    connection.execute(delete(closed_files).where(one))
    connection.execute(insert(closed_files).values(reference=event.reference, **said, entry=entry.id))


def _file_reopened(connection: Connection, event: FileReopened, entry: JournalEntry) -> None:
    """Reopened twice, the later time counts; of one station, what it said last."""
    one = reopened_files.c.reference == event.reference
    before = connection.execute(select(reopened_files).where(one)).first()
    connection.execute(delete(closed_files).where(closed_files.c.reference == event.reference))
    if before is not None and before.station != entry.station and before.reopened_at > entry.at:
        return
    connection.execute(delete(reopened_files).where(one))
    said = {"reference": event.reference, "reopened_at": entry.at, "station": entry.station}
    connection.execute(insert(reopened_files).values(**said))


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
    """The longest counts: nobody shortens what somebody else promised to keep, least of all with what is no day."""
    if not is_day(event.until):
        return
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
    said = {name: getattr(event, name) for name in ("document_id", "rule", "due", "reason", "case_id")}
    proposed = {"proposed_at": entry.at, "proposed_by": entry.actor, "decided_by": "", "note": "", "refusal": ""}
    connection.execute(insert(disposals).values(id=event.disposal_id, state="open", **said, **proposed))


def _disposal_withdrawn(connection: Connection, event: DisposalWithdrawn, entry: JournalEntry) -> None:
    """A confirmed one too, as long as the document is there: who keeps it wins."""
    _decide(connection, event.disposal_id, WAITING, entry, state="withdrawn", note=event.reason, refusal="")
    _hear_no_more(connection, event.disposal_id, entry)


def _disposal_confirmed(connection: Connection, event: DisposalConfirmed, entry: JournalEntry) -> None:
    _decide(connection, event.disposal_id, UNDECIDED, entry, state="confirmed", note="", refusal="")


def _disposal_refused(connection: Connection, event: DisposalRefused, entry: JournalEntry) -> None:
    said = {"state": "refused", "refusal": event.code, "note": event.detail}
    _decide(connection, event.disposal_id, ("confirmed",), entry, **said)
    _hear_no_more(connection, event.disposal_id, entry)


def _disposal_received(connection: Connection, event: DisposalReceived, _entry: JournalEntry) -> None:
    said = {name: getattr(event, name) for name in ("state", "decided_at", "decided_by", "note", "refusal")}
    waiting = (disposals.c.id == event.disposal_id) & disposals.c.state.in_(WAITING)
    connection.execute(update(disposals).where(waiting).values(**said | {"decided_at": event.decided_at or None}))


def _hearing_opened(connection: Connection, event: HearingOpened, entry: JournalEntry) -> None:
    """It takes the place of one before."""
    _hear_no_more(connection, event.disposal_id, entry)
    said = {"id": event.hearing_id, "disposal_id": event.disposal_id, "ended_by": "", "reason": ""}
    connection.execute(insert(hearings).values(**said, opened=entry.sequence))


def _hearing_answered(connection: Connection, event: HearingAnswered, entry: JournalEntry) -> None:
    for hearing_id in event.hearing_ids:
        said = {"hearing_id": hearing_id, "station": entry.station}
        known = select(answers.c.station).where(*(answers.c[name] == value for name, value in said.items()))
        if connection.execute(known).first() is None:
            connection.execute(insert(answers).values(**said))


def _hearing_ended(connection: Connection, event: HearingEnded, entry: JournalEntry) -> None:
    ended = update(hearings).where(hearings.c.disposal_id == event.disposal_id)
    connection.execute(ended.values(ended_by=entry.actor, reason=event.reason))


def _hear_no_more(connection: Connection, disposal_id: str, entry: JournalEntry) -> None:
    """The hearings from before this entry: it may be told again to a copy that knows of a later one."""
    before = (hearings.c.disposal_id == disposal_id) & (hearings.c.opened < entry.sequence)
    connection.execute(delete(hearings).where(before))


def _destruction_contested(connection: Connection, event: DestructionContested, _entry: JournalEntry) -> None:
    connection.execute(insert(contested).values(**{each.name: getattr(event, each.name) for each in contested.c}))


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
    insert_rows(connection, destroyed_places, _places(connection, event))
    _forget_pages(connection, event.page_ids)
    for table in OF_DOCUMENT:
        connection.execute(delete(table).where(table.c.document_id == event.document_id))
    _let_go_of_others(connection, event.document_id)
    connection.execute(delete(documents).where(documents.c.id == event.document_id))
    about = select(disposals.c.id).where(disposals.c.document_id == event.document_id, disposals.c.state.in_(WAITING))
    for disposal_id in [event.disposal_id, *connection.execute(about).scalars()]:
        connection.execute(delete(hearings).where(hearings.c.disposal_id == disposal_id))
        connection.execute(update(disposals).where(disposals.c.id == disposal_id).values(state="done", refusal=""))
    of_it = cases.c.document_id == event.document_id
    connection.execute(update(cases).where(of_it).values(title=event.number))  # a case was called by the title
    _remove_later(connection, [row["sha"] for row in proof])


def _destruction_received(connection: Connection, event: DestructionReceived, entry: JournalEntry) -> None:
    _document_destroyed(connection, event, replace(entry, id=event.entry, at=event.destroyed_at))


def _let_go_of_others(connection: Connection, document_id: str) -> None:
    """Pages that nobody meant to destroy, put into the document by an edit that was not known: they are in none now."""
    left = update(pages).where(pages.c.document_id == document_id)
    connection.execute(left.values(document_id=None, number=None))


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


def _places(connection: Connection, event: DocumentDestroyed) -> list[dict[str, str]]:
    """Every file and class in which it ever was, by what is known here."""
    query = select(versions.c.file_reference, versions.c.record_class)
    rows = connection.execute(query.where(versions.c.document_id == event.document_id)).all()
    told = {(HoldScope.FILE, row.file_reference) for row in rows if row.file_reference}
    told |= {(HoldScope.RECORD_CLASS, each) for each in {event.record_class, *(row.record_class for row in rows)}}
    return [{"document_id": event.document_id, "scope": scope, "target": target} for scope, target in sorted(told)]


def _forget_pages(connection: Connection, page_ids: Sequence[str]) -> None:
    for at in range(0, len(page_ids), AT_ONCE):
        some = page_ids[at : at + AT_ONCE]
        for table in OF_PAGE:
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
    DisposalRefused: _disposal_refused,
    HearingOpened: _hearing_opened,
    HearingAnswered: _hearing_answered,
    HearingEnded: _hearing_ended,
    DisposalReceived: own_word(_disposal_received),
    DestructionReceived: own_word(_destruction_received),
    DestructionContested: _destruction_contested,
}
