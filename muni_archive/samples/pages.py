"""The kinds of sample pages: each prints one matter on one sheet."""

from __future__ import annotations

from collections.abc import Callable

from muni_archive.samples.people import Matter
from muni_archive.samples.sheet import Sheet

Printer = Callable[[Sheet, Matter], None]


def licence_form(sheet: Sheet, matter: Matter) -> None:
    _head(sheet, "إدارة تراخيص البناء", matter)
    sheet.line("رخصة بناء", size=58, bold=True, align="center")
    sheet.pairs(
        [
            ("رقم الرخصة", matter.licence),
            ("اسم المالك", matter.name),
            ("الرقم المدني", matter.civil_id),
            ("المنطقة", matter.area),
            ("القطعة", matter.block),
            ("القسيمة", matter.parcel),
            ("الشارع", matter.street),
            ("نوع الترخيص", "بناء جديد"),
            ("نوع الاستعمال", "سكن خاص"),
            ("المكتب الهندسي", matter.office),
        ]
    )
    sheet.paragraph("يلتزم المالك بتنفيذ البناء وفق المخططات المعتمدة وباشتراطات البلدية والجهات المختصة.")
    _sign(sheet, "مدير إدارة تراخيص البناء")


def description_certificate(sheet: Sheet, matter: Matter) -> None:
    _head(sheet, "إدارة التنظيم", matter)
    sheet.line("شهادة أوصاف", size=58, bold=True, align="center")
    sheet.paragraph(
        f"تشهد البلدية بأن القسيمة رقم {matter.parcel} قطعة {matter.block} بمنطقة {matter.area} والمملوكة للسيد"
        f" {matter.name} تتكون من دور أرضي ودور أول وسرداب، وقد تم البناء بموجب الرخصة رقم {matter.licence}."
    )
    sheet.pairs(
        [
            ("الدور الأرضي", "صالة وديوانية ومطبخ وثلاث غرف"),
            ("الدور الأول", "خمس غرف وصالة"),
            ("السرداب", "مواقف سيارات ومخزن"),
            ("الرقم المدني", matter.civil_id),
        ]
    )
    sheet.paragraph("أعطيت هذه الشهادة بناء على طلب المالك لتقديمها إلى من يهمه الأمر دون أدنى مسؤولية على البلدية.")
    _sign(sheet, "رئيس قسم شهادات الأوصاف")


def ownership_letter(sheet: Sheet, matter: Matter) -> None:
    _head(sheet, "إدارة تراخيص البناء", matter)
    sheet.line("السيد / مدير إدارة التسجيل العقاري المحترم", bold=True)
    sheet.line("تحية طيبة وبعد،")
    sheet.line("الموضوع: بيان ملكية القسيمة", bold=True)
    sheet.paragraph(
        f"يرجى التكرم بموافاتنا ببيان ملكية القسيمة رقم {matter.parcel} قطعة {matter.block} منطقة {matter.area}"
        f" باسم السيد {matter.name} ورقمه المدني {matter.civil_id} وذلك لاستكمال معاملة التوسعة المقدمة منه."
    )
    sheet.paragraph("مرفق صورة من طلب الترخيص وصورة من البطاقة المدنية للمالك وعقد المكتب الهندسي.")
    sheet.line("وتفضلوا بقبول فائق الاحترام،", align="center")
    _sign(sheet, "مدير الإدارة")


def leave_form(sheet: Sheet, matter: Matter) -> None:
    _head(sheet, "إدارة شؤون الموظفين", matter)
    sheet.line("طلب إجازة دورية", size=54, bold=True, align="center")
    sheet.pairs(
        [
            ("اسم الموظف", matter.name),
            ("الرقم المدني", matter.civil_id),
            ("المسمى الوظيفي", "كاتب أرشيف أول"),
            ("الإدارة", "إدارة تراخيص البناء"),
            ("مدة الإجازة", "15 يوما"),
            ("تاريخ البدء", _day_first(matter.date)),
        ]
    )
    sheet.paragraph("أتعهد بمباشرة العمل فور انتهاء الإجازة، وقد تم تسليم ما في عهدتي من ملفات إلى زميلي في القسم.")
    _sign(sheet, "رئيس القسم المختص")


def inspection_report(sheet: Sheet, matter: Matter) -> None:
    _head(sheet, "إدارة الرقابة الهندسية", matter)
    sheet.line("تقرير تفتيش", size=54, bold=True, align="center")
    sheet.paragraph(
        f"بالكشف على القسيمة رقم {matter.parcel} قطعة {matter.block} بمنطقة {matter.area} {matter.street} منزل"
        f" {matter.house} تبين وجود أعمال بناء في الارتداد الجانبي دون ترخيص، وقد تم إنذار المالك {matter.name}"
        " بإزالة المخالفة خلال ثلاثين يوما."
    )
    sheet.paragraph(f"رقم الرخصة الأصلية {matter.licence} والمشرف على التنفيذ {matter.office}.")
    _sign(sheet, "المهندس المفتش")


def drawing_sheet(sheet: Sheet, matter: Matter) -> None:
    """A plan with its title block; the sheet lies on its side."""
    width, height = sheet.width, sheet.height
    sheet.frame((60, 60, width - 60, height - 60), 8)
    left, top = 160, 190
    sheet.frame((left, top, left + 1050, top + 980), 9)
    for x in (380, 700):
        sheet.stroke([(left + x, top), (left + x, top + 980)], 7)
    sheet.stroke([(left, top + 520), (left + 1050, top + 520)], 7)
    rooms = ((330, 220, "ديوانية"), (640, 220, "صالة"), (1000, 220, "مطبخ"), (330, 720, "غرفة نوم"))
    for x, y, name in (*rooms, (660, 720, "درج"), (1010, 720, "غرفة نوم")):
        sheet.label(left + x, top + y, name)
    sheet.stroke([(left, top + 1050), (left + 1050, top + 1050)], 3)
    sheet.label(left + 620, top + 1070, "18.50 م")
    sheet.margin, sheet.y = 90, 190
    block_left = 1330
    sheet.frame((block_left, 60, width - 60, height - 60), 6)
    rows = [
        (matter.office, True), ("مخطط الدور الأرضي", True), (f"المالك: {matter.name}", False),
        (f"المنطقة: {matter.area}", False), (f"القطعة: {matter.block}", False), (f"القسيمة: {matter.parcel}", False),
        (f"رقم الرخصة: {matter.licence}", False), ("رقم اللوحة: A-101", False), ("مقياس الرسم: 1:100", False),
        (f"التاريخ: {_day_first(matter.date)}", False),
    ]  # fmt: skip
    for text, bold in rows:
        sheet.line(text, size=38, bold=bold, gap=2.6)
        sheet.stroke([(block_left, sheet.y - 20), (width - 60, sheet.y - 20)], 3)


def blank_back(sheet: Sheet, matter: Matter) -> None:
    """The empty back of a sheet: nothing is printed, the copier still leaves its specks."""


def _head(sheet: Sheet, department: str, matter: Matter) -> None:
    sheet.line("بلدية الكويت", size=50, bold=True, gap=1.5)
    sheet.line(department, size=38, bold=True)
    sheet.line(f"الرقم: {matter.reference}", size=34)
    sheet.line(f"التاريخ: {_day_first(matter.date)} م", size=34)
    sheet.line(f"الموافق: {matter.hijri} هـ", size=34)
    sheet.rule()
    sheet.y += 30


def _sign(sheet: Sheet, office: str) -> None:
    sheet.y += 50
    sheet.line(office, bold=True, align="left", size=38)
    sheet.stamp("نموذج تجريبي")


def _day_first(date: str) -> str:
    year, month, day = date.split("-")
    return f"{int(day)}/{int(month)}/{year}"
