"""Sheets to find lines on: letters, tables, forms and drawings, with the place of every line that stands there.

What looks like ink but is no line, such as stamps, signatures, rules and hatching, has no place in the list.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from muni_archive.training.damage import bleed, blur, coarse, copy, faint, grain, jpeg, shade, specks
from muni_archive.training.fonts import Fonts
from muni_archive.training.printing import Faces, print_line
from muni_archive.training.texts import Texts

Grey = NDArray[np.uint8]
Quad = NDArray[np.float32]
"""Four corners (x, y) of a line's ink: upper left, upper right, lower right, lower left, as the line is read."""


@dataclass(kw_only=True)
class Sheet:
    """Paper (rows × columns, 255) and the lines on it."""

    paper: Grey
    lines: list[Quad] = field(default_factory=list)


class Sheets:
    """Draws square parts of sheets, `side` pixels wide, in which 10-point type is about 17 pixels high."""

    def __init__(self, fonts: Fonts, seed: int, side: int = 512) -> None:
        self._fonts, self._side = fonts, side
        self._texts = Texts(seed)
        self._chance = random.Random(seed + 1)  # noqa: S311 - see Texts
        self._faces: Faces = fonts.choose(self._chance)

    def draw(self) -> Sheet:
        """One part of one sheet, as a scanner delivers it."""
        chance = self._chance
        sheet = Sheet(paper=np.full((self._side, self._side), 255, np.uint8))
        self._faces = self._fonts.choose(chance)
        kinds: tuple[tuple[Callable[[Sheet], None], int], ...] = (
            (self._letter, 34), (self._table, 28), (self._form, 16), (self._drawing, 18), (self._empty, 4),
        )  # fmt: skip
        makers, weights = zip(*kinds, strict=True)
        chance.choices(makers, weights)[0](sheet)
        for distractor, likely in (
            (self._stamp, 0.25),
            (self._signature, 0.15),
            (self._edge, 0.1),
            (self._picture, 0.06),
        ):
            if chance.random() < likely:
                distractor(sheet)
        return self._scanned(self._tilted(sheet))

    def _size(self) -> int:
        return round(math.exp(self._chance.gauss(math.log(19), 0.28)))

    def _put(self, sheet: Sheet, text: str, *, size: int, right: float, base: float, angle: float = 0.0, ink: int = 0,
             widest: float = 1e9, align: str = "right", faces: Faces | None = None) -> float:  # fmt: skip
        """Print a line whose ink ends at `right` and stands on `base`; returns its width, 0 if it does not fit."""
        printed = print_line(text, self._fonts, self._chance, size=max(9, size), faces=faces or self._faces)
        if printed is None:
            return 0.0
        room = printed.room
        piece = printed.ink[room:-room]
        rows, columns = piece.shape
        if columns > widest or rows < 4 or columns < 3:
            return 0.0
        left = right - columns if align == "right" else right - columns / 2 if align == "center" else right
        top = base - rows
        turn = cv2.getRotationMatrix2D((left + columns / 2, top + rows / 2), angle, 1.0)
        place = turn @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1]])
        canvas = cv2.warpAffine(piece, place, sheet.paper.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=(255,))
        if ink:
            canvas = np.maximum(canvas, np.uint8(ink))
        np.minimum(sheet.paper, canvas, out=sheet.paper)
        corners = np.array([[0, 0, 1], [columns, 0, 1], [columns, rows, 1], [0, rows, 1]]).T
        sheet.lines.append((place @ corners).T.astype(np.float32))
        return float(columns)

    def _letter(self, sheet: Sheet) -> None:
        """Paragraphs in one or two columns, headings, large or small."""
        chance, side = self._chance, self._side
        size, pitch = self._size(), chance.uniform(1.25, 2.3)
        columns = chance.choice((1, 1, 1, 2))
        gutter = size * chance.uniform(1.2, 3)
        for column in range(columns):
            width = (side - 16) / columns - gutter / 2
            right = side - 8 - column * (width + gutter)
            base = size * chance.uniform(1, 2.5)
            while base < side - 4:
                draw = chance.random()
                big = round(size * chance.uniform(1.15, 2.0)) if draw < 0.08 else size
                base += big * pitch - size
                align = "center" if draw < 0.1 else "right"
                at = right - width / 2 if align == "center" else right
                self._filled(sheet, big, at, base, width, align, short=draw < 0.25)
                base += size * (1 + (chance.uniform(0.3, 2) if draw < 0.2 else 0))

    def _filled(
        self, sheet: Sheet, size: int, right: float, base: float, width: float, align: str, *, short: bool
    ) -> None:
        for share in (1.0, 0.6, 0.35):
            text = self._texts.short() if short else self._texts.prose()
            signs = int(width / (size * 0.42) * share * self._chance.uniform(0.8, 1))
            text = text if len(text) <= signs else text[: max(2, signs)].rsplit(" ", 1)[0]
            if self._put(sheet, text, size=size, right=right, base=base, widest=width, align=align, ink=self._tone()):
                return

    def _tone(self) -> int:
        return self._chance.choice((0, 0, 0, 20, 50, 90))

    def _table(self, sheet: Sheet) -> None:
        """Rows and columns, ruled or not, cells filled or not."""
        chance, side = self._chance, self._side
        size = self._size()
        edges = [0.0]
        while edges[-1] < side:
            edges.append(edges[-1] + size * chance.uniform(2.5, 11))
        height = size * chance.uniform(1.35, 2.8)
        ruled, ink, thick = chance.random() < 0.7, chance.randint(0, 120), chance.choice((1, 1, 2, 2, 3))
        top = chance.uniform(-size, size * 5)
        self._filled(
            sheet, size, side - 8, top - size * 0.5, side * 0.9, "right", short=True
        ) if top > size * 2 else None
        y = top
        align = chance.choice(("right", "center"))
        numbers = [chance.random() < 0.5 for _ in edges]
        while y < side:
            for at, (left, right) in enumerate(zip(edges, edges[1:], strict=False)):
                if ruled:
                    cv2.rectangle(
                        sheet.paper, (round(left), round(y)), (round(right), round(y + height)), (ink,), thick
                    )
                if chance.random() < 0.85:
                    text = self._texts.number() if numbers[at] else self._texts.short()
                    edge = right - size * 0.35 if align == "right" else (left + right) / 2
                    base = y + height - size * chance.uniform(0.2, 0.3) if height < size * 2 else y + height * 0.62
                    self._put(
                        sheet, text, size=size, right=edge, base=base, widest=right - left - size * 0.4, align=align
                    )
            y += height

    def _form(self, sheet: Sheet) -> None:
        """Labels, values on dotted or drawn lines, boxes to tick."""
        chance, side = self._chance, self._side
        size = self._size()
        other = self._fonts.choose(chance)
        base = size * chance.uniform(1.5, 3)
        while base < side:
            right = side - chance.uniform(6, 30)
            while right > size * 4:
                width = self._put(sheet, self._texts.short() + ":", size=size, right=right, base=base, widest=right)
                right -= width + size * chance.uniform(0.5, 1.2)
                room = min(right - 4, size * chance.uniform(4, 14))
                if room < size * 2:
                    break
                style = chance.random()
                y = round(base + 2)
                if style < 0.35:
                    for x in range(round(right - room), round(right), 4):
                        sheet.paper[min(y, side - 1), max(0, x)] = 40
                elif style < 0.6:
                    cv2.line(sheet.paper, (round(right - room), y), (round(right), y), (60,), 1)
                elif style < 0.75:
                    cv2.rectangle(
                        sheet.paper, (round(right - room), round(base - size * 1.3)), (round(right), y + 3), (60,), 1
                    )
                if chance.random() < 0.75:
                    text = self._texts.number() if chance.random() < 0.6 else self._texts.short()
                    self._put(sheet, text, size=size, right=right - size * 0.3, base=base - 1, widest=room, faces=other)
                right -= room + size * chance.uniform(0.5, 4)
            base += size * chance.uniform(1.7, 3)

    def _drawing(self, sheet: Sheet) -> None:
        """Walls, dimensions and hatching, with labels lying in every direction."""
        chance, side = self._chance, self._side
        for _ in range(chance.randint(5, 30)):
            start = (chance.randint(-50, side + 50), chance.randint(-50, side + 50))
            draw = chance.random()
            ink, thick = chance.randint(0, 150), chance.choice((1, 1, 1, 2, 3))
            far = chance.randint(30, side)
            if draw < 0.35:
                cv2.line(sheet.paper, start, (start[0] + far, start[1]), (ink,), thick)
            elif draw < 0.7:
                cv2.line(sheet.paper, start, (start[0], start[1] + far), (ink,), thick)
            elif draw < 0.85:
                cv2.line(
                    sheet.paper,
                    start,
                    (start[0] + chance.randint(-far, far), start[1] + far),
                    (ink,),
                    thick,
                    cv2.LINE_AA,
                )
            elif draw < 0.93:
                cv2.circle(sheet.paper, start, far // 3, (ink,), thick, cv2.LINE_AA)
            else:
                step = chance.randint(4, 14)
                for off in range(0, min(far, 160), step):
                    foot = (start[0] + off, start[1])
                    cv2.line(sheet.paper, foot, (foot[0] + 60, foot[1] + 60), (ink,), 1, cv2.LINE_AA)
        oblique = chance.uniform(-80, 80)
        for _ in range(chance.randint(8, 34)):
            text = self._texts.number() if chance.random() < 0.6 else self._texts.short()
            angle = chance.choice((0, 0, 0, 90, 270, 90, oblique, 0))
            x, y = chance.uniform(0, side), chance.uniform(0, side)
            if not self._free(sheet, x, y):
                continue
            self._put(
                sheet,
                text[:24],
                size=self._size(),
                right=x,
                base=y,
                angle=angle,
                align="center",
                faces=self._fonts.choose(chance),
            )

    def _free(self, sheet: Sheet, x: float, y: float, near: float = 60) -> bool:
        return all(np.abs(quad.mean(axis=0) - (x, y)).max() > near for quad in sheet.lines)

    def _empty(self, sheet: Sheet) -> None:
        """Paper."""

    def _stamp(self, sheet: Sheet) -> None:
        chance, side = self._chance, self._side
        layer = np.full_like(sheet.paper, 255)
        at, radius, ink = (
            (chance.randint(0, side), chance.randint(0, side)),
            chance.randint(30, 90),
            chance.randint(60, 200),
        )
        for inset in (0, chance.randint(6, 16)):
            cv2.circle(layer, at, max(4, radius - inset), (ink,), chance.randint(1, 3), cv2.LINE_AA)
        aside = Sheet(paper=layer)
        for row in range(chance.randint(0, 3)):
            self._put(aside, self._texts.short()[:14], size=round(radius * 0.3), right=at[0],
                      base=at[1] + row * radius * 0.35,
                      angle=chance.uniform(-30, 30), align="center", ink=ink)  # fmt: skip
        sheet.paper = np.asarray(cv2.multiply(sheet.paper, aside.paper, scale=1 / 255), dtype=np.uint8)

    def _signature(self, sheet: Sheet) -> None:
        chance, side = self._chance, self._side
        x, y, reach = chance.randint(0, side), chance.randint(0, side), chance.randint(15, 60)
        points = np.cumsum(
            [[chance.gauss(6, reach / 3), chance.gauss(0, reach / 3)] for _ in range(chance.randint(5, 16))], axis=0
        )
        curve = (points + (x, y)).astype(np.int32)
        cv2.polylines(sheet.paper, [curve], False, (chance.randint(0, 120),), chance.randint(1, 3), cv2.LINE_AA)

    def _edge(self, sheet: Sheet) -> None:
        """The dark border of a copy, a hole."""
        chance, side = self._chance, self._side
        width = chance.randint(3, 40)
        if chance.random() < 0.5:
            sheet.paper[:, side - width :] = chance.randint(0, 120)
        else:
            cv2.circle(
                sheet.paper,
                (side - width, chance.randint(0, side)),
                chance.randint(6, 14),
                (chance.randint(0, 90),),
                -1,
            )
        limit = side - width
        sheet.lines = [quad for quad in sheet.lines if quad[:, 0].max() < limit]

    def _picture(self, sheet: Sheet) -> None:
        """A photograph or a dense ornament; lines below it are gone."""
        chance, side = self._chance, self._side
        width, height = chance.randint(40, 180), chance.randint(40, 180)
        x, y = chance.randint(0, side - width), chance.randint(0, side - height)
        noise = np.asarray([[chance.randint(20, 235) for _ in range(6)] for _ in range(6)], dtype=np.uint8)
        sheet.paper[y : y + height, x : x + width] = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        box = (x - 4, y - 4, x + width + 4, y + height + 4)
        sheet.lines = [
            q
            for q in sheet.lines
            if q[:, 0].max() < box[0] or q[:, 0].min() > box[2] or q[:, 1].max() < box[1] or q[:, 1].min() > box[3]
        ]

    def _tilted(self, sheet: Sheet) -> Sheet:
        """A little askew and of another size, as pages remain after straightening."""
        chance, side = self._chance, self._side
        angle = chance.gauss(0, 0.35) if chance.random() < 0.9 else chance.uniform(-3, 3)
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle, chance.uniform(0.75, 1.3))
        paper = cv2.warpAffine(sheet.paper, turn, (side, side), flags=cv2.INTER_AREA, borderValue=(255,))
        lines = [(np.hstack([quad, np.ones((4, 1), np.float32)]) @ turn.T).astype(np.float32) for quad in sheet.lines]
        return Sheet(paper=np.asarray(paper, dtype=np.uint8), lines=lines)

    def _scanned(self, sheet: Sheet) -> Sheet:
        chance, paper = self._chance, sheet.paper
        for step, likely in (
            (bleed, 0.22),
            (coarse, 0.12),
            (blur, 0.2),
            (faint, 0.15),
            (shade, 0.05),
            (grain, 0.4),
            (copy, 0.2),
            (specks, 0.18),
            (jpeg, 0.3),
        ):
            if chance.random() < likely and not (step is blur and chance.random() < 0.5):
                paper = _part_wise(paper, step, chance)
        return Sheet(paper=paper, lines=[quad for quad in sheet.lines if _visible(paper, quad)])


def _visible(paper: Grey, quad: Quad) -> bool:
    """Whether the copier has left something of the line to find."""
    left, top = np.maximum(quad.min(axis=0), 0).astype(int)
    right, bottom = np.maximum(quad.max(axis=0), 0).astype(int)
    part = paper[top : bottom + 1, left : right + 1]
    return part.size > 0 and float(np.median(paper)) - float(np.percentile(part, 8)) > 18


def _part_wise(paper: Grey, step: Callable[[Grey, random.Random], Grey], chance: random.Random) -> Grey:
    """Steps that scale with a line's height get bands of a line's height, all with the same chances."""
    state = chance.getstate()
    bands = []
    for top in range(0, paper.shape[0], 64):
        chance.setstate(state)
        bands.append(step(paper[top : top + 64], chance))
    return np.vstack(bands)
