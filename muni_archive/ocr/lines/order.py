"""Between the order in which a line is thought (logical) and in which its ink stands (visual, left to right).

Logical to visual is Unicode's bidirectional algorithm. The way back is not in the standard: the
line is cut into runs by the same rules, and every run that reads to the right is turned again.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Literal

Base = Literal["L", "R"]

_OPENING = {")": "(", "]": "[", "}": "{", ">": "<", "»": "«"}
_CLOSING = {shape: other for other, shape in _OPENING.items()}
_MIRRORED = str.maketrans({**_OPENING, **_CLOSING})
_BRACKETS = frozenset(_OPENING) | frozenset(_CLOSING)


def to_visual(text: str, base: Base = "R") -> str:
    """The signs from left to right as they are printed: brackets have the shape that the eye sees."""
    # Only training needs the way there; the window must not wait for it.
    from bidi import get_display

    return _as_seen(str(get_display(text, base_dir=base)))


def direction(visual: str) -> Base:
    """Which way a line runs: to the left if it has any Arabic letter or digit, or no letters at all."""
    kinds = {unicodedata.bidirectional(char) for char in visual}
    return "L" if "L" in kinds and not kinds & {"AL", "R", "AN"} else "R"


def to_logical(visual: str, base: Base = "R") -> str:
    """The text as it is read, from signs in visual order."""
    order = logical_order(visual, base)
    return "".join(mirrored(visual[at]) if turned else visual[at] for at, turned in order)


def mirrored(text: str) -> str:
    """Brackets the other way round, as they are written where the text runs to the left."""
    return text.translate(_MIRRORED)


def logical_order(visual: str, base: Base = "R") -> list[tuple[int, bool]]:
    """Places in the visual text, in reading order, and whether the sign belongs to a run that reads to the left."""
    runs = _runs(visual, base)
    if base == "R":
        runs = runs[::-1]
    order: list[tuple[int, bool]] = []
    for start, end, right_to_left in runs:
        places = range(end - 1, start - 1, -1) if right_to_left else range(start, end)
        order.extend((at, right_to_left) for at in places)
    return order


def _runs(visual: str, base: Base) -> list[tuple[int, int, bool]]:
    """(start, end, reads to the left) of the visual text, left to right."""
    kinds = _resolved(visual, base)
    runs = []
    for turned, group in groupby(range(len(visual)), key=lambda at: kinds[at]):
        places = list(group)
        runs.append((places[0], places[-1] + 1, turned))
    return runs


def _resolved(visual: str, base: Base) -> list[bool]:
    """For each sign, whether it belongs to a run that reads to the left."""
    classes = [unicodedata.bidirectional(char) for char in visual]
    kinds: list[str | None] = [_KIND.get(kind) for kind in classes]
    _join_numbers(classes, kinds)
    _take_numbers_into_words(visual, kinds)
    _decide_brackets(visual, kinds, base)
    return [_settle(kinds, at, base) == "R" for at in range(len(kinds))]


_KIND = {"L": "L", "R": "R", "AL": "R", "EN": "E", "AN": "A", "NSM": "R"}
"""Strong kinds and numbers (Western, Arabic); all else is decided by its neighbours."""


def _join_numbers(classes: list[str], kinds: list[str | None]) -> None:
    """A separator between two digits of one set belongs to their number, a percent sign to a Western one.

    A hyphen joins Western digits unless Arabic letters lead up to them.
    """
    for at in range(1, len(kinds) - 1):
        before, after = kinds[at - 1], kinds[at + 1]
        if kinds[at] is not None or before != after or before not in ("E", "A"):
            continue
        if classes[at] == "CS" or (classes[at] == "ES" and before == "E" and _strong(kinds[at + 1 :]) != "R"):
            kinds[at] = before
    for places in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        previous: str | None = None
        for at in places:
            if classes[at] == "ET" and previous == "E":
                kinds[at] = "E"
            previous = kinds[at]


def _strong(kinds: list[str | None]) -> str | None:
    return next((kind for kind in kinds if kind in ("L", "R")), None)


def _take_numbers_into_words(visual: str, kinds: list[str | None]) -> None:
    """A Western number that stands right of a Latin word reads on with it."""
    strong = None
    for at, kind in enumerate(kinds):
        if kind == "E" and strong == "L":
            kinds[at] = "L"
        elif kind in ("L", "R", "A"):
            strong = kind
        elif visual[at] in _BRACKETS:
            strong = None


def _decide_brackets(visual: str, kinds: list[str | None], base: Base) -> None:
    """A pair of brackets goes with what it holds only if the text before it runs the same way."""
    waiting: list[int] = []
    for at, sign in enumerate(visual):
        if sign in _CLOSING:
            waiting.append(at)
        elif sign in _OPENING and waiting and visual[waiting[-1]] == _OPENING[sign]:
            left = waiting.pop()
            inside = set(kinds[left + 1 : at])
            before = next((kind for kind in kinds[left::-1] if kind), base)
            latin = "L" in inside and "R" not in inside and before == "L"
            kinds[left] = kinds[at] = "L" if latin or (base == "L" and "R" not in inside) else base


def _settle(kinds: list[str | None], at: int, base: Base) -> str:
    """What the neighbours decide: signs between two Latin runs read with them, all else follows the line."""
    kind = kinds[at]
    if kind:
        return "R" if kind == "R" else "L"
    before = next((k for k in kinds[at::-1] if k), base)
    after = next((k for k in kinds[at:] if k), base)
    if before == after == "L":
        return "L"
    return "R" if base == "R" or (before != "L" and after != "L") else "L"


def _as_seen(visual: str) -> str:
    """Brackets in the shape in which they are printed: of each pair the left one opens."""
    signs = list(visual)
    waiting: list[tuple[str, int]] = []
    for at, sign in enumerate(signs):
        if sign not in _BRACKETS:
            continue
        shape = _OPENING.get(sign, sign)
        if waiting and waiting[-1][0] == shape and signs[waiting[-1][1]] != sign:
            _, left = waiting.pop()
            signs[left], signs[at] = shape, _CLOSING[shape]
        else:
            waiting.append((shape, at))
    for _, at in waiting:
        near = signs[max(0, at - 1) : at] + signs[at + 1 : at + 2]
        if not any("a" <= char.lower() <= "z" for char in near):
            signs[at] = signs[at].translate(_MIRRORED)
    return "".join(signs)
