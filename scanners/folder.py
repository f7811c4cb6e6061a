"""A watched folder as a scanner: what another device or program puts there is taken as a feed."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DeviceNotFound, FeederEmpty, ScanError
from muni_archive.domain.scanning import Capabilities, ColorMode, Device, ScannedPage, ScanProfile, Source
from muni_archive.scan_places import SCAN_FOLDERS, read_lines

PREFIX = "folder:"
FOLDERS = "MUNI_ARCHIVE_SCAN_FOLDERS"
"""Environment variable: folders, parted as in PATH. `scan_folders.txt` among the settings names more, a line each."""
TAKEN = "taken"
MEDIA = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff", ".tiff": "image/tiff"}
SETTLE_SECONDS = 0.3


class FolderDriver:
    """Implements `ports.ScanDriver` on folders."""

    name = "folder"

    def devices(self) -> Sequence[Device]:
        folders = [Path(text) for text in os.environ.get(FOLDERS, "").split(os.pathsep) if text]
        folders += [Path(line) for line in read_lines(SCAN_FOLDERS)]
        return [Device(id=f"{PREFIX}{path}", name=path.name, driver=self.name) for path in folders if path.is_dir()]

    def capabilities(self, device_id: str) -> Capabilities:
        _folder(device_id)
        return Capabilities(sources=(Source.FEEDER,), modes=tuple(ColorMode), resolutions=(200, 300, 400, 600))

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> FolderFeed:
        return FolderFeed(_folder(device_id), cancel)


class FolderFeed:
    """Files in their natural order; a file moves to `taken` when its last page has been taken over.

    A kill in between leaves it in the folder: a page twice is better than a page lost.
    """

    def __init__(self, folder: Path, cancel: CancelToken) -> None:
        self._folder, self._cancel = folder, cancel
        self.delivered: int | None = None

    def __iter__(self) -> Iterator[ScannedPage]:
        number = 0
        for path in sorted((p for p in self._folder.iterdir() if p.suffix.lower() in MEDIA), key=_natural):
            self._settled(path)
            for data, dpi in _frames(path):
                self._cancel.raise_if_cancelled()
                number += 1
                yield ScannedPage(
                    data=data, media_type=MEDIA[path.suffix.lower()], number=number, dpi=dpi, name=path.name
                )
            (self._folder / TAKEN).mkdir(exist_ok=True)
            path.replace(_free(self._folder / TAKEN / path.name))
        self.delivered = number
        if not number:
            raise FeederEmpty

    def _settled(self, path: Path) -> None:
        """Wait until nobody writes to the file any more."""
        size = -1
        while size != path.stat().st_size:
            size = path.stat().st_size
            if self._cancel.wait(SETTLE_SECONDS):
                self._cancel.raise_if_cancelled()


def _folder(device_id: str) -> Path:
    folder = Path(device_id.removeprefix(PREFIX))
    if not device_id.startswith(PREFIX) or not folder.is_dir():
        raise DeviceNotFound(device=device_id)
    return folder


def _frames(path: Path) -> Iterator[tuple[bytes, int]]:
    try:
        with Image.open(path) as image:
            dpi = round(float(image.info.get("dpi", (300, 300))[0]))
            if getattr(image, "n_frames", 1) == 1:
                image.load()
                yield path.read_bytes(), dpi
                return
            for at in range(getattr(image, "n_frames", 1)):
                image.seek(at)
                out = io.BytesIO()
                image.copy().save(out, "TIFF", compression="tiff_adobe_deflate", dpi=(dpi, dpi))
                yield out.getvalue(), dpi
    except (OSError, ValueError, SyntaxError) as exc:
        raise ScanError(detail=f"{path.name}: {exc}") from exc


def _free(path: Path) -> Path:
    """The path, or the first numbered one beside it that is free."""
    at, free = 1, path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{at}")
        at += 1
    return free


def _natural(path: Path) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", path.name.lower())]
