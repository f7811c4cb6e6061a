"""Which departments an entry of retention is about, where it names no document itself; and who may lift a hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import (
    DisposalConfirmed,
    DisposalReceived,
    DisposalWithdrawn,
    FileClosed,
    FileReopened,
    HoldLifted,
    HoldPlaced,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.people import Sight
from muni_archive.domain.together import Station
from muni_archive.ports import CentralUnit

Departments = Collection[str]


def may_hear(unit: CentralUnit, sight: Sight, kind: str, said: Mapping[str, Any]) -> bool:
    """Whether somebody with this sight may hear of the entry. What is not known here is nobody's."""
    find = _FINDING.get(kind)
    return find is None or all(map(sight.covers, find(unit, said)))


def may_lift(unit: CentralUnit, station: Station, hold_id: str) -> bool:
    """A station of some departments lifts what it placed itself, and what rests on a document or file in its sight.

    Placing asks for nothing: it only keeps.
    """
    try:
        hold = unit.retention.hold(hold_id)
    except NotFound:
        return True  # it comes with the same part of the journal, or lifts nothing
    about = _of_target(unit, hold.scope, hold.target)
    return hold.station == station.name or bool(about and all(map(station.may_see, about)))


def _of_file(unit: CentralUnit, reference: str) -> Departments:
    file = unit.records.file(reference)
    return [file.department] if file else []


def _of_document(unit: CentralUnit, document_id: str) -> Departments:
    here = unit.records.documents_by_id([document_id])
    gone = None if here else unit.retention.destroyed(document_id)
    return [gone.department] if gone else [document.department for document in here.values()]


def _of_target(unit: CentralUnit, scope: str, target: str) -> Departments:
    """That a whole class is held is nobody's secret."""
    if scope == HoldScope.DOCUMENT:
        return _of_document(unit, target)
    if scope == HoldScope.FILE:
        return _of_file(unit, target)
    return []


def _of_hold(unit: CentralUnit, said: Mapping[str, Any]) -> Departments:
    try:
        hold = unit.retention.hold(said["hold_id"])
    except NotFound:
        return []  # it comes with the same part of the journal
    return _of_target(unit, hold.scope, hold.target)


def _of_disposal(unit: CentralUnit, said: Mapping[str, Any]) -> Departments:
    try:
        return _of_document(unit, unit.retention.disposal(said["disposal_id"]).document_id)
    except NotFound:
        return []


_FINDING: Mapping[str, Callable[[CentralUnit, Mapping[str, Any]], Departments]] = {
    HoldPlaced.kind: lambda unit, said: _of_target(unit, said["scope"], said["target"]),
    HoldLifted.kind: _of_hold,
    FileClosed.kind: lambda unit, said: _of_file(unit, said["reference"]),
    FileReopened.kind: lambda unit, said: _of_file(unit, said["reference"]),
    DisposalWithdrawn.kind: _of_disposal,
    DisposalConfirmed.kind: _of_disposal,
    DisposalReceived.kind: _of_disposal,
}
