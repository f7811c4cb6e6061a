"""Parcel, block, street and area: where in the municipality a page belongs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from rapidfuzz.distance import OSA

from muni_archive.domain.reading import FieldProposal, Line, Word
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.labels import bare, find_labels, number_after, propose, split_words
from muni_archive.paths import resource_path

NUMBER = re.compile(r"\d{1,6}(?:[/\-]\d{1,4})?[A-Za-zء-ي]?")
BLOCK = re.compile(r"\d{1,3}[A-Za-zء-ي]?")
_PLOT = re.compile(r"\d{4,6}|\d{1,6}/\d{1,4}")
"""No block has such a number: after قطعة it is a plot, as neighbouring countries call the parcel."""
_PARCEL_LABELS = ("قسيمه", "قسايم", "parcel", "plot")
_BLOCK_LABELS = ("قطعه", "block")
_STREET_LABELS = ("شارع", "street")
_HOUSE_LABELS = ("منزل", "house")
_AREA_LABELS = ("منطقه", "ضاحيه", "area")
_ENDS = frozenset(
    {"قطعه", "القطعه", "قسيمه", "القسيمه", "منزل", "المنزل", "منطقه", "المنطقه", "جاده", "رقم", "شارع", "الشارع"}
)
_STREET_WORDS = 4


def parcels(line: Line) -> Iterator[FieldProposal]:
    yield from number_after("parcel", line, _PARCEL_LABELS, NUMBER)
    yield from number_after("parcel", line, _BLOCK_LABELS, _PLOT)


def blocks(line: Line) -> Iterator[FieldProposal]:
    yield from number_after("block", line, _BLOCK_LABELS, BLOCK)


def houses(line: Line) -> Iterator[FieldProposal]:
    yield from number_after("house", line, _HOUSE_LABELS, NUMBER)


def streets(line: Line) -> Iterator[FieldProposal]:
    """A number, or a name up to the next mark, label or number."""
    for found in find_labels(line, _STREET_LABELS):
        name: list[Word] = []
        for word in found.rest[:_STREET_WORDS]:
            text = bare(word.text)
            if not text or fold(text) in _ENDS or (name and text[0].isdigit()):
                break
            name.append(word)
            if text[0].isdigit() or word.text[-1] in "،,.؛)-":
                break
        if name:
            value = western_digits(" ".join(bare(word.text) for word in name))
            yield propose("street", value, name, likeness=found.likeness)


def areas(line: Line) -> Iterator[FieldProposal]:
    """A known area's name: after its label, or spelled exactly on a line that names a block or parcel.

    Elsewhere it stays unsaid, because many areas are everyday words (peace, people, east).
    """
    words = [word for word in split_words(line) if bare(word.text)]
    keys = [fold(bare(word.text)) for word in words]
    marked = _marked(keys)
    address = any(key.endswith(_BLOCK_LABELS + _PARCEL_LABELS) for key in keys)
    at = 0
    while at < len(words):
        name, length, likeness = _known_area(keys, at, strict=at not in marked)
        if name and (address or at in marked):
            yield propose("area", name, words[at : at + length], likeness=likeness if at in marked else 0.7)
        at += max(1, length)


def _marked(keys: list[str]) -> set[int]:
    """Positions right after a label."""
    return {at for at in range(1, len(keys)) if keys[at - 1].endswith(_AREA_LABELS)}


def _known_area(keys: list[str], at: int, *, strict: bool) -> tuple[str, int, float]:
    best: tuple[str, int, float] = ("", 0, 0.0)
    for length in (3, 2, 1):
        if at + length > len(keys):
            continue
        key = " ".join(keys[at : at + length])
        for alias, name in _aliases().items():
            if alias == key:
                return name, length, 1.0
            distance = OSA.distance(key, alias)
            if not strict and distance <= len(alias) // 5 and 1 - distance / len(alias) > best[2]:
                best = (name, length, 1 - distance / len(alias))
    return best


def area_names() -> tuple[str, ...]:
    """Every area's name, in the order of the data."""
    return tuple(dict.fromkeys(_aliases().values()))


@cache
def _aliases() -> dict[str, str]:
    """Folded spelling → name, from `resources/areas.toml`."""
    data = tomllib.loads(resource_path("areas.toml").read_text(encoding="utf-8"))
    table = {}
    for area in data["areas"]:
        for spelling in (area["name"], *area.get("aliases", ())):
            table[fold(spelling)] = area["name"]
    return table
