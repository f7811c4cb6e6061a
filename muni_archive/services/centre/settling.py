"""Two stations changed one document: what becomes of the second change.

Decided by the order in which the entries got their places in the central journal, never by a clock.
"""

from __future__ import annotations

from muni_archive.domain.errors import ArchiveDamaged, NotFound
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
Settled = (DocumentRevised, ConflictResolved, VersionReceived)
Revised = DocumentRevised | ConflictResolved | VersionReceived


def settle(ids: Ids, unit: CentralUnit, entry: JournalEntry) -> None:
    """Record what the revision in `entry`, which has been applied, leads to; nothing if it simply stands.

    A centre that was put back in time hears of versions that it made and lost: stations have them as received.
    """
    revision = unit.records.event(entry.id)
    assert isinstance(revision, Settled)
    current = unit.records.current_entry(revision.document_id)
    made_by = revision.entry if isinstance(revision, VersionReceived) else entry.id
    if current is None or unit.records.has_version(revision.document_id, made_by):
        return
    standing = _teller(unit, revision.document_id, current) or current
    ours, theirs = _description(unit, standing), description_of(revision)
    if ours == theirs:
        return
    if isinstance(revision, ConflictResolved) and _settled_otherwise(unit, revision, entry):
        _dispute(ids, unit, entry, revision, standing, DECIDED, differences(ours, theirs))
        return
    base = _teller(unit, revision.document_id, revision.base)
    if base is None:
        # Lost in a restore, and nobody has brought it back: a person sees all that differs.
        _dispute(ids, unit, entry, revision, standing, SAME_FIELD, differences(ours, theirs))
        return
    outcome = merge(_description(unit, base), ours, theirs)
    if outcome.disputed:
        _dispute(ids, unit, entry, revision, standing, SAME_FIELD, outcome.disputed)
        return
    version = unit.records.version_by_entry(revision.document_id, current)
    unit.record(
        RevisionMerged(
            document_id=revision.document_id,
            version=(version.version if version else revision.version) + 1,
            base=base,
            ours=standing,
            theirs=entry.id,
            **outcome.merged.values(),
        )
    )


def _dispute(
    ids: Ids,
    unit: CentralUnit,
    entry: JournalEntry,
    revision: Revised,
    standing: str,
    reason: str,
    fields: tuple[str, ...],
) -> None:
    """A new conflict; or the same one, when the station went on from its side of it: what was disputed stays so."""
    going_on = unit.records.conflicts(theirs=revision.base)
    if going_on:
        still = set(differences(_description(unit, standing), description_of(revision)))
        fields = tuple(sorted({*fields, *still.intersection(going_on[0].fields)}))
    unit.record(
        ConflictFound(
            conflict_id=going_on[0].id if going_on else ids.new(),
            document_id=revision.document_id,
            reason=reason,
            base=going_on[0].base if going_on else _teller(unit, revision.document_id, revision.base) or standing,
            ours=standing,
            theirs=entry.id,
            fields=fields,
        )
    )


def _teller(unit: CentralUnit, document_id: str, made_by: str) -> str | None:
    """Id of the entry here that tells the version which `made_by` made: itself, or a station's that received it."""
    return made_by if unit.records.knows_entry(made_by) else unit.received_as(document_id, made_by)


def _description(unit: CentralUnit, entry_id: str) -> Description:
    """What the entry made of its document, whether it came to stand or not."""
    event = unit.records.event(entry_id)
    if not isinstance(event, DocumentCreated | DocumentRevised | RevisionMerged | ConflictResolved | VersionReceived):
        raise ArchiveDamaged(detail=f"entry {entry_id} is no version of a document")
    return description_of(event)


def _settled_otherwise(unit: CentralUnit, revision: ConflictResolved, entry: JournalEntry) -> bool:
    """Whether somebody else had decided the conflict before."""
    try:
        return unit.records.conflict(revision.conflict_id).resolution != entry.id
    except NotFound:
        return False
