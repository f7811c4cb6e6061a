"""The scan screen: choose, feed, look, mend, close."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QUndoStack
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
)

from muni_archive.capture.registry import DeviceSearch, find_devices
from muni_archive.domain.errors import Cancelled, LedgerMismatch
from muni_archive.domain.records import Batch, Document, Ledger, Page, PageState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.messages import _, isolate, ngettext
from muni_archive.scan_profiles import load_profiles, profile_labels
from muni_archive.services.capture_batch import (
    close_batch,
    collate_duplex,
    correct_count,
    feed_pages,
    ledger_of,
    open_batch,
    open_batches,
    reorder_pages,
    rescan_page,
)
from ui.context import WindowContext
from ui.i18n import label_of, number
from ui.icons import icon
from ui.models.pages import PagesModel
from ui.screens.base import Screen
from ui.screens.scan.undo import Rejecting, Reordering, Turning
from ui.tasks import Task, TaskContext
from ui.widgets.page_view import PageView


class ScanScreen(Screen):
    """One batch at a time; pages show as they arrive, the ledger always."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.batch: Batch | None = None
        self._task: Task[int] | None = None
        self._profiles = {profile.name: profile for profile in load_profiles()}
        self.undo = QUndoStack(self)
        self._build()
        self._find_devices()
        self._offer_open_batches()

    def _build(self) -> None:
        self.classes, self.devices, self.profiles = QComboBox(), QComboBox(), QComboBox()
        for record_class in self.context.place.record_classes.all():
            self.classes.addItem(label_of(record_class.label), record_class.id)
        labels = profile_labels()
        for name in self._profiles:
            self.profiles.addItem(label_of(labels[name]), name)
        self.classes.currentIndexChanged.connect(self._recall)
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(_("File number (may be empty)"))
        top = QHBoxLayout()
        for text, widget in (
            (_("Class"), self.classes),
            (_("File"), self.reference),
            (_("Device"), self.devices),
            (_("Profile"), self.profiles),
        ):
            top.addWidget(QLabel(text))
            top.addWidget(widget, 1)
        self.go = self._button("play", _("Scan"), "F5", self.scan)
        self.go.setObjectName("primary")
        self.stop = self._button("x", _("Stop"), "Esc", self._stop)
        self.stop.setEnabled(False)
        self.close_button = self._button("check", _("Close batch"), "Ctrl+Return", self.close_batch)
        bar = QHBoxLayout()
        bar.addWidget(self.go)
        bar.addWidget(self.stop)
        for name, text, keys, act in (
            ("refresh", _("Rescan page"), "F6", self._rescan),
            ("insert", _("Insert pages before this one"), "F7", self._insert),
            ("rotate-left", _("Turn left"), "Shift+R", lambda: self._turn(-90)),
            ("rotate-right", _("Turn right"), "R", lambda: self._turn(90)),
            ("trash", _("Set aside"), "Del", lambda: self._reject(PageState.REJECTED)),
            ("eye", _("Bring back"), "Ins", lambda: self._reject(PageState.KEPT)),
            ("arrow-up", _("Move up"), "Alt+Up", lambda: self._move(-1)),
            ("arrow-down", _("Move down"), "Alt+Down", lambda: self._move(1)),
            ("duplex", _("Collate: fronts first, then backs"), "Ctrl+D", self._collate),
            ("undo", _("Undo"), "Ctrl+Z", self.undo.undo),
            ("redo", _("Redo"), "Ctrl+Y", self.undo.redo),
        ):
            bar.addWidget(self._tool(name, text, keys, act))
        bar.addStretch(1)
        bar.addWidget(self.close_button)
        self.model = PagesModel(self.context.tasks, self.context.place.vault)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setIconSize(QSize(170, 190))
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._preview())
        self.picture = PageView(self.context.tasks)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(self.picture)
        split.setSizes([640, 480])
        self.ledger = QLabel()
        self.ledger.setObjectName("ledger")
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addLayout(bar)
        column.addWidget(split, 1)
        column.addWidget(self.ledger)
        self._recall()
        self._show_ledger(Ledger(fed=0, kept=0, blank=0, separator=0, rejected=0))

    def _button(self, name: str, text: str, keys: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(icon(name), text)
        button.setToolTip(f"{text} ({keys})")
        button.clicked.connect(act)
        QShortcut(QKeySequence(keys), self, lambda: act() if button.isEnabled() else None)
        return button

    def _tool(self, name: str, text: str, keys: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setToolTip(f"{text} ({keys})")
        button.clicked.connect(act)
        QShortcut(QKeySequence(keys), self, act)
        return button

    def _recall(self) -> None:
        """The device and profile that this class was scanned with last."""
        used = self.context.settings.get("used", {}).get(self.classes.currentData(), {})
        own = self.context.place.record_classes.get(str(self.classes.currentData())).profile
        self.profiles.setCurrentIndex(max(0, self.profiles.findData(used.get("profile", own))))
        self.devices.setCurrentIndex(max(0, self.devices.findData(used.get("device", ""))))

    def _find_devices(self) -> None:
        drivers = self.context.place.drivers
        self.context.tasks.run(lambda _c: find_devices(drivers), done=self._show_devices)

    def _show_devices(self, found: DeviceSearch) -> None:
        self.devices.clear()
        for device in found.devices:
            self.devices.addItem(device.name, device.id)
        self.devices.setToolTip("\n".join(found.problems))
        self._recall()

    def _offer_open_batches(self) -> None:
        def done(batches: tuple[Batch, ...]) -> None:
            if batches and self.batch is None:
                self.batch = batches[-1]
                self.classes.setCurrentIndex(max(0, self.classes.findData(self.batch.record_class)))
                self.reference.setText(self.batch.file_reference or "")
                self.context.notify(_("A batch was left open: its pages are here. Go on scanning, or close it."))
                self.refresh()

        self.context.tasks.run(lambda _c: open_batches(self.context.place), done=done)

    def profile(self) -> ScanProfile:
        return self._profiles[str(self.profiles.currentData())]

    def scan(self, at: int | None = None) -> None:
        """Feed into the open batch, or begin one."""
        place, profile, batch = self.context.place, self.profile(), self.batch
        device, record_class = str(self.devices.currentData() or ""), str(self.classes.currentData())
        reference = self.reference.text().strip() or None
        used = {**self.context.settings.get("used", {}), record_class: {"profile": profile.name, "device": device}}
        self.context.settings.set("used", used)

        def work(task: TaskContext) -> int:
            current = batch or open_batch(
                place, device=device, profile=profile, record_class=record_class, file_reference=reference
            )
            task.report(current)
            return feed_pages(place, current.id, profile=profile, cancel=task.cancel, on_page=task.report, at=at)

        self._busy(self.context.tasks.run(work, done=self._fed, failed=self._failed, progress=self._arrived))

    def _arrived(self, value: object) -> None:
        if isinstance(value, Batch):
            self.batch = value
        elif isinstance(value, Page):
            self.refresh()

    def _fed(self, count: int) -> None:
        self._busy(None)
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
        self.close_button.setEnabled(task is None)
        self.stop.setEnabled(task is not None)

    def refresh(self) -> None:
        """Show the batch as it is in the archive."""
        if self.batch is None:
            self.model.show(())
            self._show_ledger(Ledger(fed=0, kept=0, blank=0, separator=0, rejected=0))
            return
        with self.context.place.unit_of_work() as unit:
            batch = unit.records.batch(self.batch.id)
            pages = unit.records.pages_of_batch(batch.id)
        row = self.list.currentIndex().row()
        self.model.show(pages)
        if 0 <= row < len(pages):
            self.select(row)
        elif pages and self._task:
            self.list.scrollToBottom()
        self._show_ledger(ledger_of(batch, pages))
        self.go.setText(_("Continue") if pages else _("Scan"))

    def select(self, row: int) -> None:
        self.list.selectionModel().setCurrentIndex(
            self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def current(self) -> Page | None:
        return self.model.page_at(self.list.currentIndex().row())

    def _preview(self) -> None:
        if page := self.current():
            self.picture.show_page(self.context.place.vault.path(page.blob), page.rotation)
            self.context.pool_prefer([page.id])

    def _show_ledger(self, counted: Ledger) -> None:
        text = _("{fed} fed = {kept} kept + {blank} blank + {separator} separators + {rejected} set aside").format(
            fed=number(counted.fed),
            kept=number(counted.kept),
            blank=number(counted.blank),
            separator=number(counted.separator),
            rejected=number(counted.rejected),
        )
        missing = _("does not add up: {count} missing").format(count=number(counted.fed - counted.counted))
        self.ledger.setText(f"{text}   {'✓' if counted.adds_up else '✗ ' + missing}")

    def _rescan(self) -> None:
        page, place, profile = self.current(), self.context.place, self.profile()
        if page is None or self._task:
            return

        def work(task: TaskContext) -> int:
            rescan_page(place, page.id, profile=profile, cancel=task.cancel, on_page=task.report)
            return 1

        self._busy(self.context.tasks.run(work, done=self._fed, failed=self._failed, progress=self._arrived))

    def _insert(self) -> None:
        row = self.list.currentIndex().row()
        if self.batch and row >= 0 and not self._task:
            self.scan(at=row)

    def _turn(self, degrees: int) -> None:
        if page := self.current():
            self.undo.push(Turning(self.context, page, (page.rotation + degrees) % 360, self.refresh))

    def _reject(self, state: PageState) -> None:
        page = self.current()
        if page and page.state is not state:
            self.undo.push(Rejecting(self.context, page, state, self.refresh))

    def _move(self, step: int) -> None:
        row = self.list.currentIndex().row()
        order = [page.id for page in self.model.pages()]
        if self.batch and 0 <= row < len(order) and 0 <= row + step < len(order):
            moved = list(order)
            moved.insert(row + step, moved.pop(row))
            self.undo.push(Reordering(self.context, self.batch.id, order, moved, self.refresh))
            self.select(row + step)

    def _collate(self) -> None:
        if self.batch is None:
            return
        batch_id, before = self.batch.id, [page.id for page in self.model.pages()]
        collate_duplex(self.context.place, batch_id)
        with self.context.place.unit_of_work() as unit:
            after = [page.id for page in unit.records.pages_of_batch(batch_id)]
        reorder_pages(self.context.place, batch_id, before)
        self.undo.push(Reordering(self.context, batch_id, before, after, self.refresh))

    def close_batch(self) -> None:
        """Turn the batch into documents; a ledger that does not add up is explained and can be corrected."""
        if self.batch is None:
            return
        place, batch_id = self.context.place, self.batch.id
        self.context.tasks.run(lambda _c: close_batch(place, batch_id), done=self._closed, failed=self._not_closed)

    def _closed(self, documents: tuple[Document, ...]) -> None:
        self.batch = None
        self.undo.clear()
        self.picture.clear_page()
        self.refresh()
        self.go.setText(_("Scan"))
        numbers = "، ".join(isolate(document.number) for document in documents)
        self.context.notify(_("Archived: {numbers}. They wait to be registered (Ctrl+2).").format(numbers=numbers))
        self.context.wake_reading()

    def _not_closed(self, error: Exception) -> None:
        self.context.show_error(error)
        if not isinstance(error, LedgerMismatch) or self.batch is None:
            return
        reason, given = QInputDialog.getText(
            self, _("Correct the count"), _("Reason for recording the pages that are here as all that were fed:")
        )
        if given and reason.strip():
            fed = int(str(error.params["counted"]))
            self._show_ledger(correct_count(self.context.place, self.batch.id, fed=fed, reason=reason))
            self.close_batch()
