"""The simulated feeder: sheets in a folder, delivered one after another, once each."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from muni_archive.domain.errors import FileMissing
from scanners.simulator.faults import Fault

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff"})
MODES = {"RGB24": "RGB", "Grayscale8": "L", "BlackAndWhite1": "1"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a job asks for, in eSCL's words."""

    resolution: int
    color_mode: str
    duplex: bool
    flatbed: bool


class Feeder:
    """Holds the sheets; a fault fires once, and the page that it hit is delivered by the next job."""

    def __init__(self, folder: Path, faults: tuple[Fault, ...]) -> None:
        files = (path for path in folder.iterdir() if path.suffix.lower() in PICTURES) if folder.is_dir() else ()
        self._files = sorted(files, key=_natural)
        if not self._files:
            raise FileMissing(name=str(folder))
        self._faults = list(faults)
        self._next = 0
        self._lock = threading.Lock()

    @property
    def empty(self) -> bool:
        return self._always("empty") or self._next >= len(self._files)

    @property
    def open_cover(self) -> bool:
        return self._always("cover")

    @property
    def busy(self) -> bool:
        return self._always("busy")

    def refill(self) -> None:
        """Put all sheets in again, as the next clerk would; only when the last job took them all."""
        with self._lock:
            if self._next >= len(self._files):
                self._next = 0

    def fault_ahead(self) -> str:
        """The fault that waits at the next page, taken out: it happens once. Empty for none."""
        with self._lock:
            for fault in self._faults:
                if fault.page == self._next + 1 and fault.kind != "slow":
                    self._faults.remove(fault)
                    return fault.kind
            return ""

    @property
    def slow(self) -> bool:
        return any(fault.kind == "slow" and fault.page in (None, self._next + 1) for fault in self._faults)

    def take(self, wanted: Wanted) -> bytes | None:
        """The next page as JPEG, or None when all are out."""
        with self._lock:
            if self._next >= len(self._files):
                return None
            path = self._files[self._next]
            self._next += 1
        return _picture(path, wanted)

    def put_back(self) -> None:
        """The page taken last did not come through: it is next again."""
        with self._lock:
            self._next = max(0, self._next - 1)

    def _always(self, kind: str) -> bool:
        return any(fault.kind == kind for fault in self._faults)


def _picture(path: Path, wanted: Wanted) -> bytes:
    """The file's own bytes where they are what was asked for, else scaled and encoded anew."""
    with Image.open(path) as image:
        dpi = float(image.info.get("dpi", (300, 300))[0]) or 300.0
        mode = MODES.get(wanted.color_mode, "L")
        if image.format == "JPEG" and image.mode == mode and abs(dpi - wanted.resolution) < 5:
            return path.read_bytes()
        scale = wanted.resolution / dpi
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        scaled = image.convert("L" if mode == "1" else mode).resize(size, Image.Resampling.BILINEAR)
    if mode == "1":
        scaled = scaled.point(lambda value: 255 if value > 160 else 0)
    out = io.BytesIO()
    scaled.save(out, "JPEG", quality=88, dpi=(wanted.resolution, wanted.resolution))
    return out.getvalue()


def _natural(path: Path) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", path.name.lower())]
