"""Archives in a temporary folder whose reading costs nothing, and scanners that misbehave on demand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from muni_archive.bootstrap import open_workplace
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.ports import ReadRequest


class PlainPool:
    """Reads at once, in the caller's thread, what `texts` says (the same for every page by default)."""

    workers = 2

    def __init__(self, text: str = "رخصة بناء للقسيمة ١٢٣", *, failing: bool = False) -> None:
        self._text, self._failing = text, failing

    def submit(self, key: str, request: ReadRequest, done: Callable[[str, Reading | Exception], None]) -> None:
        done(key, ValueError("no ink") if self._failing else self.reading())

    def reading(self) -> Reading:
        words = tuple(
            Word(text=w, box=Box(10 * at, 5, 9, 9), confidence=0.9) for at, w in enumerate(self._text.split())
        )
        proposal = FieldProposal(name="parcel", value="123", raw="١٢٣", box=Box(30, 5, 9, 9), confidence=0.9)
        return Reading(engine="plain", width=100, height=100, lines=(Line(words=words),), proposals=(proposal,))

    def close(self) -> None:
        """Nothing runs."""


@contextmanager
def archive(folder: Path, **drivers):
    with open_workplace(folder) as opened:
        if drivers:
            opened.place = replace(opened.place, drivers={**opened.place.drivers, **drivers})
        yield opened
