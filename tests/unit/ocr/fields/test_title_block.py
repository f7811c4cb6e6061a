"""What a drawing says about itself."""

from __future__ import annotations

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
