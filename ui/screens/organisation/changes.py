"""What the screen asks the services to do, beside the window; afterwards everything is shown as it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from muni_archive.domain.organisation import EVERYWHERE, Delegation, UnitKind
from muni_archive.messages import _, isolate
from muni_archive.organisation_files import read_units
from muni_archive.services.organisation.delegating import delegate_roles, end_delegation
from muni_archive.services.organisation.places import NewPlace, end_place, give_place, transfer_person
from muni_archive.services.organisation.units import begin_organisation, change_unit, close_unit, open_unit
from muni_archive.services.people.admitting import (
    add_person,
    admit_again,
    change_password,
    disable_person,
    set_up_administrator,
)
from ui.context import WindowContext


class Changes:
    """`changed` hears in words what was done."""

    def __init__(self, context: WindowContext, changed: Callable[[str], None]) -> None:
        self._context, self._changed = context, changed

    def begin_units(self) -> None:
        place = self._context.place
        self._do(lambda: begin_organisation(place, read_units()), _("The sample units are open."))

    def set_up(self, name: str, password: str, *, then: Callable[[], None]) -> None:
        place = self._context.place
        self._context.tasks.run(
            lambda _c: set_up_administrator(place, name.strip(), password),
            done=lambda _person: then(),
            failed=self._context.show_error,
        )

    def open_unit(self, kind: UnitKind, label: Mapping[str, str], parent: str) -> None:
        place = self._context.place
        self._do(lambda: open_unit(place, kind=kind, label=label, parent=parent), _("The unit is open."))

    def change_unit(self, unit_id: str, label: Mapping[str, str], parent: str) -> None:
        place = self._context.place
        self._do(lambda: change_unit(place, unit_id, label=label, parent=parent), _("The unit is changed."))

    def close_unit(self, unit_id: str, reason: str) -> None:
        place = self._context.place
        self._do(lambda: close_unit(place, unit_id, reason=reason), _("The unit is closed."))

    def add_person(self, name: str, password: str, unit_id: str) -> None:
        """Admitted from a unit, somebody can look there at once; what more they may do is given as roles."""
        place, named = self._context.place, name.strip()

        def work() -> None:
            add_person(place, named, password)
            if unit_id != EVERYWHERE:
                give_place(place, named, NewPlace(role="reader", unit_id=unit_id))

        self._do(work, _("{name} is admitted.").format(name=isolate(named)))

    def give_place(self, name: str, new: NewPlace, reason: str) -> None:
        place = self._context.place
        self._do(lambda: give_place(place, name, new, reason=reason), _("The role is given."))

    def transfer(self, name: str, place_id: str, new: NewPlace, reason: str) -> None:
        place = self._context.place
        self._do(
            lambda: transfer_person(place, name, ended=[place_id], new=[new], reason=reason),
            _("{name} is transferred.").format(name=isolate(name)),
        )

    def end_place(self, place_id: str, reason: str) -> None:
        place = self._context.place
        self._do(lambda: end_place(place, place_id, reason=reason), _("The role is ended."))

    def delegate(self, giver: str, taker: str, since: datetime, until: datetime, reason: str) -> None:
        place = self._context.place
        self._do(
            lambda: delegate_roles(place, giver=giver, taker=taker, since=since, until=until, reason=reason),
            _("{taker} stands in for {giver}.").format(taker=isolate(taker), giver=isolate(giver)),
        )

    def end_delegations(self, delegations: Sequence[Delegation], reason: str) -> None:
        place = self._context.place

        def work() -> None:
            for each in delegations:
                end_delegation(place, each.id, reason=reason)

        self._do(work, _("The roles are taken back."))

    def set_password(self, name: str, password: str, *, again: bool) -> None:
        """`again`: who was disabled comes back."""
        place, act = self._context.place, admit_again if again else change_password
        self._do(lambda: act(place, name, password), _("{name} has a new password.").format(name=isolate(name)))

    def disable(self, name: str, reason: str) -> None:
        place = self._context.place
        self._do(
            lambda: disable_person(place, name, reason=reason), _("{name} is disabled.").format(name=isolate(name))
        )

    def _do(self, work: Callable[[], object], told: str) -> None:
        self._context.tasks.run(
            lambda _c: work(), done=lambda _result: self._changed(told), failed=self._context.show_error
        )
