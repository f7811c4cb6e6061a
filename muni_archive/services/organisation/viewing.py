"""The organisation as it stands: units, people with all that they may, who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.organisation import Delegation, Organisation, RolePlace
from muni_archive.domain.people import Person
from muni_archive.domain.permissions import Action
from muni_archive.services.organisation.changing import now_of
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class OrganisationView:
    """`now` is the moment for which it was looked at."""

    organisation: Organisation
    people: tuple[Person, ...]
    now: str

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def places_in(self, unit_id: str) -> tuple[RolePlace, ...]:
        """Places in this very unit that count now or will."""
        return tuple(
            place
            for place in self.organisation.places
            if place.unit_id == unit_id and not place.ended and (not place.until or place.until > self.now)
        )

    def delegations(self) -> tuple[Delegation, ...]:
        """Those that count now or will."""
        return tuple(each for each in self.organisation.delegations if not each.ended and each.until > self.now)


def view_organisation(place: Workplace) -> OrganisationView:
    """For who administers it. Raises `NotPermitted`."""
    place.guard.require(Action.ADMINISTER)
    with place.unit_of_work() as unit:
        return OrganisationView(
            organisation=unit.organisation.all(), people=tuple(unit.people.all()), now=now_of(place)
        )
