"""Arabic pages drawn in the test, for whatever reads or cleans pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

NASKH = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")
BUNDLED = Path(__file__).parents[2] / "resources" / "fonts" / "IBMPlexSansArabic-Regular.ttf"

LETTER = (
    "بلدية الكويت",
    "إدارة تراخيص البناء",
    "الرقم: 4521/17 التاريخ: 15/03/2021",
    "الموضوع: طلب ترخيص بناء جديد",
    "بالإشارة إلى الطلب المقدم بشأن القسيمة 123 قطعة 5 منطقة السالمية",
    "نفيدكم بأنه لا مانع من استكمال الإجراءات المطلوبة وفق الشروط",
    "وتقديم المخططات الهندسية المعتمدة خلال ثلاثين يوما من تاريخه",
    "ويلتزم المالك بسداد الرسوم المقررة قبل استلام الرخصة",
    "وتفضلوا بقبول فائق الاحترام والتقدير",
)


def draw_letter(lines: tuple[str, ...] = LETTER, *, dpi: int = 200, size: int = 15) -> Image.Image:
    """An A4 page with right-aligned lines of `size` points."""
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    font = ImageFont.truetype(str(NASKH if NASKH.exists() else BUNDLED), round(size * dpi / 72))
    pen = ImageDraw.Draw(page)
    for at, line in enumerate(lines):
        place = (page.width - dpi * 0.8, dpi * (0.9 + at * size / 28))
        pen.text(place, line, font=font, fill=20, anchor="ra", direction="rtl", language="ar")
    return page


def shade(page: Image.Image) -> Image.Image:
    """Faint ink on paper that darkens towards one corner."""
    grey = np.asarray(page, dtype=np.float32) / 255
    height, width = grey.shape
    light = np.add.outer(np.linspace(190, 90, height), np.linspace(0, 50, width))
    return Image.fromarray((light * (0.65 + 0.35 * grey)).astype(np.uint8))
