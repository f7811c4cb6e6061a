"""The seam between a station and its centre. Told on by `ports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.pacing import UNLIMITED, Pace
from muni_archive.domain.together import Standing
from muni_archive.domain.uploading import FileOffer


class SyncTransport(Protocol):
    """A station's line to its centre. Every call may raise `CentreUnreachable` and other `CentreError`s."""

    def spoken(self) -> int:
        """The version of the protocol that both sides speak, as far as was heard; it asks nobody."""
        ...

    def standing(self) -> tuple[Standing, str, int]:
        """How far the centre has this station's journal, the station's state, the central journal's end."""
        ...

    def centre_time(self) -> datetime:
        """The centre's clock, in UTC. Raises `CentreUnreachable`, `TooOften`."""
        ...

    def send_entries(self, entries: Sequence[JournalEntry], lost: Sequence[str] = ()) -> Standing:
        """`lost`: files that these entries name and that the station has lost.

        Raises `JournalGap`, `StationParted`, `BytesMissing`.
        """
        ...

    def wanted(self) -> Sequence[str]:
        """Files that the centre lacks and that this station may have."""
        ...

    def feed(self, *, after: int, link: str, wait: float = 0) -> Sequence[JournalEntry]:
        """The central journal past `after`, held for `wait` seconds while there is nothing. Raises `CopyParted`.

        Before an entry that brings a document into sight comes what was said of it before, under its own place.
        """
        ...

    def own_journal(self, *, after: int) -> Sequence[JournalEntry]: ...

    def ask_readmission(self, standing: Standing) -> str:
        """Returns the station's state."""
        ...

    def offers(self, files: Sequence[tuple[str, int]]) -> Sequence[FileOffer]:
        """How each file (name, size) may be sent."""
        ...

    def send_file(self, file: Path, offer: FileOffer, cancel: CancelToken, pace: Pace = UNLIMITED) -> bool:
        """Send what is left, no faster than `pace`. True: the centre has the whole, verified.

        False: `finish_files` must follow.

        Raises `Cancelled`, `BytesWrong`.
        """
        ...

    def finish_files(self, files: Sequence[tuple[str, int]]) -> Sequence[str]:
        """Have files (name, size) verified that went straight to the store; names of those that must be sent again."""
        ...

    def read_file(self, sha: str) -> bytes:
        """The file, checked. Raises `NotFound`, `BlobCorrupt`."""
        ...

    def read_files(self, shas: Sequence[str]) -> Mapping[str, bytes]:
        """Of these (200 at most) the small ones, checked, as many as come at once; the others are asked for singly."""
        ...

    def search(self, question: Mapping[str, object], *, seconds: float = 30) -> Mapping[str, Any]:
        """Raises `CentreUnreachable` when there is no answer within about so many seconds."""
        ...

    def document(self, document_id: str) -> Mapping[str, Any]:
        """Raises `NotFound`."""
        ...
