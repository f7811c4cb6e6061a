"""All that the centre's use cases work with, put together once by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from muni_archive.domain.errors import EngineMissing
from muni_archive.domain.reading import Reading
from muni_archive.ports import CentralDesk, CentralUnit, ReadRequest
from muni_archive.services.centre.beginning import Beginning
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The central archive. `place` lets every use case of an archive run on it: finding, viewing, verifying."""

    place: Workplace
    unit_of_work: Callable[[], CentralUnit]
    arriving: Path
    """Folder of files that are still coming in, in parts."""
    probe: Callable[[], None]
    """Raises an `ArchiveError` or `OSError` when no file can be kept; leaves nothing behind."""
    desk: CentralDesk | None = None
    """Lets stations write straight to the object store, where there is one."""
    beginning: Beginning = field(default_factory=Beginning)
    """Where the journal stood when this process first looked; hearings from before are held again."""


class NoReader:
    """Implements `ports.Recognizer` where nothing is read: stations read, the centre keeps what they read."""

    name = "none"

    def read(self, request: ReadRequest) -> Reading:
        raise EngineMissing(detail="the centre reads no pages")
