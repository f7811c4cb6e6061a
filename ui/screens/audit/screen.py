"""The audit screen: who saw, asked, took out, changed, signed in. Key by key: `docs/screens.md`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout

from muni_archive.domain.auditing import AuditTrail
from muni_archive.domain.errors import FieldInvalid, NotFound
from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.services.audit.export_csv import export_trail
from muni_archive.services.audit.export_journal import ExportedJournal, export_journal
from muni_archive.services.audit.trail import AuditRow, audit_part, audit_trail, people_in_trail
from ui.context import WindowContext
from ui.i18n import as_plain, number
from ui.models.audit import AuditModel
from ui.screens.audit.filters import AuditFilters
from ui.screens.audit.table import AuditTable
from ui.screens.base import Screen
from ui.tasks import Task, TaskContext
from ui.widgets.buttons import shown_keys, text_button


class AuditScreen(Screen):
    """Choose, look, open. What happens while one looks does not move the rows; F5 asks again."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._asked = 0
        self._trail: AuditTrail | None = None
        self._task: Task[object] | None = None
        self.model = AuditModel(context.tasks, context.place)
        self.model.failed.connect(context.show_error)
        self.table = AuditTable(self.model)
        self.filters = AuditFilters()
        self.filters.changed.connect(self.ask)
        self._build()
        for keys, act in (("F5", self.ask), ("Ctrl+F", self.filters.record.setFocus)):
            QShortcut(QKeySequence(keys), self, act)

    def activated(self) -> None:
        self.filters.record.setFocus()
        self.ask()
        place = self.context.place
        self.context.tasks.run(
            lambda _c: people_in_trail(place), done=self.filters.show_people, failed=self.context.show_error
        )

    def ask(self) -> None:
        """Find what the filters say; an answer that is older than the question is dropped."""
        try:
            wanted = self.filters.wanted()
        except FieldInvalid as error:
            self.summary.setText(as_plain(explain(error)))
            return
        self._asked += 1
        asked, place, record = self._asked, self.context.place, self.filters.record.text()

        def work(_c: TaskContext) -> tuple[AuditTrail, tuple[AuditRow, ...]]:
            trail = audit_trail(place, wanted, record=record)
            return trail, audit_part(place, trail, 0, number)

        self.context.tasks.run(
            work,
            done=lambda found: self._show(*found) if asked == self._asked else None,
            failed=lambda error: self._not_found(error) if asked == self._asked else None,
        )

    def open_chosen(self) -> None:
        """The document that the chosen entry speaks of."""
        row = self.model.row_at(self.table.currentIndex().row())
        if row and row.document_id:
            self.context.open_document(row.document_id, None, "")

    def export_table(self, target: Path) -> None:
        """Write what the filters find as a table."""
        trail, place = self._trail, self.context.place
        if trail is not None:
            self._run(
                lambda task: export_trail(place, trail, target, cancel=task.cancel, progress=_reporting(task)),
                lambda _count: self._exported(target),
            )

    def export_journal(self, target: Path) -> None:
        """Write the whole journal, and show what is to be kept apart from it."""
        place = self.context.place
        self._run(
            lambda task: export_journal(place, target, cancel=task.cancel, progress=_reporting(task)),
            self._journal_exported,
        )

    def _build(self) -> None:
        title = QLabel(_("Audit"))
        title.setObjectName("title")
        self.summary = QLabel()
        self.csv = text_button(self, "export", _("Table (CSV) …"), "Ctrl+E", self._choose_table)
        self.whole = text_button(self, "shield-check", _("Journal with proof …"), "Ctrl+Shift+E", self._choose_journal)
        self.stop = text_button(self, "x", _("Stop"), "Esc", self._cancel)
        self.stop.hide()
        self.keep = QLabel()
        self.keep.setObjectName("ledger")
        self.keep.setWordWrap(True)
        self.keep.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.keep.hide()
        self.table.activated.connect(lambda _index: self.open_chosen())
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self.summary, 1)
        for button in (self.stop, self.csv, self.whole):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.filters)
        column.addWidget(self.keep)
        column.addWidget(self.table, 1)
        hint = QLabel(
            _("{open} opens the document · {find} record · {again} asks again · {clear} clears the filters").format(
                open=shown_keys("Return"),
                find=shown_keys("Ctrl+F"),
                again=shown_keys("F5"),
                clear=shown_keys("Ctrl+Shift+X"),
            )
        )
        hint.setObjectName("hint")
        column.addWidget(hint)

    def _show(self, trail: AuditTrail, first: tuple[AuditRow, ...]) -> None:
        self._trail = trail
        self.model.show(trail, first)
        self.table.scrollToTop()
        count = ngettext("{count} entry", "{count} entries", trail.total).format(count=number(trail.total))
        self.summary.setText(count)

    def _not_found(self, error: Exception) -> None:
        if not isinstance(error, NotFound):
            self.context.show_error(error)
            return
        self._trail = None
        self.model.show(AuditTrail(filter=self.filters.wanted(), total=0), ())
        self.summary.setText(_("There is no document and no file of this number."))

    def _choose_table(self) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Table (CSV) …"), "audit.csv", "CSV (*.csv)")
        if target:
            self.export_table(Path(target))

    def _choose_journal(self) -> None:
        target, _kind = QFileDialog.getSaveFileName(self, _("Journal with proof …"), "journal.jsonl", "JSON (*.jsonl)")
        if target:
            self.export_journal(Path(target))

    def _exported(self, target: Path) -> None:
        self.context.notify(_("Exported to {path}").format(path=isolate(target)))

    def _journal_exported(self, done: ExportedJournal) -> None:
        """Key and checkpoint are shown once and lie in the clipboard: kept apart from the file they are the proof."""
        said = f"--public-key {done.public_key}\n--checkpoint {done.checkpoint}"
        QGuiApplication.clipboard().setText(said)
        advice = _("Keep this apart from the file, it is in the clipboard: «muni-archive verify-journal» asks for it.")
        self.keep.setText(f"{advice}\n\u2066{said}\u2069")
        self.keep.show()

    def _run(self, work: Callable[[TaskContext], object], done: Callable[..., None]) -> None:
        if self._task is not None:
            return

        def ended(result: object) -> None:
            self._rest()
            done(result)
            self.ask()

        self._task = self.context.tasks.run(work, done=ended, failed=self._failed, progress=self._progressed)
        self.stop.show()

    def _progressed(self, value: object) -> None:
        self.summary.setText(str(value))

    def _failed(self, error: Exception) -> None:
        self._rest()
        self.context.show_error(error)

    def _rest(self) -> None:
        self._task = None
        self.stop.hide()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _reporting(task: TaskContext) -> Callable[[int, int], None]:
    return lambda done, total: task.report(f"{number(done)}/{number(total)}")
