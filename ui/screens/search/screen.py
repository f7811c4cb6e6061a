"""The search screen: results while typing, filters with counts. Key by key: `docs/screens.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from muni_archive.domain.errors import FieldInvalid, QueryMalformed
from muni_archive.domain.finding import SearchRequest, SortBy, said_roughly
from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.services.find_pages import Found, find_pages, suggest
from muni_archive.services.together.finding import Elsewhere, all_facets, there_words
from muni_archive.services.together.state import Whereabouts
from ui.context import WindowContext
from ui.i18n import as_plain, number
from ui.icons import icon
from ui.screens.base import Screen
from ui.screens.search.description import describe_document
from ui.screens.search.elsewhere import ElsewhereSearch
from ui.screens.search.filters import Filters
from ui.screens.search.help import query_help
from ui.screens.search.noting import SearchNoting
from ui.screens.search.results import HitsModel, hit_list, places_of
from ui.screens.search.saved import SavedSearches
from ui.tasks import TaskContext
from ui.widgets.buttons import icon_button, shown_keys

PAUSE_MS = 150
STEP, MOST = 50, 500
"""Hits that are fetched at a time as the list is scrolled, and in all; then the words must be narrower."""


class QueryEdit(QLineEdit):
    """Down goes to the results, Enter opens the chosen one."""

    def __init__(self, text: str, screen: SearchScreen) -> None:
        super().__init__(text)
        self._screen = screen

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._screen.step(event)
            return
        super().keyPressEvent(event)


class SearchScreen(Screen):
    """Type, look, open. An answer that is older than the question is dropped."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._asked, self._limit = 0, STEP
        self._marking = False
        self.elsewhere = ElsewhereSearch(context, self._show_elsewhere, self._do_without)
        self._found: tuple[SearchRequest, Found] | None = None
        self._there: tuple[SearchRequest, Elsewhere | None] | None = None
        self._noting = SearchNoting(context.noting, self)
        self.hits = HitsModel()
        self.results = hit_list(self.hits)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self._build()
        context.centre.changed.connect(self._mark_places)
        for keys, act in (("Ctrl+F", self._to_query), ("Ctrl+S", self._save), ("F2", self._describe)):
            QShortcut(QKeySequence(keys), self, act)

    def activated(self) -> None:
        self._to_query()
        self._ask()

    def documents_changed(self) -> None:
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._noting.settle()
        super().hideEvent(event)

    def step(self, event: QKeyEvent) -> None:
        """Move through the results while the query keeps the focus."""
        row, count = self.results.currentIndex().row(), self.hits.rowCount()
        far = event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
        down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
        row = max(0, min(count - 1, row + (5 if far else 1) * (1 if down else -1)))
        self.results.setCurrentIndex(self.hits.index(row))

    def _build(self) -> None:
        self.query = QueryEdit(self.context.settings.get("query", ""), self)
        self.query.setObjectName("query")
        self.query.setPlaceholderText(_("Words, numbers, «phrase», parcel:123 …"))
        self.query.addAction(icon("search", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(self._pause)
        self.query.returnPressed.connect(lambda: self._open(self.results.currentIndex()))
        self.saved = SavedSearches(self.context.settings, current=self._state, use=self._use)
        self.help_button = icon_button(self, "help", _("How to ask"), "F1", self._show_help)
        top = QHBoxLayout()
        top.addWidget(self.query, 1)
        top.addWidget(self.saved)
        top.addWidget(self.help_button)
        self.order = QComboBox()
        for sort, text in zip(
            SortBy, (_("Best first"), _("Newest first"), _("Oldest first"), _("By number")), strict=True
        ):
            self.order.addItem(text, sort)
        self.order.activated.connect(self._narrowed)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.order)
        self.tries = QHBoxLayout()
        self.results.activated.connect(self._open)
        self.results.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.empty = QLabel()
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setTextFormat(Qt.TextFormat.RichText)
        self.filters = Filters(self.context)
        self.filters.changed.connect(self._narrowed)
        found = QVBoxLayout()
        found.addLayout(row)
        found.addLayout(self.tries)
        found.addWidget(self.results, 1)
        found.addWidget(self.empty, 1)
        body = QHBoxLayout()
        body.addWidget(self.filters)
        body.addLayout(found, 1)
        hint = QLabel(
            _(
                "{find} query · {arrows} choose · {open} opens · {edit} describes · "
                "{save} saves the search · {help} how to ask"
            ).format(
                find=shown_keys("Ctrl+F"),
                arrows="↑ ↓",
                open=shown_keys("Return"),
                edit=shown_keys("F2"),
                save=shown_keys("Ctrl+S"),
                help=shown_keys("F1"),
            )
        )
        hint.setObjectName("hint")
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addLayout(body, 1)
        column.addWidget(hint)

    def request(self) -> SearchRequest:
        """The question as the screen stands. Raises `FieldInvalid` for a date that is none."""
        chosen = self.filters.chosen
        start, end = self.filters.dates()
        return SearchRequest(
            query=self.query.text(),
            department=chosen.get("department", ""),
            record_class=chosen.get("record_class", ""),
            year=chosen.get("year", ""),
            area=chosen.get("area", ""),
            date_from=start,
            date_to=end,
            sort=self.order.currentData(),
            limit=self._limit,
            facets=True,
        )

    def _to_query(self) -> None:
        self.query.setFocus()
        self.query.selectAll()

    def _pause(self) -> None:
        """Typing goes on: ask when it rests."""
        self._limit = STEP
        self._timer.start()

    def _narrowed(self) -> None:
        self._limit = STEP
        self._ask()

    def _scrolled(self, value: int) -> None:
        """Near the end of the list, fetch more."""
        bar = self.results.verticalScrollBar()
        if value > bar.maximum() - bar.pageStep() and self._limit == self.hits.count_here < MOST:
            self._limit += STEP
            self._ask()

    def _ask(self) -> None:
        self._asked += 1
        asked = self._asked
        try:
            request = self.request()
        except FieldInvalid as error:
            self._show_problem(error)
            return
        self.context.settings.set("query", request.query)

        place, centre = self.context.place, self.context.centre

        def work(_context: TaskContext) -> tuple[Found, tuple[str, ...], Mapping[str, Whereabouts] | None]:
            found = find_pages(place, request)
            tries = () if found.total else suggest(place, request)
            return found, tries, places_of(place, centre, found.hits)

        self.context.tasks.run(
            work,
            done=lambda answer: self._show(request, *answer) if asked == self._asked else None,
            failed=lambda error: self._show_problem(error) if asked == self._asked else None,
        )
        self.elsewhere.ask(request)

    def _show(
        self,
        request: SearchRequest,
        found: Found,
        tries: tuple[str, ...],
        places: Mapping[str, Whereabouts] | None,
    ) -> None:
        self._found = request, found
        self._noting.answered(request, found.total)
        self.hits.show(found.hits, places)
        if found.hits and self.results.currentIndex().row() < 0:
            self.results.setCurrentIndex(self.hits.index(0))
        self.summary.setText(self._counted(found) if found.total else "")
        self.filters.show_counts(found.facets)
        self._show_tries(tries)
        self._show_list()
        self._show_there()

    def _show_list(self) -> None:
        some = self.hits.rowCount() > 0
        self.results.setVisible(some)
        self.empty.setVisible(not some)
        if not some:
            asking = self.elsewhere.asking
            self.empty.setText(_("Nothing here; the centre is being asked …") if asking else self._nothing_found())

    def _show_elsewhere(self, request: SearchRequest, found: Elsewhere) -> None:
        """The answer from elsewhere may come before the one from here, and waits for it."""
        self._there = request, found
        self._show_there()

    def _do_without(self, request: SearchRequest, error: Exception) -> None:
        """A question that cannot be asked is explained by the answer from here."""
        if not isinstance(error, QueryMalformed):
            self._there = request, None
        self._show_list()
        self._show_there()

    def _show_there(self) -> None:
        """Below what is here, what was found elsewhere; nothing as long as that answers another question."""
        if self._found is None:
            return
        if self._there is None or not _same_question(self._there[0], self._found[0]):
            self.hits.show_elsewhere(())
            return
        here, found = self._found[1], self._there[1]
        self.hits.show_elsewhere(found.hits if found else ())
        if found and found.hits and self.results.currentIndex().row() < 0:
            self.results.setCurrentIndex(self.hits.index(0))
        if found:
            self.filters.show_counts(all_facets(here.facets, found.facets))
        counted = self._counted(here) if here.total else _("nothing here")
        there = there_words(found, number=number) if found else _("the centre could not be asked")
        self.summary.setText(f"{counted} · {there}")
        self._show_list()

    def _counted(self, found: Found) -> str:
        count = ngettext("{count} page found", "{count} pages found", found.total).format(count=number(found.total))
        if found.estimated:
            count = _("about {count} pages found").format(count=number(said_roughly(found.total)))
        took = _("{count} ms").format(count=number(round(found.took_ms)))
        return f"{count} · {isolate(took)}"

    def _mark_places(self) -> None:
        """Something was sent: what is shown says so."""
        hits = [hit for row in range(self.hits.count_here) if (hit := self.hits.hit_at(row))]
        if not self.isVisible() or not hits or self._marking:
            return
        self._marking = True
        place, centre = self.context.place, self.context.centre
        self.context.tasks.run(lambda _c: places_of(place, centre, hits), done=self._marked, failed=self._not_marked)

    def _marked(self, places: Mapping[str, Whereabouts] | None) -> None:
        self._marking = False
        self.hits.show_places(places)

    def _not_marked(self, _error: Exception) -> None:
        """What is shown stays, until something is sent again."""
        self._marking = False

    def _describe(self) -> None:
        """Change the description of the chosen hit's document."""
        if hit := self.hits.hit_at(self.results.currentIndex().row()):
            describe_document(self, self.context, hit.document_id, done=self._ask)

    def _nothing_found(self) -> str:
        if not self.query.text().strip() and not self.filters.chosen:
            return _("Nothing can be found yet: scan a batch or import files.")
        advice = [_("write fewer words, or the beginning of a word with *"), _("look at the spelling and the numbers")]
        if any(self.filters.state().values()):
            advice.insert(0, _("clear the filters"))
        listed = "".join(f"<div>• {text}</div>" for text in advice)
        title = _("No page was found")
        return f"<h3>{title}</h3>{listed}"

    def _show_problem(self, error: Exception) -> None:
        if isinstance(error, QueryMalformed | FieldInvalid):
            self.summary.setText(as_plain(explain(error)))
        else:
            self.context.show_error(error)

    def _show_tries(self, tries: tuple[str, ...]) -> None:
        while item := self.tries.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for query in tries:
            button = QPushButton(_("Try: {query}").format(query=isolate(query)))
            button.clicked.connect(lambda _checked=False, query=query: self.query.setText(query))
            self.tries.addWidget(button)
        self.tries.addStretch(1)

    def _open(self, index: QModelIndex) -> None:
        if hit := self.hits.hit_at(index.row()):
            self._noting.settle()
            elsewhere = self.hits.is_elsewhere(index.row())
            show = self.context.open_elsewhere if elsewhere else self.context.open_document
            show(hit.document_id, hit.page_id, self.query.text())

    def _show_help(self) -> None:
        query_help(self, self.query.setText).open()

    def _state(self) -> dict[str, Any]:
        return {
            "query": self.query.text(),
            "filters": self.filters.state(),
            "order": str(self.order.currentData()),
        }

    def _save(self) -> None:
        if self.saved.save():
            self.context.notify(_("The search is saved."))

    def _use(self, search: dict[str, Any]) -> None:
        self.filters.restore(search.get("filters", {}))
        self.order.setCurrentIndex(max(0, self.order.findData(search.get("order", ""))))
        self.query.setText(search["query"])
        self._narrowed()


def _same_question(one: SearchRequest, other: SearchRequest) -> bool:
    """Whether they differ in nothing but how many hits they ask for."""
    return replace(one, limit=other.limit) == other
