"""Who broke the glass for files of one's departments: when, which, why; and that one has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QGroupBox, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout

from muni_archive.domain.organisation import Grant
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.granting import acknowledge_glass, broken_glass, names_of
from ui.context import WindowContext
from ui.i18n import moment
from ui.screens.organisation.dialogs import ReasonDialog
from ui.widgets.buttons import text_button


class OverseenBox(QGroupBox):
    """The newest first; what nobody has looked at yet is bold."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(_("Who broke the glass for files of your departments"))
        self._context = context
        self.grants: tuple[Grant, ...] = ()
        self.table = QTableWidget(0, 5)
        self.table.setHorizontalHeaderLabels([_("When"), _("Person"), _("File"), _("Reason"), _("Looked at")])
        self.table.verticalHeader().setVisible(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.table.doubleClicked.connect(lambda _index: self.acknowledge())
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(text_button(self, "check", _("I have looked at it"), "Ctrl+Return", self.acknowledge))

    def refresh(self) -> None:
        place = self._context.place

        def work() -> tuple[tuple[Grant, ...], Mapping[str, str]]:
            grants = tuple(broken_glass(place))
            return grants, names_of(place, grants)

        self._context.tasks.run(lambda _c: work(), done=lambda both: self._show(*both), failed=self._context.show_error)

    def acknowledge(self) -> None:
        """Say what came of the chosen one."""
        at = self.table.currentRow()
        if not 0 <= at < len(self.grants) or self.grants[at].acknowledged_by:
            return
        grant, place = self.grants[at], self._context.place
        hint = _("{file}: {reason}").format(file=isolate(grant.file_reference), reason=isolate(grant.reason))
        dialog = ReasonDialog(self, _("I have looked at it"), _("Save"), hint=hint)
        if dialog.exec():
            note = dialog.reason.text()
            self._context.tasks.run(
                lambda _c: acknowledge_glass(place, grant.id, note=note),
                done=lambda _nothing: self.refresh(),
                failed=self._context.show_error,
            )

    def _show(self, grants: tuple[Grant, ...], names: Mapping[str, str]) -> None:
        self.grants = grants
        self.table.setRowCount(len(grants))
        for at, grant in enumerate(grants):
            looked = f"{isolate(grant.acknowledged_by)}: {isolate(grant.note)}" if grant.acknowledged_by else ""
            when = moment(datetime.fromisoformat(grant.given_at))
            who = isolate(names.get(grant.person_id, grant.person_id))
            for column, text in enumerate((when, who, isolate(grant.file_reference), grant.reason, looked)):
                item = QTableWidgetItem(text)
                font = item.font()
                font.setBold(not grant.acknowledged_by)
                item.setFont(font)
                self.table.setItem(at, column, item)
        if grants:
            self.table.setCurrentCell(0, 0)
