"""The page on the protocol names every kind of entry with every field, and who may write it: it is implemented from."""

import dataclasses
import re
from pathlib import Path

import pytest

from muni_archive.domain.events import EVENT_TYPES
from muni_archive.domain.merging import Description
from muni_archive.domain.together import CENTRE_ONLY
from muni_archive.domain.versions import FIELDS, KINDS, SPOKEN

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)}
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


def test_what_each_version_brought_stands_there():
    rows = {int(row[0]): row[1:] for row in re.findall(r"^\| (\d) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)}
    assert set(rows) == set(KINDS) - {1}
    assert f"versions {SPOKEN[0]} to {SPOKEN[1]}, as a centre and as a station" in PAGE
    for version, (kinds, fields) in rows.items():
        assert set(kinds.split()) == KINDS[version]
        assert set(fields.split()) == {f"{kind}.{name}" for kind, names in FIELDS[version].items() for name in names}
