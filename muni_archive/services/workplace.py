"""All that a use case works with, put together once by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from muni_archive.ports import (
    Clock,
    Ids,
    Integrity,
    Recognizer,
    RecordClasses,
    ScanDriver,
    SearchIndex,
    UnitOfWork,
    Vault,
)


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """One open archive and the engines around it."""

    unit_of_work: Callable[[], UnitOfWork]
    vault: Vault
    index: SearchIndex
    clock: Clock
    ids: Ids
    record_classes: RecordClasses
    recognizer: Recognizer
    drivers: Mapping[str, ScanDriver]
    """By name; made on first use, so that a broken driver cannot keep the program from starting."""
    integrity: Callable[[], Integrity]
    """A fresh check of journal, tables and vault."""
    station: str
    alone: Callable[[], bool] = lambda: True
    """Whether this archive decides for itself what is destroyed; one that works with a centre does not."""
    forget_pictures: Callable[[str], None] = lambda _sha: None
    """Throw away what was made of this file for looking at (tiles), outside the vault."""
    copied: bool = False
    """A copy of an archive that is elsewhere: it is looked at, and nothing is recorded in it."""
