"""Reading a page with Tesseract: prepare, one engine pass, words back in the master's frame, fields."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from muni_archive.domain.reading import Reading
from muni_archive.ocr.drawing import read_drawing
from muni_archive.ocr.engine import engine_version, run_engine
from muni_archive.ocr.fields import propose_fields
from muni_archive.ocr.preparing import Preparation, Prepared
from muni_archive.ocr.tsv import ReadWord, parse_tsv, to_lines
from muni_archive.ports import ReadRequest

CREDIBLE = 0.3
"""Below this mean confidence a page is not text that anybody could use."""

_DOUBTFUL = 0.55


@dataclass(frozen=True, kw_only=True)
class TesseractRecognizer:
    """Implements `ports.Recognizer`. `preparation` cleans the page; `seconds` limits one engine pass."""

    preparation: Preparation
    models: tuple[str, ...] = ("Arabic",)
    seconds: float = 60.0

    @property
    def name(self) -> str:
        return f"tesseract-{engine_version()} {'+'.join(self.models)} psm4 {self.preparation.name} recipe-1"

    def read(self, request: ReadRequest) -> Reading:
        """Raises `ReadingFailed`, `EngineMissing`."""
        started = time.monotonic()
        page = self.preparation(request)
        if page.drawing:
            lines = read_drawing(page, models=self.models, seconds=self.seconds)
        else:
            page, words = self._read_upright(page)
            lines = to_lines(words, page.frame)
        reading = Reading(
            engine=self.name, width=page.width, height=page.height, codes=page.codes,
            orientation=page.orientation, skew=page.skew,
            lines=lines, duration_ms=round(1000 * (time.monotonic() - started)),
        )  # fmt: skip
        if reading.confidence < CREDIBLE:
            return replace(reading, unreadable=True)
        return replace(reading, proposals=propose_fields(reading))

    def _read_upright(self, page: Prepared) -> tuple[Prepared, list[ReadWord]]:
        """Where the ink did not tell which way is up and the words are doubtful, the other way is tried."""
        words = self._words(page)
        if page.sure or _mean(words) >= _DOUBTFUL:
            return page, words
        other = page.turned(180)
        again = self._words(other)
        return (other, again) if _mean(again) > _mean(words) else (page, words)

    def _words(self, page: Prepared) -> list[ReadWord]:
        table = run_engine(page.grey, models=self.models, mode=4, dpi=page.dpi, seconds=self.seconds)
        return list(parse_tsv(table))


def _mean(words: list[ReadWord]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0
