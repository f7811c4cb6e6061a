"""Persons, companies and heirs: where a name begins and, harder, where it ends."""

from __future__ import annotations

import pytest

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ocr.fields import propose_fields
from tests.helpers.written_lines import written


def names(reading: Reading) -> list[str]:
    return [proposal.value for proposal in propose_fields(reading) if proposal.name == "party"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("باسم السيد بدر ناصر المنصور ورقمه المدني ٢٩٤", ["بدر ناصر المنصور"]),
        ("والمملوك للسيد/ علي نواف العجمي ويحمل البطاقة المدنية", ["علي نواف العجمي"]),
        ("السيد/خالد سالم النجار", ["خالد سالم النجار"]),
        ("وتم إنذار المالك ناصر سالم السالم بإزالة المخالفة", ["ناصر سالم السالم"]),
        ("يلتزم المالك بتنفيذ البناء وفق المخططات المعتمدة", []),
        ("المالك بتنفيذ البناء وفق المخططات المعتمدة", []),
        ("السيدة نورة بنت جاسم بن حمد معرفي بشأن الطلب", ["نورة بنت جاسم بن حمد معرفي"]),
        ("المواطن عبد الرحمن فيصل بوحمد يملك العقار", ["عبد الرحمن فيصل بوحمد"]),
        ("السيد رائد نورة آل ثابت المحترم", ["رائد نورة آل ثابت"]),
        ("ويعود إلى ورثة المرحوم فهد سالم الراشدي ولم تتخذ", ["ورثة المرحوم فهد سالم الراشدي"]),
        ("نفذته شركة الأفق الأزرق للتجارة والمقاولات دون ترخيص", ["شركة الأفق الأزرق للتجارة والمقاولات"]),
        ("وقامت الشركة المنفذة بالحفر، وراجعت المؤسسة العامة للرعاية", []),
        ("الطرف الأول (المؤجر): مجموعة البوم القابضة", ["مجموعة البوم القابضة"]),
        ("السيد / مدير إدارة التسجيل العقاري المحترم", []),
        ("اسم المستأجر: باقرية دشت", ["باقرية دشت"]),
    ],
)
def test_a_name_is_taken_whole_and_no_more(line: str, expected: list[str]) -> None:
    assert names(written(line)) == expected


def paragraph(*texts: str, left: int = 100, right: int = 1500) -> Reading:
    """Lines printed from the right edge, a word 80 and a space 20 pixels wide; each may end where it likes."""
    lines = []
    for row, text in enumerate(texts):
        words = [
            Word(text=word, box=Box(right - 100 * (at + 1), 60 * row, 80, 40), confidence=0.9)
            for at, word in enumerate(text.split())
        ]
        lines.append(Line(words=tuple(words)))
    return Reading(engine="e", width=right + left, height=2000, lines=tuple(lines))


FULL = "نحيطكم علما بأن الطلب رقم سبعة المقدم من باسم السيد بدر ناصر"


def test_a_name_goes_on_where_the_line_is_full() -> None:
    assert names(paragraph(FULL, "المنصور ورقمه المدني كما هو مبين")) == ["بدر ناصر المنصور"]


def test_a_number_may_stand_on_the_line_below_its_label() -> None:
    reading = paragraph("وبعد فقد تبين لنا من واقع السجل أن القسيمة رقم", "123 قطعة 5 غير مسجلة")

    assert [p.value for p in propose_fields(reading) if p.name == "parcel"] == ["123"]


def test_a_line_that_had_room_left_does_not_go_on() -> None:
    longest = "هذا سطر طويل جدا يصل إلى آخر الورقة من اليمين إلى اليسار كله"
    reading = paragraph("نرسل إليكم طلب السيد بدر ناصر", "المرفقات صورة من العقد", longest)

    assert names(reading) == ["بدر ناصر"]


def test_cells_of_a_row_do_not_go_on_in_the_row_below() -> None:
    apart = Line(words=tuple(
        Word(text=word, box=Box(1400 - 300 * at, 0, 80, 40), confidence=0.9)
        for at, word in enumerate(("رقم", "الرخصة", "التاريخ", "رقم", "المعاملة"))
    ))  # fmt: skip
    below = Line(words=(Word(text="2020/4711", box=Box(1390, 60, 90, 40), confidence=0.9),))
    reading = Reading(engine="e", width=1600, height=2000, lines=(apart, below))

    assert "reference" not in [proposal.name for proposal in propose_fields(reading)]
