"""Versions of the protocol: each kind of entry came with one, and so did each field that an earlier kind got later."""

import dataclasses
import hashlib

import pytest

from muni_archive.domain.events import EVENT_TYPES
from muni_archive.domain.journal import GENESIS, JournalEntry, canonical_json
from muni_archive.domain.versions import FIELDS, KINDS, PROTOCOL, SPOKEN, sayable, tellable, version_of

FORM = "c8fa500c4dfa55ead55c53b385a36590a5d614c960009201f7161d800ac9c385"
"""SHA-256 over every kind and its fields as versions up to 3 have them."""


def entry(sequence, kind="page-captured", payload="{}"):
    return JournalEntry(
        sequence=sequence, id=str(sequence), at="", actor="", station="", kind=kind, payload=payload,
        previous=GENESIS, hash=GENESIS,
    )  # fmt: skip


def test_every_kind_came_with_one_version():
    assert sorted(kind for kinds in KINDS.values() for kind in kinds) == sorted(EVENT_TYPES)
    assert list(KINDS) == list(range(1, PROTOCOL + 1))
    assert SPOKEN[1] == PROTOCOL


def test_fields_that_came_later_have_defaults_that_say_nothing():
    for version, kinds in FIELDS.items():
        for kind, names in kinds.items():
            assert kind in set().union(*(KINDS[earlier] for earlier in range(1, version)))
            fields = {field.name: field for field in dataclasses.fields(EVENT_TYPES[kind])}
            assert all(not fields[name].default for name in names)


def test_a_kind_or_field_that_is_new_is_a_new_version():
    """Who changes this hash adds a version to `KINDS` or `FIELDS`, or an older centre loses what the field says."""
    form = {kind: sorted(field.name for field in dataclasses.fields(cls)) for kind, cls in EVENT_TYPES.items()}
    assert hashlib.sha256(canonical_json(form).encode()).hexdigest() == FORM


@pytest.mark.parametrize(
    ("kind", "payload", "version"),
    [
        ("page-captured", "{}", 1),
        ("hold-placed", "{}", 2),
        ("file-granted", '{"role":""}', 1),
        ("file-granted", '{"role":"clerk"}', 2),
        ("step-taken", '{"after":""}', 1),
        ("step-taken", '{"after":"e1"}', 3),
        ("step-settled", "{}", 3),
        ("page-dreamt", "{}", PROTOCOL + 1),
    ],
)
def test_an_entry_needs_the_version_that_has_its_kind_and_fields(kind, payload, version):
    assert version_of(entry(1, kind, payload)) == version


def test_what_follows_an_entry_that_cannot_be_said_waits_with_it():
    entries = [entry(1), entry(2, "hold-placed"), entry(3)]
    assert sayable(entries, 1) == entries[:1]
    assert sayable(entries, 2) == entries
    assert tellable(entries, 1, after=0) == (entries[:1], "hold-placed")
    assert tellable(entries[1:], 1, after=1) == ([], "hold-placed")
    assert tellable(entries, 2, after=0) == (entries, "")


def test_what_is_told_again_goes_with_the_entry_that_it_belongs_to():
    again = [entry(2), entry(3, "level-set")]
    assert tellable([entry(7), *again, entry(8)], 1, after=6) == ([entry(7)], "level-set")
    assert tellable([entry(7), entry(2), entry(8, "level-set")], 1, after=6) == ([entry(7)], "level-set")
