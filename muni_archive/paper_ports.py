"""The seams on the way from paper to what is found: scanners, reading, the search index. Told on by `ports`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.finding import IndexAnswer, IndexedPage, SearchRequest
from muni_archive.domain.reading import Reading
from muni_archive.domain.scanning import Capabilities, Device, ScannedPage, ScanProfile


@dataclass(frozen=True, kw_only=True)
class ReadRequest:
    """A page to read: an image file, how the clerk turned it (degrees clockwise), its resolution."""

    path: Path
    media_type: str
    rotation: int
    dpi: int
    kind: str = "page"
    """`page`, or `drawing` for sheets whose text stands in all directions."""


class Recognizer(Protocol):
    """Reads one page in the calling process. Must pickle, so that worker processes can run it."""

    @property
    def name(self) -> str:
        """Engine, models and recipe, such that another name means another result."""
        ...

    def read(self, request: ReadRequest) -> Reading:
        """Raises `ReadingFailed`, `EngineMissing`."""
        ...


class ReadingPool(Protocol):
    """Runs a recogniser in worker processes, one a core, each page with a time limit."""

    @property
    def workers(self) -> int: ...

    def submit(self, key: str, request: ReadRequest, done: Callable[[str, Reading | Exception], None]) -> None:
        """Read in the background; `done(key, result)` is called on a thread of the pool."""
        ...

    def close(self) -> None:
        """Stop the workers at once."""
        ...


class SearchIndex(Protocol):
    """A view of the tables that finds pages; it can be thrown away and built again."""

    @property
    def name(self) -> str: ...

    @property
    def cursor(self) -> int:
        """The journal's sequence up to which the index is complete; 0 for a new index."""
        ...

    @property
    def at(self) -> tuple[int, str]:
        """The cursor with the beginning (15 signs) of the hash of the entry there, read together; the hash is empty
        where it was not told.
        """
        ...

    def update(
        self,
        pages: Iterable[IndexedPage],
        *,
        removed: Iterable[str] = (),
        cursor: int,
        link: str = "",
        since: tuple[int, str] | None = None,
    ) -> bool:
        """Replace these pages by id, drop the removed ones, make all searchable, move the cursor; `link` is the hash of
        the entry there. Where the index is not `at` `since` any more, whoever moved it: False, and nothing is done.
        """
        ...

    def search(self, request: SearchRequest) -> IndexAnswer:
        """Raises `QueryMalformed`."""
        ...

    def digests(self) -> Iterator[tuple[str, str]]:
        """(page id, `IndexedPage.digest()` as it was given) of every page in the index."""
        ...

    def clear(self, *, since: tuple[int, str] | None = None, link: str = "") -> bool:
        """Empty it and set the cursor to 0; `since` as for `update`. `link` marks whose beginning it is."""
        ...

    def close(self) -> None: ...


class ScanFeed(Protocol):
    """Pages as they arrive. `delivered` is the device's own count, None where it tells none."""

    @property
    def delivered(self) -> int | None: ...

    def __iter__(self) -> Iterator[ScannedPage]: ...


class ScanDriver(Protocol):
    """One kind of scanner; found through the entry point group `muni_archive.scanners`."""

    @property
    def name(self) -> str: ...

    def devices(self) -> Sequence[Device]:
        """Raises `DriverMissing`; an empty list when nothing is connected."""
        ...

    def capabilities(self, device_id: str) -> Capabilities:
        """Raises `DeviceNotFound`, `DeviceLost`, `DeviceBusy`."""
        ...

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> ScanFeed:
        """Begin a feed. Iterating raises a `ScanError` or `Cancelled`; pages already yielded stand.

        A feeder that runs empty after at least one page ends the feed normally.
        """
        ...
