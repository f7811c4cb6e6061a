"""Somebody describes a document, or sets it aside, that was changed since it was shown: no change is lost."""

from dataclasses import replace

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ChangedMeanwhile
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.merging import description_of
from muni_archive.domain.records import PageState
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from muni_archive.services.register_document import register_document, set_document_aside
from tests.helpers.workplaces import archive

FIRST = {
    "title": "رخصة", "record_class": "building_file", "file_reference": None, "date": None,
    "metadata": {"area": "السالمية", "parcel": "5"},
}  # fmt: skip


@pytest.fixture
def place(tmp_path):
    with archive(tmp_path / "a") as opened:
        yield opened.place


@pytest.fixture
def shown(place):
    """Described once, as two people were shown it."""
    return register_document(place, imported(place), **FIRST)


def imported(place):
    page = resource_path("samples", "01-licence-form.jpg")
    report = import_files(place, [page], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
    return report.documents[0]


def now(place, document):
    with place.unit_of_work() as unit:
        return unit.records.document(document.id)


def test_what_the_other_corrected_stands(place, shown):
    register_document(place, shown, **{**FIRST, "title": "مصحح"})
    register_document(place, shown, **{**FIRST, "date": "٢٠٢٠/١/٢"})
    document = now(place, shown)
    assert (document.title, document.date, document.version) == ("مصحح", "2020-01-02", shown.version + 2)


def test_only_what_the_clerk_said_is_kept_as_his_decision(place, shown):
    register_document(place, shown, **{**FIRST, "metadata": {"area": "السالمية", "parcel": "6"}})
    with place.unit_of_work() as unit:
        before = len(unit.records.decisions(shown.id))
    register_document(place, shown, **{**FIRST, "date": "2020-01-02"})
    with place.unit_of_work() as unit:
        assert len(unit.records.decisions(shown.id)) == before


@pytest.mark.parametrize(
    "said",
    [
        {"title": "غيره"},
        {"record_class": "correspondence", "metadata": {"direction": "incoming", "reference": "1"}},
    ],
    ids=["same field", "another class"],
)
def test_where_both_changed_the_same_nothing_is_recorded(place, shown, said):
    corrected = register_document(place, shown, **{**FIRST, "title": "مصحح"})
    with pytest.raises(ChangedMeanwhile) as refused:
        register_document(place, shown, **{**FIRST, **said})
    assert refused.value.params["now"] == corrected == now(place, shown)
    register_document(place, corrected, **{**FIRST, **said})


def test_what_was_said_already_is_said_by_oneself(place, shown):
    """Enter is pressed twice."""
    letter = {"record_class": "correspondence", "metadata": {"direction": "incoming", "reference": "1"}}
    for _ in range(2):
        register_document(place, shown, **{**FIRST, **letter})
    assert now(place, shown).record_class == "correspondence"


def test_the_title_that_a_document_got_meanwhile_stays_when_it_is_set_aside(place, shown):
    register_document(place, shown, **{**FIRST, "title": "مصحح"})
    aside = set_document_aside(place, shown, reason="مكرر")
    assert (aside.title, aside.page_ids, aside.metadata["set_aside"]) == ("مصحح", (), "مكرر")


def test_a_document_with_more_pages_than_were_compared_is_not_set_aside(place, shown):
    more = replace(description_of(shown), page_ids=(*shown.page_ids, *imported(place).page_ids))
    with place.unit_of_work() as unit:
        unit.record(DocumentRevised(document_id=shown.id, version=shown.version + 1, base=shown.entry, **more.values()))
        unit.commit()
    with pytest.raises(ChangedMeanwhile):
        set_document_aside(place, shown, reason="مكرر")
    with place.unit_of_work() as unit:
        assert {unit.records.page(page_id).state for page_id in more.page_ids} == {PageState.KEPT}
