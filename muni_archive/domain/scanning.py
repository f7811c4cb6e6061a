"""The vocabulary of scanning: devices, what they can do, what is asked of them, what they deliver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.records import Side


class Source(StrEnum):
    """Where the device takes sheets from."""

    FLATBED = "flatbed"
    FEEDER = "feeder"
    DUPLEX = "duplex"


class ColorMode(StrEnum):
    """How many colours a scan keeps."""

    COLOR = "color"
    GRAY = "gray"
    BINARY = "binary"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device that a driver found. `id` begins with the driver's name: `escl:http://…`, `sane:test:0`."""

    id: str
    name: str
    driver: str


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a device can do; resolutions in dots per inch."""

    sources: tuple[Source, ...]
    modes: tuple[ColorMode, ...]
    resolutions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ScanProfile:
    """How to scan, by name. `skip_blanks` sets blank pages aside (they stay restorable)."""

    name: str
    source: Source = Source.FEEDER
    mode: ColorMode = ColorMode.GRAY
    resolution: int = 300
    skip_blanks: bool = True
    split_on_separators: bool = True


@dataclass(frozen=True, kw_only=True)
class ScannedPage:
    """One image as the device delivered it, encoded; `number` counts from 1 within the feed."""

    data: bytes
    media_type: str
    number: int
    dpi: int
    side: Side = Side.FRONT
    name: str = ""
    """The file's name where pages come from files."""
