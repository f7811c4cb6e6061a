"""What would have kept a document, or went on with it, and came when it was destroyed: told to people, never dropped.

The entry itself is admitted like any other and changes nothing. Of a hold on a class, only what was destroyed since the
station was last heard is named: what had gone before was known to who placed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import (
    ConflictResolved,
    DestructionContested,
    DisposalWithdrawn,
    DocumentRevised,
    HoldPlaced,
    RetentionExtended,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in
from muni_archive.ports import CentralUnit

Said = Mapping[str, Any]


def note_late(unit: CentralUnit, entries: Sequence[JournalEntry], *, since: int) -> None:
    """Record what of these entries, just admitted, came too late. `since`: the central sequence at which the station
    was last heard before.
    """
    keeping = [entry for entry in entries if entry.kind in _FINDING]
    if not keeping or not unit.retention.count_destroyed():
        return
    for entry in keeping:
        what, find = _FINDING[entry.kind]
        said = said_in(entry.kind, entry.payload)
        for gone in find(unit, said, since):
            if unit.records.entry(gone.entry).sequence < entry.sequence:
                unit.record(_contested(entry, what, gone, said))


def _contested(entry: JournalEntry, what: str, gone: Destroyed, said: Said) -> DestructionContested:
    detail = " — ".join(str(said[name]) for name in ("until", "reason", "authority") if said.get(name))
    return DestructionContested(
        document_id=gone.document_id, number=gone.number, department=gone.department, entry=entry.id, what=what,
        station=entry.station, said_by=entry.actor, said_at=entry.at, detail=detail,
    )  # fmt: skip


def _named(unit: CentralUnit, said: Said, _since: int) -> Sequence[Destroyed]:
    gone = unit.retention.destroyed(said["document_id"])
    return [gone] if gone else []


def _held(unit: CentralUnit, said: Said, since: int) -> Sequence[Destroyed]:
    if said["scope"] == HoldScope.DOCUMENT:
        return _named(unit, {"document_id": said["target"]}, since)
    if said["scope"] == HoldScope.FILE:
        return unit.destroyed_in(file_reference=said["target"])
    return unit.destroyed_in(record_class=said["target"], since=since)


def _proposed(unit: CentralUnit, said: Said, since: int) -> Sequence[Destroyed]:
    try:
        return _named(unit, {"document_id": unit.retention.disposal(said["disposal_id"]).document_id}, since)
    except NotFound:
        return []


_FINDING: Mapping[str, tuple[str, Callable[[CentralUnit, Said, int], Sequence[Destroyed]]]] = {
    HoldPlaced.kind: ("hold", _held),
    RetentionExtended.kind: ("keep", _named),
    DisposalWithdrawn.kind: ("withdrawal", _proposed),
    DocumentRevised.kind: ("edit", _named),
    ConflictResolved.kind: ("edit", _named),
}
