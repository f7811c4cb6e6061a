"""The document of a case, page by page; of a step that draws a sample, the drawn pages come first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Page
from muni_archive.messages import _
from muni_archive.services.procedures.waiting import Task
from muni_archive.services.subjects import about_document
from muni_archive.services.together.casework import workplace_with
from muni_archive.services.view_document import DocumentView, view_document
from muni_archive.services.workplace import Workplace
from ui.context import WindowContext
from ui.i18n import number
from ui.widgets.buttons import icon_button
from ui.widgets.page_view import PageView


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """The pages in the order in which they are looked at; `drawn` of them were drawn."""

    place: Workplace
    """Where they are: in the own archive, or in the copy of the centre, whose files may come over the line."""
    document_id: str
    pages: tuple[Page, ...]
    drawn: int


class PageSide(QWidget):
    """One page at a time."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._shown: _Shown | None = None
        self._at = 0
        self.picture = PageView(context.tasks, cache=context.folder / "cache")
        self.where = QLabel()
        self.where.setObjectName("hint")
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.addWidget(icon_button(self, "previous", _("Previous page"), "", lambda: self.turn(-1)))
        row.addWidget(self.where, 1)
        row.addWidget(icon_button(self, "next", _("Next page"), "", lambda: self.turn(1)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)

    def show_task(self, task: Task | None) -> None:
        self._shown, self._at = None, 0
        self.picture.clear_page()
        self.where.setText("")
        if task is None:
            return
        if task.view.document is None:
            self.where.setText(_("This case is about the whole file."))
            return
        if not self._context.place.guard.may(Action.VIEW, about_document(task.view.document)):
            self.where.setText(_("Your role decides this step without seeing the pages."))
            return
        place, together = self._context.place, self._context.centre.together
        document_id, drawn = task.view.document.id, task.pages

        def work(_c: object) -> tuple[DocumentView, Workplace]:
            where = workplace_with(place, together, document_id)
            return view_document(where, document_id), where

        self._context.tasks.run(
            work,
            done=lambda found: self._show(task, *found, drawn),
            failed=self._context.show_error,
        )
        self._asked = task

    def turn(self, step: int) -> None:
        if self._shown and 0 <= self._at + step < len(self._shown.pages):
            self._at += step
            self._load()

    def open_document(self) -> None:
        """In the viewer, with everything that one can do there."""
        if self._shown and self._shown.pages:
            here = self._shown.place is self._context.place
            show = self._context.open_document if here else self._context.open_elsewhere
            show(self._shown.document_id, self._shown.pages[self._at].id, "")

    def _show(self, task: Task, view: DocumentView, place: Workplace, drawn: tuple[str, ...]) -> None:
        if task is not self._asked:
            return
        chosen = [page for page in view.pages if page.id in drawn]
        rest = [page for page in view.pages if page.id not in drawn]
        self._shown = _Shown(place=place, document_id=view.document.id, pages=(*chosen, *rest), drawn=len(chosen))
        self._load()

    def _load(self) -> None:
        if self._shown is None or not self._shown.pages:
            self.where.setText(_("This document has no pages."))
            return
        page, place = self._shown.pages[self._at], self._shown.place
        tasks = self._context.tasks if place is self._context.place else self._context.centre.far
        self.where.setText(self._words(page))
        self._context.pool_prefer([page.id])
        self.picture.fetch_page(place, page, tasks, failed=self._context.show_error)

    def _words(self, page: Page) -> str:
        assert self._shown is not None
        count = len(self._shown.pages)
        where = _("page {page} of {count}").format(page=number(page.number or 0), count=number(count))
        if self._at >= self._shown.drawn:
            return where
        drawn = _("drawn page {at} of {drawn}").format(at=number(self._at + 1), drawn=number(self._shown.drawn))
        return f"{drawn} · {where}"
