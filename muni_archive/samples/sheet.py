"""A sheet of paper to print Arabic on; what is printed is remembered as the true text."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from muni_archive.paths import resource_path

DPI = 200
A4 = (1654, 2339)
INK = 25


class Sheet:
    """White paper at 200 dpi; positions in pixels, texts run from the right."""

    def __init__(self, size: tuple[int, int] = A4, *, arabic_digits: bool = False) -> None:
        self.image = Image.new("L", size, 255)
        self.width, self.height = size
        self.margin = 150
        self.y = 130
        self._pen = ImageDraw.Draw(self.image)
        self._arabic_digits = arabic_digits
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        """Everything printed so far, line by line, in logical order."""
        return "\n".join(self._lines)

    def line(self, text: str, *, size: int = 36, bold: bool = False, align: str = "right", gap: float = 1.75) -> None:
        """One line in the sheet's digits, then down by `gap` times its size."""
        shown = self._shown(text)
        right, middle, left = self.width - self.margin, self.width / 2, self.margin
        x, anchor = {"right": (right, "ra"), "center": (middle, "ma"), "left": (left, "la")}[align]
        self._print((x, self.y), shown, font(size, bold=bold), anchor)
        self._lines.append(shown)
        self.y += int(size * gap)

    def paragraph(self, text: str, *, size: int = 36) -> None:
        """Text broken at the margins."""
        face, room = font(size), self.width - 2 * self.margin
        current = ""
        for word in text.split():
            longer = f"{current} {word}".strip()
            if current and face.getlength(self._shown(longer), direction="rtl", language="ar") > room:
                self.line(current, size=size)
                current = word
            else:
                current = longer
        self.line(current, size=size)
        self.y += size // 2

    def pairs(self, rows: list[tuple[str, str]], *, size: int = 34) -> None:
        """A ruled table of two columns: what, and its value."""
        right, left = self.width - self.margin, self.margin
        split, height = right - 470, int(size * 2.1)
        for what, value in rows:
            self._pen.rectangle((left, self.y, right, self.y + height), outline=INK, width=3)
            self._pen.line((split, self.y, split, self.y + height), fill=INK, width=3)
            top = self.y + size * 0.35
            self._print((right - 24, top), what, font(size, bold=True), "ra")
            self._print((split - 24, top), self._shown(value), font(size), "ra")
            self._lines.append(f"{what} {self._shown(value)}")
            self.y += height
        self.y += size

    def rule(self) -> None:
        self._pen.line((self.margin, self.y, self.width - self.margin, self.y), fill=INK, width=4)
        self.y += 40

    def stamp(self, text: str) -> None:
        """A round rubber stamp at the lower left; part of the picture, not of the true text."""
        x, y, radius = 380, self.height - 380, 150
        layer = Image.new("L", (400, 400), 255)
        pen = ImageDraw.Draw(layer)
        for inset in (50, 74):
            pen.ellipse((inset, inset, 400 - inset, 400 - inset), outline=120, width=5)
        pen.text((200, 200), text, font=font(34, bold=True), anchor="mm", fill=120, direction="rtl", language="ar")
        turned = layer.rotate(14, fillcolor=255)
        box = (x - radius - 50, y - radius - 50)
        region = self.image.crop((*box, box[0] + 400, box[1] + 400))
        self.image.paste(ImageChops.multiply(region, turned), box)

    def frame(self, box: tuple[int, int, int, int], width: int = 4) -> None:
        self._pen.rectangle(box, outline=INK, width=width)

    def stroke(self, points: list[tuple[int, int]], width: int = 4) -> None:
        self._pen.line(points, fill=INK, width=width)

    def label(self, x: float, y: float, text: str, *, size: int = 30, bold: bool = False) -> None:
        """A free text, its right upper corner at `x`, `y`."""
        shown = self._shown(text)
        self._print((x, y), shown, font(size, bold=bold), "ra")
        self._lines.append(shown)

    def _print(self, at: tuple[float, float], text: str, face: FreeTypeFont, anchor: str) -> None:
        self._pen.text(at, text, font=face, anchor=anchor, fill=INK, direction="rtl", language="ar")

    def _shown(self, text: str) -> str:
        return text.translate(_ARABIC_INDIC) if self._arabic_digits else text


def font(size: int, *, bold: bool = False) -> FreeTypeFont:
    """The bundled typeface."""
    name = "IBMPlexSansArabic-Bold.ttf" if bold else "IBMPlexSansArabic-Regular.ttf"
    return ImageFont.truetype(str(resource_path("fonts", name)), size, layout_engine=ImageFont.Layout.RAQM)


_ARABIC_INDIC = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)}
