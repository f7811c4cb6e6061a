"""What an engine read on one page: words with their places and confidences, and fields proposed."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from muni_archive.domain.errors import ReadingInvalid
from muni_archive.domain.geometry import Box

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What no index and no database takes."""
_LARGEST = 2**31 - 1
LARGEST_READING = 16 * 2**20
"""Bytes as JSON, a hundred times those of a drawing full of words: in memory it takes more than twenty times as much.
What is larger (an odd PDF can have a text that long) is understood as none.
"""
LARGEST_FILE_OF_A_READING = 16 * LARGEST_READING
"""More than any station has written, so a centre may refuse it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word in logical order, as read; `confidence` 0..1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Words of one line in reading order (the first word of an Arabic line stands rightmost)."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return Box.around(word.box for word in self.words)


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldProposal:
    """A field value found in a text: `raw` as it stands on the page, `value` in canonical form.

    Canonical: Western digits, ISO dates (Gregorian). `warning` is a stable code
    (`civil_id_check_digit`, `civil_id_birth_date` …) or None; a warning never blocks.
    """

    name: str
    value: str
    raw: str
    box: Box
    confidence: float
    warning: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One engine pass over one page.

    `width` and `height` are the master's pixels; all boxes are in that frame, whatever turning and
    straightening was done to read. `orientation` is how far clockwise (0, 90, 180, 270) the master
    must be turned to stand upright. `unreadable` pages are kept and found by their metadata.
    """

    engine: str
    width: int
    height: int
    orientation: int = 0
    skew: float = 0.0
    lines: tuple[Line, ...] = ()
    proposals: tuple[FieldProposal, ...] = ()
    duration_ms: int = 0
    unreadable: bool = False
    codes: tuple[str, ...] = ()
    """Texts of the bar codes on the page."""

    @property
    def text(self) -> str:
        """The page's text in logical order, a line feed between lines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def words(self) -> Iterator[Word]:
        return (word for line in self.lines for word in line.words)

    @property
    def confidence(self) -> float:
        """Mean word confidence, 0..1; 0 for a page without words."""
        values = [word.confidence for word in self.words]
        return sum(values) / len(values) if values else 0.0

    def to_json(self) -> bytes:
        """Compact, deterministic UTF-8 JSON, the form in which readings lie in the vault."""
        data = {
            "engine": self.engine,
            "size": [self.width, self.height],
            "orientation": self.orientation,
            "skew": round(self.skew, 3),
            "duration_ms": self.duration_ms,
            "unreadable": self.unreadable,
            "codes": list(self.codes),
            "lines": [[[w.text, *_numbers(w.box), round(w.confidence, 3)] for w in line.words] for line in self.lines],
            "proposals": [
                [p.name, p.value, p.raw, *_numbers(p.box), round(p.confidence, 3), p.warning] for p in self.proposals
            ],
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Reading:
        """The reading that `to_json` wrote. Raises `ReadingInvalid`: a station may send anything as one."""
        with _doubted():
            return cls._of(_parsed(data))

    @classmethod
    def _of(cls, raw: dict[str, Any]) -> Reading:
        reading = cls(
            engine=raw["engine"],
            width=raw["size"][0],
            height=raw["size"][1],
            orientation=raw["orientation"],
            skew=raw["skew"],
            duration_ms=raw["duration_ms"],
            unreadable=raw["unreadable"],
            codes=tuple(raw.get("codes", ())),
            lines=tuple(
                Line(words=tuple(Word(text=w[0], box=Box(*w[1:5]), confidence=w[5]) for w in line))
                for line in raw["lines"]
            ),
            proposals=tuple(
                FieldProposal(name=p[0], value=p[1], raw=p[2], box=Box(*p[3:7]), confidence=p[7], warning=p[8])
                for p in raw["proposals"]
            ),
        )
        _check(reading)
        return reading


def _parsed(data: bytes) -> Any:
    if len(data) > LARGEST_READING:
        raise ValueError(f"{len(data)} bytes")
    return json.loads(data)


@contextmanager
def _doubted() -> Iterator[None]:
    """Whatever data that are no reading make of us. Raises `ReadingInvalid`."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as exc:
        raise ReadingInvalid(detail=f"{type(exc).__name__}: {exc}") from exc


def _check(reading: Reading) -> None:
    """Texts are texts, and numbers numbers of any size that a page may have. Raises `TypeError`, `ValueError`."""
    proposals = reading.proposals
    found = [word.text for word in reading.words]
    found += [text for proposal in proposals for text in (proposal.name, proposal.value)]
    if _UNWRITABLE.search("\n".join(found)):
        raise ValueError("a text in it cannot be written down")
    "".join([reading.engine, *reading.codes, *(proposal.raw for proposal in proposals)])  # a bar code may hold anything
    sure = [word.confidence for word in reading.words] + [proposal.confidence for proposal in proposals]
    boxes = [word.box for word in reading.words] + [proposal.box for proposal in proposals]
    sides = [side for box in boxes for side in _numbers(box)]
    numbers = [reading.width, reading.height, reading.duration_ms, *sure, *sides]
    if not math.isfinite(math.fsum(numbers)) or max(map(abs, numbers)) > _LARGEST:
        raise ValueError("a number in it is none")


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """The words of a reading and nothing else, in a form that thousands can be kept in: two bytes a letter and sixteen
    a place. Of the many pages of an answer little more is looked at.
    """

    text: str
    """A line feed between words."""
    places: array[int]
    """Four numbers a word: x, y, width and height in pixels of the master."""

    @property
    def texts(self) -> list[str]:
        return self.text.split("\n") if self.places else []

    @property
    def kept_bytes(self) -> int:
        return 2 * len(self.text) + self.places.itemsize * len(self.places)

    def box(self, at: int) -> Box:
        return Box(*self.places[4 * at : 4 * at + 4])

    @classmethod
    def from_json(cls, data: bytes) -> PlacedWords:
        """The words of the reading that `Reading.to_json` wrote. Raises `ReadingInvalid`."""
        with _doubted():
            return cls._packed([word for line in _parsed(data)["lines"] for word in line])

    @classmethod
    def of(cls, reading: Reading) -> PlacedWords:
        return cls._packed([(word.text, *_numbers(word.box)) for word in reading.words])

    @classmethod
    def _packed(cls, words: Sequence[Sequence[Any]]) -> PlacedWords:
        """Of words as they are written down: text, x, y, width, height, and what follows."""
        text = "\n".join([word[0].replace("\n", " ") for word in words])
        places = array("i", [int(number) for word in words for number in word[1:5]])
        if len(places) != 4 * len(words):
            raise ValueError("a word in it has no place")
        return cls(text, places)


def _numbers(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height
