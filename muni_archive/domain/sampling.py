"""Drawing pages for quality control: by a seed, so that anybody can draw the same again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import ceil


def draw(pages: Sequence[str], percent: int, seed: str) -> tuple[str, ...]:
    """So many per cent of the pages, at least one of any, in their own order; the same for the same seed.

    Each page's place in the draw is the SHA-256 of seed and page id: nobody can foresee it, nor steer it afterwards.
    """
    wanted = min(len(pages), ceil(len(pages) * percent / 100))
    chosen = frozenset(sorted(pages, key=lambda page: (_place(seed, page), page))[:wanted])
    return tuple(page for page in pages if page in chosen)


def _place(seed: str, page: str) -> str:
    return hashlib.sha256(f"{seed}\n{page}".encode()).hexdigest()
