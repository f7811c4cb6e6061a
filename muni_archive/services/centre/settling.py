"""Two stations changed one document: what becomes of the second change.

Decided by the order in which the entries got their places in the central journal, never by a clock.
"""

from __future__ import annotations

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import (
    ConflictFound,
    ConflictResolved,
    DocumentCreated,
    DocumentRevised,
    RevisionMerged,
    VersionReceived,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.merging import Description, description_of, differences, merge
from muni_archive.ports import CentralUnit, Ids

SAME_FIELD, DECIDED = "same-field", "decided"


def settle(ids: Ids, unit: CentralUnit, entry: JournalEntry) -> None:
    """Record what the revision in `entry`, which has been applied, leads to; nothing if it simply stands."""
    revision = unit.records.event(entry.id)
    assert isinstance(revision, DocumentRevised | ConflictResolved)
    current = unit.records.current_entry(revision.document_id)
    if current is None or current == entry.id:
        return
    ours, theirs = _description(unit, current), description_of(revision)
    if ours == theirs:
        return
    if isinstance(revision, ConflictResolved) and _settled_otherwise(unit, revision, entry):
        _dispute(ids, unit, entry, revision, current, DECIDED, differences(ours, theirs))
        return
    outcome = merge(_description(unit, revision.base), ours, theirs)
    if outcome.disputed:
        _dispute(ids, unit, entry, revision, current, SAME_FIELD, outcome.disputed)
        return
    version = unit.records.version_by_entry(revision.document_id, current)
    unit.record(
        RevisionMerged(
            document_id=revision.document_id,
            version=(version.version if version else 0) + 1,
            base=revision.base,
            ours=current,
            theirs=entry.id,
            **outcome.merged.values(),
        )
    )


def _dispute(
    ids: Ids,
    unit: CentralUnit,
    entry: JournalEntry,
    revision: DocumentRevised | ConflictResolved,
    current: str,
    reason: str,
    fields: tuple[str, ...],
) -> None:
    """A new conflict; or the same one, when the station went on from its side of it."""
    going_on = [known for known in unit.records.conflicts() if known.theirs == revision.base]
    unit.record(
        ConflictFound(
            conflict_id=going_on[0].id if going_on else ids.new(),
            document_id=revision.document_id,
            reason=reason,
            base=going_on[0].base if going_on else revision.base,
            ours=current,
            theirs=entry.id,
            fields=fields,
        )
    )


def _description(unit: CentralUnit, entry_id: str) -> Description:
    """What the entry made of its document, whether it came to stand or not."""
    event = unit.records.event(entry_id)
    if not isinstance(event, DocumentCreated | DocumentRevised | RevisionMerged | ConflictResolved | VersionReceived):
        raise ArchiveDamaged(detail=f"entry {entry_id} is no version of a document")
    return description_of(event)


def _settled_otherwise(unit: CentralUnit, revision: ConflictResolved, entry: JournalEntry) -> bool:
    """Whether somebody else had decided the conflict before."""
    known = {conflict.id: conflict for conflict in unit.records.conflicts(open_only=False)}
    return revision.conflict_id in known and known[revision.conflict_id].resolution != entry.id
