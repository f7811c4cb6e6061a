"""Where a text stands on the pages: every occurrence of a name or a number, however it is spelt or parted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.domain.redaction import touches, with_room
from muni_archive.search.folding import query_words
from muni_archive.services.field_values import canonical_date
from muni_archive.services.redaction.material import Material
from muni_archive.services.workplace import Workplace

AROUND = " .,:;،؛()«»\u200e\u200f"
"""Signs that stand on either side of a word and are none of it."""
PREFIXES = ("", "و", "ف", "ب", "ل", "ك")
"""Letters that Arabic writes together with the word after them."""


@dataclass(frozen=True, kw_only=True)
class FoundPlace:
    """A place with what stands there."""

    page_id: str
    box: Box
    text: str


@dataclass(frozen=True, kw_only=True)
class FieldValue:
    """A value that the document or its pages hold in a field; `label` by language."""

    field: str
    label: dict[str, str]
    value: str


def occurrences(material: Material, text: str) -> tuple[FoundPlace, ...]:
    """Everywhere the words of the text stand one after another, by page and in reading order."""
    wanted, day = query_words(text), date_in(text)
    found = []
    for page, reading in zip(material.pages, material.readings, strict=True):
        if reading is not None and wanted:
            places = dict([*_on_page(reading, wanted), *_of_day(reading, day)])
            found += [FoundPlace(page_id=page.id, box=box, text=said) for box, said in places.items()]
    return tuple(found)


def date_in(text: str) -> str:
    """The date that a word is, as ISO; empty for any other."""
    try:
        return canonical_date(text.strip(AROUND))
    except FieldInvalid:
        return ""


def places_of_field(material: Material, field: str, value: str) -> tuple[FoundPlace, ...]:
    """Where the value stands as it is, and where it was read as this field in another form (a date, a number)."""
    found = {(place.page_id, place.box): place for place in occurrences(material, value)}
    for page, reading in zip(material.pages, material.readings, strict=True):
        for proposal in reading.proposals if reading else ():
            if (proposal.name, proposal.value) == (field, value):
                box = with_room(proposal.box, [word.box for word in reading.words] if reading else ())
                if not any(at == page.id and touches(box, there) for at, there in found):
                    found[page.id, box] = FoundPlace(page_id=page.id, box=box, text=proposal.raw)
    return tuple(found.values())


def field_values(place: Workplace, material: Material) -> tuple[FieldValue, ...]:
    """Values of the document's fields and of what was read that stand somewhere on its pages, each once."""
    document = material.document
    specs = place.record_classes.get(document.record_class).fields
    labels = {spec.name: spec.label for spec in specs} | {spec.proposal: spec.label for spec in specs if spec.proposal}
    known = [(name, value) for name, value in document.metadata.items() if value]
    known += [(each.name, each.value) for reading in material.readings if reading for each in reading.proposals]
    return tuple(
        FieldValue(field=name, label=dict(labels.get(name, {"ar": name, "en": name})), value=value)
        for name, value in dict.fromkeys(known)
        if places_of_field(material, name, value)
    )


def word_at(material: Material, page_id: str, x: float, y: float) -> FoundPlace | None:
    """The word under a point of a page, in the master's pixels."""
    at = material.number_of(page_id)
    reading = material.readings[at - 1] if at else None
    words = tuple(reading.words) if reading else ()
    point = Box(round(x), round(y), 1, 1)
    for word in words:
        if touches(with_room(word.box, ()), point):
            box = with_room(word.box, [other.box for other in words])
            if touches(box, point):
                return FoundPlace(page_id=page_id, box=box, text=word.text)
    return None


def _on_page(reading: Reading, wanted: Sequence[str]) -> Iterator[tuple[Box, str]]:
    """Boxes of the matches: the words of one line together, and a match that goes on in the next line in parts."""
    places = [(line, word) for line in reading.lines for word in line.words]
    tokens = [(token, at) for at, (_line, word) in enumerate(places) for token in query_words(word.text)]
    taken: set[int] = set()
    for start in range(len(tokens)):
        count = _matched(tokens, start, wanted)
        words = sorted({at for _token, at in tokens[start : start + count]} - taken)
        taken.update(words)
        yield from _boxes([places[at] for at in words], [word.box for _line, word in places])


def _of_day(reading: Reading, day: str) -> Iterator[tuple[Box, str]]:
    """Words that are this date, however it is written."""
    words = [word for word in reading.words if day and date_in(word.text) == day]
    for word in words:
        yield with_room(word.box, [other.box for other in reading.words]), word.text


def _boxes(places: Sequence[tuple[Line, Word]], every: Sequence[Box]) -> Iterator[tuple[Box, str]]:
    for line in {id(line): line for line, _word in places}.values():
        words = [word for other, word in places if other is line]
        box = with_room(Box.around(word.box for word in words), every)
        yield box, " ".join(word.text for word in words)


def _matched(tokens: Sequence[tuple[str, int]], start: int, wanted: Sequence[str]) -> int:
    """How many tokens from `start` on make up what is wanted; 0 for none."""
    here = [token for token, _at in tokens[start : start + len(wanted)]]
    if len(here) == len(wanted) and all(map(_same, here, wanted)):
        return len(wanted)
    number = "".join(wanted)
    return _joined(tokens, start, number) if len(wanted) == 1 and number.isdecimal() else 0


def _same(token: str, wanted: str) -> bool:
    """The word itself or with a letter before it; a long number also inside a longer run of signs."""
    if wanted.isdecimal() and len(wanted) >= 4:
        return wanted in token
    return any(token == prefix + wanted for prefix in PREFIXES)


def _joined(tokens: Sequence[tuple[str, int]], start: int, number: str) -> int:
    """A number that was read in parts."""
    digits = ""
    for count, (token, _at) in enumerate(tokens[start:], start=1):
        digits += token
        if not number.startswith(digits):
            return 0
        if digits == number:
            return count
    return 0
