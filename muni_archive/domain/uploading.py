"""A file on its way straight into the object store: what a station is offered, and what it has sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MIB = 1024 * 1024
PART_SIZE = 8 * MIB
MOST_PARTS = 9_000
"""Stores take 10,000; a little room is left."""


@dataclass(frozen=True, kw_only=True)
class PartOffer:
    """One request that a station may make: PUT these bytes of the file to this address with these headers."""

    number: int
    start: int
    length: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SentPart:
    """A part that the store has, with the tag that it answered."""

    number: int
    etag: str


@dataclass(frozen=True, kw_only=True)
class UploadOffer:
    """What is left to send of one file. Plain values: it travels as JSON.

    `stored` means that the vault has the file, verified: nothing is left to do. Without an
    `upload_id` the file goes in one request. `parts` may be only the next of many: when they are
    sent, ask again; an offer without parts, not `stored`, is ready to be finished.
    """

    sha: str
    size: int
    stored: bool = False
    upload_id: str | None = None
    parts: tuple[PartOffer, ...] = ()
    there: tuple[SentPart, ...] = ()
    valid_s: int = 0


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A file that was read back from the object store and is whole.

    `owner` is the station that an offer with this name was made to, where that very offer brought it; empty for others.
    """

    size: int
    owner: str = ""


def part_size(size: int) -> int:
    """Bytes of each part but the last. It follows from the file's size alone, so that a resumed upload agrees."""
    smallest = -(-size // MOST_PARTS)
    return max(PART_SIZE, -(-smallest // MIB) * MIB)


@dataclass(frozen=True, kw_only=True)
class FileOffer:
    """What a centre answers when a file is announced.

    Nothing is left to do (`stored`), or it goes straight to the object store (`direct`), or through the centre from
    `offset` on.
    """

    sha: str
    size: int
    stored: bool = False
    offset: int = 0
    direct: UploadOffer | None = None
