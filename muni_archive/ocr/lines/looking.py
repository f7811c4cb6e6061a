"""Found lines are cut out and read; what reads badly is cut out otherwise and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.ocr.lines.finding import FoundLine, cut_out
from muni_archive.ocr.lines.reading import Sign, StripWord, read_strips, words_of
from muni_archive.ocr.lines.strip import to_strip

Grey = NDArray[np.uint8]

_EVEN = 0.6
"""A sign with this chance neither helps nor harms a reading; a better one helps."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a line is cut out: paper `above` and below it as a share of its height, `wide` times as wide, made `soft`."""

    above: float = 0.02
    wide: float = 1.0
    soft: float = 0.0


FIRST = Look()
AGAIN = (Look(above=0.08), Look(above=-0.03), Look(wide=1.15))


@dataclass(frozen=True, kw_only=True)
class ReadLine:
    """A line as it was read. `matrix` (2 × 3) leads from the cut-out, `height` rows high, to the page."""

    found: FoundLine
    words: tuple[StripWord, ...]
    matrix: NDArray[np.float64]
    height: int
    depth: float
    """How dark its ink is, 0..255."""
    gain: float
    """Signs read well less signs read badly: of two readings of one line the one with more stays."""

    @property
    def confidence(self) -> float:
        """Mean of its words, 0..1."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


def read_found(grey: Grey, found: Sequence[FoundLine], look: Look = FIRST) -> list[ReadLine]:
    """Every line once, steep ones the way that reads better."""
    ways = [*found, *(replace(line, angle=line.angle + 180) for line in found if line.steep)]
    cuts = [_cut(grey, line, look) for line in ways]
    read: dict[tuple[float, float], ReadLine] = {}
    for line, (cut, matrix), signs in zip(ways, cuts, read_strips([to_strip(cut) for cut, _ in cuts]), strict=True):
        one = _read_line(line, signs, matrix, cut)
        place = (line.x, line.y)
        if place not in read or one.confidence > read[place].confidence:
            read[place] = one
    return list(read.values())


def look_again(grey: Grey, lines: Sequence[ReadLine], looks: Sequence[Look] = AGAIN) -> list[ReadLine]:
    """The lines, each as the look that reads it best has it."""
    best = list(lines)
    for look in looks:
        cuts = [_cut(grey, line.found, look) for line in lines]
        answers = read_strips([to_strip(cut) for cut, _ in cuts])
        for at, (line, (cut, matrix), signs) in enumerate(zip(lines, cuts, answers, strict=True)):
            one = _read_line(line.found, signs, matrix, cut)
            if one.gain > best[at].gain:
                best[at] = one
    return best


def _cut(grey: Grey, line: FoundLine, look: Look) -> tuple[Grey, NDArray[np.float64]]:
    cut, matrix = cut_out(grey, line, above=look.above)
    if look.soft:
        cut = np.asarray(cv2.GaussianBlur(cut, (0, 0), max(0.3, look.soft * cut.shape[0])), dtype=np.uint8)
    if look.wide != 1.0:
        width = round(cut.shape[1] * look.wide)
        cut = np.asarray(cv2.resize(cut, (width, cut.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        matrix = matrix @ np.array([[1 / look.wide, 0, 0], [0, 1, 0], [0, 0, 1]])
    return cut, matrix


def _read_line(found: FoundLine, signs: tuple[Sign, ...], matrix: NDArray[np.float64], grey: Grey) -> ReadLine:
    return ReadLine(
        found=found, words=tuple(words_of(signs)), matrix=matrix, height=grey.shape[0],
        depth=255 - float(np.percentile(grey, 4)), gain=sum(sign.chance - _EVEN for sign in signs),
    )  # fmt: skip
