"""What happens to a printed line until it lies on a scan: the press, the copier, the fax, the stamp, the next page.

Every step takes and gives a grey picture (rows × columns, uint8, 255 is paper). `HELD_BACK` steps
are never trained on; they measure how the reader does on damage that it has not met.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Step = Callable[[Grey, random.Random], Grey]

_NOISE = np.random.default_rng(7).normal(0, 1, (320, 8400)).astype(np.float32)
_PAPER = 255


def bend(grey: Grey, chance: random.Random) -> Grey:
    """Lying slightly askew, wider or narrower, slanted."""
    rows, columns = grey.shape
    wide = math.exp(chance.gauss(0, 0.12))
    slant = chance.gauss(0, 0.05) if chance.random() < 0.75 else chance.uniform(-0.28, 0.28)
    turn = math.radians(chance.gauss(0, 0.35)) if chance.random() < 0.8 else math.radians(chance.uniform(-1.2, 1.2))
    turn = max(-0.35 * rows / columns, min(0.35 * rows / columns, turn))
    width = max(8, round(columns * wide + abs(slant) * rows))
    matrix = np.array(
        [[wide, slant, max(0.0, -slant) * rows], [-math.sin(turn), 1, math.sin(turn) * columns / 2]], dtype=np.float32
    )
    return _grey(cv2.warpAffine(grey, matrix, (width, rows), flags=cv2.INTER_LINEAR, borderValue=(_PAPER,)))


def wave(grey: Grey, chance: random.Random) -> Grey:
    """Paper that was not flat: the line rises and falls."""
    rows, columns = grey.shape
    x = np.arange(columns, dtype=np.float32)
    rise = (
        chance.uniform(0.01, 0.035)
        * rows
        * np.sin(x * (2 * math.pi / max(200.0, chance.uniform(0.5, 2) * columns)) + chance.uniform(0, 6))
    )
    map_x = np.repeat(x[None], rows, axis=0)
    map_y = np.arange(rows, dtype=np.float32)[:, None] + rise[None].astype(np.float32)
    return _grey(cv2.remap(grey, map_x, map_y, cv2.INTER_LINEAR, borderValue=(_PAPER,)))


def reshape(grey: Grey, chance: random.Random) -> Grey:
    """Letters drawn otherwise than in the typeface: smoothly wider here and lower there, as in a type never met."""
    rows, columns = grey.shape
    reach = rows * chance.uniform(0.02, 0.07)
    across = _smooth(chance, (2, max(2, columns // rows + 1)), (rows, columns)) * reach * 1.6
    down = _smooth(chance, (3, max(2, columns // rows + 1)), (rows, columns)) * reach
    map_x = np.arange(columns, dtype=np.float32)[None] + across
    map_y = np.arange(rows, dtype=np.float32)[:, None] + down
    return _grey(cv2.remap(grey, map_x, map_y, cv2.INTER_LINEAR, borderValue=(_PAPER,)))


def _smooth(chance: random.Random, knots: tuple[int, int], size: tuple[int, int]) -> NDArray[np.float32]:
    """-1..1, changing slowly over `size` (rows, columns)."""
    values = np.array([[chance.uniform(-1, 1) for _ in range(knots[1])] for _ in range(knots[0])], np.float32)
    return np.asarray(cv2.resize(values, size[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def press(grey: Grey, chance: random.Random) -> Grey:
    """More or less ink than the type has."""
    size = chance.choice((2, 2, 3))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    changed = cv2.erode(grey, kernel) if chance.random() < 0.6 else cv2.dilate(grey, kernel)
    return _grey(cv2.addWeighted(grey, 1 - (share := chance.uniform(0.4, 1)), changed, share, 0))


def rules(grey: Grey, chance: random.Random) -> Grey:
    """Lines of a form: below, above, through the line, or beside it."""
    out = grey.copy()
    rows, columns = out.shape
    ink, thick = chance.randint(0, 140), chance.randint(1, max(1, rows // 45))
    room = rows // 3
    for _ in range(chance.randint(1, 2)):
        draw = chance.random()
        if draw < 0.5:
            y = rows - room + chance.randint(-room // 3, room // 2)
        elif draw < 0.65:
            y = room + chance.randint(-room // 2, room // 4)
        elif draw < 0.75:
            y = chance.randint(room, rows - room)
        else:
            x = chance.choice((chance.randint(0, 4), columns - 1 - chance.randint(0, 4)))
            cv2.line(out, (x, 0), (x, rows), (ink,), thick)
            continue
        lean = round(chance.gauss(0, 1.5))
        if chance.random() < 0.15:
            for x in range(0, columns, max(4, thick * 4)):
                cv2.circle(out, (x, y), thick, (ink,), -1)
        else:
            cv2.line(out, (0, y), (columns, y + lean), (ink,), thick)
    return out


def stamp(grey: Grey, chance: random.Random) -> Grey:
    """Arcs and lines of a rubber stamp or a signature across the line, paler than the type."""
    rows, columns = grey.shape
    layer = np.full_like(grey, _PAPER)
    ink = chance.randint(70, 200)
    at = (chance.randint(0, columns), chance.randint(-rows // 2, rows + rows // 2))
    for _ in range(chance.randint(1, 3)):
        radius = chance.randint(rows // 2, rows * 2)
        axes = (radius, int(radius * chance.uniform(0.5, 1)))
        cv2.ellipse(
            layer, at, axes, chance.randint(0, 180), 0, 360, (ink,), chance.randint(1, max(2, rows // 30)), cv2.LINE_AA
        )
    if chance.random() < 0.5:
        points = np.array(
            [[at[0] + chance.randint(-rows, rows), chance.randint(0, rows)] for _ in range(chance.randint(3, 7))]
        )
        cv2.polylines(layer, [points.astype(np.int32)], False, (ink,), chance.randint(1, 3), cv2.LINE_AA)
    return np.minimum(grey, layer) if chance.random() < 0.5 else _grey(cv2.multiply(grey, layer, scale=1 / 255))


def neighbours(grey: Grey, chance: random.Random) -> Grey:
    """The feet of the line above or the heads of the line below reach into the strip."""
    out = grey.copy()
    rows, columns = out.shape
    reach = chance.randint(rows // 12, rows // 4)
    shift = chance.randint(0, max(1, columns - 1))
    room = rows // 3
    other = np.roll(grey, shift, axis=1)
    if chance.random() < 0.6:
        part = other[rows - room - reach : rows - room]
        out[: part.shape[0]] = np.minimum(out[: part.shape[0]], part)
    if chance.random() < 0.6:
        part = other[room : room + reach]
        out[rows - part.shape[0] :] = np.minimum(out[rows - part.shape[0] :], part)
    return out


def bleed(grey: Grey, chance: random.Random) -> Grey:
    """The other side of the sheet shines through, mirrored and soft."""
    back = np.roll(grey[:, ::-1], (chance.randint(0, grey.shape[0]), chance.randint(0, grey.shape[1])), axis=(0, 1))
    pale = 255 - (255 - cv2.GaussianBlur(back, (0, 0), chance.uniform(0.8, 2.5)).astype(np.float32)) * chance.uniform(
        0.1, 0.5
    )
    return _grey(np.minimum(grey, pale))


def blur(grey: Grey, chance: random.Random) -> Grey:
    """Out of focus, or moved."""
    if chance.random() < 0.8:
        sigma = chance.uniform(0.3, 1.7) * grey.shape[0] / 75
        return _grey(cv2.GaussianBlur(grey, (0, 0), sigma))
    length = chance.randint(2, 5)
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    return _grey(cv2.filter2D(grey, -1, kernel if chance.random() < 0.5 else kernel.T))


def coarse(grey: Grey, chance: random.Random) -> Grey:
    """Scanned at a low resolution and blown up again."""
    rows, columns = grey.shape
    share = chance.uniform(0.22, 0.7)
    small = cv2.resize(
        grey, (max(4, round(columns * share)), max(8, round(rows * share))), interpolation=cv2.INTER_AREA
    )
    return _grey(cv2.resize(small, (columns, rows), interpolation=chance.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))))


def faint(grey: Grey, chance: random.Random) -> Grey:
    """Pale ink on grey paper."""
    ink, paper = chance.randint(60, 190), chance.randint(205, 255)
    ink = min(ink, paper - 35)
    return _grey(ink + grey.astype(np.float32) * ((paper - ink) / 255))


def shade(grey: Grey, chance: random.Random) -> Grey:
    """A shadow across the paper."""
    columns = grey.shape[1]
    slope = np.linspace(chance.uniform(0.7, 1), chance.uniform(0.7, 1), columns, dtype=np.float32)
    return _grey(grey * slope[None])


def grain(grey: Grey, chance: random.Random) -> Grey:
    """The sensor's noise."""
    return _grey(np.clip(grey + _noise(grey, chance) * chance.uniform(3, 28), 0, 255))


def specks(grey: Grey, chance: random.Random) -> Grey:
    """Dirt, black and white, of one to three pixels."""
    noise = _noise(grey, chance)
    if chance.random() < 0.4:
        noise = np.asarray(cv2.GaussianBlur(noise, (3, 3), 0) * 2, dtype=np.float32)
    limit = chance.uniform(2.1, 3.4)
    out = grey.copy()
    out[noise > limit] = chance.randint(0, 90)
    out[noise < -limit] = 255
    return out


def copy(grey: Grey, chance: random.Random) -> Grey:
    """A photocopy: black and white, edges eaten or clogged by its noise."""
    uneven = cv2.GaussianBlur(_noise(grey, chance), (0, 0), 1.0) * chance.uniform(5, 70)
    soft = cv2.GaussianBlur(grey, (0, 0), chance.uniform(0.4, 1.0) * grey.shape[0] / 90).astype(np.float32)
    return _grey(np.where(soft + uneven > chance.uniform(95, 190), 255, 0))


def cleaned(grey: Grey, chance: random.Random) -> Grey:
    """What the cleaning of pages leaves of a peppered line: specks are gone, and small dots of letters with them."""
    limit = (grey.shape[0] * chance.uniform(0.02, 0.045)) ** 2
    ink = (grey < chance.randint(110, 170)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= limit
    small[0] = False
    return _grey(np.where(small[labels], _PAPER, grey))


def jpeg(grey: Grey, chance: random.Random) -> Grey:
    done, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(8, 70)])
    return _grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)) if done else grey


def fax(grey: Grey, chance: random.Random) -> Grey:
    """Held back: half the rows, black and white."""
    rows, columns = grey.shape
    share = chance.uniform(0.35, 0.55)
    small = cv2.resize(grey, (round(columns * share * 1.6), max(8, round(rows * share))), interpolation=cv2.INTER_AREA)
    hard = np.where(small > chance.randint(130, 190), 255, 0).astype(np.uint8)
    return _grey(cv2.resize(hard, (columns, rows), interpolation=cv2.INTER_NEAREST))


def streaks(grey: Grey, chance: random.Random) -> Grey:
    """Held back: a dirty roller draws pale and dark columns."""
    out = grey.astype(np.float32)
    for _ in range(chance.randint(1, 6)):
        at, width = chance.randint(0, grey.shape[1] - 1), chance.randint(1, 4)
        out[:, at : at + width] = out[:, at : at + width] * 0.4 + chance.choice((0, 255)) * 0.6
    return _grey(out)


HELD_BACK: tuple[Step, ...] = (fax, streaks)

_BEFORE: tuple[tuple[Step, float], ...] = (
    (reshape, 0.25), (neighbours, 0.15), (wave, 0.06), (press, 0.25), (rules, 0.16), (stamp, 0.07), (bleed, 0.15),
)  # fmt: skip
_AFTER: tuple[tuple[Step, float], ...] = (
    (coarse, 0.25), (blur, 0.4), (faint, 0.22), (shade, 0.12), (grain, 0.4), (copy, 0.2), (specks, 0.12),
    (cleaned, 0.08), (jpeg, 0.4),
)  # fmt: skip


def damaged(grey: Grey, chance: random.Random) -> Grey:
    """The line as it lies on some scan: nearly always a little askew, one in six otherwise clean."""
    out = bend(grey, chance)
    if chance.random() < 0.16:
        return out
    for step, likely in (*_BEFORE, *_AFTER):
        if chance.random() < likely:
            out = step(out, chance)
    return out


def _noise(grey: Grey, chance: random.Random) -> NDArray[np.float32]:
    rows, columns = grey.shape
    if rows > _NOISE.shape[0] or columns > _NOISE.shape[1]:
        return np.resize(_NOISE, (rows, columns))
    y, x = chance.randint(0, _NOISE.shape[0] - rows), chance.randint(0, _NOISE.shape[1] - columns)
    return _NOISE[y : y + rows, x : x + columns]


def _grey(values: object) -> Grey:
    return np.asarray(values).astype(np.uint8, copy=False)
