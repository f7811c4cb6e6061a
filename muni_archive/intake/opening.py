"""What a file is, by its content and never by its name, and its pages one after another."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from muni_archive.domain.errors import FileEmpty, FileMissing, FileTooLarge, FileUnknown, Refused
from muni_archive.intake.images import image_pages
from muni_archive.intake.page import IntakePage
from muni_archive.messages import _

LARGEST = 2 << 30
"""Bytes of one file; a larger one is not a scan."""
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


def open_source(path: Path) -> Iterator[IntakePage]:
    """The pages of a file. Raises the `Refused` family, naming the file, before or between pages."""
    head = _head(path)
    try:
        if head.startswith(IMAGES):
            yield from image_pages(path)
        elif PDF in head:
            from muni_archive.intake.pdf import pdf_pages

            yield from pdf_pages(path)
        else:
            raise FileUnknown(name=path.name)
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
