"""Marks on a page of a PDF: a transparent picture over the master's, drawn upright and turned with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pikepdf
from PIL import Image, ImageDraw

from muni_archive.domain.geometry import Box, turned_box
from muni_archive.domain.marks import MarkKind, pointed_at
from muni_archive.rendition.typeset import broken, is_rtl, print_line, typeface

LAYER = "/Marks"
MOST_PIXELS = 6_000_000
POINTS = 72
_SIZE, _LINE = 11, 1.2
"""Points of a note's letters and of a mark's lines."""
_SEEN_THROUGH, _CARD = 90, (255, 246, 196, 235)

Canvas = ImageDraw.ImageDraw


@dataclass(frozen=True, kw_only=True)
class ShownMark:
    """A mark as it is drawn: what it says, and its colour (`#rrggbb`)."""

    kind: MarkKind
    box: Box
    text: str = ""
    corner: str = ""
    colour: str = "#c62828"


def add_marks(pdf: pikepdf.Pdf, page: pikepdf.Page, marks: Sequence[ShownMark], rotation: int) -> None:
    """Lay the marks over a page whose picture fills it."""
    if not marks:
        return
    width, height = float(page.mediabox[2]), float(page.mediabox[3])
    (image,) = (each for _name, each in page.resources.XObject.items())
    size = int(image.Width), int(image.Height)
    scale = min(1.0, math.sqrt(MOST_PIXELS / (size[0] * size[1])))
    layer = _drawn(marks, size, scale, size[0] * scale / width, rotation)
    page.resources.XObject[LAYER] = _transparent(pdf, layer)
    page.contents_add(pikepdf.Stream(pdf, f"q {width:.4f} 0 0 {height:.4f} 0 0 cm {LAYER} Do Q\n".encode()))


def _drawn(marks: Sequence[ShownMark], size: tuple[int, int], scale: float, unit: float, rotation: int) -> Image.Image:
    """The layer in the master's frame; `unit` is its pixels a point. A corner of an arrow turns with the page."""
    lying = rotation in (90, 270)
    upright = tuple(round(side * scale) for side in (size[::-1] if lying else size))
    layer = Image.new("RGBA", (upright[0], upright[1]), (0, 0, 0, 0))
    for mark in marks:
        tail, head = pointed_at(mark.box, mark.corner)
        points = [_turned_point(point, size, rotation) for point in (tail, head)]
        box = turned_box(mark.box, *size, rotation)
        near = replace(mark, box=Box(*(round(side * scale) for side in (box.x, box.y, box.width, box.height))))
        ends = [(x * scale, y * scale) for x, y in points]
        own = Image.new("RGBA", layer.size, (0, 0, 0, 0))
        _draw(ImageDraw.Draw(own), near, ends, unit)
        layer = Image.alpha_composite(layer, own)
    return layer.rotate(rotation, expand=True)


def _turned_point(point: tuple[int, int], size: tuple[int, int], rotation: int) -> tuple[int, int]:
    box = turned_box(Box(point[0], point[1], 0, 0), *size, rotation)
    return box.x, box.y


def _draw(pen: Canvas, mark: ShownMark, ends: Sequence[tuple[float, float]], unit: float) -> None:
    box, line = mark.box, max(2, round(_LINE * unit))
    frame = (box.x, box.y, max(box.x + 1, box.right), max(box.y + 1, box.bottom))
    match mark.kind:
        case MarkKind.HIGHLIGHT:
            pen.rectangle(frame, fill=f"{mark.colour}{_SEEN_THROUGH:02x}")
        case MarkKind.UNDERLINE:
            pen.line((box.x, box.bottom, box.right, box.bottom), fill=mark.colour, width=line)
        case MarkKind.ARROW:
            _arrow(pen, ends, mark.colour, line)
        case MarkKind.NOTE:
            _note(pen, mark, unit)
        case MarkKind.STAMP:
            pen.rounded_rectangle(frame, radius=4 * line, outline=mark.colour, width=2 * line)
            _centred(pen, mark)
        case MarkKind.BOX:
            pen.rectangle(frame, outline=mark.colour, width=line)


def _arrow(pen: Canvas, ends: Sequence[tuple[float, float]], colour: str, line: int) -> None:
    (x0, y0), (x1, y1) = ends
    pen.line((x0, y0, x1, y1), fill=colour, width=line)
    angle, length = math.atan2(y1 - y0, x1 - x0), 8 * line
    spread = (angle + math.pi / 7, angle - math.pi / 7)
    wings = [(x1 - length * math.cos(side), y1 - length * math.sin(side)) for side in spread]
    pen.polygon([(x1, y1), *wings], fill=colour)


def _note(pen: Canvas, mark: ShownMark, unit: float) -> None:
    """A card with the text, as long as it takes; as wide as somebody drew it."""
    size, edge = max(10, round(_SIZE * unit)), max(4, round(4 * unit))
    font, box = typeface(size), mark.box
    room = max(box.width, 12 * size) - 2 * edge
    parts = [part for line in mark.text.splitlines() for part in broken(line, font, room)]
    tall = max(box.height, round(len(parts) * size * 1.5) + 2 * edge)
    pen.rectangle((box.x, box.y, box.x + room + 2 * edge, box.y + tall), fill=_CARD, outline=mark.colour, width=2)
    for at, part in enumerate(parts):
        print_line(
            pen, part, font, left=box.x + edge, right=box.x + edge + room, top=box.y + edge + round(at * size * 1.5),
            ink=mark.colour, rtl=is_rtl(part),
        )  # fmt: skip


def _centred(pen: Canvas, mark: ShownMark) -> None:
    """The stamp's words, as large as its frame allows."""
    box, direction = mark.box, "rtl" if is_rtl(mark.text) else "ltr"
    size = max(8, round(box.height * 0.55))
    wide = typeface(size, bold=True).getlength(mark.text, direction=direction)
    size = max(8, round(size * min(1.0, 0.85 * box.width / max(1.0, wide))))
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    font = typeface(size, bold=True)
    pen.text(middle, mark.text, font=font, fill=mark.colour, anchor="mm", direction=direction)


def _transparent(pdf: pikepdf.Pdf, layer: Image.Image) -> pikepdf.Object:
    """The picture with its transparency beside it, as a PDF keeps them."""
    alpha = pikepdf.Stream(pdf, layer.getchannel("A").tobytes())
    picture = pikepdf.Stream(pdf, layer.convert("RGB").tobytes())
    for stream, colours in ((alpha, pikepdf.Name.DeviceGray), (picture, pikepdf.Name.DeviceRGB)):
        for key, value in {
            "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": layer.width,
            "/Height": layer.height, "/BitsPerComponent": 8, "/ColorSpace": colours,
        }.items():  # fmt: skip
            stream[key] = value
    picture["/SMask"] = pdf.make_indirect(alpha)
    return pdf.make_indirect(picture)
