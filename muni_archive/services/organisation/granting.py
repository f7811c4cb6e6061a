"""Leave to use one file: granted by who may, or taken in need by breaking the glass."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muni_archive.domain.errors import NotFound, NotPermitted
from muni_archive.domain.event import Event
from muni_archive.domain.organisation import EVERYWHERE, GLASS_LASTS, Grant
from muni_archive.domain.organisation_events import FileGranted, GlassAcknowledged, GlassBroken, GrantEnded
from muni_archive.domain.permissions import ACTION_TEXTS, BY_GRANT, Action, Subject
from muni_archive.domain.records import Document
from muni_archive.domain.scope import Scope
from muni_archive.messages import _
from muni_archive.services.moments import iso
from muni_archive.services.organisation.changing import (
    active_person,
    check_role,
    check_time,
    now_of,
    open_unit_of,
    reason_given,
)
from muni_archive.services.organisation.knowing import known_file, known_organisation, known_people, people_unit
from muni_archive.services.subjects import about_file, is_within
from muni_archive.services.workplace import Workplace

MOST_LISTED = 500
"""Documents of a file."""


@dataclass(frozen=True, kw_only=True)
class ToRole:
    """Everybody who has this role in the unit or under it; no unit means the whole municipality."""

    role: str
    unit_id: str = EVERYWHERE


def grant_file(
    place: Workplace, to: str | ToRole, file_reference: str, *, until: datetime, reason: str,
    actions: Collection[Action] = (Action.VIEW,),
) -> str:  # fmt: skip
    """Let a person (by name), or who has a role, use a file until then; returns the grant's id.

    Of the actions only those count that a grant can allow (`BY_GRANT`). Raises `NotFound`, `TimeWrong`,
    `PersonNotActive`, `RoleUnknown`, `UnitIsClosed`.
    """
    why = reason_given(reason)
    check_time(place, None, until)
    file = known_file(place, file_reference)
    place.guard.require(Action.GRANT, about_file(file))
    event = FileGranted(
        grant_id=place.ids.new(), file_reference=file.reference, department=file.department, until=iso(until),
        reason=why, actions=tuple(sorted(action.value for action in BY_GRANT.intersection(actions))),
        **_whom(place, to),
    )  # fmt: skip
    _record(place, event)
    return event.grant_id


def end_grant(place: Workplace, grant_id: str, *, reason: str) -> None:
    """Take it back before its time. Raises `NotFound`."""
    why = reason_given(reason)
    grant = _grant(place, grant_id)
    place.guard.require(Action.GRANT, about_file(known_file(place, grant.file_reference)))
    _record(place, GrantEnded(grant_id=grant_id, reason=why))


def break_glass(place: Workplace, file_reference: str, *, reason: str) -> Grant:
    """Look at a file that is not one's own, in need: for an hour, and the department that keeps it is told why.

    Raises `FieldsMissing` without a reason, `NotFound`, `NotPermitted` for who may not even that.
    """
    place.guard.require(Action.BREAK_GLASS)
    acting = place.guard.acting
    if acting is None:
        raise NotPermitted(action=_(ACTION_TEXTS[Action.BREAK_GLASS]))
    why = reason_given(reason)
    file = known_file(place, file_reference)
    event = GlassBroken(
        grant_id=place.ids.new(), person_id=acting.person_id, file_reference=file.reference,
        department=file.department, until=iso(place.clock.now() + GLASS_LASTS), reason=why,
    )  # fmt: skip
    _record(place, event)
    return _grant(place, event.grant_id)


def broken_glass(place: Workplace, *, waiting: bool = False) -> Sequence[Grant]:
    """When the glass was broken for files of departments that who asks oversees, the newest first.

    `waiting`: only what nobody has looked at yet.
    """
    place.guard.require(Action.OVERSEE)
    mine = (
        grant
        for grant in known_organisation(place).grants
        if grant.broken_glass and place.guard.may(Action.OVERSEE, Subject(department=grant.department))
    )
    return tuple(reversed([grant for grant in mine if not (waiting and grant.acknowledged_by)]))


def acknowledge_glass(place: Workplace, grant_id: str, *, note: str) -> None:
    """Say that one has looked at why the glass was broken, and what came of it. Nobody does so for themselves."""
    grant = _grant(place, grant_id)
    place.guard.require(Action.OVERSEE, Subject(department=grant.department))
    acting = place.guard.acting
    if not grant.broken_glass or (acting is not None and acting.person_id == grant.person_id):
        raise NotPermitted(action=_(ACTION_TEXTS[Action.OVERSEE]))
    _record(place, GlassAcknowledged(grant_id=grant_id, note=reason_given(note)))


def documents_of_file(place: Workplace, file_reference: str) -> tuple[Document, ...]:
    """What is kept in the file and may be seen, oldest first."""
    place.guard.require(Action.VIEW)
    scope = place.guard.scope(Action.VIEW)
    with place.unit_of_work() as unit:
        kept = unit.records.documents(limit=MOST_LISTED, scope=Scope(files=frozenset({file_reference})))
    return tuple(document for document in kept if is_within(scope, document))


def names_of(place: Workplace, grants: Sequence[Grant]) -> Mapping[str, str]:
    """The names behind the grants, by person id."""
    place.guard.require(Action.OVERSEE)
    wanted = {grant.person_id for grant in grants}
    return {key: person.name for key, person in known_people(place).items() if key in wanted}


def grants_that_count(place: Workplace) -> Sequence[Grant]:
    """Of the files whose access who asks may grant."""
    place.guard.require(Action.GRANT)
    now = now_of(place)
    return tuple(
        grant
        for grant in known_organisation(place).grants
        if grant.counts(now) and place.guard.may(Action.GRANT, Subject(department=grant.department))
    )


def _whom(place: Workplace, to: str | ToRole) -> dict[str, str]:
    with people_unit(place)() as unit:
        if isinstance(to, str):
            return {"person_id": active_person(unit, to).id}
        check_role(place, to.role)
        open_unit_of(unit.organisation.all(), to.unit_id)
        return {"person_id": "", "role": to.role, "unit_id": to.unit_id}


def _record(place: Workplace, event: Event) -> None:
    with place.unit_of_work() as unit:
        unit.record(event)
        unit.commit()


def _grant(place: Workplace, grant_id: str) -> Grant:
    for grant in known_organisation(place).grants:
        if grant.id == grant_id and not grant.ended:
            return grant
    raise NotFound(key=grant_id)
