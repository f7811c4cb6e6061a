"""The scan screen: choose, feed, look, mend, close. What the clerk does, key by key: `docs/screens.md`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QMenu, QSplitter, QToolButton, QVBoxLayout

from muni_archive.domain.errors import BlobMissing, Cancelled, LedgerMismatch
from muni_archive.domain.records import Batch, Document, Ledger, Page, PageState
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.capture_batch import (
    BatchView,
    close_batch,
    collate_duplex,
    correct_count,
    feed_pages,
    open_batch,
    open_batches,
    rescan_page,
    view_batch,
)
from ui.centre.words import page_name
from ui.context import WindowContext
from ui.i18n import label_of, number, short_time
from ui.icons import icon
from ui.models.pages import PagesModel
from ui.screens.base import Screen
from ui.screens.scan.choices import ScanChoices
from ui.screens.scan.separators import SeparatorDialog
from ui.screens.scan.undo import Edits, bringing_back, collating, reordering, setting_aside, turning
from ui.tasks import Task, TaskContext
from ui.widgets.buttons import APART, icon_button, shown_keys, text_button
from ui.widgets.page_list import PageList
from ui.widgets.page_view import PageView

SIDE = 170
NOTHING = Ledger(fed=0, kept=0, blank=0, separator=0, rejected=0)


class ScanScreen(Screen):
    """One batch at a time; pages show as they arrive, the ledger always."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.batch: Batch | None = None
        self._task: Task[int] | None = None
        self._looking, self._look_again = False, False
        self._follow, self._scan_when_found = True, False
        self.undo = QUndoStack(self)
        self.edits = Edits(context.tasks, self.undo, changed=self.refresh, failed=context.show_error)
        self._build()
        self._offer_open_batches()

    def _build(self) -> None:
        self.choices = ScanChoices(self.context)
        self.choices.found.connect(self._devices_found)
        self.model = PagesModel(self.context.tasks, self.context.place.vault, side=SIDE)
        self.model.moved.connect(self._moved)
        self.list = PageList(self.model, side=SIDE, movable=True)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._preview())
        self.picture = PageView(self.context.tasks)
        self.empty = QLabel()
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._say_what_to_do()
        self.context.centre.changed.connect(self._say_what_to_do)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(10)
        self.split.addWidget(self.list)
        self.split.addWidget(self.picture)
        self.split.setSizes([620, 480])
        self.ledger = QLabel()
        self.ledger.setObjectName("ledger")
        hint = QLabel(
            _("{scan} scan · {stop} stop · {aside} set aside · {turn} turn · {undo} undo · {close} close batch").format(
                scan=shown_keys("F5"),
                stop=shown_keys("Esc"),
                aside=shown_keys("Del"),
                turn=shown_keys("R"),
                undo=shown_keys("Ctrl+Z"),
                close=shown_keys("Ctrl+Return"),
            )
        )
        hint.setObjectName("hint")
        column = QVBoxLayout(self)
        column.addWidget(self.choices)
        column.addLayout(self._bar())
        column.addWidget(self.split, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.ledger)
        column.addWidget(hint)
        self._show(None)

    def _bar(self) -> QHBoxLayout:
        self.go = text_button(self, "play", _("Scan"), "F5", self.scan, primary=True)
        self.stop = text_button(self, "x", _("Stop"), "Esc", self._stop)
        self.stop.setEnabled(False)
        self.close_button = text_button(self, "check", _("Close batch"), "Ctrl+Return", self.close_batch)
        self.batches = QToolButton()
        self.batches.setIcon(icon("layers"))
        self.batches.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.batches.setToolTip(_("Open batches"))
        bar = QHBoxLayout()
        bar.setSpacing(5)
        bar.addWidget(self.go)
        bar.addWidget(self.stop)
        for name, text, keys, act in (
            ("refresh", _("Rescan page"), "F6", self._rescan),
            ("insert", _("Insert pages before this one"), "F7", self._insert),
            ("rotate-left", _("Turn left"), "Shift+R", lambda: self._turn(-90)),
            ("rotate-right", _("Turn right"), "R", lambda: self._turn(90)),
            ("trash", _("Set aside"), "Del", self._set_aside),
            ("restore", _("Bring back"), "Ins", self._bring_back),
            ("arrow-up", _("Move up"), "Alt+Up", lambda: self._move(-1)),
            ("arrow-down", _("Move down"), "Alt+Down", lambda: self._move(1)),
            ("duplex", _("Collate: fronts first, then backs"), "Ctrl+D", self._collate),
            ("undo", _("Undo"), "Ctrl+Z", self.undo.undo),
            ("redo", _("Redo"), "Ctrl+Y", self.undo.redo),
            ("qr", _("Print separator sheets"), "Ctrl+Shift+P", self._print_separators),
        ):
            bar.addWidget(icon_button(self, name, text, keys, act))
        bar.addWidget(self.batches)
        bar.addStretch(1)
        bar.addWidget(self.close_button)
        return bar

    # Feeding

    def scan(self, at: int | None = None) -> None:
        """Feed into the open batch, or begin one."""
        if self._task:
            return
        place, profile, batch, device = self.context.place, self.choices.profile, self.batch, self.choices.device
        record_class, reference = self.choices.record_class, self.choices.file_reference
        if not device and batch is None and self.choices.looking:
            self._scan_when_found = True
            self.context.notify(_("Looking for devices: scanning begins as soon as one is found."))
            return
        if not device and batch is None:
            self.context.notify(_("No device was found. Switch the scanner on, then press F8 to look again."))
            return
        self.choices.remember()
        self._follow = at is None

        def work(task: TaskContext) -> int:
            current = batch or open_batch(
                place, device=device, profile=profile, record_class=record_class, file_reference=reference
            )
            task.report(current)
            return feed_pages(place, current.id, profile=profile, cancel=task.cancel, on_page=task.report, at=at)

        self._busy(self.context.tasks.run(work, done=self._fed, failed=self._failed, progress=self._arrived))

    def _devices_found(self, count: int) -> None:
        """Scan if somebody asked while the devices were looked for."""
        waited, self._scan_when_found = self._scan_when_found, False
        if waited and count:
            self.scan()

    def _rescan(self) -> None:
        """The page that is chosen; without a batch, one whose picture was lost before the centre had it."""
        page, lost = self.list.current_page(), self.context.centre.lost
        page_id = page.id if page else lost[0].page_id if lost and self.batch is None else ""
        place, profile, device = self.context.place, self.choices.profile, self.choices.device if page is None else ""
        if not page_id or self._task:
            return

        def work(task: TaskContext) -> int:
            rescan_page(place, page_id, profile=profile, cancel=task.cancel, on_page=task.report, device=device)
            return 1

        self._busy(self.context.tasks.run(work, done=self._fed, failed=self._failed, progress=self._arrived))

    def _insert(self) -> None:
        row = self.list.currentIndex().row()
        if self.batch and row >= 0:
            self.scan(at=row)

    def _arrived(self, value: object) -> None:
        if isinstance(value, Batch):
            self.batch = value
            self.choices.set_fixed(fixed=True)
        elif isinstance(value, Page):
            self.refresh()
            self.context.wake_reading()

    def _fed(self, count: int) -> None:
        self._busy(None)
        self.context.centre.look_again()
        self.refresh()
        self.context.notify(ngettext("{count} page came", "{count} pages came", count).format(count=number(count)))

    def _failed(self, error: Exception) -> None:
        self._busy(None)
        self.refresh()
        if isinstance(error, Cancelled):
            self.context.notify(_("Stopped. The pages that came are kept; «Scan» goes on after them."))
        else:
            self.context.show_error(error)

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()

    def _busy(self, task: Task[int] | None) -> None:
        self._task = task
        self.go.setEnabled(task is None)
        self.close_button.setEnabled(task is None and self.batch is not None)
        self.stop.setEnabled(task is not None)

    # Showing

    def refresh(self) -> None:
        """Look at the batch in the archive again; while one look is under way, the next waits for it."""
        if self.batch is None:
            self._show(None)
            return
        if self._looking:
            self._look_again = True
            return
        self._looking, self._look_again = True, False
        place, batch_id = self.context.place, self.batch.id
        self.context.tasks.run(lambda _c: view_batch(place, batch_id), done=self._looked, failed=self._not_looked)

    def _looked(self, view: BatchView) -> None:
        self._looking = False
        if self.batch is not None and self.batch.id == view.batch.id:
            self._show(view)
        if self._look_again or (self.batch is not None and self.batch.id != view.batch.id):
            self.refresh()

    def _not_looked(self, error: Exception) -> None:
        self._looking = False
        self.context.show_error(error)

    def _show(self, view: BatchView | None) -> None:
        pages = view.pages if view else ()
        parts = view.parts if view else ()
        current = self.list.current_page()
        numbered = {part.page_ids[0]: at for at, part in enumerate(parts, start=1)} if len(parts) > 1 else {}
        grown = len(pages) > self.model.rowCount()
        self.model.show(pages, numbered)
        self.split.setVisible(bool(pages))
        self.empty.setVisible(not pages)
        if self._task and self._follow and grown:
            self.list.select(len(pages) - 1)
        elif current and (row := self.model.row_of(current.id)) >= 0:
            if row != self.list.currentIndex().row():
                self.list.select(row)
            elif pages[row] != current:
                self._preview()
        elif pages:
            self.list.select(min(len(pages) - 1, max(0, self.list.currentIndex().row())))
        else:
            self.picture.clear_page()
        self._show_ledger(view.ledger if view else NOTHING, len(parts))
        text = _("Continue") if pages else _("Scan")
        self.go.setText(f"{APART}{text}")
        self.close_button.setEnabled(bool(pages) and self._task is None)

    def _preview(self) -> None:
        page = self.list.current_page()
        if page is None:
            return
        try:
            self.picture.show_page(self.context.place.vault.path(page.blob), page.rotation)
        except BlobMissing as error:  # so that the page can be chosen all the same, and scanned again
            self.picture.clear_page()
            self.context.show_error(error)
        self.context.pool_prefer([page.id])

    def _say_what_to_do(self) -> None:
        """Where no pages are: how to begin, or which page was lost and must come again."""
        lost = self.context.centre.lost
        text = _("Lay the pages into the feeder and press {key}.").format(key=shown_keys("F5"))
        if lost:
            again = _("Lost picture: {page}. Lay this page into the feeder and press {key}.")
            text = f"{again.format(page=page_name(lost[0]), key=shown_keys('F6'))}\n\n{text}"
        self.empty.setText(text)

    def _show_ledger(self, counted: Ledger, parts: int) -> None:
        text = _("{fed} fed = {kept} kept + {blank} blank + {separator} separators + {rejected} set aside").format(
            fed=number(counted.fed),
            kept=number(counted.kept),
            blank=number(counted.blank),
            separator=number(counted.separator),
            rejected=number(counted.rejected),
        )
        missing = _("does not add up: {count} missing").format(count=number(counted.fed - counted.counted))
        documents = ngettext("{count} document", "{count} documents", parts).format(count=number(parts))
        self.ledger.setText(f"{text}   {'✓' if counted.adds_up else '✗ ' + missing}   ·   {documents}")

    # Mending

    def _turn(self, degrees: int) -> None:
        if pages := self.list.selected_pages():
            self.undo.push(turning(self.context.place, self.edits, pages, degrees))

    def _set_aside(self) -> None:
        pages = [page for page in self.list.selected_pages() if page.state is not PageState.REJECTED]
        if pages:
            self.undo.push(setting_aside(self.context.place, self.edits, pages))

    def _bring_back(self) -> None:
        pages = [page for page in self.list.selected_pages() if page.state is not PageState.KEPT]
        if pages:
            self.undo.push(bringing_back(self.context.place, self.edits, pages))

    def _move(self, step: int) -> None:
        row = self.list.currentIndex().row()
        order = [page.id for page in self.model.pages()]
        if 0 <= row < len(order) and 0 <= row + step < len(order):
            order.insert(row + step, order.pop(row))
            self._moved(order)

    def _moved(self, order: list[str]) -> None:
        before = [page.id for page in self.model.pages()]
        if self.batch and order != before and self.edits.idle:
            self.undo.push(reordering(self.context.place, self.edits, self.batch.id, before, order))

    def _collate(self) -> None:
        if self.batch and self.edits.idle:
            before = [page.id for page in self.model.pages()]
            self.undo.push(collating(self.context.place, self.edits, self.batch.id, before, collate_duplex))

    def _print_separators(self) -> None:
        dialog = SeparatorDialog(
            self,
            self.context,
            record_class=self.choices.record_class,
            file_reference=self.choices.file_reference or "",
        )
        dialog.open()

    # Batches

    def _offer_open_batches(self) -> None:
        place = self.context.place
        self.context.tasks.run(lambda _c: open_batches(place), done=self._offered)

    def _offered(self, batches: tuple[Batch, ...]) -> None:
        menu = QMenu(self.batches)
        for batch in reversed(batches):
            label = label_of(self.context.place.record_classes.get(batch.record_class).label)
            action = menu.addAction(f"{label}  {isolate(batch.file_reference or '')}  {short_time(batch.opened_at)}")
            action.triggered.connect(lambda _checked=False, batch=batch: self._go_on_with(batch))
        self.batches.setMenu(menu)
        self.batches.setVisible(len(batches) > 1)
        if batches and self.batch is None:
            self._go_on_with(batches[-1])
            self.context.notify(_("A batch was left open: its pages are here. Go on scanning, or close it."))

    def _go_on_with(self, batch: Batch) -> None:
        if self._task is None:
            self.batch = batch
            self.undo.clear()
            self.choices.show_batch(batch)
            self.refresh()

    def close_batch(self) -> None:
        """Turn the batch into documents; a ledger that does not add up is explained and can be corrected."""
        if self.batch is None or self._task or not self.edits.idle:
            return
        self.close_button.setEnabled(False)
        place, batch_id = self.context.place, self.batch.id
        self.context.tasks.run(lambda _c: close_batch(place, batch_id), done=self._closed, failed=self._not_closed)

    def _closed(self, documents: tuple[Document, ...]) -> None:
        self.batch = None
        self.undo.clear()
        self.choices.set_fixed(fixed=False)
        self.refresh()
        numbers = "، ".join(isolate(document.number) for document in documents)
        self.context.notify(_("Archived: {numbers}. They wait to be registered (Ctrl+2).").format(numbers=numbers))
        self.context.wake_reading()
        self._offer_open_batches()

    def _not_closed(self, error: Exception) -> None:
        self.close_button.setEnabled(True)
        self.context.show_error(error)
        if not isinstance(error, LedgerMismatch) or self.batch is None:
            return
        reason, given = QInputDialog.getText(
            self, _("Correct the count"), _("Reason for recording the pages that are here as all that were fed:")
        )
        if given and reason.strip():
            fed, place, batch_id = int(str(error.params["counted"])), self.context.place, self.batch.id
            self.context.tasks.run(
                lambda _c: correct_count(place, batch_id, fed=fed, reason=reason),
                done=lambda _ledger: self.close_batch(),
                failed=self.context.show_error,
            )
