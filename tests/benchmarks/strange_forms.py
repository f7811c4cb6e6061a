"""Pages of layouts and wordings that the rules for fields were not written for, and what stands on them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from PIL import Image

from muni_archive.samples.copier import photocopy
from muni_archive.samples.people import Matter, invent
from muni_archive.samples.sheet import Sheet

_AREAS = ("الروضة", "كيفان", "السالمية", "حولي", "الفروانية", "الجهراء", "صباح السالم", "الرميثية")
_UNITS = ("إدارة السلامة", "قسم المخططات", "مراقبة التنظيم", "قطاع المشاريع", "إدارة الشؤون القانونية")

Page = tuple[Sheet, dict[str, frozenset[str]]]


def strange_forms(chance: random.Random, rounds: int) -> Iterator[tuple[Image.Image, dict[str, frozenset[str]]]]:
    """Three layouts in turn, in both sets of digits, as a copier leaves them."""
    for at in range(rounds * 2):
        for make in (_register, _memo, _boxes):
            sheet, truth = make(chance, arabic=at % 2 == 0)
            image = photocopy(sheet.image, seed=at, skew=chance.uniform(-1, 1), noise=chance.uniform(4, 9))
            yield image, truth


def _register(chance: random.Random, *, arabic: bool) -> Page:
    """A ruled table, one matter a row, headings above."""
    sheet = Sheet(arabic_digits=arabic)
    unit = chance.choice(_UNITS)
    sheet.line("بلدية الكويت", size=44, bold=True)
    sheet.line(unit, size=36)
    sheet.line("كشف التراخيص الصادرة خلال الأسبوع", size=38, bold=True, align="center")
    edges = (1560, 1440, 1230, 1050, 780, 480, 100)
    headings = ("م", "القسيمة", "القطعة", "رقم الترخيص", "تاريخ الإصدار", "المالك")
    truth: dict[str, set[str]] = {"parcel": set(), "block": set(), "licence": set(), "date": set()}
    top = sheet.y + 30
    for row in range(13):
        matter = invent(chance)
        day = "/".join(str(int(part)) for part in reversed(matter.date.split("-")))
        cells = headings if row == 0 else (str(row), matter.parcel, matter.block, matter.licence, day, matter.name)
        for right, left, text in zip(edges[:-1], edges[1:], cells, strict=True):
            sheet.frame((left, top, right, top + 70), 2)
            sheet.label(right - 16, top + 14, text, size=30, bold=row == 0)
        if row:
            for name, value in (("parcel", matter.parcel), ("block", matter.block), ("licence", matter.licence)):
                truth[name].add(value)
            truth["date"].add(matter.date)
        top += 70
    return sheet, {name: frozenset(values) for name, values in truth.items()} | {"department": frozenset({unit})}


def _memo(chance: random.Random, *, arabic: bool) -> Page:
    """Running text with brackets and many numbers that are no field."""
    sheet, matter, area, unit = (
        Sheet(arabic_digits=arabic),
        invent(chance),
        chance.choice(_AREAS),
        chance.choice(_UNITS),
    )
    sheet.line("مذكرة داخلية", size=46, bold=True, align="center")
    sheet.line(f"من: {unit}")
    sheet.line("إلى: الإدارة العامة")
    sheet.line(f"التاريخ {'/'.join(reversed(matter.date.split('-')))}")
    sheet.paragraph(
        f"بالإشارة إلى الكتاب رقم ({matter.reference}) والمتعلق بطلب السيد/ {matter.name}، بطاقة مدنية رقم"
        f" ({matter.civil_id})، مالك القسيمة ({matter.parcel}) بالقطعة ({matter.block}) بضاحية {area}، وعملا"
        " بالمادة 12 من القانون رقم 33 لسنة 2016 والقرار 206 لسنة 2009، وبعد سداد الرسوم البالغة 150 دينارا."
    )
    sheet.paragraph("للاستفسار هاتف 22445566 داخلي 317، ص.ب 4455 الصفاة، الدور 3 مكتب 21.")
    return sheet, _one(matter, area, unit)


def _boxes(chance: random.Random, *, arabic: bool) -> Page:
    """A form whose labels stand small above their values."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(_AREAS)
    sheet.line("طلب معاينة موقع", size=46, bold=True, align="center")
    rows = (
        (("اسم مقدم الطلب", matter.name), ("الرقم المدني", matter.civil_id)),
        (("القسيمة", matter.parcel), ("القطعة", matter.block), ("المنطقة", area)),
        (("رقم الرخصة", matter.licence), ("الهاتف", "99887766")),
    )
    top = sheet.y + 40
    for row in rows:
        width = (sheet.width - 2 * sheet.margin) // len(row)
        for at, (label, value) in enumerate(row):
            right = sheet.width - sheet.margin - at * width
            sheet.frame((right - width, top, right, top + 120), 2)
            sheet.label(right - 16, top + 8, label, size=26)
            sheet.label(right - 16, top + 58, value, size=36)
        top += 120
    truth = _one(matter, area, "")
    return sheet, {
        "civil_id": truth["civil_id"], "parcel": truth["parcel"], "block": truth["block"], "area": truth["area"],
        "party": truth["party"], "licence": frozenset({matter.licence}),
    }  # fmt: skip


def _one(matter: Matter, area: str, unit: str) -> dict[str, frozenset[str]]:
    values = {
        "party": matter.name, "civil_id": matter.civil_id, "parcel": matter.parcel, "block": matter.block, "area": area,
        "reference": matter.reference, "date": matter.date, "department": unit,
    }  # fmt: skip
    return {name: frozenset({value}) for name, value in values.items()}
