"""Finding: results while typing, filters with counts, saved searches."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from muni_archive.domain.errors import QueryMalformed
from muni_archive.domain.finding import SearchRequest, SortBy
from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.services.find_pages import Found, Hit, find_pages, suggest
from ui.context import WindowContext
from ui.i18n import label_of, number
from ui.icons import icon
from ui.screens.base import Screen
from ui.tasks import TaskContext
from ui.theme import color

PAUSE_MS = 150
SHOWN = 50
ROW = 92
"""Height of a result: its title and two lines of the page."""
FACETS = ("department", "record_class", "year", "area")


class SearchScreen(Screen):
    """Type, look, open. An answer that is older than the question is dropped."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._asked = 0
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self._build()
        QShortcut(QKeySequence("Ctrl+F"), self, self.query.setFocus)
        QShortcut(QKeySequence("Ctrl+S"), self, self._save)

    def activated(self) -> None:
        self.query.setFocus()
        self.query.selectAll()
        self._ask()

    def _build(self) -> None:
        self.query = QLineEdit(self.context.settings.get("query", ""))
        self.query.setObjectName("query")
        self.query.setPlaceholderText(_("Words, numbers, «phrase», parcel:123 …"))
        self.query.setToolTip(_("AND OR NOT, «exact phrase», begin*, parcel:123, date:[2020 TO 2021]"))
        self.query.addAction(icon("search", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.query.textChanged.connect(self._pause)
        self.query.returnPressed.connect(self._open_current)
        save = QPushButton(icon("bookmark"), _("Save search"))
        save.setToolTip("Ctrl+S")
        save.clicked.connect(self._save)
        self.saved = QComboBox()
        self.saved.setMinimumWidth(160)
        self._show_saved()
        self.saved.activated.connect(self._use_saved)
        top = QHBoxLayout()
        top.addWidget(self.query, 1)
        top.addWidget(self.saved)
        top.addWidget(save)
        self.filters = {name: QComboBox() for name in FACETS}
        self.order = QComboBox()
        for sort, text in zip(
            SortBy, (_("Best first"), _("Newest first"), _("Oldest first"), _("By number")), strict=True
        ):
            self.order.addItem(text, sort)
        row = QHBoxLayout()
        for box in (*self.filters.values(), self.order):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._ask)
            row.addWidget(box)
        row.addStretch(1)
        self.summary = QLabel()
        self.summary.setObjectName("hint")
        row.addWidget(self.summary)
        self.results = QListWidget()
        self.results.itemActivated.connect(self._open)
        self.tries = QHBoxLayout()
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addLayout(row)
        column.addLayout(self.tries)
        column.addWidget(self.results, 1)
        hint = QLabel(_("Ctrl+F query · arrows choose · Enter opens"))
        hint.setObjectName("hint")
        column.addWidget(hint)

    def request(self) -> SearchRequest:
        """The question as the screen stands."""
        chosen: dict[str, str] = {name: box.currentData() or "" for name, box in self.filters.items()}
        return SearchRequest(
            query=self.query.text(),
            department=chosen["department"],
            record_class=chosen["record_class"],
            year=chosen["year"],
            area=chosen["area"],
            sort=self.order.currentData(),
            limit=SHOWN,
            facets=True,
        )

    def _pause(self) -> None:
        """Typing goes on: ask when it rests."""
        self._timer.start()

    def _ask(self) -> None:
        self._asked += 1
        asked, request = self._asked, self.request()
        self.context.settings.set("query", request.query)

        def work(_context: TaskContext) -> tuple[Found, tuple[str, ...]]:
            found = find_pages(self.context.place, request)
            return found, () if found.total else suggest(self.context.place, request)

        self.context.tasks.run(
            work,
            done=lambda answer: self._show(*answer) if asked == self._asked else None,
            failed=lambda error: self._show_problem(error) if asked == self._asked else None,
        )

    def _show(self, found: Found, tries: tuple[str, ...]) -> None:
        self.results.clear()
        for hit in found.hits:
            self._add(hit)
        if found.hits:
            self.results.setCurrentRow(0)
        count = ngettext("{count} page found", "{count} pages found", found.total).format(count=number(found.total))
        self.summary.setText(f"{count} · {isolate(f'{found.took_ms:.0f} ms')}")
        for name, box in self.filters.items():
            self._fill(box, name, found.facets.get(name, ()))
        self._show_tries(tries)

    def _show_problem(self, error: Exception) -> None:
        if isinstance(error, QueryMalformed):
            self.summary.setText(explain(error))
        else:
            self.context.show_error(error)

    def _add(self, hit: Hit) -> None:
        marked = "".join(
            f"<span style='background:{color('marked').name()}'>{escape(part.text)}</span> "
            if part.marked
            else f"{escape(part.text)} "
            for part in hit.snippet
        )
        page = _("p. {page}").format(page=number(hit.page))
        head = f"<b>{escape(isolate(hit.title))}</b> &nbsp; {escape(isolate(hit.number))} · {escape(page)}"
        label = QLabel(f"<div dir='auto'>{head}<br>{marked}</div>")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setContentsMargins(10, 6, 10, 6)
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, (hit.document_id, hit.page_id))
        item.setSizeHint(QSize(0, ROW))
        self.results.addItem(item)
        self.results.setItemWidget(item, label)

    def _fill(self, box: QComboBox, name: str, counts: tuple[tuple[str, int], ...]) -> None:
        chosen = box.currentData() or ""
        every = {
            "department": _("All departments"),
            "record_class": _("All classes"),
            "year": _("All years"),
            "area": _("All areas"),
        }
        box.clear()
        box.addItem(every[name], "")
        for value, count in counts:
            box.addItem(f"{isolate(self._named(name, value))} ({number(count)})", value)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _named(self, name: str, value: str) -> str:
        for record_class in self.context.place.record_classes.all():
            if name == "record_class" and record_class.id == value:
                return label_of(record_class.label)
            if name == "department" and record_class.department == value:
                return label_of(record_class.department_label)
        return value

    def _show_tries(self, tries: tuple[str, ...]) -> None:
        while item := self.tries.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for query in tries:
            button = QPushButton(_("Try: {query}").format(query=isolate(query)))
            button.clicked.connect(lambda _checked=False, query=query: self.query.setText(query))
            self.tries.addWidget(button)
        self.tries.addStretch(1)

    def _open_current(self) -> None:
        if item := self.results.currentItem():
            self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        document_id, page_id = item.data(Qt.ItemDataRole.UserRole)
        self.context.open_document(document_id, page_id, self.query.text())

    def _save(self) -> None:
        saved = self.context.settings.get("saved_searches", [])
        if self.query.text().strip() and self.query.text() not in saved:
            self.context.settings.set("saved_searches", [*saved, self.query.text()])
            self._show_saved()

    def _show_saved(self) -> None:
        self.saved.clear()
        self.saved.addItem(_("Saved searches"))
        self.saved.addItems(self.context.settings.get("saved_searches", []))

    def _use_saved(self, at: int) -> None:
        if at > 0:
            self.query.setText(self.saved.itemText(at))
