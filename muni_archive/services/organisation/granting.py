"""Leave to use one file: granted by who may, or taken in need by breaking the glass."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from muni_archive.domain.errors import NotFound, NotPermitted
from muni_archive.domain.organisation import Grant
from muni_archive.domain.organisation_events import FileGranted, GlassAcknowledged, GlassBroken, GrantEnded
from muni_archive.domain.permissions import ACTION_TEXTS, BY_GRANT, Action, Subject
from muni_archive.domain.records import Document, File
from muni_archive.domain.scope import Scope
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.organisation.changing import active_person, check_time, now_of, reason_given
from muni_archive.services.subjects import is_within
from muni_archive.services.workplace import Workplace

GLASS_LASTS = timedelta(hours=1)
"""How long somebody may look who broke the glass."""
MOST_LISTED = 500
"""Documents of a file."""


def grant_file(
    place: Workplace, name: str, file_reference: str, *, until: datetime, reason: str,
    actions: Collection[Action] = (Action.VIEW,),
) -> str:  # fmt: skip
    """Let a person use a file until then; returns the grant's id. Raises `NotFound`, `TimeWrong`, `PersonNotActive`.

    Of the actions only those count that a grant can allow (`BY_GRANT`).
    """
    why = reason_given(reason)
    check_time(place, None, until)
    with place.unit_of_work() as unit:
        unit.lock()
        file = _file(unit, file_reference)
        place.guard.require(Action.GRANT, _about(file))
        event = FileGranted(
            grant_id=place.ids.new(), person_id=active_person(unit, name).id, file_reference=file.reference,
            department=file.department, until=iso(until), reason=why,
            actions=tuple(sorted(action.value for action in BY_GRANT.intersection(actions))),
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return event.grant_id


def end_grant(place: Workplace, grant_id: str, *, reason: str) -> None:
    """Take it back before its time. Raises `NotFound`."""
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        grant = _grant(unit, grant_id)
        place.guard.require(Action.GRANT, _about(_file(unit, grant.file_reference)))
        unit.record(GrantEnded(grant_id=grant_id, reason=why))
        unit.commit()


def break_glass(place: Workplace, file_reference: str, *, reason: str) -> Grant:
    """Look at a file that is not one's own, in need: for an hour, and the department that keeps it is told why.

    Raises `FieldsMissing` without a reason, `NotFound`, `NotPermitted` for who may not even that.
    """
    place.guard.require(Action.BREAK_GLASS)
    acting = place.guard.acting
    if acting is None:
        raise NotPermitted(action=_(ACTION_TEXTS[Action.BREAK_GLASS]))
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        file = _file(unit, file_reference)
        event = GlassBroken(
            grant_id=place.ids.new(), person_id=acting.person_id, file_reference=file.reference,
            department=file.department, until=iso(place.clock.now() + GLASS_LASTS), reason=why,
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return _grant(unit, event.grant_id)


def broken_glass(place: Workplace, *, waiting: bool = False) -> Sequence[Grant]:
    """When the glass was broken for files of departments that who asks oversees, the newest first.

    `waiting`: only what nobody has looked at yet.
    """
    place.guard.require(Action.OVERSEE)
    with place.unit_of_work() as unit:
        grants = unit.organisation.all().grants
    mine = (
        grant
        for grant in grants
        if grant.broken_glass and place.guard.may(Action.OVERSEE, Subject(department=grant.department))
    )
    return tuple(reversed([grant for grant in mine if not (waiting and grant.acknowledged_by)]))


def acknowledge_glass(place: Workplace, grant_id: str, *, note: str) -> None:
    """Say that one has looked at why the glass was broken, and what came of it. Nobody does so for themselves."""
    with place.unit_of_work() as unit:
        unit.lock()
        grant = _grant(unit, grant_id)
        place.guard.require(Action.OVERSEE, Subject(department=grant.department))
        acting = place.guard.acting
        if not grant.broken_glass or (acting is not None and acting.person_id == grant.person_id):
            raise NotPermitted(action=_(ACTION_TEXTS[Action.OVERSEE]))
        unit.record(GlassAcknowledged(grant_id=grant_id, note=reason_given(note)))
        unit.commit()


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
    with place.unit_of_work() as unit:
        return {person.id: person.name for person in unit.people.all() if person.id in wanted}


def grants_that_count(place: Workplace) -> Sequence[Grant]:
    """Of the files whose access who asks may grant."""
    place.guard.require(Action.GRANT)
    with place.unit_of_work() as unit:
        grants = unit.organisation.all().grants
    now = now_of(place)
    return tuple(
        grant
        for grant in grants
        if grant.counts(now) and place.guard.may(Action.GRANT, Subject(department=grant.department))
    )


def _about(file: File) -> Subject:
    return Subject(department=file.department, record_class=file.record_class, file_reference=file.reference)


def _file(unit: UnitOfWork, reference: str) -> File:
    file = unit.records.file(reference.strip())
    if file is None:
        raise NotFound(key=reference)
    return file


def _grant(unit: UnitOfWork, grant_id: str) -> Grant:
    for grant in unit.organisation.all().grants:
        if grant.id == grant_id and not grant.ended:
            return grant
    raise NotFound(key=grant_id)
