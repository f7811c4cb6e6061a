"""The audit trail as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from muni_archive.domain.auditing import AuditTrail
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.permissions import Action
from muni_archive.messages import _
from muni_archive.services.audit.record import record_taken_out
from muni_archive.services.audit.trail import AuditRow, all_rows
from muni_archive.services.csv_files import as_csv
from muni_archive.services.files_out import write_parts
from muni_archive.services.workplace import Workplace

STEP = 500
"""Rows after which progress is told."""


def export_trail(
    place: Workplace, trail: AuditTrail, target: Path, *, cancel: CancelToken, progress: Callable[[int, int], None]
) -> int:
    """Write all that the trail holds; returns how many entries. Raises `DiskFull`, `WrongUse`, `Cancelled`."""
    place.guard.require(Action.AUDIT)
    header = (
        _("When"), _("Who"), _("What"), _("Record"), _("Station"), _("Details"), _("Entry"), _("Kind"), _("Hash"),
    )  # fmt: skip
    rows = (_cells(row) for row in _rows(place, trail, cancel, progress))
    write_parts(target, as_csv(header, rows))
    record_taken_out(place, "audit", trail.total)
    return trail.total


def _rows(
    place: Workplace, trail: AuditTrail, cancel: CancelToken, progress: Callable[[int, int], None]
) -> Iterator[AuditRow]:
    for at, row in enumerate(all_rows(place, trail)):
        if at % STEP == 0:
            cancel.raise_if_cancelled()
            progress(at, trail.total)
        yield row


def _cells(row: AuditRow) -> tuple[object, ...]:
    at = row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S%z")
    return at, row.who, row.what, row.number, row.where, row.details, row.sequence, row.kind, row.hash
