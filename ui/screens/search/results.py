"""The list of hits: drawn, not built of widgets, so that a long list costs what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter, QPalette, QTextDocument, QTextOption
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from muni_archive.messages import _, current_language, isolate
from muni_archive.services.find_pages import Hit
from ui.i18n import number
from ui.theme import color

HEIGHT, MARGIN = 88, 10
"""Pixels: a title and two lines of the page."""
_Index = QModelIndex | QPersistentModelIndex


class HitsModel(QAbstractListModel):
    """Hits in the order of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: tuple[Hit, ...] = ()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit_at(index.row())
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return html_of(hit)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title} {hit.number}"
        return None

    def hit_at(self, row: int) -> Hit | None:
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def show(self, hits: Sequence[Hit]) -> None:
        """These hits; when they go on after those that are shown, the view keeps its place."""
        after = tuple(hits)
        if self._hits and after[: len(self._hits)] == self._hits:
            if len(after) > len(self._hits):
                self.beginInsertRows(QModelIndex(), len(self._hits), len(after) - 1)
                self._hits = after
                self.endInsertRows()
            return
        self.beginResetModel()
        self._hits = after
        self.endResetModel()


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


def html_of(hit: Hit) -> str:
    """Title, number and page; below them the snippet with its marks."""
    marked = "".join(
        f"<span style='background:{color('marked').name()}'>{escape(part.text)}</span> "
        if part.marked
        else f"{escape(part.text)} "
        for part in hit.snippet
    )
    page = _("p. {page}").format(page=number(hit.page))
    faint = f"<span style='color:{color('faint').name()}'>{escape(isolate(hit.number))} · {escape(page)}"
    date = f" · {escape(isolate(hit.date))}" if hit.date else ""
    way = "rtl" if current_language() == "ar" else "ltr"
    return (
        f"<div dir='{way}'><b>{escape(isolate(hit.title))}</b> &nbsp; {faint}{date}</span></div>"
        f"<div dir='rtl'>{marked}</div>"
    )
