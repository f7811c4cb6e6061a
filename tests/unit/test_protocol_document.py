"""The page on the protocol names every kind of entry with every field, and who may write it: it is implemented from."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_type_hints

import pytest

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.decisions import decision_text
from muni_archive.domain.entry_form import COUNTED, RANGES
from muni_archive.domain.errors import ReadingInvalid
from muni_archive.domain.events import EVENT_TYPES, StepTaken
from muni_archive.domain.geometry import Box
from muni_archive.domain.merging import Description
from muni_archive.domain.reading import Reading
from muni_archive.domain.redaction import HiddenArea
from muni_archive.domain.sampling import draw
from muni_archive.domain.together import CENTRE_ONLY, from_wire, is_whole
from muni_archive.domain.versions import FIELDS, KINDS, SPOKEN
from muni_archive.ed25519 import public_half, sign

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)}
BLOCKS = re.findall(r"^```[a-z]+\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
"""The examples at its end, in their order: an entry, a payload, its text, its signature, pages that are drawn, a
reading.
"""
FORMS = {
    "whole number": {int},
    "text": {str},
    "number from 0 to 1": {float},
    "true or false": {bool},
    "list of texts": {tuple[str, ...]},
    "list of whole numbers": {tuple[int, ...]},
    "list of objects": {tuple[StepOpened, ...], tuple[HiddenArea, ...]},
    "list of pairs of texts": {tuple[tuple[str, str], ...]},
    "object of texts, by name": {Mapping[str, str]},
    "box": {Box, Box | None},
}
DESCRIPTION = {
    "record_class",
    "department",
    "title",
    "page_ids",
    "file_reference?",
    "date?",
    "metadata?",
    "registered?",
}


def fields_of(kind):
    missing = dataclasses.MISSING
    return {
        field.name if field.default is missing and field.default_factory is missing else f"{field.name}?"
        for field in dataclasses.fields(EVENT_TYPES[kind])
    }


def test_every_kind_stands_there():
    assert set(ROWS) == set(EVENT_TYPES)
    assert {name.rstrip("?") for name in DESCRIPTION} == set(Description.__dataclass_fields__)


@pytest.mark.parametrize("kind", sorted(EVENT_TYPES))
def test_its_fields_and_its_writer_stand_there(kind):
    says, names = ROWS[kind]
    told = set(names.replace("*description*", "").split()) - {"none"}
    if "*description*" in names:
        told |= DESCRIPTION - ({"date?", "registered?"} if kind == "document-created" else set())
    assert told == fields_of(kind)
    assert says.startswith("*Centre.*") == (kind in CENTRE_ONLY)


def test_the_form_of_every_field_stands_there():
    rows = {row: re.search(rf"^\| {row} \| (.*) \|$", PAGE, re.MULTILINE)[1].split() for row in FORMS}
    form_of = {name: form for form, names in rows.items() for name in names}
    assert len(form_of) == sum(map(len, rows.values())), "a field stands there twice"
    used = set()
    for kind, event in EVENT_TYPES.items():
        for name, hint in get_type_hints(event).items():
            if name != "kind":
                said = next((each for each in (f"{kind}.{name}", name) if each in form_of), "")
                used.add(said)
                wanted = FORMS[form_of.get(said, "text")]
                assert hint in wanted or hint == str | None and wanted == {str}, (kind, name, hint)
    assert used - {""} == set(form_of), "a field that no kind has"


def test_the_bounds_of_whole_numbers_stand_there():
    rows = re.findall(r"^\| (\S+|−\(\S+ − 1\)) and (\S+|\S+ − 1) \| (.*) \|$", PAGE, re.MULTILINE)
    told = {names: (number_in(least), number_in(most)) for least, most, names in rows}
    assert told.pop("everywhere but here:") == COUNTED
    written = {
        f"{getattr(event, 'kind', event.__name__.lower())}.{name}": ends
        for event, names in RANGES.items()
        for name, ends in names.items()
    }
    assert {name: ends for names, ends in told.items() for name in names.split()} == written


def number_in(text):
    """As the page writes powers."""
    return eval(text.replace("−", "-").replace("^", "**"))  # noqa: S307  # of our own page


def test_a_reading_is_what_stands_there():
    reading = Reading.from_json(BLOCKS[5].encode())
    assert json.loads(reading.to_json()) == json.loads(BLOCKS[5])
    assert reading.text == "قسيمة ٩٣١\nPermit"
    fields = re.findall(r"^\| `([a-z_]+)` \| [^|]* \|$", PAGE, re.MULTILINE)
    assert set(fields) == set(json.loads(reading.to_json()))
    for name in set(fields) - {"codes"}:
        less = {each: value for each, value in json.loads(BLOCKS[5]).items() if each != name}
        with pytest.raises(ReadingInvalid):
            Reading.from_json(json.dumps(less).encode())


def test_what_each_version_brought_stands_there():
    rows = {int(row[0]): row[1:] for row in re.findall(r"^\| (\d) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)}
    assert set(rows) == set(KINDS) - {1}
    assert f"versions {SPOKEN[0]} to {SPOKEN[1]}, as a centre and as a station" in PAGE
    for version, (kinds, fields) in rows.items():
        assert set(kinds.split()) == KINDS[version]
        assert set(fields.split()) == {f"{kind}.{name}" for kind, names in FIELDS[version].items() for name in names}


def test_the_entry_s_hash_is_what_stands_there():
    assert is_whole(from_wire(json.loads(BLOCKS[0])))


def test_a_decision_is_signed_as_the_page_says():
    said = json.loads(BLOCKS[1])
    key, event = "07" * 32, StepTaken(**{**said, "ticked": tuple(said["ticked"])})
    text = decision_text(event, person="maryam", station="S1")
    assert text.decode() == BLOCKS[2]
    assert BLOCKS[3].splitlines() == [public_half(key), sign(key, text)]
    signed = json.loads(BLOCKS[2].splitlines()[1])[2]
    assert all(f"`{name}`" in PAGE for name in signed)
    bare = StepTaken(
        case_id="c", number=1, element="e", outcome="o", version="v", department="d", role="r", decided_at="t"
    )
    without = json.loads(decision_text(bare, person="p", station="s").splitlines()[1])[2]
    assert len(without) == len(signed) == 13
    assert (without["fields"], without["ticked"], without["document_id"], without["note"]) == ({}, [], None, "")


def test_a_sample_is_drawn_as_the_page_says():
    places = dict(line.split() for line in BLOCKS[4].splitlines())
    for page, place in places.items():
        assert hashlib.sha256(f"5eed\n{page}".encode()).hexdigest() == place
    drawn = draw(tuple(places), 30, "5eed")
    assert f"are `{drawn[0]}` and `{drawn[1]}`" in PAGE
    assert set(drawn) == set(sorted(places, key=places.get)[:2])
