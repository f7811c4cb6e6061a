"""Pages of layouts and wordings that the rules for fields were not written for, and what stands on them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from PIL import Image

from muni_archive.samples.copier import photocopy
from muni_archive.samples.people import Matter, invent
from muni_archive.samples.sheet import Sheet, font

AREAS = ("الروضة", "كيفان", "السالمية", "حولي", "الفروانية", "الجهراء", "صباح السالم", "الرميثية")
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
        chance.choice(AREAS),
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
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
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


_MEN = ("عبد الرحمن", "عبدالعزيز", "جاسم", "حمد", "مشعل", "علي", "إبراهيم", "طلال", "فيصل", "نواف")
_WOMEN = ("نورة", "فاطمة", "مريم", "هيا", "منيرة", "لطيفة", "دلال", "شيخة")
_HOUSES = ("العنزي", "المطيري", "بوحمد", "آل صباح", "الكندري", "الشمري", "معرفي", "القطان", "بهبهاني", "العجمي")
FIRMS = (
    "شركة النخيل العقارية", "مؤسسة الساحل للمقاولات العامة", "شركة الأفق الأزرق للتجارة والمقاولات",
    "مجموعة البوم القابضة", "جمعية الروضة التعاونية", "مكتب الدانة للاستشارات الهندسية",
)  # fmt: skip


def unseen_forms(chance: random.Random, rounds: int) -> Iterator[tuple[Image.Image, dict[str, frozenset[str]]]]:
    """Six layouts with other names: women, families without an article, sons of, heirs, companies.

    They were written before the rules for names and boxes, and first read when those were done.
    """
    for at in range(rounds):
        for make in (_warning, _card, _stacked, _committee, _lease, _bilingual):
            sheet, truth = make(chance, arabic=(at + len(make.__name__)) % 2 == 0)
            image = photocopy(sheet.image, seed=100 + at, skew=chance.uniform(-1, 1), noise=chance.uniform(4, 9))
            yield image, truth


def person(chance: random.Random) -> str:
    """As registers write people: three or four names, some with بن or بنت between them."""
    son, house = chance.choice(("", "", "", " بن")), chance.choice(_HOUSES)
    fathers = f"{son} ".join(chance.sample(_MEN, chance.choice((1, 2))))
    if chance.random() < 0.35:
        return f"{chance.choice(_WOMEN)}{' بنت' if son else ''} {fathers} {house}"
    return f"{chance.choice(_MEN)}{son} {fathers} {house}"


def _warning(chance: random.Random, *, arabic: bool) -> Page:
    """A warning whose names stand in the text, wherever the line breaks."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    owner, firm, heirs = person(chance), chance.choice(FIRMS[:4]), f"ورثة {person(chance)}"
    sheet.line("دولة الكويت", size=34, align="center")
    sheet.line("إنذار بإزالة مخالفة بناء", size=48, bold=True, align="center")
    sheet.line(f"رقم الإنذار: {matter.reference}    تاريخ التحرير: {'/'.join(matter.date.split('-'))}")
    sheet.paragraph(
        f"إنه في يوم الأحد قام مفتش البلدية بمعاينة العقار الكائن في {area} قطعة {matter.block} {matter.street} قسيمة"
        f" {matter.parcel} والمملوك للسيد/ {owner} ويحمل البطاقة المدنية رقم {matter.civil_id}، وتبين وجود"
        f" بناء مخالف في الارتداد الخلفي نفذته {firm} دون الحصول على ترخيص، كما تبين أن العقار المجاور يعود إلى"
        f" {heirs} ولم تتخذ بشأنه أية إجراءات حتى تاريخه."
    )
    sheet.paragraph("وعليه يلزم المذكورون بإزالة المخالفة خلال 15 يوما من تاريخه وإلا اتخذت الإجراءات القانونية.")
    return sheet, truth_of(
        reference=matter.reference, date=matter.date, area=area, block=matter.block, parcel=matter.parcel,
        party=(owner, firm, heirs), civil_id=matter.civil_id, street=matter.street.removeprefix("شارع "),
    )  # fmt: skip


def _card(chance: random.Random, *, arabic: bool) -> Page:
    """Two labels a line, each with its value after it."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    owner = chance.choice((person(chance), chance.choice(FIRMS)))
    sheet.line("بطاقة بيانات عقار", size=46, bold=True, align="center")
    rows = (
        (("صاحب الترخيص:", owner), ("رقم مدني:", matter.civil_id)),
        (("المنطقة السكنية:", area), ("رقم القطعة:", matter.block)),
        (("رقم القسيمة:", matter.parcel), ("الشارع:", matter.street.removeprefix("شارع "))),
        (("ترخيص رقم:", matter.licence), ("صادر بتاريخ:", "-".join(reversed(matter.date.split("-"))))),
        (("رقم الملف:", matter.reference), ("المساحة:", "400 م2")),
    )
    for row in rows:
        top = sheet.y + 20
        for at, (label, value) in enumerate(row):
            right = sheet.width - sheet.margin - at * 800
            sheet.label(right, top, label, size=32, bold=True)
            sheet.label(right - 260, top, value, size=32)
        sheet.y += 90
    return sheet, truth_of(
        party=owner, civil_id=matter.civil_id, area=area, block=matter.block, parcel=matter.parcel,
        street=matter.street.removeprefix("شارع "), licence=matter.licence, date=matter.date,
        reference=matter.reference,
    )  # fmt: skip


def _stacked(chance: random.Random, *, arabic: bool) -> Page:
    """Boxes with their label centred above the value, the boxes of a row of different widths."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    owner, tenant = chance.choice((person(chance), chance.choice(FIRMS))), person(chance)
    sheet.line("نموذج طلب إيصال تيار كهربائي", size=42, bold=True, align="center")
    rows = (
        ((0.55, "اسم المالك", owner), (0.45, "رقم البطاقة المدنية", matter.civil_id)),
        ((0.4, "المنطقة", area), (0.2, "قطعة", matter.block), (0.2, "قسيمة", matter.parcel), (0.2, "منزل", "14")),
        ((0.35, "رقم رخصة البناء", matter.licence), (0.3, "التاريخ", "/".join(reversed(matter.date.split("-")))),
         (0.35, "رقم المعاملة", matter.reference)),
        ((1.0, "اسم المستأجر", tenant),),
    )  # fmt: skip
    top, whole = sheet.y + 30, sheet.width - 2 * sheet.margin
    for row in rows:
        right = sheet.width - sheet.margin
        for share, label, value in row:
            width = int(whole * share)
            sheet.frame((right - width, top, right, top + 130), 3)
            for text, down, size in ((label, 6, 26), (value, 60, 36)):
                room = font(size).getlength(text, direction="rtl", language="ar")
                sheet.label(right - (width - room) / 2, top + down, text, size=size)
            right -= width
        top += 150
    return sheet, truth_of(
        party=(owner, tenant), civil_id=matter.civil_id, area=area, block=matter.block, parcel=matter.parcel,
        licence=matter.licence, date=matter.date, reference=matter.reference,
    )  # fmt: skip


def _committee(chance: random.Random, *, arabic: bool) -> Page:
    """Minutes: one request a paragraph."""
    sheet, unit = Sheet(arabic_digits=arabic), chance.choice(_UNITS)
    truth: dict[str, set[str]] = {"party": set(), "parcel": set(), "block": set(), "area": set(), "reference": set()}
    sheet.line("بلدية الكويت", size=44, bold=True)
    sheet.line(unit, size=36)
    sheet.line("محضر اجتماع لجنة دراسة الطلبات", size=42, bold=True, align="center")
    for _ in range(4):
        matter, area, title = invent(chance), chance.choice(AREAS), chance.choice(("السيد", "المواطن", "السادة"))
        party = chance.choice(FIRMS) if title == "السادة" else person(chance)
        if party.split()[0] in _WOMEN:
            title = {"السيد": "السيدة", "المواطن": "المواطنة"}[title]
        sheet.paragraph(
            f"- الطلب المقدم من {title}/ {party} بشأن ضم الفراغ الملاصق للقسيمة رقم {matter.parcel} قطعة"
            f" {matter.block} بمنطقة {area} (معاملة رقم {matter.reference})، وقررت اللجنة الموافقة."
        )
        values = (party, matter.parcel, matter.block, area, matter.reference)
        for name, value in zip(truth, values, strict=True):
            truth[name].add(value)
    return sheet, {name: frozenset(values) for name, values in truth.items()} | {"department": frozenset({unit})}


def _lease(chance: random.Random, *, arabic: bool) -> Page:
    """A contract between two sides."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    landlord, tenant = chance.choice(FIRMS[:4]), person(chance)
    sheet.line("عقد إيجار", size=50, bold=True, align="center")
    sheet.line(f"حرر هذا العقد بتاريخ {'/'.join(reversed(matter.date.split('-')))} بين كل من:")
    sheet.line(f"الطرف الأول (المؤجر): {landlord}")
    sheet.line(f"الطرف الثاني (المستأجر): السيد/ {tenant}")
    sheet.line(f"بطاقة مدنية: {matter.civil_id}    هاتف: 66778899")
    sheet.paragraph(
        f"أجر الطرف الأول للطرف الثاني المحل رقم 7 في العقار الواقع بمنطقة {area} - قطعة {matter.block} - قسيمة"
        f" {matter.parcel} بموجب الترخيص التجاري رقم {matter.licence} وذلك لمدة سنة واحدة قابلة للتجديد."
    )
    return sheet, truth_of(
        party=(landlord, tenant), civil_id=matter.civil_id, area=area, block=matter.block, parcel=matter.parcel,
        licence=matter.licence, date=matter.date,
    )  # fmt: skip


def _bilingual(chance: random.Random, *, arabic: bool) -> Page:
    """A ruled form whose label stands right of the value, with the English one left of it."""
    sheet, matter, area = Sheet(arabic_digits=arabic), invent(chance), chance.choice(AREAS)
    owner = chance.choice((person(chance), chance.choice(FIRMS)))
    sheet.line("طلب شهادة لمن يهمه الأمر", size=42, bold=True, align="center")
    rows = (
        ("اسم صاحب العلاقة", owner, "Name"), ("الرقم المدني", matter.civil_id, "Civil ID"), ("المنطقة", area, "Area"),
        ("القطعة", matter.block, "Block"), ("رقم القسيمة", matter.parcel, "Plot No"),
        ("رقم الترخيص", matter.licence, "Licence No"), ("رقم المرجع", matter.reference, "Ref"),
        ("تاريخ الطلب", "/".join(reversed(matter.date.split("-"))), "Date"),
    )  # fmt: skip
    top = sheet.y + 30
    for label, value, english in rows:
        sheet.frame((sheet.margin, top, sheet.width - sheet.margin, top + 80), 2)
        sheet.label(sheet.width - sheet.margin - 16, top + 16, label, size=32, bold=True)
        sheet.label(sheet.width - sheet.margin - 420, top + 16, value, size=32)
        sheet.label(sheet.margin + 190, top + 16, english, size=28)
        top += 80
    return sheet, truth_of(
        party=owner, civil_id=matter.civil_id, area=area, block=matter.block, parcel=matter.parcel,
        licence=matter.licence, reference=matter.reference, date=matter.date,
    )  # fmt: skip


def truth_of(**values: str | tuple[str, ...]) -> dict[str, frozenset[str]]:
    return {name: frozenset((value,) if isinstance(value, str) else value) for name, value in values.items()}
