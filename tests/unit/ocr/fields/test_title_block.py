"""What a drawing says about itself."""

from __future__ import annotations

from dataclasses import replace

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ocr.fields import propose_fields
from tests.helpers.written_lines import written


def values(*lines: str) -> dict[str, str]:
    names = ("sheet_number", "revision", "scale", "sheet_title", "office")
    return {p.name: p.value for p in propose_fields(written(*lines)) if p.name in names}


def test_an_arabic_block() -> None:
    assert values(
        "المشروع ترميم السور الخارجي", "رقم اللوحة A-٢٤٠", "التعديل ٣", "مقياس الرسم ١:٥٠٠", "المكتب الهندسي دار المسار"
    ) == {
        "sheet_title": "ترميم السور الخارجي", "sheet_number": "A-240", "revision": "3", "scale": "1:500",
        "office": "دار المسار",
    }  # fmt: skip


def test_an_english_block() -> None:
    assert values("Sheet No: S-12", "Rev: B", "Scale 1:100") == {
        "sheet_number": "S-12", "revision": "B", "scale": "1:100",
    }  # fmt: skip


def test_a_scale_in_a_note_is_no_block() -> None:
    assert values("المخطط بمقياس رسم 1:1000 مرفق") == {}


def row(y: int, *cells: tuple[int, str]) -> Line:
    """Cells by the x of their right edge, each word 60 pixels wide."""
    words = []
    for right, text in cells:
        for at, part in enumerate(text.split()):
            words.append(Word(text=part, box=Box(right - 70 * (at + 1), y, 60, 30), confidence=0.9))
    return Line(words=tuple(words))


def upwards(line: Line, height: int) -> Line:
    """The same line as it stands when it reads upwards on the sheet."""
    turned = (replace(word, box=Box(word.box.y, height - word.box.right, 30, 60)) for word in line.words)
    return Line(words=tuple(turned))


def found(*lines: Line) -> dict[str, str]:
    reading = Reading(engine="e", width=3000, height=3000, lines=lines)
    names = ("sheet_number", "revision", "scale", "sheet_title", "office")
    return {p.name: p.value for p in propose_fields(reading) if p.name in names}


LABELS = row(
    100, (2900, "المكتب الهندسي"), (2200, "المشروع"), (1700, "عنوان اللوحة"), (1200, "مقياس الرسم"),
    (800, "رقم اللوحة"), (400, "التعديل"),
)  # fmt: skip
VALUES = row(
    170, (2900, "دار المسار"), (2200, "سكن خاص"), (1700, "مسقط الدور الأرضي"), (1200, "١:١٠٠"), (800, "A-101"),
    (400, "B"),
)  # fmt: skip
BLOCK = {
    "sheet_number": "A-101", "revision": "B", "scale": "1:100", "sheet_title": "مسقط الدور الأرضي",
    "office": "دار المسار",
}  # fmt: skip


def test_values_in_boxes_below_their_labels() -> None:
    assert found(LABELS, VALUES) == BLOCK


def test_several_labels_on_a_line_each_with_its_value() -> None:
    line = row(100, (2900, "الاستشاري:"), (2600, "دار المسار"), (1900, "عنوان اللوحة:"), (1600, "الواجهة الرئيسية"))
    other = row(200, (2900, "لوحة رقم: M-419"), (1900, "مقياس: 1:50"))

    expected = {"office": "دار المسار", "sheet_title": "الواجهة الرئيسية", "sheet_number": "M-419", "scale": "1:50"}
    assert found(line, other) == expected


def test_a_block_that_reads_upwards() -> None:
    assert found(upwards(LABELS, 3000), upwards(VALUES, 3000)) == BLOCK


def test_what_stands_on_the_plan_is_no_value() -> None:
    far = row(100, (2900, "الاستشاري"), (1200, "مطبخ"))

    assert found(far, row(200, (2900, "لوحة رقم: M-419"), (1900, "مقياس: 1:50"))).get("office") is None


def test_a_project_names_the_sheet_only_where_it_has_no_title() -> None:
    project, number = row(100, (2900, "المشروع: سكن خاص")), row(200, (2900, "لوحة رقم: M-419"))

    assert found(project, number)["sheet_title"] == "سكن خاص"
    assert found(project, number, row(300, (2900, "اسم اللوحة: قطاع")))["sheet_title"] == "قطاع"
