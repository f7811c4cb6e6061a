"""Fields by their place on the page, and what values say about each other."""

from __future__ import annotations

import pytest

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.ocr.fields import propose_fields
from muni_archive.ocr.fields.checking import CALENDARS_DIFFER, cross_checked


def row(y: int, *cells: tuple[int, str]) -> Line:
    """Cells by the x of their right edge, each 60 pixels a word wide."""
    words = []
    for right, text in cells:
        for at, part in enumerate(text.split()):
            words.append(Word(text=part, box=Box(right - 70 * (at + 1), y, 60, 30), confidence=0.9))
    return Line(words=tuple(words))


def page(*lines: Line, orientation: int = 0) -> Reading:
    return Reading(engine="e", width=1000, height=1400, lines=lines, orientation=orientation)


def found(reading: Reading, name: str) -> list[str]:
    return [proposal.value for proposal in propose_fields(reading) if proposal.name == name]


TABLE = (
    row(100, (950, "م"), (800, "القسيمة"), (600, "رقم الرخصة"), (350, "اسم المالك")),
    row(160, (950, "١"), (800, "١٢٣"), (600, "2020/55"), (350, "فهد سالم")),
    row(220, (950, "٢"), (800, "٤٥٦"), (600, "2021/77"), (350, "خالد ناصر")),
)


def test_values_below_a_heading_are_found_in_every_row() -> None:
    assert found(page(*TABLE), "parcel") == ["123", "456"]
    assert found(page(*TABLE), "licence") == ["2020/55", "2021/77"]


@pytest.mark.parametrize("orientation", [90, 180, 270])
def test_on_a_page_that_lies_turned(orientation: int) -> None:
    assert found(page(*(_turned(line, orientation) for line in TABLE), orientation=orientation), "parcel") == [
        "123", "456",
    ]  # fmt: skip


def _turned(line: Line, orientation: int) -> Line:
    """Where the words stand on a master of 1000 × 1400 that must be turned so far to stand upright."""

    def place(box: Box) -> Box:
        if orientation == 180:
            return Box(1000 - box.right, 1400 - box.bottom, box.width, box.height)
        if orientation == 90:
            return Box(box.y, 1400 - box.right, box.height, box.width)
        return Box(1000 - box.bottom, box.x, box.height, box.width)

    return Line(words=tuple(Word(text=w.text, box=place(w.box), confidence=w.confidence) for w in line.words))


def test_a_table_ends_where_paper_begins() -> None:
    far = row(900, (800, "٧٨٩"))

    assert found(page(*TABLE, far), "parcel") == ["123", "456"]


BOXES = (
    row(100, (950, "اسم مقدم الطلب"), (500, "الرقم المدني")),
    row(160, (950, "ناصر مبارك البدري"), (500, "285010112340")),
    row(240, (950, "المنطقة"), (700, "القطعة"), (400, "رقم الرخصة")),
    row(300, (950, "صباح السالم"), (700, "٤"), (400, "2020/55")),
    row(380, (950, "الهاتف")),
    row(440, (950, "99887766")),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("party", "ناصر مبارك البدري"),
        ("civil_id", "285010112340"),
        ("area", "صباح السالم"),
        ("block", "4"),
        ("licence", "2020/55"),
    ],
)
def test_a_box_has_its_answer_below_its_label(name: str, value: str) -> None:
    assert found(page(*BOXES), name) == [value]


def test_new_headings_end_the_reach_of_those_above() -> None:
    rows = (row(100, (950, "القسيمة"), (500, "القطعة")), row(160, (950, "٥٥"), (500, "٤")))
    others = (row(220, (950, "الهاتف"), (500, "المبلغ")), row(280, (950, "٢٢٤"), (500, "١٢")))

    assert found(page(*rows, *others), "parcel") == ["55"]
    assert found(page(*rows, *others), "block") == ["4"]


def test_one_number_that_no_block_has_tells_the_column() -> None:
    table = (row(100, (800, "رقم القطعة"), (400, "الحالة")), row(160, (800, "8978/24")), row(220, (800, "174")))

    assert found(page(*table), "parcel") == ["8978/24", "174"]
    assert found(page(*table), "block") == []


def test_a_sentence_below_a_table_is_none_of_its_rows() -> None:
    sentence = row(280, (950, "إشارة إلى كتابكم رقم 36921/19 المؤرخ في شأن المخالفة"))

    assert found(page(*TABLE, sentence), "parcel") == ["123", "456"]


def test_a_sentence_with_a_label_is_no_heading() -> None:
    text = row(100, (900, "تقع القسيمة رقم ٥ على شارعين"))

    assert found(page(text, row(150, (830, "٧٧٧"))), "parcel") == ["5"]


def test_a_block_that_no_block_can_be_is_a_plot() -> None:
    reading = page(row(100, (900, "القطعة رقم 6776/16")), row(200, (900, "قطعة ٩٣٨٨")), row(300, (900, "قطعة ٤")))

    assert found(reading, "parcel") == ["6776/16", "9388"]
    assert found(reading, "block") == ["4"]


def test_the_unit_stands_in_the_letterhead_or_after_its_label() -> None:
    assert found(page(row(50, (900, "بلدية الكويت")), row(90, (900, "قسم المساحة"))), "department") == ["قسم المساحة"]
    assert found(page(row(700, (900, "من: إدارة السلامة العامة"))), "department") == ["إدارة السلامة العامة"]
    late = [row(100 * at, (900, "نص")) for at in range(8)]
    assert found(page(*late, row(900, (900, "قسم المساحة"))), "department") == []


def test_a_number_of_the_register_is_a_reference() -> None:
    assert found(page(row(100, (900, "سجلت تحت الرقم 87349/45 اليوم"))), "reference") == ["87349/45"]


def proposal(value: str, raw: str, *, y: int = 0, confidence: float = 0.6, name: str = "date") -> FieldProposal:
    return FieldProposal(name=name, value=value, raw=raw, box=Box(0, y, 100, 30), confidence=confidence)


def test_a_value_that_is_repeated_is_surer() -> None:
    (checked,) = cross_checked([proposal("5", "5", name="block"), proposal("5", "٥", y=300, name="block")])

    assert checked.confidence == 0.8


def test_the_same_word_found_by_two_rules_is_one_witness() -> None:
    (checked,) = cross_checked([proposal("5", "5", name="block"), proposal("5", "5", name="block")])

    assert checked.confidence == 0.6


def test_dates_of_two_calendars_that_agree_are_surer() -> None:
    checked = cross_checked([proposal("2023-05-01", "1/5/2023"), proposal("2023-05-02", "١٢/١٠/١٤٤٤", y=40)])

    assert [one.confidence for one in checked] == [0.8, 0.8]
    assert all(one.warning is None for one in checked)


def test_dates_of_two_calendars_that_differ_are_doubtful() -> None:
    checked = cross_checked([proposal("2023-05-01", "1/5/2023"), proposal("2023-05-21", "١/١١/١٤٤٤")])

    assert {one.warning for one in checked} == {CALENDARS_DIFFER}


@pytest.mark.parametrize(("code", "sure"), [("MB|2023/4711|x", 0.8), ("12023/47119", 0.6), ("other", 0.6)])
def test_a_value_that_a_bar_code_holds_is_surer(code: str, sure: float) -> None:
    (checked,) = cross_checked([proposal("2023/4711", "x", name="licence")], [code])

    assert checked.confidence == sure
