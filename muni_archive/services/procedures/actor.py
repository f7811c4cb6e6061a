"""Who acts at this workplace, and as what."""

from __future__ import annotations

from collections.abc import Iterator

from muni_archive.domain.acting import Acting
from muni_archive.domain.case_roles import CASE_ROLES
from muni_archive.domain.cases import CaseActor, RoleHeld
from muni_archive.domain.organisation import EVERYWHERE, Organisation
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.workplace import Workplace


def actor_of(place: Workplace) -> CaseActor:
    """Whoever has signed in; else the machine's operator, who has every role as long as nobody was named for any.

    Four eyes count for the one as for the other.
    """
    acting = place.guard.acting
    if acting is None:
        return CaseActor(name=place.operator, roles=frozenset(CASE_ROLES))
    with place.unit_of_work() as unit:
        organisation = unit.organisation.all()
        held = (*_own(acting, organisation), *_lent(unit, acting, organisation, iso(place.clock.now())))
    return CaseActor(
        name=acting.name,
        roles=frozenset(each.role for each in held if not each.by),
        departments=_together(held),
        delegated={each.role: each.by for each in held if each.by},
        held=held,
    )


def acting_here(place: Workplace, said: CaseActor) -> CaseActor:
    """Where somebody has signed in, the organisation says as what they act, now; nobody's word counts instead."""
    return said if place.guard.acting is None else actor_of(place)


def _own(acting: Acting, organisation: Organisation) -> Iterator[RoleHeld]:
    for role, unit_id in acting.roles:
        if (role, unit_id) not in acting.delegated:
            yield RoleHeld(role=role, departments=_under(organisation, unit_id))


def _lent(unit: UnitOfWork, acting: Acting, organisation: Organisation, now: str) -> Iterator[RoleHeld]:
    """Each with everybody who lent it: all of them count."""
    for delegation in organisation.delegations:
        if delegation.to_person == acting.person_id and delegation.counts(now):
            by = unit.people.person(delegation.from_person).name
            for role, unit_id in delegation.roles:
                if (role, unit_id) in acting.delegated:
                    yield RoleHeld(role=role, departments=_under(organisation, unit_id), by=by)


def _under(organisation: Organisation, unit_id: str) -> frozenset[str] | None:
    return None if unit_id == EVERYWHERE else organisation.under(unit_id)


def _together(held: tuple[RoleHeld, ...]) -> frozenset[str] | None:
    known = [each.departments for each in held if each.departments is not None]
    return frozenset().union(*known) if len(known) == len(held) else None
