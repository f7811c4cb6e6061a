"""The archive as a whole: how it stands, files to import, proof and rebuilding."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QVBoxLayout,
)

from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.services.follow_journal import reindex
from muni_archive.services.import_files import ImportReport, import_files
from muni_archive.services.overview import Overview, overview
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.verify_archive import VerifyReport, verify_archive
from ui.context import WindowContext
from ui.i18n import label_of, number
from ui.screens.base import Screen
from ui.tasks import Task, TaskContext
from ui.widgets.buttons import APART, text_button
from ui.widgets.reference_edit import ReferenceEdit


class ArchiveScreen(Screen):
    """Counts, import, verify, reindex; everything long shows how far it is and can be stopped."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._task: Task[object] | None = None
        title = QLabel(_("Archive"))
        title.setObjectName("title")
        self.counts = QLabel()
        self.counts.setObjectName("ledger")
        self.classes = QComboBox()
        for record_class in offered_classes(context.place):
            self.classes.addItem(label_of(record_class.label), record_class.id)
        self.kept = text_button(self, "lock", "", "", lambda: context.go_to("retention"))
        self.kept.hide()
        self.reference = ReferenceEdit()
        self.split = QCheckBox(_("Separator sheets split files into documents"))
        self.choose = text_button(self, "import", _("Import files …"), "Ctrl+O", self._choose, primary=True)
        self.check = text_button(self, "shield-check", _("Verify the archive"), "", self._verify)
        self.rebuild = text_button(self, "refresh", _("Build the search index again"), "", self._reindex)
        self.stop = text_button(self, "x", _("Stop"), "Esc", self._cancel)
        self.progress = QLabel()
        self.log = QListWidget()
        row = QHBoxLayout()
        row.addWidget(self.classes)
        row.addWidget(self.reference)
        row.addWidget(self.split)
        row.addWidget(self.choose)
        row.addStretch(1)
        work = QHBoxLayout()
        for button in (self.check, self.rebuild, self.stop):
            work.addWidget(button)
        work.addWidget(self.progress)
        work.addStretch(1)
        hint = QLabel(_("Files can also be dropped on the window."))
        hint.setObjectName("hint")
        column = QVBoxLayout(self)
        column.addWidget(title)
        counted = QHBoxLayout()
        counted.addWidget(self.counts, 1)
        counted.addWidget(self.kept)
        column.addLayout(counted)
        column.addLayout(row)
        column.addWidget(hint)
        column.addLayout(work)
        column.addWidget(self.log, 1)
        self._busy(None)

    def activated(self) -> None:
        self.context.tasks.run(lambda _c: overview(self.context.place), done=self._show_counts)

    def import_paths(self, paths: list[str]) -> None:
        """Import these files under the class and file number that the screen shows."""
        place, record_class = self.context.place, str(self.classes.currentData())
        reference, split = self.reference.text().strip() or None, self.split.isChecked()

        def work(task: TaskContext) -> ImportReport:
            return import_files(
                place,
                [Path(path) for path in paths],
                record_class=record_class,
                file_reference=reference,
                split=split,
                cancel=task.cancel,
                progress=lambda done, total, name: task.report(f"{number(done)}/{number(total)} {isolate(name)}"),
            )

        self._busy(self.context.tasks.run(work, done=self._imported, failed=self._failed, progress=self._progressed))

    def _choose(self) -> None:
        kinds = _("Pictures and PDF") + " (*.pdf *.tif *.tiff *.jpg *.jpeg *.png *.jp2)"
        paths, _kind = QFileDialog.getOpenFileNames(self, _("Import files …"), "", kinds)
        if paths:
            self.import_paths(paths)

    def _imported(self, report: ImportReport) -> None:
        self._busy(None)
        for document in report.documents:
            self.log.insertItem(0, f"{isolate(document.number)}  {isolate(document.title)}")
        for refusal in report.refused:
            self.log.insertItem(0, explain(refusal))
        count = len(report.documents)
        self.context.notify(
            ngettext("{count} document was imported", "{count} documents were imported", count).format(
                count=number(count)
            )
        )
        self.context.wake_reading()
        self.activated()

    def _verify(self) -> None:
        place = self.context.place
        self._busy(
            self.context.tasks.run(
                lambda task: verify_archive(
                    place,
                    cancel=task.cancel,
                    progress=lambda done, total, step: task.report(f"{_(step)} {number(done)}/{number(total)}"),
                ),
                done=self._verified,
                failed=self._failed,
                progress=self._progressed,
            )
        )

    def _verified(self, report: VerifyReport) -> None:
        self._busy(None)
        for problem in report.problems:
            self.log.insertItem(0, f"{problem.kind}: {problem.detail}")
        for name in report.strays:
            stray = _("File {name} is named by no entry: somebody laid it there, or work was cut off.")
            self.log.insertItem(0, stray.format(name=isolate(name)))
        if not report.problems:
            self.context.notify(_("The archive is whole."))
        elif report.only_index:
            self.context.notify(_("Only the search index is affected: build it again."))
        else:
            self.log.insertItem(0, _("The archive is damaged: do not add anything and restore a backup."))

    def _reindex(self) -> None:
        place = self.context.place
        self._busy(
            self.context.tasks.run(
                lambda task: reindex(
                    place,
                    cancel=task.cancel,
                    progress=lambda done, total: task.report(f"{number(done)}/{number(total)}"),
                ),
                done=self._reindexed,
                failed=self._failed,
                progress=self._progressed,
            )
        )

    def _reindexed(self, pages: int) -> None:
        self._busy(None)
        self.context.notify(_("{count} pages are in the index.").format(count=number(pages)))

    def _failed(self, error: Exception) -> None:
        self._busy(None)
        self.context.show_error(error)

    def _progressed(self, value: object) -> None:
        self.progress.setText(str(value))

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()

    def _busy(self, task: Task[object] | object | None) -> None:
        """While something runs nothing else begins, and it can be stopped."""
        self._task = task if isinstance(task, Task) else None
        for button in (self.choose, self.check, self.rebuild):
            button.setEnabled(task is None)
        self.stop.setVisible(task is not None)
        self.progress.setText("")

    def _show_counts(self, counts: Overview) -> None:
        self._show_kept(counts)
        self.counts.setText(
            _(
                "{documents} documents ({waiting} to register) · {pages} pages ({unread} to read) · {open} open batches"
            ).format(
                documents=number(counts.documents),
                waiting=number(counts.unregistered),
                pages=number(counts.pages),
                unread=number(counts.to_read),
                open=number(counts.open_batches),
            )
        )

    def _show_kept(self, counts: Overview) -> None:
        """Holds and proposals, where there are any; the button leads to them."""
        said = []
        if counts.holds:
            said.append(
                ngettext("{count} legal hold", "{count} legal holds", counts.holds).format(count=number(counts.holds))
            )
        if counts.proposed:
            said.append(
                ngettext(
                    "{count} proposal to destroy waits", "{count} proposals to destroy wait", counts.proposed
                ).format(count=number(counts.proposed))
            )
        self.kept.setText(f"{APART}{' · '.join(said)}")
        self.kept.setVisible(bool(said))
