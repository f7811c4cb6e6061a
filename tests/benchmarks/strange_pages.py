"""Pages in typefaces and with damage that no network was trained on, in the form of the development pages.

    .venv/bin/python -m tests.benchmarks.strange_pages FOLDER [--fonts FOLDER …] [--seed 5] [--each 4]
    .venv/bin/python -m tests.benchmarks.reading --pages-in FOLDER

Typefaces: `installer/training-fonts.sh` fetches them; those of `training.fonts.HELD_BACK` are used. Layouts: a
letter, a page of two columns, a ruled table, a form. Everything on them is made up.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.training.damage import streaks
from muni_archive.training.fonts import Face, find_fonts
from muni_archive.training.printing import print_line
from muni_archive.training.texts import Texts

Grey = NDArray[np.uint8]
SIZE = (3508, 2480)
SYSTEM_FONTS = Path("/usr/share/fonts")
_ARABIC = str.maketrans("0123456789۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩")
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(kw_only=True)
class Page:
    """Paper at 300 dpi, and what stands on it."""

    paper: Grey = field(default_factory=lambda: np.full(SIZE, 255, np.uint8))
    segments: list[dict[str, Any]] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)


class Printer:
    """Sets pages in one pair of faces with one set of digits."""

    def __init__(self, seed: int, fonts: tuple[Path, ...], digits: str) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - made-up pages need no secrecy
        self.texts = Texts(seed)
        self._fonts = find_fonts(fonts, held_back=True)
        self.faces: tuple[Face, Face] = self._choose("٣" if digits == "ai" else "3")
        self._table = _ARABIC if digits == "ai" else _WESTERN

    def _choose(self, digit: str) -> tuple[Face, Face]:
        """Faces that have the digits."""
        faces = self._fonts.choose(self.chance)
        while not any(face.prints(digit) for face in faces):
            faces = self._fonts.choose(self.chance)
        return faces

    def put(self, page: Page, text: str, *, size: int, right: float, base: float, widest: float) -> float:
        """The text as far as it fits, its ink ending at `right` and standing on `base`; its width."""
        text = text.translate(self._table)
        while text:
            printed = print_line(text, self._fonts, self.chance, size=size, faces=self.faces)
            if printed is not None and printed.ink.shape[1] <= widest:
                break
            text = text.rsplit(" ", 1)[0] if " " in text else ""
        else:
            return 0.0
        ink = printed.ink[printed.room : -printed.room]
        rows, columns = ink.shape
        left, top = round(right - columns), round(base - rows)
        part = page.paper[top : top + rows, left : left + columns]
        np.minimum(part, ink[: part.shape[0], : part.shape[1]], out=part)
        page.segments.append({"text": text, "kind": "body", "px": size, "box": [left, top, columns, rows]})
        return float(columns)

    def number(self) -> tuple[str, str]:
        """A label, and a number that people look for."""
        kind, label, make = self.chance.choice((
            ("ref", "المرجع", self.texts.reference), ("civil", "الرقم المدني", self.texts.civil_id),
            ("phone", "هاتف", self.texts.phone), ("parcel", "القسيمة", self.texts.count),
            ("date", "التاريخ", self._day),
        ))  # fmt: skip
        value = make().strip("()").translate(self._table)
        self._kind = kind
        return label, value

    def _day(self) -> str:
        return f"{self.chance.randint(1, 28):02}/{self.chance.randint(1, 12):02}/{self.chance.randint(1960, 2030)}"

    def labelled(self, page: Page, *, size: int, right: float, base: float, widest: float) -> float:
        label, value = self.number()
        width = self.put(page, f"{label}: {value}", size=size, right=right, base=base, widest=widest)
        if width and page.segments[-1]["text"].endswith(value):
            page.fields.append({"kind": self._kind, "text": value})
        return width


def letter(printer: Printer) -> Page:
    page, size, base = Page(), printer.chance.randint(38, 54), 400.0
    printer.put(page, printer.texts.short(), size=size + 16, right=1700, base=280, widest=1200)
    while base < 3250:
        if printer.chance.random() < 0.35:
            width = printer.labelled(page, size=size, right=2280, base=base, widest=1000)
            printer.labelled(page, size=size, right=2280 - width - 200, base=base, widest=900)
        else:
            printer.put(page, printer.texts.prose(), size=size, right=2280, base=base, widest=2080)
        base += size * 1.9
    return page


def columns(printer: Printer) -> Page:
    page, size = Page(), printer.chance.randint(34, 42)
    printer.put(page, printer.texts.prose(), size=size + 10, right=2280, base=300, widest=2080)
    for right in (2280.0, 1190.0):
        base = 480.0
        while base < 3250:
            if printer.chance.random() < 0.2:
                printer.labelled(page, size=size, right=right, base=base, widest=980)
            else:
                printer.put(page, printer.texts.prose(), size=size, right=right, base=base, widest=980)
            base += size * 1.8
    return page


def table(printer: Printer) -> Page:
    page, size, height = Page(), printer.chance.randint(34, 44), 96
    edges = (200, 700, 1050, 1500, 2000, 2280)
    printer.put(page, printer.texts.short(), size=size + 14, right=1600, base=300, widest=1000)
    for row in range(30):
        top = 400 + row * height
        for at, (left, right) in reversed(list(enumerate(zip(edges, edges[1:], strict=False)))):
            cv2.rectangle(page.paper, (left, top), (right, top + height), (40,), 2)
            base, room = top + height * 0.72, right - left - 40
            if at % 2:
                _, value = printer.number()
                if printer.put(page, value, size=size, right=right - 20, base=base, widest=room):
                    page.fields.append({"kind": printer._kind, "text": page.segments[-1]["text"]})
            else:
                printer.put(page, printer.texts.short(), size=size, right=right - 20, base=base, widest=room)
    return page


def form(printer: Printer) -> Page:
    page, size, base = Page(), printer.chance.randint(38, 50), 420.0
    printer.put(page, printer.texts.short(), size=size + 20, right=1700, base=280, widest=1200)
    while base < 3250:
        for right in (2280.0, 1180.0):
            width = printer.labelled(page, size=size, right=right, base=base, widest=950)
            cv2.line(
                page.paper, (round(right - 980), round(base + 8)), (round(right - width), round(base + 8)), (90,), 2
            )
        base += size * 2.4
    return page


def fax(paper: Grey, chance: random.Random) -> Grey:
    """Half the rows, black and white, read back at 200 dpi."""
    small = cv2.resize(paper, (1728, 1170), interpolation=cv2.INTER_AREA)
    hard = np.where(small > chance.randint(150, 185), 255, 0).astype(np.uint8)
    return np.asarray(cv2.resize(hard, SIZE[::-1], interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def third_copy(paper: Grey, chance: random.Random) -> Grey:
    """A copy of a copy: thickened, uneven, with a shadow at the fold."""
    noise = np.random.default_rng(chance.randint(0, 999))
    for _ in range(2):
        soft = cv2.GaussianBlur(paper, (0, 0), 1.4).astype(np.float32)
        grain = cv2.GaussianBlur(noise.normal(0, 60, paper.shape).astype(np.float32), (0, 0), 1.2)
        paper = np.where(soft + grain > 165, 255, 0).astype(np.uint8)
    return paper


def curled(paper: Grey, chance: random.Random) -> Grey:
    """Photographed: the sheet is not flat, the light comes from one side."""
    rows, columns = SIZE
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    bend = (np.sin(x / columns * 3.1) * chance.uniform(12, 26)).astype(np.float32)
    bent = cv2.remap(paper, x, y + bend, cv2.INTER_LINEAR, borderValue=(255,)).astype(np.float32)
    light = 0.55 + 0.45 * (x / columns)
    return np.asarray(np.clip(bent * light + 10, 0, 255), dtype=np.uint8)


def plain(paper: Grey, _chance: random.Random) -> Grey:
    return paper


LAYOUTS: tuple[Callable[[Printer], Page], ...] = (letter, columns, table, form)
DAMAGE: tuple[Callable[[Grey, random.Random], Grey], ...] = (plain, fax, third_copy, curled, streaks)


def write_pages(folder: Path, fonts: tuple[Path, ...], *, seed: int, each: int) -> None:
    """`each` pages of every damage, layouts in turn, and their manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for at in range(each * len(DAMAGE)):
        damage, layout = DAMAGE[at // each], LAYOUTS[at % len(LAYOUTS)]
        digits = "ai" if (at // 2) % 2 == 0 else "western"
        printer = Printer(seed * 1000 + at, fonts, digits)
        page = layout(printer)
        name = f"{damage.__name__}_{at % each:02}"
        paper = damage(page.paper, printer.chance)
        cv2.imwrite(str(folder / f"{name}.jpg"), paper, [cv2.IMWRITE_JPEG_QUALITY, 80])
        (folder / f"{name}.gt.txt").write_text("\n".join(s["text"] for s in page.segments), encoding="utf-8")
        entries.append({
            "id": name, "profile": damage.__name__, "kind": layout.__name__, "digits": digits, "dpi": 300,
            "font": printer.faces[0].family, "size": SIZE[::-1], "fields": page.fields, "segments": page.segments,
        })  # fmt: skip
    text = json.dumps({"seed": seed, "pages": entries}, ensure_ascii=False)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--fonts", type=Path, action="append")
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--each", type=int, default=4)
    chosen = arguments.parse_args()
    write_pages(chosen.folder, tuple(chosen.fonts or (SYSTEM_FONTS,)), seed=chosen.seed, each=chosen.each)


if __name__ == "__main__":
    main()
