"""Closing a file ملف, and opening it again: what many rules count their years from."""

from __future__ import annotations

from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import FileClosed, FileReopened
from muni_archive.domain.permissions import Action
from muni_archive.domain.retention_errors import FileStateKnown
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.retention_ports import FileState
from muni_archive.services.retention.holding import REASON, require
from muni_archive.services.subjects import about_file
from muni_archive.services.workplace import Workplace


def close_file(place: Workplace, reference: str, *, reason: str) -> FileState:
    """Nothing more is expected in it. Raises `NotFound`, `FileStateKnown`, `FieldsMissing`."""
    place.guard.require(Action.DESCRIBE)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        if _state(place, unit, reference) is not None:
            raise FileStateKnown(reference=reference, state=_("closed"))
        unit.record(FileClosed(reference=reference, reason=reason.strip()))
        unit.commit()
        closed = unit.retention.closed_file(reference)
    assert closed is not None
    return closed


def reopen_file(place: Workplace, reference: str, *, reason: str) -> None:
    """It goes on; its years begin anew. Raises `NotFound`, `FileStateKnown`, `FieldsMissing`."""
    place.guard.require(Action.DESCRIBE)
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        if _state(place, unit, reference) is None:
            raise FileStateKnown(reference=reference, state=_("open"))
        unit.record(FileReopened(reference=reference, reason=reason.strip()))
        unit.commit()


def _state(place: Workplace, unit: UnitOfWork, reference: str) -> FileState | None:
    file = unit.records.file(reference)
    if file is None:
        raise NotFound(key=reference)
    place.guard.require(Action.DESCRIBE, about_file(file))
    return unit.retention.closed_file(reference)
