"""Who acts here, counted for four eyes: a stand-in is also everybody whose roles they hold now."""

from __future__ import annotations

from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.workplace import Workplace


def people_acting(place: Workplace, unit: UnitOfWork) -> frozenset[str]:
    """The names. Every delegation of this moment counts, also one of roles that the stand-in has themselves."""
    acting = place.guard.acting
    if acting is None:
        return frozenset({unit.actor})
    now = iso(place.clock.now())
    delegations = unit.organisation.all().delegations
    givers = {each.from_person for each in delegations if each.to_person == acting.person_id and each.counts(now)}
    return frozenset({unit.actor, acting.name, *(unit.people.person(giver).name for giver in givers)})
