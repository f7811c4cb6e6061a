"""Four more layouts, printed after the rules for names and boxes were done and mended."""

from __future__ import annotations

import random
from collections.abc import Iterator

from PIL import Image

from muni_archive.samples.copier import photocopy
from muni_archive.samples.people import invent
from muni_archive.samples.sheet import Sheet
from tests.benchmarks.strange_forms import AREAS, FIRMS, Page, person, truth_of


def last_forms(chance: random.Random, rounds: int) -> Iterator[tuple[Image.Image, dict[str, frozenset[str]]]]:
    """The layouts in turn, in both sets of digits."""
    for at in range(rounds):
        for place, make in enumerate((_receipt, _boundaries, _complaint, _transfer)):
            sheet, truth = make(chance, arabic=(at + place) % 2 == 0)
            image = photocopy(sheet.image, seed=200 + at, skew=chance.uniform(-1, 1), noise=chance.uniform(4, 9))
            yield image, truth


def _receipt(chance: random.Random, *, arabic: bool) -> Page:
    """A receipt: short lines, many numbers that are no field."""
    sheet, matter, payer = Sheet(arabic_digits=arabic), invent(chance), chance.choice((person(chance), FIRMS[1]))
    sheet.line("إيصال استلام رسوم", size=46, bold=True, align="center")
    sheet.line(f"رقم الإيصال 55213      التاريخ {_slashed(matter.date)}")
    sheet.line(f"استلمنا من السيد / {payer}")
    sheet.line("مبلغا وقدره 125 دينارا (مائة وخمسة وعشرون دينارا لا غير) شيك رقم 004417")
    sheet.line(f"وذلك عن رسوم ترخيص هدم رقم {matter.licence} القسيمة {matter.parcel} ق {matter.block}")
    sheet.line("توقيع أمين الصندوق", align="left")
    return sheet, truth_of(date=matter.date, party=payer, licence=matter.licence, parcel=matter.parcel)


def _boundaries(chance: random.Random, *, arabic: bool) -> Page:
    """Minutes of a survey with a small table, officials who are no parties, and laws."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    first, second = person(chance), person(chance)
    sheet.line("إدارة المساحة", size=38, bold=True)
    sheet.line("محضر تسليم حدود", size=44, bold=True, align="center")
    sheet.paragraph(
        f"استنادا إلى المرسوم بقانون رقم 5/2005 وإلى كتاب بنك الائتمان رقم {matter.reference} المؤرخ"
        f" {_slashed(matter.date)} فقد تم تسليم حدود القسيمة المذكورة أدناه الواقعة في ضاحية {area} إلى أصحابها."
    )
    top, edges = sheet.y + 10, (1500, 1300, 1100, 620, 150)
    table = (("القسيمة", "القطعة", "اسم المالك", "الرقم المدني"), (matter.parcel, matter.block, first, matter.civil_id))
    for row in table:
        for right, left, text in zip(edges, edges[1:], row, strict=False):
            sheet.frame((left, top, right, top + 80), 2)
            sheet.label(right - 14, top + 18, text, size=30)
        top += 80
    sheet.y = top + 40
    sheet.line(f"وحضر عن الجار المواطن {second}، وتم التوقيع.")
    sheet.line("رئيس قسم الرفع المساحي", align="left")
    return sheet, truth_of(
        reference=matter.reference, date=matter.date, area=area, parcel=matter.parcel, block=matter.block,
        party=(first, second), civil_id=matter.civil_id, department="إدارة المساحة",
    )  # fmt: skip


def _complaint(chance: random.Random, *, arabic: bool) -> Page:
    """A letter that a citizen wrote: long sentences, few labels."""
    sheet, matter, area, writer = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS), person(chance)
    firm = chance.choice(FIRMS[:3])
    sheet.line("السادة / بلدية الكويت المحترمين", bold=True)
    sheet.line("الموضوع: شكوى من أعمال حفر", bold=True)
    sheet.paragraph(
        f"أتقدم إليكم أنا المواطن {writer} صاحب البيت الواقع في منطقة {area} قطعة {matter.block} {matter.street}"
        f" منزل {matter.house} بهذه الشكوى ضد {firm} التي تقوم بأعمال الحفر منذ ثلاثة أشهر دون أخذ أي احتياطات، وقد"
        f" سبق أن راجعت الإدارة بالمعاملة رقم {matter.reference} ولم يصلني أي رد حتى الآن."
    )
    sheet.paragraph("أرجو التكرم بإرسال مفتش إلى الموقع، وتفضلوا بقبول الشكر. هاتف 99001122")
    return sheet, truth_of(
        party=(writer, firm), area=area, block=matter.block, street=matter.street.removeprefix("شارع "),
        house=matter.house, reference=matter.reference,
    )  # fmt: skip


def _transfer(chance: random.Random, *, arabic: bool) -> Page:
    """A form with two columns of boxes, seller and buyer, labels above their values."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    seller, buyer, other = f"ورثة {person(chance)}", person(chance), invent(chance)
    sheet.line("طلب تحويل ملكية", size=44, bold=True, align="center")
    rows = (
        (("اسم البائع", seller), ("اسم المشتري", buyer)),
        (("الرقم المدني", matter.civil_id), ("الرقم المدني", other.civil_id)),
        (("المنطقة", area), ("القطعة", matter.block)), (("رقم القسيمة", matter.parcel), ("مساحة الأرض", "750")),
        (("رقم الطلب", matter.reference), ("تاريخ الطلب", _slashed(matter.date))),
    )  # fmt: skip
    top, width = sheet.y + 20, (sheet.width - 2 * sheet.margin) // 2
    for row in rows:
        for at, (label, value) in enumerate(row):
            right = sheet.width - sheet.margin - at * width
            sheet.label(right - 10, top, label, size=26)
            sheet.frame((right - width + 20, top + 46, right, top + 116), 2)
            sheet.label(right - 20, top + 56, value, size=34)
        top += 140
    return sheet, truth_of(
        party=(seller, buyer), civil_id=(matter.civil_id, other.civil_id), area=area, block=matter.block,
        parcel=matter.parcel, reference=matter.reference, date=matter.date,
    )  # fmt: skip


def _slashed(date: str) -> str:
    return "/".join(reversed(date.split("-")))
