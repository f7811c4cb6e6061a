"""Prints one line: the text shaped in a typeface, its ink as a picture, and the signs as they stand in it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from muni_archive.ocr.lines.alphabet import known, plain
from muni_archive.ocr.lines.order import Base, direction, to_logical, to_visual
from muni_archive.training.fonts import Face, Fonts

Grey = NDArray[np.uint8]

Faces = tuple[Face, Face]
"""An Arabic face and a Latin one beside it."""

_JOINED = frozenset("بتثجحخسشصضطظعغفقكلمنهيئپچگ")
"""Letters that join to the next one, and so can be lengthened."""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """`ink` (rows × columns, 0 is black) holds the line with `room` rows of paper above and below its ink."""

    ink: Grey
    visual: str
    room: int


def print_line(
    text: str, fonts: Fonts, chance: random.Random, *, size: int = 0, faces: Faces | None = None
) -> Printed | None:
    """None when the line cannot be printed in its faces; chance chooses those and the size if none is given."""
    line = plain(text)
    if not line or not known(line):
        return None
    base = direction(line)
    visual = to_visual(line, base)
    arabic, latin = faces or fonts.choose(chance)
    if base == "L" and chance.random() < 0.7:
        arabic = latin
    size = size or chance.randint(26, 60)
    runs = _runs(visual, arabic, latin, base)
    if runs is None:
        return None
    if chance.random() < 0.05 and arabic.prints("ـ"):
        runs = [(face, _lengthened(part, chance) if face is arabic else part, way) for face, part, way in runs]
    ink = _ink(runs, size, chance)
    return None if ink is None else Printed(ink=ink, visual=visual, room=size)


_Run = tuple[Face, str, str]


def _runs(visual: str, arabic: Face, latin: Face, base: Base) -> list[_Run] | None:
    """(face, logical text, direction) from left to right. A face prints what it has, the other one the rest."""

    def face_of(char: str) -> Face | None:
        return arabic if arabic.prints(char) else latin if latin.prints(char) else None

    runs: list[_Run] = []
    for face, group in groupby(visual, key=face_of):
        if face is None:
            return None
        part = "".join(group)
        way: Base = "L" if face is latin and face is not arabic else base
        # The part is logical again, so that the shaper can turn it once more.
        runs.append((face, to_logical(part, way), "rtl" if way == "R" else "ltr"))
    return runs


def _ink(runs: list[_Run], size: int, chance: random.Random) -> Grey | None:
    spacing = chance.choice((0, 0, 0, 0, 0, size // 12, size // 6))
    widths = []
    for face, part, way in runs:
        widths.append(face.at(size).getlength(part, direction=way, language="ar"))
    width = int(sum(widths) + size * 2 + spacing * len(runs))
    if not 4 < width < 8000:
        return None
    picture = Image.new("L", (width, size * 5), 255)
    pen = ImageDraw.Draw(picture)
    x = float(size)
    for (face, part, way), advance in zip(runs, widths, strict=True):
        pen.text((x, size * 3), part, font=face.at(size), anchor="ls", fill=0, direction=way, language="ar")
        x += advance + spacing
    ink: Grey = np.asarray(picture, dtype=np.uint8)
    rows, columns = np.flatnonzero(ink.min(axis=1) < 128), np.flatnonzero(ink.min(axis=0) < 128)
    if not len(rows):
        return None
    top, bottom = max(0, rows[0] - size), rows[-1] + 1 + size
    if bottom > ink.shape[0]:
        ink = np.pad(ink, ((0, bottom - ink.shape[0]), (0, 0)), constant_values=255)
    if rows[0] < size:
        ink = np.pad(ink, ((size - rows[0], 0), (0, 0)), constant_values=255)
        top, bottom = 0, bottom + size - rows[0]
    left, right = max(0, columns[0] - 2), columns[-1] + 3
    return np.ascontiguousarray(ink[top:bottom, left:right])


def _lengthened(text: str, chance: random.Random) -> str:
    out = []
    for at, char in enumerate(text):
        out.append(char)
        follows = at + 1 < len(text) and "\u0621" < text[at + 1] <= "\u064a" and text[at + 1] != "ء"
        if char in _JOINED and follows and not (char == "ل" and text[at + 1] in "اأإآ") and chance.random() < 0.25:
            out.append("ـ" * chance.randint(1, 4))
    return "".join(out)
