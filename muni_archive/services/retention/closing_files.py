"""Closing a file ملف, and opening it again: what many rules count their years from."""

from __future__ import annotations

from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import FileClosed, FileReopened
from muni_archive.domain.retention_errors import FileStateKnown
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.ports_retention import FileState
from muni_archive.services.retention.holding import REASON, require
from muni_archive.services.workplace import Workplace


def close_file(place: Workplace, reference: str, *, reason: str) -> FileState:
    """Nothing more is expected in it. Raises `NotFound`, `FileStateKnown`, `FieldsMissing`."""
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        if _state(unit, reference) is not None:
            raise FileStateKnown(reference=reference, state=_("closed"))
        unit.record(FileClosed(reference=reference, reason=reason.strip()))
        unit.commit()
        closed = unit.retention.closed_file(reference)
    assert closed is not None
    return closed


def reopen_file(place: Workplace, reference: str, *, reason: str) -> None:
    """It goes on; its years begin anew. Raises `NotFound`, `FileStateKnown`, `FieldsMissing`."""
    require((reason, REASON))
    with place.unit_of_work() as unit:
        unit.lock()
        if _state(unit, reference) is None:
            raise FileStateKnown(reference=reference, state=_("open"))
        unit.record(FileReopened(reference=reference, reason=reason.strip()))
        unit.commit()


def _state(unit: UnitOfWork, reference: str) -> FileState | None:
    if unit.records.file(reference) is None:
        raise NotFound(key=reference)
    return unit.retention.closed_file(reference)
