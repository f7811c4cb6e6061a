"""One line to learn from: what the network sees and the signs that stand there."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.ocr.lines.alphabet import known, plain, spell
from muni_archive.ocr.lines.order import direction, to_visual
from muni_archive.ocr.lines.strip import HEIGHT, STEP, to_strip
from muni_archive.training.damage import HELD_BACK, damaged
from muni_archive.training.fonts import Fonts
from muni_archive.training.printing import Printed, print_line
from muni_archive.training.texts import Texts


@dataclass(frozen=True, kw_only=True)
class Example:
    """`strip` (HEIGHT × columns, ink 0..1) and the numbers of its signs, left to right."""

    strip: NDArray[np.float32]
    numbers: tuple[int, ...]
    visual: str


def examples(fonts: Fonts, seed: int, *, strange: bool = False, longest: int = 200) -> Iterator[Example]:
    """Endless and the same for the same seed, cut at a word to at most `longest` signs.

    `strange` ones carry damage that is never trained on.
    """
    texts = Texts(seed)
    chance = random.Random(seed + 1)  # noqa: S311 - see Texts
    while True:
        printed = print_line(_cut(texts.line(), longest), fonts, chance)
        if printed is not None and (example := _example(printed, chance, strange=strange)) is not None:
            yield example


def corrected(folder: Path) -> list[Example]:
    """What clerks have corrected, as `muni-archive corrections` exports it; only what can be spelled."""
    examples = []
    for line in (folder / "words.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text, grey = plain(entry["text"]), cv2.imread(str(folder / entry["picture"]), cv2.IMREAD_GRAYSCALE)
        if not text or grey is None or not known(text):
            continue
        visual = to_visual(text, direction(text))
        strip, numbers = to_strip(np.asarray(grey, dtype=np.uint8)), tuple(spell(visual))
        if _fits(strip, numbers):
            examples.append(Example(strip=strip, numbers=numbers, visual=visual))
    return examples


def _fits(strip: NDArray[np.float32], numbers: tuple[int, ...]) -> bool:
    """Whether the strip has a step for each sign, and one more between two that are the same."""
    repeats = sum(one == other for one, other in zip(numbers, numbers[1:], strict=False))
    return int(strip.shape[1]) // STEP >= len(numbers) + repeats + 2


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0]


def _example(printed: Printed, chance: random.Random, *, strange: bool) -> Example | None:
    grey = damaged(_cut_to(printed, chance), chance)
    if strange:
        grey = chance.choice(HELD_BACK)(grey, chance)
    strip = to_strip(_framed(grey, chance))
    numbers = tuple(spell(printed.visual))
    if not _fits(strip, numbers):
        return None
    return Example(strip=strip, numbers=numbers, visual=printed.visual)


def _cut_to(printed: Printed, chance: random.Random) -> NDArray[np.uint8]:
    """A third of its height of paper around the ink; large type is made smaller first, which costs less later."""
    rows = printed.ink.shape[0] - 2 * printed.room
    keep = max(6, rows // 2)
    ink = printed.ink[
        printed.room - min(keep, printed.room) : printed.ink.shape[0] - printed.room + min(keep, printed.room)
    ]
    share = chance.uniform(1.1, 2.0) * HEIGHT / rows
    if share < 1:
        size = (max(8, round(ink.shape[1] * share)), max(12, round(ink.shape[0] * share)))
        ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    side = chance.randint(4, 30)
    return np.pad(ink, ((0, 0), (side, side)), constant_values=255)


def _framed(grey: NDArray[np.uint8], chance: random.Random) -> NDArray[np.uint8]:
    """Cut as a line finder would, not always well: most of the paper above and below goes."""
    rows = grey.shape[0]
    room = rows // 4
    # The ink lies between a quarter and three quarters of the rows, by how it was cut before.
    top = round(room - abs(chance.gauss(0.08, 0.10)) * room * 2)
    bottom = round(rows - room + abs(chance.gauss(0.08, 0.10)) * room * 2)
    if chance.random() < 0.12:
        top += round(chance.uniform(0, 0.2) * room)
        bottom -= round(chance.uniform(0, 0.2) * room)
    top, bottom = max(0, top), min(rows, bottom)
    left, right = chance.randint(0, 3), chance.randint(0, 3)
    return grey[top:bottom, left : grey.shape[1] - right]
