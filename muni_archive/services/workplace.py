"""All that a use case works with, put together once by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from muni_archive.domain.holidays import NO_HOLIDAYS, Holidays
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.reading import PlacedWords
from muni_archive.domain.recent import Recent
from muni_archive.domain.roles import RoleBook
from muni_archive.ports import (
    AccountDesk,
    Clock,
    Guard,
    Ids,
    Integrity,
    PersonKeys,
    Recognizer,
    RecordClasses,
    ScanDriver,
    SearchIndex,
    Signer,
    UnitOfWork,
    Vault,
)
from muni_archive.services.unguarded import Unguarded

WORDS_BYTES = 16 * 1024**2
"""Memory for the words of some three thousand pages."""


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
    departments: Callable[[], Sequence[str]] = tuple
    """For which this station enters records, as its centre says; none means all."""
    central: bool = False
    """The central archive itself: nobody sits there who proposes or confirms."""
    forget_pictures: Callable[[str], None] = lambda _sha: None
    """Throw away what was made of this file for looking at (tiles), outside the vault."""
    copied: bool = False
    """A copy of an archive that is elsewhere: it is looked at, and nothing is recorded in it."""
    roles: RoleBook = field(default_factory=dict)
    """What each role allows."""
    guard: Guard = field(default_factory=Unguarded)
    """Asked by each use case before it does anything."""
    keys: PersonKeys | None = None
    """Where people's keys are kept; None where nobody decides anything (a copy, the centre)."""
    operator: str = ""
    """Who the journal names as acting here: the system's user, or whoever signed in."""
    people: Callable[[], UnitOfWork] | None = None
    """Where people and units are known, if not in the archive itself: in the copy of the centre."""
    read_only: bool = False
    """Opened beside who writes, or from a medium that cannot be written: nothing is recorded, what is looked at
    neither."""
    accounts: AccountDesk | None = None
    """The line to the municipality's sign-in service; None where nobody comes in (a copy)."""
    holidays: Callable[[], Holidays] = lambda: NO_HOLIDAYS
    """Days on which nothing is due. Raises `DataFileInvalid`."""
    signer: Signer | None = None
    """The archive's own key; None where nothing is signed."""
    procedure_at_hand: Callable[[str, str], Procedure] | None = None
    """By version and name, for who holds the write lock, see `centre.at_hand`; None reads the vault."""
    words: Recent[PlacedWords] = field(default_factory=lambda: Recent(WORDS_BYTES))
    """Words of readings that answers showed last, by the reading's name in the vault."""
