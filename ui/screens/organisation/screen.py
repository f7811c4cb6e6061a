"""Administering the organisation: the tree of units beside the people in them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from muni_archive.domain.organisation import EVERYWHERE
from muni_archive.domain.people import PersonState
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.viewing import OrganisationView, view_organisation
from ui.context import WindowContext
from ui.screens.base import Screen
from ui.screens.organisation.beginning import BeginningBox
from ui.screens.organisation.changes import Changes
from ui.screens.organisation.delegation_dialog import DelegationDialog
from ui.screens.organisation.dialogs import ReasonDialog, beginning_of, end_of
from ui.screens.organisation.people_table import PeopleTable, Row
from ui.screens.organisation.person_dialog import PersonDialog
from ui.screens.organisation.place_dialog import PlaceDialog
from ui.screens.organisation.procedures_page import ProceduresPage
from ui.screens.organisation.tree import UnitTree
from ui.screens.organisation.unit_dialog import UnitDialog
from ui.screens.organisation.words import unit_name
from ui.widgets.buttons import text_button

NEXT, BEFORE = "Ctrl+PgDown", "Ctrl+PgUp"


class OrganisationScreen(Screen):
    """Each change is an entry in the journal; what somebody may do changes at once."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._changes = Changes(context, self._changed)
        self.view: OrganisationView | None = None
        self.beginning = BeginningBox(context, self._changes)
        self.tree = UnitTree()
        self.people = PeopleTable(context.place.roles)
        self.tree.unit_chosen.connect(self._show_people)
        self.people.itemSelectionChanged.connect(self._show_possible)
        self.people.doubleClicked.connect(lambda _index: self.give_role())
        title = QLabel(_("Organisation"))
        title.setObjectName("title")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._units())
        split.addWidget(self._people())
        split.setStretchFactor(1, 1)
        self.procedures = ProceduresPage(context)
        units = QWidget()
        inside = QVBoxLayout(units)
        inside.addWidget(self.beginning)
        inside.addWidget(split, 1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(units, _("Units and people"))
        self.tabs.addTab(self.procedures, _("Procedures"))
        column = QVBoxLayout(self)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)
        for keys, step in ((NEXT, 1), (BEFORE, -1)):
            QShortcut(QKeySequence(keys), self, lambda step=step: self._turn(step))

    def activated(self) -> None:
        place = self.context.place
        self.procedures.refresh()
        self.context.tasks.run(lambda _c: view_organisation(place), done=self._show, failed=self.context.show_error)

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def new_unit(self) -> None:
        """Under the chosen one."""
        if self.view is None:
            return
        dialog = UnitDialog(self, self.view, parent=self.tree.unit_id)
        if dialog.exec():
            self._changes.open_unit(dialog.kind, dialog.label, dialog.parent_id)

    def change_unit(self) -> None:
        unit = self.view.organisation.units.get(self.tree.unit_id) if self.view else None
        if self.view is None or unit is None or unit.closed:
            return
        dialog = UnitDialog(self, self.view, parent=unit.parent, unit=unit)
        if dialog.exec():
            self._changes.change_unit(unit.id, dialog.label, dialog.parent_id)

    def close_unit(self) -> None:
        if self.view is None or self.tree.unit_id == EVERYWHERE:
            return
        unit_id, name = self.tree.unit_id, unit_name(self.view.organisation, self.tree.unit_id)
        hint = _("{unit}: nobody is placed in it any more; its records stay.").format(unit=isolate(name))
        self._ask_reason(_("Close the unit"), hint, lambda why: self._changes.close_unit(unit_id, why))

    def add_person(self) -> None:
        dialog = PersonDialog(self, _("New person"), _("Admit"))
        if dialog.exec():
            self._changes.add_person(dialog.name.text(), dialog.password.text(), self.tree.unit_id)

    def give_role(self) -> None:
        """To the chosen person, in the chosen unit."""
        row = self.people.chosen
        if self.view is None or row is None or row.person.state is PersonState.DISABLED:
            return
        dialog = PlaceDialog(
            self, self.view, self.context.place.roles, title=_("Role for {name}").format(name=row.person.name),
            button=_("Give the role"), unit_id=self.tree.unit_id,
        )  # fmt: skip
        if dialog.exec():
            self._changes.give_place(row.person.name, dialog.new_place, dialog.reason.text())

    def transfer(self) -> None:
        """The chosen role ends, and another begins."""
        row = self.people.chosen
        if self.view is None or row is None or row.place is None:
            return
        dialog = PlaceDialog(
            self, self.view, self.context.place.roles, title=_("Transfer {name}").format(name=row.person.name),
            button=_("Transfer"), unit_id=row.place.unit_id, role=row.place.role, transfer=True,
        )  # fmt: skip
        if dialog.exec():
            self._changes.transfer(row.person.name, row.place.id, dialog.new_place, dialog.reason.text())

    def end_role(self) -> None:
        row = self.people.chosen
        if row is None or row.place is None:
            return
        place_id = row.place.id
        hint = _("{name} is {role} there no more.").format(name=isolate(row.person.name), role=row.role)
        self._ask_reason(_("End the role"), hint, lambda why: self._changes.end_place(place_id, why))

    def hand_over(self) -> None:
        """The chosen person is away."""
        row = self.people.chosen
        if self.view is None or row is None:
            return
        dialog = DelegationDialog(self, self.view, row.person)
        if dialog.exec():
            self._changes.delegate(
                row.person.name, str(dialog.takers.currentData()), beginning_of(dialog.since.date()),
                end_of(dialog.until.date()), dialog.reason.text(),
            )  # fmt: skip

    def take_back(self) -> None:
        """What the chosen person has handed over."""
        row = self.people.chosen
        if self.view is None or row is None:
            return
        mine = [each for each in self.view.delegations() if each.from_person == row.person.id]
        if not mine:
            self.context.notify(_("Nothing is handed over."))
            return
        hint = _("The stand-in's roles end now.")
        self._ask_reason(_("Take back"), hint, lambda why: self._changes.end_delegations(mine, why))

    def new_password(self) -> None:
        """For the chosen person; who was disabled comes back with it."""
        row = self.people.chosen
        if row is None:
            return
        disabled = row.person.state is PersonState.DISABLED
        title = _("Admit again") if disabled else _("New password")
        dialog = PersonDialog(self, title, _("Save"), name=row.person.name)
        if dialog.exec():
            self._changes.set_password(row.person.name, dialog.password.text(), again=disabled)

    def disable(self) -> None:
        row = self.people.chosen
        if row is None or row.person.state is PersonState.DISABLED:
            return
        name = row.person.name
        hint = _("{name} signs in no more, from now on. What they did stays under their name.").format(
            name=isolate(name)
        )
        self._ask_reason(_("Disable"), hint, lambda why: self._changes.disable(name, why))

    def _units(self) -> QWidget:
        pane = QWidget()
        row = QHBoxLayout()
        for button in (
            text_button(self, "plus", _("New unit"), "Ctrl+U", self.new_unit),
            text_button(self, "pencil", _("Change"), "F2", self.change_unit),
            text_button(self, "lock", _("Close"), "", self.close_unit),
        ):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        return pane

    def _people(self) -> QWidget:
        pane = QWidget()
        self._row_buttons: list[QPushButton] = []
        self._place_buttons: list[QPushButton] = []
        rows = []
        for group in self._person_buttons():
            row = QHBoxLayout()
            for button in group:
                row.addWidget(button)
            row.addStretch(1)
            rows.append(row)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.people, 1)
        for row in rows:
            column.addLayout(row)
        return pane

    def _person_buttons(self) -> tuple[tuple[QPushButton, ...], ...]:
        add = text_button(self, "user", _("New person"), "Ctrl+N", self.add_person, primary=True)
        give = text_button(self, "plus", _("Give a role"), "Ctrl+R", self.give_role)
        transfer = text_button(self, "replace", _("Transfer"), "Ctrl+T", self.transfer)
        end = text_button(self, "minus", _("End the role"), "Del", self.end_role)
        hand_over = text_button(self, "users", _("Stand-in while away"), "Ctrl+H", self.hand_over)
        back = text_button(self, "restore", _("Take back"), "", self.take_back)
        password = text_button(self, "lock", _("New password"), "", self.new_password)
        disable = text_button(self, "x-circle", _("Disable"), "", self.disable)
        self._row_buttons = [give, hand_over, back, password, disable]
        self._place_buttons = [transfer, end]
        return (add, give, transfer, end), (hand_over, back, password, disable)

    def _ask_reason(self, title: str, hint: str, then: Callable[[str], None]) -> None:
        dialog = ReasonDialog(self, title, title, hint=hint)
        if dialog.exec():
            then(dialog.reason.text())

    def _changed(self, told: str) -> None:
        self.context.notify(told)
        self.activated()

    def _show(self, view: OrganisationView) -> None:
        self.view = view
        self.beginning.show_state(view)
        self.tree.show_units(view)

    def _show_people(self, unit_id: str) -> None:
        if self.view is not None:
            self.people.show_people(self.view, unit_id)
            self._show_possible()

    def _show_possible(self) -> None:
        row: Row | None = self.people.chosen
        for button in self._row_buttons:
            button.setEnabled(row is not None)
        for button in self._place_buttons:
            button.setEnabled(row is not None and row.place is not None)
