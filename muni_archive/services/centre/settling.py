"""Two stations changed one document: what becomes of the second change.

Decided by the order in which the entries got their places in the central journal, never by a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile

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
from muni_archive.domain.lineage import Lineage, Missed
from muni_archive.domain.merging import Description, combine, description_of, differences, merge
from muni_archive.domain.together import Conflict
from muni_archive.ports import CentralUnit, Ids

SAME_FIELD, DECIDED = "same-field", "decided"
Settled = (DocumentRevised, ConflictResolved, VersionReceived)
Revised = DocumentRevised | ConflictResolved | VersionReceived


@dataclass(frozen=True, kw_only=True)
class _Side:
    """What comes to a document of which something else stands."""

    document_id: str
    entry: str
    """Tells what it says."""
    said: Description
    version: int
    base: str | None
    """Tells the version that it changed; None where a restore lost that, and nobody has brought it back."""
    first: str
    """The first version of this side that whoever made what stands had not seen."""
    goes_on_from: str = ""


def settle(ids: Ids, unit: CentralUnit, entry: JournalEntry) -> None:
    """Record what the revision in `entry`, which has been applied, leads to; nothing if it simply stands.

    A centre that was put back in time hears of versions that it made and lost: stations have them as received. What
    such a version rests on, its own entry tells: when that comes, what was made of it is looked at again.
    """
    revision = unit.records.event(entry.id)
    assert isinstance(revision, Settled)
    if unit.records.current_entry(revision.document_id) is None:
        return
    _settle(ids, unit, entry, revision)
    if isinstance(revision, ConflictResolved):
        _heed_what_went_on(ids, unit, entry, revision)


def _settle(ids: Ids, unit: CentralUnit, entry: JournalEntry, revision: Revised) -> None:
    made_by = revision.entry if isinstance(revision, VersionReceived) else entry.id
    if not unit.records.has_version(revision.document_id, made_by):
        _settle_late(ids, unit, entry, revision, made_by)
    elif not _was_told_early(unit, entry, revision):
        return
    _look_back(ids, unit, entry, revision.document_id, made_by)


def _was_told_early(unit: CentralUnit, entry: JournalEntry, revision: Revised) -> bool:
    """Whether what stands was told before its own entry, or is told so now, or waited in a conflict before."""
    if isinstance(revision, VersionReceived):
        waited = unit.records.conflicts(theirs=revision.entry)
        return bool(waited) or not unit.records.knows_entry(revision.entry)
    return unit.received_as(revision.document_id, entry.id) is not None


def _settle_late(ids: Ids, unit: CentralUnit, entry: JournalEntry, revision: Revised, made_by: str) -> None:
    """Something else stands. Whichever of the two is known to rest on the other, because a decision about it, or what
    was made of it, came first, says all that is to be said.
    """
    document_id, standing = revision.document_id, _standing(unit, revision.document_id)
    ours = _description(unit, standing)
    side = _Side(
        document_id=document_id, entry=entry.id, said=description_of(revision), version=revision.version,
        base=_teller(unit, document_id, revision.base), first=made_by, goes_on_from=revision.base,
    )  # fmt: skip
    lineage, otherwise = _lineage(unit, document_id), differences(ours, side.said)
    if isinstance(revision, ConflictResolved) and otherwise and _settled_otherwise(unit, revision, entry):
        _dispute(ids, unit, side, DECIDED, otherwise)
    elif lineage.rests_on(entry.id, standing):
        _merged(unit, replace(side, base=standing), side.said)
    elif not otherwise:
        return
    elif made_by in lineage.line(standing):
        _merged(unit, replace(side, base=entry.id), ours)
    else:
        _bring_in(ids, unit, side)


def _look_back(ids: Ids, unit: CentralUnit, entry: JournalEntry, document_id: str, made_by: str) -> None:
    """Make good what was made of versions that were told before their own entries came, as far as this entry shows
    what they rest on.

    What was merged over a version that had gone on from it, is taken back. What a version was put over, whose author
    had not seen it, is brought in. Nobody is asked about a side on which what stands rests.
    """
    lineage = _lineage(unit, document_id)
    if not lineage.told_early and entry.kind != VersionReceived.kind:
        return
    for needless in lineage.needless(made_by):
        ours = _description(unit, _standing(unit, document_id))
        before, after = _description(unit, needless.ours), _description(unit, needless.entry)
        without = merge(after, ours, before).merged
        if without != ours:
            shown = _Side(
                document_id=document_id, entry=entry.id, said=without, version=0, base=needless.entry, first=entry.id
            )
            _merged(unit, shown, without)
    for missed in lineage.missed(made_by):
        _heed(ids, unit, document_id, missed)
    _close_seen(unit, document_id)


def _heed_what_went_on(ids: Ids, unit: CentralUnit, entry: JournalEntry, decision: ConflictResolved) -> None:
    """The station whose side waited had gone on from it, unseen by who decided: that comes in, as if it came now."""
    known = _conflict(unit, decision.conflict_id)
    if known is None or known.resolution != entry.id or not decision.theirs:
        return
    first = _lineage(unit, decision.document_id).first_past(known.theirs, decision.theirs)
    if first is not None:
        side = _Side(
            document_id=decision.document_id, entry=known.theirs, said=_description(unit, known.theirs), version=0,
            base=decision.theirs, first=first,
        )  # fmt: skip
        _bring_in(ids, unit, side)


def _heed(ids: Ids, unit: CentralUnit, document_id: str, missed: Missed) -> None:
    """Bring in what the version `before` changed, but for what stood once since: whoever replaced that had seen it."""
    lineage, standing = _lineage(unit, document_id), _standing(unit, document_id)
    stands = unit.records.has_version(document_id, missed.version)
    came = missed.version if stands else lineage.merged_as(missed.version)
    told, base = _teller(unit, document_id, missed.before), _teller(unit, document_id, missed.common)
    if came is None or told is None or missed.before in lineage.line(standing, without=came):
        return
    ours, theirs = _description(unit, standing), _description(unit, told)
    since = dropwhile(lambda each: each.entry != came, unit.records.versions(document_id))
    stood = [ours, *map(description_of, since)]
    unseen = set(differences(ours, theirs)).intersection(*(differences(each, theirs) for each in stood))
    before = _description(unit, base) if base else ours
    said = combine(before, {name: theirs.fields().get(name) for name in unseen})
    if said != before:
        side = _Side(document_id=document_id, entry=told, said=said, version=0, base=base, first=missed.first)
        _bring_in(ids, unit, side)


def _close_seen(unit: CentralUnit, document_id: str) -> None:
    """Conflicts that were found before it was known that whoever made what stands had seen the side that waits."""
    lineage = _lineage(unit, document_id)
    seen = lineage.line(_standing(unit, document_id))
    for conflict in unit.records.conflicts():
        if conflict.document_id == document_id and lineage.version_of(conflict.theirs) in seen:
            current = unit.records.current_entry(document_id) or ""
            version = unit.records.version_by_entry(document_id, current)
            said = _description(unit, _standing(unit, document_id))
            unit.record(
                ConflictResolved(
                    conflict_id=conflict.id,
                    document_id=document_id,
                    version=(version.version if version else 0) + 1,
                    base=current,
                    **said.values(),
                )
            )


def _bring_in(ids: Ids, unit: CentralUnit, side: _Side) -> None:
    """Merge what it changed, or let a person decide: without its base, about all that differs."""
    ours = _description(unit, _standing(unit, side.document_id))
    outcome = merge(_description(unit, side.base), ours, side.said) if side.base else None
    if outcome is None or outcome.disputed:
        disputed = outcome.disputed if outcome else differences(ours, side.said)
        _dispute(ids, unit, side, SAME_FIELD, disputed)
    else:
        _merged(unit, side, outcome.merged)


def _merged(unit: CentralUnit, side: _Side, said: Description) -> None:
    standing = _standing(unit, side.document_id)
    current = unit.records.current_entry(side.document_id) or ""
    version = unit.records.version_by_entry(side.document_id, current)
    unit.record(
        RevisionMerged(
            document_id=side.document_id,
            version=(version.version if version else side.version) + 1,
            base=side.base or standing,
            ours=standing,
            theirs=side.entry,
            **said.values(),
        )
    )


def _dispute(ids: Ids, unit: CentralUnit, side: _Side, reason: str, fields: tuple[str, ...]) -> None:
    """A new conflict; or the same one, when the station went on from its side of it: what was disputed stays so."""
    standing = _standing(unit, side.document_id)
    going_on = next(iter(unit.records.conflicts(theirs=side.goes_on_from)), None)
    conflict_id = going_on.id if going_on else _conflict_id(ids, unit, side)
    if conflict_id is None:
        return
    if going_on:
        still = set(differences(_description(unit, standing), side.said))
        fields = tuple(sorted({*fields, *still.intersection(going_on.fields)}))
    unit.record(
        ConflictFound(
            conflict_id=conflict_id,
            document_id=side.document_id,
            reason=reason,
            base=going_on.base if going_on else side.base or standing,
            ours=standing,
            theirs=side.entry,
            fields=fields,
        )
    )


def _conflict_id(ids: Ids, unit: CentralUnit, side: _Side) -> str | None:
    """The id of the first version that waits: a restored centre, which finds the conflict again, gives it the same, so
    that somebody's decision is about it. None where a person is asked about this side already.
    """
    known = _conflict(unit, side.first)
    if known is None:
        return side.first
    if known.resolution is None and known.document_id == side.document_id:
        lineage = _lineage(unit, side.document_id)
        if lineage.version_of(side.entry) in lineage.line(known.theirs):
            told_by_itself = side.entry == lineage.version_of(known.theirs) != known.theirs
            return known.id if told_by_itself else None
        if lineage.version_of(known.theirs) in lineage.line(side.entry):
            return known.id
    return ids.new()


def _conflict(unit: CentralUnit, conflict_id: str) -> Conflict | None:
    try:
        return unit.records.conflict(conflict_id)
    except NotFound:
        return None


def _lineage(unit: CentralUnit, document_id: str) -> Lineage:
    return Lineage(unit.history(document_id, (), before=unit.records.last_sequence() + 1))


def _standing(unit: CentralUnit, document_id: str) -> str:
    """Id of the entry that tells the version which stands."""
    current = unit.records.current_entry(document_id) or ""
    return _teller(unit, document_id, current) or current


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
    known = _conflict(unit, revision.conflict_id)
    return known is not None and known.resolution != entry.id
