"""The journal as a file that proves itself: an entry a line, in order, up to a signed checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import NoCheckpoint
from muni_archive.domain.journal import canonical_json
from muni_archive.domain.permissions import Action
from muni_archive.domain.together import to_wire
from muni_archive.services.audit.checkpoints import last_checkpoint, sign_checkpoint
from muni_archive.services.audit.record import record_taken_out
from muni_archive.services.files_out import write_parts
from muni_archive.services.subjects import require_everywhere
from muni_archive.services.workplace import Workplace

PART = 1000


@dataclass(frozen=True, kw_only=True)
class ExportedJournal:
    """How far the file goes, and what to keep apart from it: with both it is proven that nothing was cut off."""

    entries: int
    checkpoint: Checkpoint
    public_key: str


def export_journal(
    place: Workplace, target: Path, *, cancel: CancelToken, progress: Callable[[int, int], None]
) -> ExportedJournal:
    """Sign how the journal stands and write it out. Where nothing can be signed, up to the last checkpoint.

    The format: `muni_archive/verifying/journal_file.py`. Raises `NoCheckpoint`, `DiskFull`, `WrongUse`, `Cancelled`.
    Only for whoever may audit everything: a journal with entries left out would prove nothing.
    """
    require_everywhere(place, Action.AUDIT)
    with place.unit_of_work() as unit:
        total = unit.records.last_sequence()
    record_taken_out(place, "journal", total)
    sign_checkpoint(place)
    signed = last_checkpoint(place)
    if signed is None:
        raise NoCheckpoint
    write_parts(target, _lines(place, signed.sequence, cancel, progress))
    return ExportedJournal(
        entries=signed.sequence,
        checkpoint=Checkpoint(sequence=signed.sequence, head=signed.hash),
        public_key=json.loads(signed.payload)["public_key"],
    )


def _lines(place: Workplace, last: int, cancel: CancelToken, progress: Callable[[int, int], None]) -> Iterator[bytes]:
    with place.unit_of_work() as unit:
        after = 0
        while after < last:
            cancel.raise_if_cancelled()
            progress(after, last)
            entries = unit.records.journal(after=after, limit=min(PART, last - after))
            yield b"".join(f"{canonical_json(to_wire(entry))}\n".encode() for entry in entries)
            after = entries[-1].sequence
