"""Pages that the archive holds already, and forms that only look like others."""

import cv2
import numpy as np
import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import PageRead
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.paths import resource_path
from muni_archive.services.find_duplicates import duplicates_of
from muni_archive.services.import_files import import_files
from tests.helpers.workplaces import archive

FORM = (
    "بلدية الكويت إدارة تراخيص البناء رخصة بناء اسم المالك {name} الرقم المدني {civil} القسيمة {parcel} القطعة {block}"
)
ONE = FORM.format(name="فهد عبدالله الراشدي", civil="250609060573", parcel="852", block="12")
OTHER = FORM.format(name="ناصر بدر الهاجري", civil="281040500612", parcel="347", block="3")


@pytest.fixture
def place(tmp_path):
    with archive(tmp_path / "a") as opened:
        yield opened.place


def scans(tmp_path):
    """One page, and the same sheet scanned again: a little crooked, lighter, noisier."""
    first = resource_path("samples", "01-licence-form.jpg")
    grey = cv2.imread(str(first), cv2.IMREAD_GRAYSCALE)
    turn = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), 0.3, 1.0)
    again = cv2.warpAffine(grey, turn, grey.shape[::-1], borderValue=250).astype(np.float32)
    again = np.clip(again * 0.97 + np.random.default_rng(2).normal(5, 5, again.shape), 0, 255).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "again.jpg"), again)
    return first, tmp_path / "again.jpg"


def taken(place, path):
    report = import_files(place, [path], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
    return report.documents[0]


def read_as(place, document, text):
    words = tuple(Word(text=word, box=Box(0, 0, 9, 9), confidence=0.9) for word in text.split())
    reading = Reading(engine="test", width=100, height=100, lines=(Line(words=words),))
    with place.unit_of_work() as unit:
        blob = place.vault.put(reading.to_json())
        unit.record(PageRead(page_id=document.page_ids[0], reading=blob, engine="test", confidence=0.9))
        unit.commit()


def test_a_sheet_that_was_scanned_twice_is_found_before_and_after_it_is_read(place, tmp_path):
    first, second = (taken(place, path) for path in scans(tmp_path))
    assert [found.earlier_document.id for found in duplicates_of(place, second.id)] == [first.id]
    read_as(place, first, ONE)
    read_as(place, second, ONE.replace("فهد", "فهذ"))
    (found,) = duplicates_of(place, second.id)
    assert not found.same_bytes
    assert duplicates_of(place, first.id) == ()  # the earlier one repeats nothing


def test_another_form_of_the_same_layout_is_no_copy(place, tmp_path):
    first, second = (taken(place, path) for path in scans(tmp_path))
    read_as(place, first, ONE)
    read_as(place, second, OTHER)
    assert duplicates_of(place, second.id) == ()


def test_the_same_file_is_a_copy_whatever_was_read(place, tmp_path):
    path, _again = scans(tmp_path)
    first, second = taken(place, path), taken(place, path)
    read_as(place, first, ONE)
    read_as(place, second, OTHER)
    assert duplicates_of(place, second.id)[0].same_bytes
