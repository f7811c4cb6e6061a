"""The people of a unit with their roles there; of the whole municipality, everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from muni_archive.domain.organisation import EVERYWHERE, RolePlace
from muni_archive.domain.people import Person, PersonState, Role
from muni_archive.domain.permissions import LEVEL_TEXTS, AccessLevel
from muni_archive.domain.roles import RoleBook
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.viewing import OrganisationView
from ui.screens.organisation.words import day_of, role_name, unit_name


@dataclass(frozen=True, kw_only=True)
class Row:
    """A person, and one of their places; None for somebody who has none."""

    person: Person
    place: RolePlace | None
    role: str
    unit: str
    until: str
    note: str


class PeopleTable(QTableWidget):
    """One line a role."""

    def __init__(self, roles: RoleBook) -> None:
        super().__init__(0, 5)
        self._roles = roles
        self.rows: tuple[Row, ...] = ()
        self.setHorizontalHeaderLabels([_("Person"), _("Role"), _("Unit"), _("Until"), _("Note")])
        self.verticalHeader().setVisible(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(_("People"))

    @property
    def chosen(self) -> Row | None:
        at = self.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def show_people(self, view: OrganisationView, unit_id: str) -> None:
        kept = self.chosen.person.id if self.chosen else ""
        self.rows = tuple(self._rows(view, unit_id))
        self.setRowCount(len(self.rows))
        for at, row in enumerate(self.rows):
            for column, text in enumerate((isolate(row.person.name), row.role, row.unit, row.until, row.note)):
                item = QTableWidgetItem(text)
                if row.person.state is PersonState.DISABLED:
                    item.setForeground(self.palette().placeholderText())
                self.setItem(at, column, item)
        again = next((at for at, row in enumerate(self.rows) if row.person.id == kept), 0)
        if self.rows:
            self.setCurrentCell(again, 0)

    def _rows(self, view: OrganisationView, unit_id: str) -> Iterator[Row]:
        for person in view.people:
            places = [
                place
                for place in view.organisation.places
                if place.person_id == person.id and self._is_shown(view, place, unit_id)
            ]
            own = person.role is not Role.NONE and unit_id == EVERYWHERE
            if own:
                yield self._own(view, person)
            for place in places:
                yield self._placed(view, person, place)
            if not places and not own and unit_id == EVERYWHERE:
                yield Row(person=person, place=None, role="", unit="", until="", note=_state(person))

    def _is_shown(self, view: OrganisationView, place: RolePlace, unit_id: str) -> bool:
        here = unit_id in (place.unit_id, EVERYWHERE)
        return here and not place.ended and (not place.until or place.until > view.now)

    def _own(self, view: OrganisationView, person: Person) -> Row:
        units = person.departments or (EVERYWHERE,)
        return Row(
            person=person, place=None, role=role_name(self._roles, person.role.value), until="", note=_state(person),
            unit="، ".join(unit_name(view.organisation, unit) for unit in units),
        )  # fmt: skip

    def _placed(self, view: OrganisationView, person: Person, place: RolePlace) -> Row:
        return Row(
            person=person, place=place, role=role_name(self._roles, place.role),
            unit=unit_name(view.organisation, place.unit_id), until=day_of(place.until),
            note=" · ".join(self._notes(view, person, place)),
        )  # fmt: skip

    def _notes(self, view: OrganisationView, person: Person, place: RolePlace) -> Iterator[str]:
        if state := _state(person):
            yield state
        if place.since > view.now:
            yield _("from {day}").format(day=day_of(place.since))
        if place.highest:
            yield _("up to: {level}").format(level=_(LEVEL_TEXTS[AccessLevel.of(place.highest)]))
        for delegation in view.delegations():
            taker = view.person(delegation.to_person)
            if delegation.from_person == person.id and place.role_in in delegation.roles and taker:
                yield _("{name} stands in until {day}").format(name=isolate(taker.name), day=day_of(delegation.until))


def _state(person: Person) -> str:
    if person.state is PersonState.ACTIVE:
        return ""
    return _("disabled: {reason}").format(reason=isolate(person.note))
