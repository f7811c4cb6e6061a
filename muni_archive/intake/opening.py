"""What a file is, by its content and never by its name, and its pages one after another.

Decoders meet whatever people send: they run in a process of their own, with bounded memory and time, so that
a file which crashes, hangs or swells is refused alone.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from muni_archive.domain.errors import FileEmpty, FileMissing, FileTooLarge, FileUnknown, Refused
from muni_archive.intake.desk import PAGE_SECONDS, hired_desk
from muni_archive.intake.page import IntakePage
from muni_archive.messages import _

LARGEST, LARGEST_PICTURE = 2 << 30, 300 << 20
"""Bytes of one file, and of one that is a single picture and is held in memory; a larger one is not a scan."""
IMAGES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"\0\0\0\x0cjP  ",
    b"\xff\x4f\xff\x51",
)
PDF, PDF_WITHIN = b"%PDF-", 1024


def open_source(path: Path, *, seconds: float = PAGE_SECONDS) -> Iterator[IntakePage]:
    """The pages of a file, each within `seconds`. Raises the `Refused` family, before or between pages."""
    try:
        head = _head(path)
        if not head.startswith(IMAGES) and PDF not in head:
            raise FileUnknown(name=path.name)
        with hired_desk() as desk:
            for page in desk.pages(path, is_pdf=not head.startswith(IMAGES), seconds=seconds):
                yield replace(page, data=page.data or _own_bytes(path), name=path.name)
    except Refused as error:
        raise type(error)(**{**error.params, "name": path.name}) from error


def _head(path: Path) -> bytes:
    """The first bytes; only ordinary files are opened, so that a pipe or a device cannot hang the program."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileMissing(name=path.name)
        if status.st_size > LARGEST:
            raise FileTooLarge(name=path.name, detail=_("more than 2 GB"))
        with path.open("rb") as file:
            head = file.read(PDF_WITHIN)
    except (OSError, ValueError) as exc:
        raise FileMissing(name=path.name) from exc
    if not head:
        raise FileEmpty(name=path.name)
    return head


def _own_bytes(path: Path) -> bytes:
    """The file itself is the master."""
    try:
        if path.stat().st_size > LARGEST_PICTURE:
            raise FileTooLarge(name=path.name, detail=_("a single picture of more than 300 MB"))
        return path.read_bytes()
    except OSError as exc:
        raise FileMissing(name=path.name) from exc
