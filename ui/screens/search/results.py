"""The list of hits: drawn, not built of widgets, so that a long list costs what is seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter, QPalette, QTextDocument, QTextOption
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from muni_archive.messages import _, current_language, isolate
from muni_archive.services.find_pages import Hit
from muni_archive.services.together.state import Whereabouts, whereabouts
from muni_archive.services.workplace import Workplace
from ui.centre.line import CentreLine
from ui.centre.words import place_of
from ui.i18n import number
from ui.theme import color

HEIGHT, MARGIN = 88, 10
"""Pixels: a title and two lines of the page."""
_Index = QModelIndex | QPersistentModelIndex


class HitsModel(QAbstractListModel):
    """Hits in the order of the answer: those that are here, then those that are at the centre alone."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: tuple[Hit, ...] = ()
        self._elsewhere: tuple[Hit, ...] = ()
        self._places: Mapping[str, Whereabouts] | None = None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._hits) + len(self._elsewhere)

    @property
    def count_here(self) -> int:
        return len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit_at(index.row())
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return html_of(hit, self._where(index.row(), hit))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title} {hit.number} {self._where(index.row(), hit)}".strip()
        return None

    def hit_at(self, row: int) -> Hit | None:
        return (self._hits + self._elsewhere)[row] if 0 <= row < self.rowCount() else None

    def is_elsewhere(self, row: int) -> bool:
        return row >= len(self._hits)

    def show(self, hits: Sequence[Hit], places: Mapping[str, Whereabouts] | None = None) -> None:
        """These hits here; when they go on after those that are shown, the view keeps its place.

        `places` says of their documents how far they are safe; None where there is no centre.
        """
        after = tuple(hits)
        if self._hits and after[: len(self._hits)] == self._hits:
            if len(after) > len(self._hits):
                self.beginInsertRows(QModelIndex(), len(self._hits), len(after) - 1)
                self._hits = after
                self.endInsertRows()
            self.show_places(places)
            return
        self.beginResetModel()
        self._hits, self._elsewhere, self._places = after, (), places
        self.endResetModel()

    def show_elsewhere(self, hits: Sequence[Hit]) -> None:
        """These after those that are here; the view keeps its place among the latter."""
        after, first = tuple(hits), len(self._hits)
        if after == self._elsewhere:
            return
        if self._elsewhere:
            self.beginRemoveRows(QModelIndex(), first, self.rowCount() - 1)
            self._elsewhere = ()
            self.endRemoveRows()
        if after:
            self.beginInsertRows(QModelIndex(), first, first + len(after) - 1)
            self._elsewhere = after
            self.endInsertRows()

    def show_places(self, places: Mapping[str, Whereabouts] | None) -> None:
        """How far the documents of the hits here are safe now."""
        if places != self._places and self._hits:
            self._places = places
            self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1))

    def _where(self, row: int, hit: Hit) -> str:
        """In words where the hit's document is; empty where there is no centre."""
        if self.is_elsewhere(row):
            return _("at the centre")
        where = (self._places or {}).get(hit.document_id)
        return place_of(where)[1] if where else ""


class HitDelegate(QStyledItemDelegate):
    """Draws a hit's HTML in the theme's colours."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        text, plain.text = plain.text, ""
        style = plain.widget.style() if plain.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, plain.widget)
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(plain.font)
        direction = QTextOption(Qt.AlignmentFlag.AlignLeading)
        direction.setTextDirection(plain.direction)
        document.setDefaultTextOption(direction)
        document.setHtml(text)
        room = plain.rect.adjusted(MARGIN, 8, -MARGIN, -4)
        document.setTextWidth(room.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, color("text"))
        painter.save()
        painter.translate(room.topLeft())
        painter.setClipRect(QRectF(0, 0, room.width(), room.height()))
        document.documentLayout().draw(painter, context)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, HEIGHT)


def hit_list(model: HitsModel) -> QListView:
    """The view of the hits."""
    view = QListView()
    view.setModel(model)
    view.setItemDelegate(HitDelegate(view))
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


def html_of(hit: Hit, where: str = "") -> str:
    """Title, number and page, and where it is; below them the snippet with its marks."""
    marked = "".join(
        f"<span style='background:{color('marked').name()}'>{escape(part.text)}</span> "
        if part.marked
        else f"{escape(part.text)} "
        for part in hit.snippet
    )
    page = _("p. {page}").format(page=number(hit.page))
    faint = f"<span style='color:{color('faint').name()}'>{escape(isolate(hit.number))} · {escape(page)}"
    date = f" · {escape(isolate(hit.date))}" if hit.date else ""
    pill = f"<span style='background:{color('notice').name()};color:{color('text').name()}'>"
    place = f" &nbsp; {pill}&nbsp;{escape(where)}&nbsp;</span>" if where else ""
    way = "rtl" if current_language() == "ar" else "ltr"
    return (
        f"<div dir='{way}'><b>{escape(isolate(hit.title))}</b> &nbsp; {faint}{date}{place}</span></div>"
        f"<div dir='rtl'>{marked}</div>"
    )


def places_of(place: Workplace, centre: CentreLine, hits: Sequence[Hit]) -> Mapping[str, Whereabouts] | None:
    """How far the documents of these hits are safe; None where there is no centre."""
    if centre.together is None:
        return None
    return whereabouts(place, sorted({hit.document_id for hit in hits}), centre.state.acknowledged, centre.incomplete)
