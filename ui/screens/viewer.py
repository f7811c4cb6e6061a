"""A document's pages: the picture with the words that were looked for, the text beside it, print and export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Page
from muni_archive.messages import _, isolate
from muni_archive.services.export_document import export_document
from muni_archive.services.find_pages import marked_boxes
from muni_archive.services.view_document import DocumentView, reading_of, upright_rotation, view_document
from ui.context import WindowContext
from ui.i18n import number
from ui.icons import icon
from ui.widgets.page_view import PageView, load_image


class Viewer(QWidget):
    """One document; Esc goes back."""

    closed = Signal()

    def __init__(self, context: WindowContext, document_id: str, page_id: str | None, query: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self._context, self._query, self._wanted = context, query, page_id
        self._view: DocumentView | None = None
        self._at, self._mark = 0, 0
        self._boxes: tuple[Box, ...] = ()
        self._build()
        context.tasks.run(lambda _c: view_document(context.place, document_id), done=self._show_document)

    def _build(self) -> None:
        self.picture = PageView(self._context.tasks)
        self.text = QPlainTextEdit(readOnly=True)
        self.title = QLabel()
        self.title.setObjectName("title")
        self.where = QLabel()
        bar = QHBoxLayout()
        for name, text, keys, act in (
            ("arrow-right", _("Back"), "Esc", self.closed.emit),
            ("previous", _("Previous page"), "PgUp", lambda: self._turn(-1)),
            ("next", _("Next page"), "PgDown", lambda: self._turn(1)),
            ("chevron-up", _("Previous hit"), "Shift+F3", lambda: self._step(-1)),
            ("chevron-down", _("Next hit"), "F3", lambda: self._step(1)),
            ("zoom-in", _("Zoom in"), "Ctrl++", self.picture.zoom_in),
            ("zoom-out", _("Zoom out"), "Ctrl+-", self.picture.zoom_out),
            ("zoom-fit", _("Whole page"), "Ctrl+0", self.picture.fit_page),
            ("rotate-right", _("Turn"), "Ctrl+R", lambda: self.picture.rotate_view(90)),
            ("print", _("Print"), "Ctrl+P", self._print),
            ("export", _("Export PDF"), "Ctrl+E", self._export),
        ):
            button = QToolButton()
            button.setIcon(icon(name))
            button.setToolTip(f"{text} ({keys})")
            button.clicked.connect(act)
            QShortcut(QKeySequence(keys), self, act)
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.where)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.picture)
        split.addWidget(self.text)
        split.setSizes([700, 380])
        column = QVBoxLayout(self)
        column.addWidget(self.title)
        column.addLayout(bar)
        column.addWidget(split, 1)

    def _show_document(self, view: DocumentView) -> None:
        self._view = view
        self.title.setText(f"{isolate(view.document.title)}  ·  {isolate(view.document.number)}")
        ids = [page.id for page in view.pages]
        self._at = ids.index(self._wanted) if self._wanted in ids else 0
        self._show_page()

    def _turn(self, step: int) -> None:
        if self._view and 0 <= self._at + step < len(self._view.pages):
            self._at += step
            self._show_page()

    def _show_page(self) -> None:
        if self._view is None or not self._view.pages:
            self.where.setText(_("This document has no pages."))
            return
        page = self._view.pages[self._at]
        count = len(self._view.pages)
        self.where.setText(_("page {page} of {count}").format(page=number(self._at + 1), count=number(count)))
        self._context.pool_prefer([page.id])

        def work(_c: object) -> tuple[Page, Reading | None, Path]:
            place = self._context.place
            return page, reading_of(place, page.id), place.vault.path(page.blob)

        self._context.tasks.run(work, done=lambda loaded: self._loaded(*loaded))

    def _loaded(self, page: Page, reading: Reading | None, path: Path) -> None:
        if self._view is None or self._view.pages[self._at].id != page.id:
            return
        self.text.setPlainText(reading.text if reading else _("This page has not been read yet."))
        self._boxes = marked_boxes(reading, self._query) if reading and self._query.strip() else ()
        self._mark = 0
        self.picture.set_boxes(self._boxes, 0 if self._boxes else None)
        self.picture.show_page(path, upright_rotation(page, reading))

    def _step(self, step: int) -> None:
        if self._boxes:
            self._mark = (self._mark + step) % len(self._boxes)
            self.picture.set_boxes(self._boxes, self._mark)

    def _export(self) -> None:
        if self._view is None:
            return
        name = self._view.document.number
        target, _kind = QFileDialog.getSaveFileName(self, _("Export PDF"), f"{name}.pdf", "PDF (*.pdf)")
        if target:
            place = self._context.place
            self._context.tasks.run(
                lambda task: export_document(place, name, Path(target), cancel=task.cancel),
                done=lambda path: self._context.notify(_("Exported to {path}").format(path=isolate(path))),
                failed=self._context.show_error,
            )

    def _print(self) -> None:
        if self._view is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            pages = [self._context.place.vault.path(page.blob) for page in self._view.pages]
            self._context.tasks.run(lambda _c: print_pages(printer, pages), failed=self._context.show_error)


def print_pages(printer: QPrinter, pages: list[Path]) -> None:
    """Each picture as large as the sheet allows; runs off the window's thread."""
    painter = QPainter(printer)
    for at, path in enumerate(pages):
        if at:
            printer.newPage()
        image, _scale = load_image(path)
        room = painter.viewport()
        size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(room.x(), room.y(), image.scaled(size, mode=Qt.TransformationMode.SmoothTransformation))
    painter.end()
