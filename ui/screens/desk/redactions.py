"""Above the steps that wait: redacted copies that wait for a second person. Enter makes the copy and shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout

from muni_archive.messages import _, isolate
from muni_archive.services.redaction.deciding import Preview, approve_redaction, preview_redaction, refuse_redaction
from muni_archive.services.redaction.waiting import ToDecide
from ui.context import WindowContext
from ui.i18n import direction_mark, moment
from ui.screens.redacting.preview import PreviewDialog
from ui.tasks import Task

LINES, LINE_HEIGHT = 4, 50
"""So many are seen at once."""
ID = Qt.ItemDataRole.UserRole


class RedactionsBox(QFrame):
    """Hidden while none waits."""

    decided = Signal(str)
    """What to say about it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._looking: Task[Preview] | None = None
        self.preview: PreviewDialog | None = None
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_("Redacted copies to approve"))
        self.list.itemActivated.connect(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.addWidget(QLabel(_("Redacted copies to approve")))
        column.addWidget(self.list)
        self.hide()

    def show_waiting(self, waiting: Sequence[ToDecide]) -> None:
        kept = self.list.currentItem()
        chosen = kept.data(ID) if kept else ""
        self.list.clear()
        for one in waiting:
            item = QListWidgetItem(_text(one))
            item.setToolTip(one.document.number)
            item.setData(ID, one.redaction.id)
            self.list.addItem(item)
            if one.redaction.id == chosen:
                self.list.setCurrentItem(item)
        if waiting and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(LINES, len(waiting)) * LINE_HEIGHT + 4)
        self.setVisible(bool(waiting))

    @property
    def has_cursor(self) -> bool:
        return self.list.hasFocus()

    def look_at_chosen(self) -> None:
        if item := self.list.currentItem():
            self.look(item)

    def look(self, item: QListWidgetItem) -> None:
        """Make the copy, and show it as it would go out."""
        if self._looking is not None:
            return
        place, redaction_id = self._context.place, str(item.data(ID))
        self._looking = self._context.tasks.run(
            lambda task: preview_redaction(place, redaction_id, cancel=task.cancel), done=self._seen,
            failed=self._failed,
        )  # fmt: skip
        self._context.notify(_("The redacted copy is being made …"))

    def _seen(self, seen: Preview) -> None:
        self._looking = None
        self.preview = PreviewDialog(self, seen, own=False, approve=self._approve, refuse=self._refuse)
        self.preview.open()

    def _approve(self, seen: Preview) -> None:
        place = self._context.place
        self._do(lambda: approve_redaction(place, seen), _("Approved: the redacted copy can be given out."))

    def _refuse(self, seen: Preview, note: str) -> None:
        place = self._context.place
        self._do(lambda: refuse_redaction(place, seen.redaction.id, note), _("Refused; the proposer sees why."))

    def _do(self, act: Callable[[], object], said: str) -> None:
        self._context.tasks.run(lambda _c: act(), done=lambda _nothing: self.decided.emit(said), failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._looking = None
        self._context.show_error(error)


def _text(one: ToDecide) -> str:
    who = f"{isolate(one.redaction.proposed_by)} · {isolate(moment(one.redaction.proposed_at))}"
    return f"{direction_mark()}{isolate(one.document.title)}\n{direction_mark()}{who}"
