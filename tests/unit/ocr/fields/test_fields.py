import pytest

from muni_archive.ocr.fields import propose_fields
from tests.helpers.written_lines import written


def values(name: str, *lines: str) -> list[str]:
    return [proposal.value for proposal in propose_fields(written(*lines)) if proposal.name == name]


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("parcel", "القسيمة رقم ١٢٣ قطعة ٥", ["123"]),
        ("parcel", "رقم القسيمة: 123/4", ["123/4"]),
        ("parcel", "القسيمه:١٢", ["12"]),
        ("parcel", "الفسيمة رقم 77", ["77"]),  # ق read as ف
        ("parcel", "قسيمة بدون رقم", []),
        ("block", "القسيمة رقم ١٢٣ قطعة ٥", ["5"]),
        ("block", "القطعة (12)", ["12"]),
        ("house", "شارع 10 منزل 22", ["22"]),
        ("street", "شارع 10 منزل 22", ["10"]),
        ("street", "شارع سالم المبارك، السالمية", ["سالم المبارك"]),
        ("area", "منطقة السالمية قطعة 5", ["السالمية"]),
        ("area", "منطقة السالميه", ["السالمية"]),
        ("area", "منطقة الفرواتية", ["الفروانية"]),  # ن read as ت
        ("area", "قسيمة 5 علي صباح السالم", ["علي صباح السالم"]),
        ("area", "السلام عليكم ورحمة الله وبركاته", []),
        ("licence", "رخصة بناء رقم ٢١٩٨/٥", ["2198/5"]),
        ("licence", "رقم الرخصة الأصلية 2020/3779 والمشرف", ["2020/3779"]),
        ("licence", "الترخيص التجاري الصادر برقم 2020/3779", ["2020/3779"]),
        ("licence", "بموجب الترخيص وفق القانون رقم 33/2016", []),
        ("reference", "بناء على محضر اللجنة الفنية رقم ٤٥٥٧١/٣٢ فقد تقرر", ["45571/32"]),
        ("reference", "العقد رقم 8034/32", ["8034/32"]),
        ("reference", "بحق المخالف. تقع القطعة رقم ٨٩٧٨/٢٤", []),
        ("reference", "تاريخ الطلب رقم 24/03/2019", []),
        ("parcel", "رقم القطعة ٨٧٤ رقم المخطط ٩٢٩", ["874"]),
        ("block", "رقم القطعة ٨٧٤ رقم المخطط ٩٢٩", []),
        ("area", "المنطقة السكنية: حولي", ["حولي"]),
        ("reference", "الرقم: ٣٧٧٥٩/١٣ التاريخ: ١٢/٠١/٢٠٠٧", ["37759/13"]),
        ("reference", "بالإشارة إلى الكتاب", []),
        ("reference", "المرجع: ب ت/123/2020", []),
        ("reference", "المرجع: ت/123/2020", ["ت/123/2020"]),
        ("date", "التاريخ: ١٢/٠١/٢٠٠٧", ["2007-01-12"]),
        ("date", "2007/1/12م", ["2007-01-12"]),
        ("date", "1445/09/01هـ", ["2024-03-11"]),
        ("date", "١ رمضان ١٤٤٥", ["2024-03-11"]),
        ("date", "3 مايو 2024", ["2024-05-03"]),
        ("date", "12 ربيع الأول 1445", ["2023-09-27"]),
        ("date", "31/02/2020", []),
        ("date", "99/99/9999", []),
        ("subject", "الموضوع: نقل ملكية محل تجاري", ["نقل ملكية محل تجاري"]),
        ("party", "السيد / خالد سالم النجار المحترم", ["خالد سالم النجار"]),
    ],
)
def test_values_are_found_and_made_canonical(name: str, line: str, expected: list[str]) -> None:
    assert values(name, line) == expected


def test_a_doubtful_civil_id_is_proposed_with_a_warning() -> None:
    (proposal,) = propose_fields(written("الرقم المدني ٢٩٩١٣٤٥١٢٣٤٥"))

    assert (proposal.name, proposal.value) == ("civil_id", "299134512345")
    assert proposal.warning == "civil_id_birth_date"


def test_a_labelled_civil_id_is_surer() -> None:
    (labelled,) = propose_fields(written("الرقم المدني 285010112340"))
    (alone,) = propose_fields(written("285010112340"))

    assert labelled.confidence > alone.confidence


def test_the_box_is_the_value_on_the_page() -> None:
    parcel = next(p for p in propose_fields(written("أول", "القسيمة رقم ١٢٣")) if p.name == "parcel")

    assert (parcel.box.x, parcel.box.y) == (200, 50)
    assert parcel.raw == "١٢٣"


def test_what_was_hardly_read_is_not_proposed() -> None:
    assert propose_fields(written("القسيمة رقم 123", confidence=0.1)) == ()
