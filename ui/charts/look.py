"""What charts are drawn with: the theme's colours on the screen, ink on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from muni_archive.messages import current_language
from ui.theme import color

SERIES = ("accent", "doubt")
"""Roles of the colours of the first and the second series."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours and letters; `unit` is the height of a line of text, from which all distances come."""

    text: QColor
    faint: QColor
    line: QColor
    series: Sequence[QColor]
    font: QFont
    unit: float
    from_right: bool
    """Time and bars begin on the right."""


def look_of_theme(font: QFont) -> Look:
    """As the window shows it now."""
    return Look(
        text=color("text"),
        faint=color("faint"),
        line=color("line"),
        series=tuple(color(role) for role in SERIES),
        font=font,
        unit=QFontMetricsF(font).height(),
        from_right=current_language() == "ar",
    )


def look_on_paper(font: QFont, unit: float) -> Look:
    """As it is printed, whatever the window looks like; `unit` in the paper's own measure."""
    return Look(
        text=QColor("#16282b"),
        faint=QColor("#55676a"),
        line=QColor("#c6cfd1"),
        series=(QColor("#0f766e"), QColor("#7c3aed")),
        font=font,
        unit=unit,
        from_right=current_language() == "ar",
    )


def mirrored(rect: QRectF, whole: QRectF, look: Look) -> QRectF:
    """A place that was reckoned from the left, where the language puts it."""
    if not look.from_right:
        return rect
    return QRectF(whole.left() + whole.right() - rect.right(), rect.top(), rect.width(), rect.height())


def side(look: Look, *, leading: bool) -> Qt.AlignmentFlag:
    """The side on which a text stands."""
    right = look.from_right == leading
    there = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return there | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter  # else Qt would mirror it once more


def write(
    painter: QPainter, rect: QRectF, text: str, look: Look, *, where: Qt.AlignmentFlag, faint: bool = True
) -> None:
    """One line of text, cut short with dots where it does not fit."""
    painter.setPen(look.faint if faint else look.text)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
    painter.drawText(rect, int(where), shown)
