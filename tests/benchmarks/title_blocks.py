"""What drawings say about themselves: number, revision, scale, title, office and date, by layout of the title block.

    .venv/bin/python -m tests.benchmarks.title_blocks [--rounds 2] [--keep FOLDER]

A1 sheets that are printed here: a strip of boxes along the foot, a column with English and Arabic labels at the right,
a strip that reads upwards along the right edge. The plan beside it has walls, arcs, dimensions and labels in every
direction. Prints recall and precision by field, and of the plan's labels how many words were read.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from muni_archive.bootstrap import reader
from muni_archive.domain.reading import Reading
from muni_archive.ocr.arabic import fold
from muni_archive.ports import ReadRequest
from muni_archive.samples.copier import photocopy
from muni_archive.samples.people import Matter, invent
from muni_archive.samples.sheet import DPI, Sheet, font
from tests.benchmarks.fields import Count

A1 = (6622, 4677)
_TITLES = ("مسقط الدور الأرضي", "الواجهة الرئيسية", "قطاع أفقي للسرداب", "مخطط الموقع العام", "مخطط الأعمدة والقواعد")
_PROJECTS = ("بناء سكن خاص", "توسعة ديوانية", "عمارة استثمارية من خمسة أدوار", "مبنى مواقف متعدد الأدوار")
_NAMES = frozenset({"sheet_number", "revision", "scale", "sheet_title", "office", "date"})
_LABELS = ("غرفة نوم", "صالة", "مطبخ", "ديوانية", "مدخل رئيسي", "قسيمة {}", "منسوب +{}", "شارع عرض {} م", "درج", "ملحق")

Values = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A sheet, what its block says, and the labels of its plan."""

    layout: str
    image: Image.Image
    values: Values
    labels: tuple[str, ...]


def drawings(chance: random.Random, rounds: int) -> list[Drawing]:
    """Each layout in turn, in both sets of digits."""
    made = []
    for at in range(rounds):
        for place, (layout, put) in enumerate(_LAYOUTS.items()):
            values, arabic = _invented(chance, invent(chance)), (at + place) % 2 == 0
            sheet = Sheet(A1, arabic_digits=arabic)
            labels = _plan(chance, sheet, arabic)
            put(sheet, values, arabic)
            image = photocopy(sheet.image, seed=at, skew=chance.uniform(-0.2, 0.2), noise=4)
            made.append(Drawing(layout=layout, image=image, values=values, labels=labels))
    return made


def _invented(chance: random.Random, matter: Matter) -> Values:
    return {
        "sheet_number": f"{chance.choice('ASEM')}-{chance.randint(1, 4)}{chance.randint(0, 19):02}",
        "revision": chance.choice(("A", "B", "C", "1", "2", "3", "R2", "0")),
        "scale": f"1:{chance.choice((50, 100, 200, 500))}",
        "sheet_title": chance.choice(_TITLES), "project": chance.choice(_PROJECTS),
        "office": matter.office, "date": matter.date, "name": matter.name,
    }  # fmt: skip


def _foot(sheet: Sheet, values: Values, _arabic: bool) -> None:
    """Boxes along the foot, a small label above each value."""
    top, bottom, right = sheet.height - 420, sheet.height - 120, sheet.width - 120
    boxes = (
        (1500, "المكتب الهندسي", values["office"], 56), (1250, "المشروع", values["project"], 52),
        (1250, "عنوان اللوحة", values["sheet_title"], 56), (650, "مقياس الرسم", values["scale"], 52),
        (700, "التاريخ", _slashed(values["date"]), 52), (620, "رقم اللوحة", values["sheet_number"], 72),
        (412, "التعديل", values["revision"], 60),
    )  # fmt: skip
    for width, label, value, size in boxes:
        sheet.frame((right - width, top, right, bottom), 5)
        sheet.label(right - 24, top + 16, label, size=34)
        sheet.label(right - 40, top + 130, value, size=size)
        right -= width


def _column(sheet: Sheet, values: Values, _arabic: bool) -> None:
    """A column at the right, English labels left of the value, Arabic ones right of it."""
    left, right, top = sheet.width - 1560, sheet.width - 120, 2300
    sheet.frame((left, 120, right, sheet.height - 120), 7)
    rows = (
        ("CONSULTANT", values["office"], "المكتب الهندسي"), ("PROJECT", values["project"], "المشروع"),
        ("TITLE", values["sheet_title"], "اسم اللوحة"), ("OWNER", values["name"], "المالك"),
        ("SCALE", values["scale"], "المقياس"), ("DATE", _slashed(values["date"]), "التاريخ"),
        ("DWG NO.", values["sheet_number"], "رقم اللوحة"), ("REV.", values["revision"], "مراجعة"),
    )  # fmt: skip
    for english, value, arabic in rows:
        sheet.frame((left, top, right, top + 200), 4)
        sheet.label(right - 20, top + 64, arabic, size=44)
        room = font(50).getlength(value, direction="rtl", language="ar")
        sheet.label((left + right) / 2 + room / 2, top + 60, value, size=50)
        sheet.label(left + 20 + font(38).getlength(english), top + 70, english, size=38)
        top += 200


def _edge(sheet: Sheet, values: Values, arabic: bool) -> None:
    """A strip that reads upwards along the right edge, label and value in one line."""
    strip = Sheet((4437, 560), arabic_digits=arabic)
    strip.frame((0, 0, 4436, 559), 6)
    rows = (
        (("الاستشاري:", values["office"]), ("المشروع:", values["project"]), ("مقياس:", values["scale"])),
        (("عنوان اللوحة:", values["sheet_title"]),
         ("لوحة رقم:", values["sheet_number"]), ("تعديل:", values["revision"])),
        (("رسم:", values["name"]), ("التاريخ:", _slashed(values["date"])), ("اعتماد:", "")),
    )  # fmt: skip
    for row, cells in enumerate(rows):
        right = 4400
        for (label, value), width in zip(cells, (1800, 1500, 1000), strict=True):
            strip.label(right, 40 + row * 180, label, size=46, bold=True)
            strip.label(right - 330, 40 + row * 180, value, size=50)
            right -= width
        strip.stroke([(0, 190 + row * 180), (4436, 190 + row * 180)], 3)
    sheet.image.paste(strip.image.rotate(90, expand=True), (sheet.width - 680, 120))


_LAYOUTS: dict[str, Callable[[Sheet, Values, bool], None]] = {"foot": _foot, "column": _column, "edge": _edge}


def _plan(chance: random.Random, sheet: Sheet, arabic: bool) -> tuple[str, ...]:
    """Walls, arcs and labels left of and above the blocks; labels stand in a grid, so that none hides another."""
    pen, width, height = ImageDraw.Draw(sheet.image), 4700, 3900
    for _ in range(26):
        x, y, far = chance.randint(150, width), chance.randint(150, height), chance.randint(200, 1800)
        end = chance.choice(((min(x + far, width), y), (x, min(y + far, height))))
        pen.line(((x, y), end), fill=30, width=chance.choice((3, 3, 5, 9)))
    for _ in range(8):
        x, y, far = chance.randint(200, 4200), chance.randint(200, 3400), chance.randint(80, 500)
        pen.arc((x, y, x + far, y + far), chance.randint(0, 180), chance.randint(181, 360), fill=40, width=3)
    labels = []
    for at in range(40):
        text = chance.choice(_LABELS).format(chance.randint(2, 989))
        labels.append(text)
        turned = _label(text, chance, arabic)
        box = (200 + at % 8 * 560, 200 + at // 8 * 720)
        under = sheet.image.crop((*box, box[0] + turned.width, box[1] + turned.height))
        sheet.image.paste(ImageChops.darker(_cleared(under, turned), turned), box)
    return tuple(labels)


def _label(text: str, chance: random.Random, arabic: bool) -> Image.Image:
    size = chance.choice((34, 40, 48, 56))
    small = Sheet((520, 140), arabic_digits=arabic)
    small.label(490, 30, text, size=size)
    angle = chance.choice((0, 0, 0, 90, 90, 270, chance.uniform(15, 60), chance.uniform(-60, -15)))
    return small.image.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=255)


def _cleared(under: Image.Image, label: Image.Image) -> Image.Image:
    """Draughtsmen leave no wall under a label."""
    place = ImageChops.invert(label).getbbox()
    if place:
        ImageDraw.Draw(under).rectangle((place[0] - 8, place[1] - 8, place[2] + 8, place[3] + 8), fill=255)
    return under


def _slashed(date: str) -> str:
    return "/".join(reversed(date.split("-")))


def words_read(labels: tuple[str, ...], reading: Reading) -> tuple[int, int]:
    """How many of the labels' words stand in the reading, each word of it used once."""
    left = Counter(fold(word.text).strip("+") for word in reading.words)
    wanted = [fold(word).strip("+") for label in labels for word in label.split()]
    right = 0
    for word in wanted:
        right += left[word] > 0
        left[word] -= 1
    return right, len(wanted)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--keep", type=Path)
    chosen = arguments.parse_args()
    counts = {layout: Count() for layout in (*_LAYOUTS, "all")}
    right = total = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        for at, drawing in enumerate(drawings(random.Random(8), chosen.rounds)):  # noqa: S311 - made-up sheets
            path = folder / f"{at:02}-{drawing.layout}.jpg"
            drawing.image.save(path, quality=70)
            reading = reader().read(
                ReadRequest(path=path, media_type="image/jpeg", rotation=0, dpi=DPI, kind="drawing")
            )
            path.with_suffix(".json").write_bytes(reading.to_json())
            found, wanted = words_read(drawing.labels, reading)
            right, total = right + found, total + wanted
            truth = {name: frozenset({drawing.values[name]}) for name in _NAMES}
            for kind in (drawing.layout, "all"):
                counts[kind].add(truth, reading.proposals, _NAMES)
    for layout, count in counts.items():
        count.show(layout)
    print(f"\nlabels of the plans: {100 * right / total:.1f} % of {total} words")


if __name__ == "__main__":
    main()
