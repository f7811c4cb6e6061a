"""Parcel, block, street and area: where in the municipality a page belongs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache

from rapidfuzz.distance import OSA

from muni_archive.domain.reading import FieldProposal, Word
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.labels import bare, find_labels, number_after, propose, split_words
from muni_archive.ocr.fields.passages import Passage
from muni_archive.paths import resource_path

NUMBER = re.compile(r"\d{1,6}(?:[/\-]\d{1,4})?[A-Za-zء-ي]?")
BLOCK = re.compile(r"\d{1,3}[A-Za-zء-ي]?")
_PLOT = re.compile(r"\d{4,6}|\d{1,6}/\d{1,4}")
"""No block has such a number: after قطعة it is a plot, as neighbouring countries call the parcel."""
_PARCEL_LABELS = ("قسيمه", "قسايم", "parcel", "plot")
_BLOCK_LABELS = ("قطعه", "block")
_PLAN_LABELS = ("مخطط", "plan")
_STREET_LABELS = ("شارع", "street")
_HOUSE_LABELS = ("منزل", "house")
_AREA_LABELS = ("منطقه", "ضاحيه", "area")
_AREA_KINDS = frozenset({"السكنيه", "التجاريه", "الصناعيه", "الاستثماريه", "السكني"})
_ENDS = frozenset(
    {
        "قطعه",
        "القطعه",
        "قسيمه",
        "القسيمه",
        "منزل",
        "المنزل",
        "منطقه",
        "المنطقه",
        "جاده",
        "رقم",
        "شارع",
        "الشارع",
        "ترخيص",
        "الترخيص",
        "رخصه",
        "الرخصه",
        "هاتف",
        "عرض",
        "بعرض",
    }
)
_STREET_WORDS = 4


def parcels(passage: Passage) -> Iterator[FieldProposal]:
    yield from number_after("parcel", passage, _PARCEL_LABELS, NUMBER)
    yield from number_after("parcel", passage, _BLOCK_LABELS, NUMBER if _of_a_plan(passage) else _PLOT)


def blocks(passage: Passage) -> Iterator[FieldProposal]:
    if not _of_a_plan(passage):
        yield from number_after("block", passage, _BLOCK_LABELS, BLOCK)


def _of_a_plan(passage: Passage) -> bool:
    """Whether a plan's number stands beside: plans number plots, so قطعة is one there and no block."""
    return any(found.numbered for found in find_labels(passage, _PLAN_LABELS))


def houses(passage: Passage) -> Iterator[FieldProposal]:
    yield from number_after("house", passage, _HOUSE_LABELS, NUMBER)


def streets(passage: Passage) -> Iterator[FieldProposal]:
    """A number, or a name up to the next mark, label or number."""
    for found in find_labels(passage, _STREET_LABELS):
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


def areas(passage: Passage) -> Iterator[FieldProposal]:
    """A known area's name: after its label, or spelled exactly on a line that names a block or parcel.

    Elsewhere it stays unsaid, because many areas are everyday words (peace, people, east).
    """
    words = [word for word in split_words(passage.words) if bare(word.text)]
    own = len([word for word in split_words(passage.words[: passage.own]) if bare(word.text)])
    keys = [fold(bare(word.text)) for word in words]
    marked = _marked(keys)
    address = any(key.endswith(_BLOCK_LABELS + _PARCEL_LABELS) for key in keys)
    at = 0
    while at < len(words):
        name, length, likeness = known_area(keys, at, strict=at not in marked)
        if name and ((address and at < own) or at in marked):
            yield propose("area", name, words[at : at + length], likeness=likeness if at in marked else 0.7)
        at += max(1, length)


def _marked(keys: list[str]) -> set[int]:
    """Positions right after a label, and after what kind of area it is."""
    after = {at for at in range(1, len(keys)) if keys[at - 1].endswith(_AREA_LABELS)}
    return after | {at + 1 for at in after if keys[at] in _AREA_KINDS}


def known_area(keys: Sequence[str], at: int, *, strict: bool) -> tuple[str, int, float]:
    """The area named from there on, how many words that are, and how like its spelling they are; no name if none."""
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
