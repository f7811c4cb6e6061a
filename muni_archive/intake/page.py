"""A page from outside, ready to be a master."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.reading import Reading


@dataclass(frozen=True, kw_only=True)
class IntakePage:
    """`data` is an image; `reading` is the text that was born with the page, None where it must be read."""

    data: bytes
    media_type: str
    width: int
    height: int
    dpi: int
    name: str
    page: int
    reading: Reading | None = None
