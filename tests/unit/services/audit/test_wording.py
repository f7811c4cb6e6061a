"""Every kind of entry has a name that people read, and belongs to what they look for."""

import json

import pytest

from muni_archive.domain.events import EVENT_TYPES
from muni_archive.domain.journal import JournalEntry
from muni_archive.messages import use_language
from muni_archive.services.audit.wording import GROUPS, KINDS, details, label_of_kind


def entry(kind, **said):
    values = {"id": "e", "at": "", "actor": "", "station": "", "previous": "", "hash": ""}
    return JournalEntry(sequence=1, kind=kind, payload=json.dumps(said), **values)


def test_every_kind_has_a_name_and_no_name_is_left_over():
    assert set(KINDS) == set(EVENT_TYPES)


def test_a_kind_is_looked_for_in_one_place():
    grouped = [kind for _label, kinds in GROUPS.values() for kind in kinds]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= set(EVENT_TYPES)


def test_a_kind_of_a_later_program_is_shown_as_it_is():
    assert label_of_kind("page-dreamt") == "page-dreamt"
    assert details(entry("page-dreamt", what="x")) == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (entry("pages-searched", query="رخصة", found=2, filters={"year": "2026"}), "رخصة · 2026"),
        (entry("sign-in-failed", name="nobody", reason="locked"), "مقفل"),
        (entry("signed-out", person_id="p", name="نورة", reason="idle"), "لم يُعمل شيء"),
        (entry("data-exported", what="journal", count=7), "السجل (7)"),
        (entry("document-printed", document_id="d", number="n", pages=2), "صفحتان"),
    ],
)
def test_details_in_arabic(said, shown):
    use_language("ar")
    assert shown in details(said)
