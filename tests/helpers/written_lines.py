"""Lines of words with made-up places, as an engine would have read them."""

from __future__ import annotations

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word


def written(*texts: str, confidence: float = 0.9) -> Reading:
    """A reading of these lines; word n of line m stands at x = 100·n, y = 50·m."""
    lines = tuple(
        Line(words=tuple(
            Word(text=text, box=Box(100 * n, 50 * m, 90, 40), confidence=confidence)
            for n, text in enumerate(line.split())
        ))
        for m, line in enumerate(texts)
    )  # fmt: skip
    return Reading(engine="by hand", width=2000, height=3000, lines=lines)
