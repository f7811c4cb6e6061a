"""The figures on one sheet of paper, in the language and the direction of the window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from muni_archive.domain.errors import DiskFull
from ui.charts.look import Look, look_on_paper, mirrored, side, write
from ui.charts.widget import draw_legend
from ui.screens.dashboard.drawings import Chart

DPI = 300
MILLIMETRES = DPI / 25.4
LETTERS, HEADING = 8.5, 15
"""Points."""
FAMILY = "IBM Plex Sans Arabic"


def write_sheet(
    target: Path, *, title: str, below: str, cards: Sequence[tuple[str, str]], charts: Sequence[Chart],
    table: Sequence[Sequence[str]] = (),
) -> Path:  # fmt: skip
    """Write the PDF: title, a line below it, cards (figure, what it counts), charts two in a row; the table, whose
    first row are its headings, on pages of its own.

    Raises `DiskFull` when it cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    writer = QPdfWriter(str(part))
    writer.setResolution(DPI)
    writer.setTitle(title)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(14, 14, 14, 14),
            QPageLayout.Unit.Millimeter,
        )
    )  # fmt: skip
    painter = QPainter()
    if not painter.begin(writer):
        raise DiskFull
    try:
        _draw(painter, QRectF(painter.viewport()), title, below, cards, charts)
        if table:
            _table(writer, painter, table)
    finally:
        painter.end()
    part.replace(target)
    return target


def _draw(
    painter: QPainter, sheet: QRectF, title: str, below: str, cards: Sequence[tuple[str, str]], charts: Sequence[Chart]
) -> None:
    look = look_on_paper(_letters(LETTERS), LETTERS * DPI / 72 * 1.35)
    y = sheet.top()
    for text, size, faint in ((title, HEADING, False), (below, LETTERS, True)):
        painter.setFont(_letters(size, bold=not faint))
        line = QRectF(sheet.left(), y, sheet.width(), size * DPI / 72 * 1.6)
        write(painter, line, text, look, where=side(look, leading=True), faint=faint)
        y = line.bottom()
    y += 4 * MILLIMETRES
    y = _cards(painter, QRectF(sheet.left(), y, sheet.width(), 18 * MILLIMETRES), cards, look) + 5 * MILLIMETRES
    rows = -(-len(charts) // 2)
    height = (sheet.bottom() - y - (rows - 1) * 5 * MILLIMETRES) / max(1, rows)
    width = (sheet.width() - 6 * MILLIMETRES) / 2
    for at, chart in enumerate(charts):
        alone = at == len(charts) - 1 and at % 2 == 0
        column = at % 2 if not look.from_right or alone else 1 - at % 2
        left, wide = sheet.left() + column * (width + 6 * MILLIMETRES), sheet.width() if alone else width
        _chart(painter, QRectF(left, y + at // 2 * (height + 5 * MILLIMETRES), wide, height), chart, look)


def _table(writer: QPdfWriter, painter: QPainter, table: Sequence[Sequence[str]]) -> None:
    """The headings again on each page; the first two columns are names and share what the figures leave."""
    look = look_on_paper(_letters(LETTERS), LETTERS * DPI / 72 * 1.35)
    sheet, height = QRectF(painter.viewport()), 1.6 * look.unit
    widths = _widths(painter, table, sheet.width(), look)
    rows = max(1, int(sheet.height() / height) - 1)
    for first in range(1, len(table), rows):
        writer.newPage()
        y = sheet.top()
        for at, cells in enumerate((table[0], *table[first : first + rows])):
            painter.setFont(_letters(LETTERS, bold=at == 0))
            _row(painter, QRectF(sheet.left(), y, sheet.width(), height), cells, widths, look)
            y += height


def _widths(painter: QPainter, table: Sequence[Sequence[str]], whole: float, look: Look) -> Sequence[float]:
    painter.setFont(_letters(LETTERS, bold=True))
    letters = painter.fontMetrics()
    figures = [max(map(letters.horizontalAdvance, column)) + look.unit for column in zip(*table, strict=True)][2:]
    return [*[(whole - sum(figures)) / 2] * 2, *figures]


def _row(painter: QPainter, rect: QRectF, cells: Sequence[str], widths: Sequence[float], look: Look) -> None:
    left = rect.left()
    for text, width in zip(cells, widths, strict=True):
        place = QRectF(left, rect.top(), width - look.unit / 2, rect.height())
        write(painter, mirrored(place, rect, look), text, look, where=side(look, leading=True), faint=False)
        left += width
    painter.setPen(look.line)
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def _cards(painter: QPainter, rect: QRectF, cards: Sequence[tuple[str, str]], look: Look) -> float:
    width = rect.width() / max(1, len(cards))
    for at, (figure, what) in enumerate(cards):
        place = at if not look.from_right else len(cards) - 1 - at
        left = rect.left() + place * width
        painter.setFont(_letters(HEADING, bold=True))
        upper = QRectF(left, rect.top(), width - look.unit / 2, rect.height() * 0.55)
        write(painter, upper, figure, look, where=side(look, leading=True), faint=False)
        painter.setFont(look.font)
        lower = QRectF(left, upper.bottom(), upper.width(), rect.height() * 0.45)
        write(painter, lower, what, look, where=side(look, leading=True))
    return rect.bottom()


def _chart(painter: QPainter, rect: QRectF, chart: Chart, look: Look) -> None:
    head = QRectF(rect.left(), rect.top(), rect.width(), 1.6 * look.unit)
    painter.setFont(_letters(LETTERS, bold=True))
    write(painter, head, chart.title, look, where=side(look, leading=True), faint=False)
    painter.setFont(look.font)
    draw_legend(painter, head, chart.legend, look)
    painter.setPen(look.line)
    painter.drawLine(head.bottomLeft(), head.bottomRight())
    if chart.draw is not None:
        chart.draw(painter, rect.adjusted(0, 2.2 * look.unit, 0, 0), look)


def _letters(points: float, *, bold: bool = False) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font
