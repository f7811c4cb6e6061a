"""Somebody who is away hands roles over, for a time; an administrator may do it for somebody who cannot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from muni_archive.domain.acting import RoleIn
from muni_archive.domain.errors import NotFound
from muni_archive.domain.organisation import Delegation, Organisation
from muni_archive.domain.organisation_errors import DelegationRefused
from muni_archive.domain.organisation_events import DelegationEnded, RolesDelegated
from muni_archive.domain.people import Person
from muni_archive.domain.permissions import Action
from muni_archive.domain.roles import own_roles
from muni_archive.messages import _
from muni_archive.services.moments import iso
from muni_archive.services.organisation.changing import active_person, check_time, now_of, reason_given
from muni_archive.services.workplace import Workplace


def delegate_roles(
    place: Workplace, *, giver: str, taker: str, roles: Sequence[RoleIn] = (), since: datetime, until: datetime,
    reason: str,
) -> str:  # fmt: skip
    """`giver` and `taker` are names; no roles mean all that the giver has of their own. Returns the delegation's id.

    What was handed over cannot be handed on, and it ends by itself. Administering is never handed over: whoever gets
    it could make it last. Raises `DelegationRefused`, `PersonNotActive`, `NotFound`, `TimeWrong`.
    """
    why = reason_given(reason)
    check_time(place, since, until)
    with place.unit_of_work() as unit:
        unit.lock()
        one, other = active_person(unit, giver), active_person(unit, taker)
        _require_own(place, one)
        chosen = _checked(place, unit.organisation.all(), one, other, tuple(roles))
        event = RolesDelegated(
            delegation_id=place.ids.new(), from_person=one.id, to_person=other.id, roles=chosen, since=iso(since),
            until=iso(until), reason=why,
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return event.delegation_id


def end_delegation(place: Workplace, delegation_id: str, *, reason: str) -> None:
    """Take it back before its time: who gave it, who has it, or an administrator. Raises `NotFound`."""
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        known = _known(unit.organisation.all(), delegation_id)
        acting = place.guard.acting
        if acting is None or acting.person_id not in (known.from_person, known.to_person):
            place.guard.require(Action.ADMINISTER)
        unit.record(DelegationEnded(delegation_id=delegation_id, reason=why))
        unit.commit()


def _require_own(place: Workplace, giver: Person) -> None:
    acting = place.guard.acting
    if acting is None or acting.person_id != giver.id:
        place.guard.require(Action.ADMINISTER)


def _checked(
    place: Workplace, organisation: Organisation, giver: Person, taker: Person, roles: tuple[RoleIn, ...]
) -> tuple[RoleIn, ...]:
    if giver.id == taker.id:
        raise DelegationRefused(detail=_("nobody stands in for themselves"))
    own = own_roles(giver, organisation, now_of(place))
    wanted = roles or tuple(role for role in own if not _administers(place, role))
    if not wanted or not set(wanted) <= set(own):
        raise DelegationRefused(detail=_("only roles that one has oneself, not through somebody else"))
    if any(_administers(place, role) for role in wanted):
        raise DelegationRefused(detail=_("administering is given by an administrator only"))
    return wanted


def _administers(place: Workplace, role: RoleIn) -> bool:
    rule = place.roles.get(role[0])
    return rule is not None and Action.ADMINISTER in rule.actions


def _known(organisation: Organisation, delegation_id: str) -> Delegation:
    for delegation in organisation.delegations:
        if delegation.id == delegation_id and not delegation.ended:
            return delegation
    raise NotFound(key=delegation_id)
