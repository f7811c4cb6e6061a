"""Who may see one document, and why each may: by a role, by one that somebody lent, by leave for its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.organisation import Grant, Organisation
from muni_archive.domain.people import PersonState
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.domain.roles import reasons_for
from muni_archive.services.levels import level_of_class
from muni_archive.services.organisation.changing import now_of
from muni_archive.services.organisation.knowing import known_organisation, known_people
from muni_archive.services.subjects import about_document
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Seer:
    """One person and one reason. Either `role` (in `unit_id`, lent by somebody if named) or `grant`."""

    name: str
    role: str = ""
    unit_id: str = ""
    lent_by: str = ""
    grant: Grant | None = None


@dataclass(frozen=True, kw_only=True)
class Seers:
    """Everybody who may see a document now, by name; leave for the file first."""

    seers: tuple[Seer, ...]
    organisation: Organisation
    names: Sequence[str]
    """Of the people who are active, for whom leave may be given."""


def who_may_see(place: Workplace, document: Document) -> Seers:
    """For who may grant access to it. Raises `NotPermitted`."""
    subject = about_document(document)
    place.guard.require(Action.GRANT, subject)
    people, organisation = known_people(place), known_organisation(place)
    level = level_of_class(place, document.record_class).at_least(document.level)
    found = [
        Seer(
            name=why.person.name,
            role=why.role_in[0] if why.role_in else "",
            unit_id=why.role_in[1] if why.role_in else "",
            lent_by=people[why.lent_by].name if why.lent_by else "",
            grant=why.grant,
        )
        for why in reasons_for(
            Action.VIEW, replace(subject, access_level=level), people, organisation, place.roles, now_of(place)
        )
    ]
    return Seers(
        seers=tuple(sorted(found, key=lambda seer: (seer.grant is None, seer.name, seer.role, seer.unit_id))),
        organisation=organisation,
        names=[person.name for person in people.values() if person.state is PersonState.ACTIVE],
    )
