"""Separator sheets to print: a QR code with class and file number, a Code 128, and Patch T along two edges."""

from __future__ import annotations

import io
from collections.abc import Mapping

import img2pdf
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from muni_archive.imaging.patch_code import GAP, NARROW, PATCH_T, WIDE
from muni_archive.imaging.separators import PREFIX, code_text
from muni_archive.messages import N_, _
from muni_archive.paths import resource_path

DPI = 300
WIDTH, HEIGHT = 2480, 3508
QR_SIDE, CODE_WIDTH, CODE_HEIGHT = 1000, 1400, 220
HEADING = N_("Separator sheet: lay it before the first page of each document")


def render_separator(*, record_class: str, label: Mapping[str, str], file_reference: str, copies: int) -> bytes:
    """A PDF of `copies` A4 sheets; `label` names the class by language."""
    sheet = separator_png(record_class=record_class, label=label, file_reference=file_reference)
    layout = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)))
    return bytes(img2pdf.convert([sheet] * max(1, copies), layout_fun=layout))


def separator_png(*, record_class: str, label: Mapping[str, str], file_reference: str) -> bytes:
    """One A4 sheet as a black and white PNG at `DPI`."""
    sheet = draw_separator(record_class=record_class, label=label, file_reference=file_reference)
    picture = io.BytesIO()
    sheet.convert("1").save(picture, "PNG", dpi=(DPI, DPI))
    return picture.getvalue()


def draw_separator(*, record_class: str, label: Mapping[str, str], file_reference: str) -> Image.Image:
    """The sheet as a grey picture at `DPI`."""
    sheet = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(sheet)
    for top in (150, HEIGHT - 150 - _patch_height()):
        _patch(pen, top)
    code = code_text(record_class, file_reference)
    sheet.paste(_qr(code), ((WIDTH - QR_SIDE) // 2, 1000))
    sheet.paste(_code128(), ((WIDTH - CODE_WIDTH) // 2, 2750))
    _centred(pen, 430, label.get("ar", record_class), 130, direction="rtl")
    _centred(pen, 620, label.get("en", ""), 70, direction="ltr")
    _centred(pen, 760, file_reference, 150, direction="ltr")
    _centred(pen, 2130, _(HEADING), 60)
    return sheet


def _patch_height() -> int:
    return round(DPI * (2 * WIDE + 2 * NARROW + 3 * GAP))


def _patch(pen: ImageDraw.ImageDraw, top: int) -> None:
    y = float(top)
    for bar in PATCH_T:
        thick = DPI * (WIDE if bar == "W" else NARROW)
        pen.rectangle((200, round(y), WIDTH - 200, round(y + thick) - 1), fill=0)
        y += thick + DPI * GAP


def _qr(text: str) -> Image.Image:
    buffer = io.BytesIO()
    segno.make(text, error="h", micro=False).save(buffer, kind="png", scale=20, border=4)
    return Image.open(buffer).convert("L").resize((QR_SIDE, QR_SIDE), Image.Resampling.NEAREST)


def _code128() -> Image.Image:
    code = zxingcpp.create_barcode(PREFIX, zxingcpp.BarcodeFormat.Code128)
    picture = Image.fromarray(code.to_image(scale=4))
    return picture.convert("L").resize((CODE_WIDTH, CODE_HEIGHT), Image.Resampling.NEAREST)


def _centred(pen: ImageDraw.ImageDraw, y: int, text: str, size: int, *, direction: str | None = None) -> None:
    """One line in the middle, made smaller until it fits."""
    if not text:
        return
    while size > 24:
        font = _font(size)
        if pen.textlength(text, font=font, direction=direction) <= WIDTH - 400:
            break
        size -= 6
    pen.text((WIDTH / 2, y), text, font=font, fill=0, anchor="ma", direction=direction)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resource_path("fonts", "IBMPlexSansArabic-Bold.ttf")), size)
