"""Procedures: every version with its running cases, its drawing, and a BPMN file that an administrator brings in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.errors import ProcedureInvalid
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.procedures.versions import CheckedFile, ProcedureVersion, check_file, procedure_versions
from ui.context import WindowContext
from ui.i18n import as_plain, label_of, number, short_time
from ui.widgets.ask_dialog import AskDialog
from ui.widgets.buttons import text_button
from ui.widgets.procedure_diagram import ProcedureDiagram

HASH = 12
"""Signs of a version that are shown; the tool tip has all."""
BETWEEN = " · "
"""Stands between the flaws of a file."""


class ProceduresPage(QWidget):
    """What is chosen is drawn beside the list."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.versions: Sequence[ProcedureVersion] = ()
        self.question: AskDialog | None = None
        self.table = _table()
        self.table.itemSelectionChanged.connect(self._draw)
        self.diagram = ProcedureDiagram()
        self.told = QLabel()
        self.told.setObjectName("error")
        self.told.setWordWrap(True)
        self.flaws = QListWidget()
        self.flaws.setWordWrap(True)
        self.flaws.setAccessibleName(_("What is wrong with the file"))
        hint = QLabel(
            _(
                "Cases begin under the version that is in force. A case that runs finishes under the version with which"
                " it began."
            )
        )
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(text_button(self, "upload", _("Load a file …"), "Ctrl+O", self.choose_file, primary=True))
        row.addStretch(1)
        lists = QWidget()
        left = QVBoxLayout(lists)
        left.setContentsMargins(0, 0, 0, 0)
        for part, stretch in ((hint, 0), (self.table, 3), (self.told, 0), (self.flaws, 2)):
            left.addWidget(part, stretch)
        left.addLayout(row)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(lists)
        split.addWidget(self.diagram)
        split.setSizes([560, 520])
        column = QVBoxLayout(self)
        column.addWidget(split)
        self._tell("", ())

    def refresh(self) -> None:
        place = self._context.place
        self._context.tasks.run(lambda _c: procedure_versions(place), done=self._show, failed=self._context.show_error)

    def choose_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Load a procedure"), "", "BPMN (*.bpmn *.xml)")
        if path:
            self.check(Path(path))

    def check(self, path: Path) -> None:
        """Look at the file; what is wrong with it is named, what is right is asked about."""
        place = self._context.place
        self._tell("", ())
        self._context.tasks.run(lambda _c: check_file(place, path), done=self._ask, failed=self._refused)

    def _ask(self, checked: CheckedFile) -> None:
        self.diagram.show_procedure(checked.procedure)
        name = label_of(checked.procedure.label) or checked.procedure.id
        if checked.known:
            self._context.notify(_("This version of «{name}» is in force already.").format(name=isolate(name)))
            return
        self.question = AskDialog(
            self, _("Load a procedure"), _what_follows(name, checked), (), button=_("Load"), icon="upload",
            act=lambda _said: self._load(checked),
        )  # fmt: skip
        self.question.rejected.connect(self._draw)
        self.question.open()

    def _load(self, checked: CheckedFile) -> None:
        place = self._context.place
        self._context.tasks.run(lambda _c: load_procedure(place, checked.data), done=self._loaded, failed=self._refused)

    def _loaded(self, procedure: Procedure) -> None:
        name = label_of(procedure.label) or procedure.id
        self._context.notify(_("Cases of «{name}» begin under the new version now.").format(name=isolate(name)))
        self.refresh()

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, ProcedureInvalid):
            self._context.show_error(error)
            return
        flaws = str(error.params["detail"]).split(BETWEEN)
        told = _("{name} was not loaded:").format(name=isolate(error.params["name"]))
        self._tell(told, flaws)
        self.flaws.setFocus()

    def _tell(self, told: str, flaws: Sequence[str]) -> None:
        self.told.setText(as_plain(told))
        self.flaws.clear()
        self.flaws.addItems([isolate(flaw) for flaw in flaws])
        for part in (self.told, self.flaws):
            part.setVisible(bool(told))

    def _show(self, versions: Sequence[ProcedureVersion]) -> None:
        at = max(0, self.table.currentRow())
        self.versions = versions
        self.table.setRowCount(len(versions))
        for row, one in enumerate(versions):
            for column, text in enumerate(_cells(one)):
                item = QTableWidgetItem(text)
                item.setToolTip(one.version if column == 1 else as_plain(text))
                self.table.setItem(row, column, item)
        if versions:
            self.table.setCurrentCell(min(at, len(versions) - 1), 0)
        self._draw()

    def _draw(self) -> None:
        at = self.table.currentRow()
        if not 0 <= at < len(self.versions):
            return
        procedure = self.versions[at].procedure
        if procedure is None:
            self.diagram.clear_diagram()
        else:
            self.diagram.show_procedure(procedure)


def _table() -> QTableWidget:
    table = QTableWidget(0, 4)
    table.setHorizontalHeaderLabels([_("Procedure"), _("Version"), _("In force since"), _("Running cases")])
    table.verticalHeader().setVisible(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    table.setAccessibleName(_("Procedures"))
    return table


def _cells(one: ProcedureVersion) -> tuple[str, str, str, str]:
    name = label_of(one.procedure.label) if one.procedure else ""
    return isolate(name or one.id), isolate(one.version[:HASH]), _since(one), number(one.running)


def _since(one: ProcedureVersion) -> str:
    if not one.current:
        return _("replaced")
    if one.loaded_at is None:
        return _("as shipped")
    return _("{day}, by {name}").format(day=isolate(short_time(one.loaded_at)), name=isolate(one.loaded_by))


def _what_follows(name: str, checked: CheckedFile) -> str:
    told = _("Cases of «{name}» begin under the file's version from now on.").format(name=isolate(name))
    if not checked.running:
        return told
    count = checked.running
    finishing = ngettext(
        "{count} case that runs finishes under the version with which it began.",
        "{count} cases that run finish under the versions with which they began.",
        count,
    ).format(count=number(count))
    return f"{told} {finishing}"
