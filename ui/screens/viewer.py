"""A document's pages: the picture with the words that were looked for, the text beside it, print and export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QTextOption
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QListView, QPlainTextEdit, QSplitter, QVBoxLayout

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page
from muni_archive.domain.retention_errors import DocumentGone
from muni_archive.domain.reviewing import doubts
from muni_archive.messages import _, isolate
from muni_archive.services.export_document import export_document
from muni_archive.services.find_pages import marked_boxes
from muni_archive.services.list_drawings import superseded_by
from muni_archive.services.print_document import pages_to_print
from muni_archive.services.view_document import DocumentView, reading_of, upright_rotation, view_document
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, number
from ui.models.pages import PagesModel
from ui.screens.access.dialog import AccessDialog
from ui.screens.base import Screen
from ui.screens.doubt_bar import DoubtBar
from ui.screens.retention.keeping_bar import KeepingBar
from ui.screens.retention.remains import Remains
from ui.screens.viewer_modes import ViewerModes
from ui.tasks import Task
from ui.widgets.buttons import icon_button, text_button
from ui.widgets.measuring_bar import MeasuringBar
from ui.widgets.page_list import PageList
from ui.widgets.page_view import PageView
from ui.widgets.pictures import load_image
from ui.widgets.printing import print_with_dialog
from ui.widgets.wrapping_row import WrappingRow

SIDE = 96


class Viewer(Screen):
    """One document; Esc goes back."""

    closed = Signal()

    def __init__(self, context: WindowContext, document_id: str, page_id: str | None, query: str) -> None:
        super().__init__(context)
        self._query, self._wanted = query, page_id
        self._view: DocumentView | None = None
        self._at, self._mark, self._read = 0, 0, ""
        self._boxes: tuple[Box, ...] = ()
        self._doubts: tuple[Box, ...] = ()
        self._exporting: Task[Path] | None = None
        self._gone: DocumentGone | None = None
        self.access: AccessDialog | None = None
        self._build()
        self.closed.connect(self._forget)
        context.tasks.run(
            lambda _c: view_document(context.place, document_id), done=self._show_document, failed=self._not_there
        )

    def activated(self) -> None:
        """Back from looking at doubtful words: they have changed, the picture has not."""
        self._load(picture=False)

    def _forget(self) -> None:
        """What is still being loaded comes too late."""
        self._view = None

    def pages_read(self, page_ids: Sequence[str]) -> None:
        if self._view and self._view.pages and self._view.pages[self._at].id in page_ids:
            self._load()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The text keeps Ctrl+C and the arrows, the page keys are ours."""
        page_keys = (QKeySequence.StandardKey.MoveToNextPage, QKeySequence.StandardKey.MoveToPreviousPage)
        if event.type() == QEvent.Type.ShortcutOverride and any(map(event.matches, page_keys)):  # type: ignore[attr-defined]
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.picture = PageView(self.context.tasks, cache=self.context.folder / "cache")
        self.picture.emptied.connect(self._show_no_text)
        self.measuring = MeasuringBar(self.picture)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.installEventFilter(self)
        option = QTextOption(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        self.text.document().setDefaultTextOption(option)
        self.beside = ViewerModes(self, self.context, self.picture, self.text, self._show_page)
        self.beside.marking.export_wanted.connect(lambda: self._export(with_marks=True))
        self.model = PagesModel(self.context.tasks, self.context.place.vault, side=SIDE)
        self.pages = PageList(self.model, side=SIDE, movable=False)
        self.pages.setFlow(QListView.Flow.TopToBottom)
        self.pages.setWrapping(False)
        self.pages.setFixedWidth(SIDE + 40)
        self.pages.selectionModel().currentChanged.connect(lambda now, _before: self._go_to(now.row()))
        self.title = QLabel()
        self.title.setObjectName("title")
        self.title.setWordWrap(True)
        self.superseded = QLabel()
        self.superseded.setObjectName("banner")
        self.superseded.setProperty("kind", "error")
        self.superseded.hide()
        self.keeping = KeepingBar(self, self.context)
        self.where = QLabel()
        self.found = QLabel()
        self.found.setObjectName("hint")
        self.marks = DoubtBar(self, self.context.settings, show=self._mark_doubts, review=self._review)
        bar = WrappingRow(spacing=5)
        bar.addWidget(text_button(self, "arrow-left", _("Back"), "Esc", self._leave))
        for name, text, keys, act in (
            ("previous", _("Previous page"), "PgUp", lambda: self._turn(-1)),
            ("next", _("Next page"), "PgDown", lambda: self._turn(1)),
            ("chevron-up", _("Previous hit"), "Shift+F3", lambda: self._step(-1)),
            ("chevron-down", _("Next hit"), "F3", lambda: self._step(1)),
            ("zoom-in", _("Zoom in"), "Ctrl++", self.picture.zoom_in),
            ("zoom-out", _("Zoom out"), "Ctrl+-", self.picture.zoom_out),
            ("zoom-fit", _("Whole page"), "Ctrl+0", self.picture.fit_page),
            ("rotate-right", _("Turn"), "Ctrl+R", lambda: self.picture.rotate_view(90)),
            ("minus", _("Measure"), "Ctrl+L", self._measure),
            ("copy", _("Copy the page's text"), "Ctrl+Shift+C", self._copy),
            ("print", _("Print"), "Ctrl+P", self._print),
            ("export", _("Export PDF"), "Ctrl+E", self._export),
            ("play", _("Start a procedure"), "Ctrl+G", self._start_case),
        ):
            bar.addWidget(icon_button(self, name, text, keys, act))
        bar.addWidget(icon_button(self, "lock", _("Retention and holds of this document"), "Ctrl+K", self._keep))
        bar.addWidget(icon_button(self, "users", _("Who may see this"), "Ctrl+U", self._show_access))
        self.stop = text_button(self, "x", _("Stop"), "", self._stop)
        self.stop.hide()
        bar.addWidget(self.stop)
        self.marks.add_to(bar)
        self.beside.add_to(bar)
        self._lay_out(bar)

    def _lay_out(self, bar: WrappingRow) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(10)
        for part in (self.pages, self.picture, self.beside.stack):
            self.split.addWidget(part)
        self.split.setSizes([SIDE + 40, 640, 340])
        self.remains = Remains()
        column = QVBoxLayout(self)
        column.addLayout(self._head())
        column.addWidget(self.superseded)
        column.addWidget(self.keeping)
        column.addLayout(bar)
        column.addWidget(self.measuring)
        column.addWidget(self.split, 1)
        column.addWidget(self.remains, 1)

    def _leave(self) -> None:
        """Out of marking or redacting first, then out of the document."""
        if not self.beside.leave():
            self.closed.emit()

    def _show_page(self, page_id: str) -> None:
        ids = [page.id for page in self._view.pages] if self._view else []
        if page_id in ids:
            self.pages.select(ids.index(page_id))

    def _head(self) -> QHBoxLayout:
        """The title, and what there is to know about the page: beside the buttons it would widen the window."""
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for label in (self.marks.legend, self.found, self.where):
            head.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def _measure(self) -> None:
        if self._view and self._view.pages:
            page, place = self._view.pages[self._at], self.context.place
            self.beside.leave()
            self.measuring.toggle(page.dpi)
            if self.measuring.measuring and not self.measuring.scale.text():
                self.context.tasks.run(lambda _c: reading_of(place, page.id), done=self.measuring.propose)

    def _show_superseded(self, document: Document | None) -> None:
        self.superseded.setVisible(document is not None)
        if document is not None:
            text = _("This revision is no longer in force. In force is revision {revision}: {number}")
            revision = document.metadata.get("revision", "") or "-"
            shown = text.format(revision=isolate(revision), number=isolate(document.number))
            self.superseded.setText(as_plain(shown))

    def _show_document(self, view: DocumentView) -> None:
        self._view = view
        self.context.noting.seen(view.document)
        title = f"{direction_mark()}{isolate(view.document.title)}  ·  {isolate(view.document.number)}"
        self.title.setText(as_plain(title))
        place = self.context.place
        self.keeping.look(view.document)
        self.context.tasks.run(lambda _c: superseded_by(place, view.document), done=self._show_superseded)
        ids = [page.id for page in view.pages]
        self._at = ids.index(self._wanted) if self._wanted in ids else 0
        self.model.show(view.pages)
        self.pages.setVisible(len(ids) > 1)
        if ids:
            self.pages.select(self._at)
        self._load()

    def _not_there(self, error: Exception) -> None:
        """It was destroyed: what remains is shown, and said again to whoever would print or export it."""
        if not isinstance(error, DocumentGone):
            self.context.show_error(error)
            return
        self._gone = error
        self.title.setText(as_plain(f"{direction_mark()}{isolate(error.params['number'])}"))
        self.split.hide()
        self.remains.look(self.context, str(error.params["number"]))

    def _refuse(self) -> None:
        if self._gone:
            self.context.show_error(self._gone)

    def _keep(self) -> None:
        if self._view is None:
            self._refuse()
        else:
            self.keeping.open()

    def _show_access(self) -> None:
        if self._view is None:
            self._refuse()
        else:
            self.access = AccessDialog(self, self.context, self._view.document)
            self.access.open()

    def _turn(self, step: int) -> None:
        if self._view and 0 <= self._at + step < len(self._view.pages):
            self.pages.select(self._at + step)

    def _go_to(self, row: int) -> None:
        if self._view and 0 <= row < len(self._view.pages) and row != self._at:
            self._at = row
            self.picture.expect_page()
            self._load()

    def _load(self, *, picture: bool = True) -> None:
        """The page that is chosen: what stands on it, and its picture unless that is shown already."""
        if self._view is None or not self._view.pages:
            self.where.setText(_("This document has no pages."))
            return
        page = self._view.pages[self._at]
        count = len(self._view.pages)
        self.where.setText(_("page {page} of {count}").format(page=number(self._at + 1), count=number(count)))
        self.context.pool_prefer([page.id])
        if picture:
            self.beside.show_page(self._view.document.id, page)
        place, query = self.context.place, self._query

        def work(_c: object) -> tuple[Reading | None, tuple[Box, ...], Path]:
            reading = reading_of(place, page.id)
            boxes = marked_boxes(reading, query) if reading and query.strip() else ()
            return reading, boxes, place.vault.path(page.blob)

        def show(loaded: tuple[Reading | None, tuple[Box, ...], Path]) -> None:
            if self._is_chosen(page.id):
                reading, boxes, path = loaded
                self._read = page.id
                self._show_reading(reading, boxes)
                if picture:
                    self.picture.show_page(path, upright_rotation(page, reading))

        def fail(error: Exception) -> None:
            if self._is_chosen(page.id):
                self.context.show_error(error)

        self.context.tasks.run(work, done=show, failed=fail)

    def _is_chosen(self, page_id: str) -> bool:
        return self._view is not None and self._view.pages[self._at].id == page_id

    def _show_no_text(self) -> None:
        """With the picture of a page that was left goes what stood on it."""
        if not self._is_chosen(self._read):
            self._show_reading(None, ())
            self.text.clear()

    def _show_reading(self, reading: Reading | None, boxes: tuple[Box, ...]) -> None:
        self.text.setPlainText(_text_of(reading))
        self._boxes, self._mark = boxes, 0
        self._count_hits()
        self.picture.set_boxes(self._boxes, 0 if self._boxes else None)
        self._doubts = tuple(doubt.read.box for doubt in doubts(reading)) if reading else ()
        self._mark_doubts()

    def _mark_doubts(self) -> None:
        self.marks.say(len(self._doubts))
        self.picture.set_doubts(self._doubts if self.marks.shown else ())

    def _review(self) -> None:
        if self._view and self._doubts:
            self.context.review_page(self._view.pages[self._at].id)

    def _step(self, step: int) -> None:
        if self._boxes:
            self._mark = (self._mark + step) % len(self._boxes)
            self.picture.set_boxes(self._boxes, self._mark)
            self._count_hits()

    def _count_hits(self) -> None:
        hits = _("hit {at} of {count}").format(at=number(self._mark + 1), count=number(len(self._boxes)))
        self.found.setText(f"{hits}  ·" if self._boxes else "")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.context.notify(_("The page's text is in the clipboard."))
        if self._view is not None:
            self.context.noting.exported(self._view.document, "page-text")

    def _export(self, *, with_marks: bool = False) -> None:
        if self._view is None or self._exporting:
            self._refuse()
            return
        name = self._view.document.number
        target, _kind = QFileDialog.getSaveFileName(self, _("Export PDF"), f"{name}.pdf", "PDF (*.pdf)")
        if target:
            self.export_to(Path(target), with_marks=with_marks)

    def export_to(self, target: Path, *, with_marks: bool = False) -> None:
        """Write the access copy in the background; it can be stopped."""
        if self._view is None:
            return
        place, document = self.context.place, self._view.document
        self._exporting = self.context.tasks.run(
            lambda task: export_document(place, document.number, target, cancel=task.cancel, with_marks=with_marks),
            done=lambda path: self._exported(path, document),
            failed=self._not_exported,
        )
        self.stop.show()
        self.context.notify(_("The access copy is being made …"))

    def _exported(self, path: Path, document: Document) -> None:
        self.context.noting.exported(document, "access-pdf")
        self._exporting = None
        self.stop.hide()
        self.context.notify(_("Exported to {path}").format(path=isolate(path)))

    def _not_exported(self, error: Exception) -> None:
        self._exporting = None
        self.stop.hide()
        self.context.show_error(error)

    def _stop(self) -> None:
        if self._exporting:
            self._exporting.cancel()

    def _start_case(self) -> None:
        from ui.screens.desk.starting import ask_to_start

        if self._view is not None:
            ask_to_start(self, self.context, self._view.document, self.context.cases_changed)

    def _print(self) -> None:
        if self._view is None:
            self._refuse()
            return
        place, document = self.context.place, self._view.document
        self.context.tasks.run(
            lambda _c: pages_to_print(place, document.id),
            done=lambda pages: self._print_pages(pages, document),
            failed=self.context.show_error,
        )

    def _print_pages(self, pages: Sequence[Page], document: Document) -> None:
        vault, noting = self.context.place.vault, self.context.noting
        pictures = [lambda blob=page.blob: load_image(vault.path(blob))[0] for page in pages]
        print_with_dialog(
            self,
            self.context,
            pictures,
            title=document.number,
            printed=lambda count: noting.printed(document, count),
        )


def _text_of(reading: Reading | None) -> str:
    if reading is None:
        return _("This page has not been read yet.")
    return _("Nothing could be read on this page.") if reading.unreadable else reading.text
