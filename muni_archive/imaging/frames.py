"""Where a pixel of a cleaned picture came from: affine maps between a picture and its master."""

from __future__ import annotations

import math
from dataclasses import dataclass

from muni_archive.domain.geometry import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """The map (x, y) → (a·x + b·y + c, d·x + e·y + f) from a derived picture to the master's pixels."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def box(self, left: float, top: float, width: float, height: float) -> Box:
        """The upright box around a derived picture's rectangle, in the master's pixels."""
        right, bottom = left + width, top + height
        corners = [self.point(x, y) for x in (left, right) for y in (top, bottom)]
        x0, y0 = min(x for x, _ in corners), min(y for _, y in corners)
        x1, y1 = max(x for x, _ in corners), max(y for _, y in corners)
        return Box(round(x0), round(y0), max(1, round(x1 - x0)), max(1, round(y1 - y0)))

    def after(self, step: Frame) -> Frame:
        """This map applied after `step`, which leads from a newer picture into this one's."""
        return Frame(
            self.a * step.a + self.b * step.d,
            self.a * step.b + self.b * step.e,
            self.a * step.c + self.b * step.f + self.c,
            self.d * step.a + self.e * step.d,
            self.d * step.b + self.e * step.e,
            self.d * step.c + self.e * step.f + self.f,
        )


def scaled(horizontal: float, vertical: float) -> Frame:
    """From a picture that was resized by these factors back to the one before."""
    return Frame(a=1 / horizontal, e=1 / vertical)


def turned(degrees: int, width: int, height: int) -> Frame:
    """From a picture turned clockwise by a quarter's multiple back to the one before, which had this size."""
    if degrees == 90:
        return Frame(0, 1, 0, -1, 0, height)
    if degrees == 180:
        return Frame(-1, 0, width, 0, -1, height)
    if degrees == 270:
        return Frame(0, -1, width, 1, 0, 0)
    return Frame()


def tilted(degrees: float, width: int, height: int) -> Frame:
    """From a picture straightened by `degrees` clockwise about its centre back to the slanting one."""
    angle = math.radians(degrees)
    cos, sin, x, y = math.cos(angle), math.sin(angle), width / 2, height / 2
    return Frame(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y)


def shifted(left: float, top: float) -> Frame:
    """From a part cut out at this corner back to the whole."""
    return Frame(c=left, f=top)
