"""Tables for spreadsheets: UTF-8 with the mark by which they know Arabic, and nothing in it that they would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet, whoever wrote it."""
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
"""Marks for the screen, which are in the way when a cell is searched."""


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file in pieces, a row each."""
    yield b"\xef\xbb\xbf" + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(cell) for cell in cells])
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.translate(_ISOLATES)
    return f"'{text}" if text.lstrip().startswith(_RUN) or text.startswith(_RUN) else text
