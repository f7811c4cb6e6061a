"""Everybody who may see a document, a line a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from muni_archive.domain.organisation import Grant, Organisation
from muni_archive.domain.roles import RoleBook
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.seeing import Seer, Seers
from ui.i18n import moment, short_date
from ui.screens.organisation.words import role_name, unit_name


class SeersTable(QTableWidget):
    """Leave for the file stands first."""

    def __init__(self, roles: RoleBook) -> None:
        super().__init__(0, 4)
        self._roles = roles
        self.seers: tuple[Seer, ...] = ()
        self.setHorizontalHeaderLabels([_("Person"), _("Because of"), _("Until"), _("Reason")])
        self.verticalHeader().setVisible(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(_("Who may see this"))

    @property
    def chosen_grant(self) -> Grant | None:
        """The leave that is chosen; None where a role is."""
        at = self.currentRow()
        return self.seers[at].grant if 0 <= at < len(self.seers) else None

    def show_seers(self, found: Seers) -> None:
        self.seers = found.seers
        self.setRowCount(len(self.seers))
        for at, seer in enumerate(self.seers):
            grant = seer.grant
            until, reason = (_until(grant), isolate(grant.reason)) if grant else ("", "")
            for column, text in enumerate((isolate(seer.name), self._why(seer, found.organisation), until, reason)):
                self.setItem(at, column, QTableWidgetItem(text))
        if self.seers:
            self.setCurrentCell(0, 0)

    def _why(self, seer: Seer, organisation: Organisation) -> str:
        grant = seer.grant
        if grant is None:
            told = self._role_in(organisation, seer.role, seer.unit_id)
            return _("{role}, for {name}").format(role=told, name=isolate(seer.lent_by)) if seer.lent_by else told
        if grant.broken_glass:
            return _("broke the glass")
        if grant.role:
            return _("leave for the file: {role}").format(role=self._role_in(organisation, grant.role, grant.unit_id))
        return _("leave for the file")

    def _role_in(self, organisation: Organisation, role: str, unit_id: str) -> str:
        return f"{isolate(role_name(self._roles, role))} · {isolate(unit_name(organisation, unit_id))}"


def _until(grant: Grant) -> str:
    """The last day; of broken glass, the moment."""
    end = datetime.fromisoformat(grant.until)
    return moment(end) if grant.broken_glass else short_date(end - timedelta(microseconds=1))
