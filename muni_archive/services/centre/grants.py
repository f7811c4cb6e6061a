"""Leave for files that stations give: it counts at the centre and in every copy, so the centre asks who gave it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation import GLASS_LASTS, Grant
from muni_archive.domain.organisation_events import FileGranted, GlassAcknowledged, GlassBroken, GrantEnded
from muni_archive.domain.people import Person
from muni_archive.domain.permissions import Action, Rights, Subject
from muni_archive.domain.saying import said_in
from muni_archive.ports import CentralUnit
from muni_archive.services.levels import level_of_class
from muni_archive.services.moments import iso
from muni_archive.services.workplace import Workplace

OF_GRANTS = frozenset(kind.kind for kind in (FileGranted, GlassBroken, GrantEnded, GlassAcknowledged))


def check_grant(place: Workplace, unit: CentralUnit, entry: JournalEntry, author: Person, rights: Rights) -> None:
    """Raises `NotAllowed`. What is said of people or of leave that are not known here counts nowhere, and is taken: a
    station had people of its own before it joined.
    """
    said = said_in(entry.kind, entry.payload)
    known = _KNOWN[entry.kind](unit, said)
    if known and not _MAY[entry.kind](place, unit, entry, said, author, rights):
        raise NotAllowed(detail=f"{author.name} may not write {entry.kind} (entry {entry.sequence})")


def department_of_grant(unit: CentralUnit, said: Mapping[str, Any]) -> str:
    """Of the file for which the leave is that the entry speaks of; empty for one that is not known here."""
    grant = _grant(unit, said)
    return grant.department if grant else ""


def _may_grant(
    place: Workplace, unit: CentralUnit, _entry: JournalEntry, said: Mapping[str, Any], _author: Person, rights: Rights
) -> bool:
    return rights.may(Action.GRANT, _about_file(place, unit, said["file_reference"], said["department"]), "")


def _may_break(
    _place: Workplace, _unit: CentralUnit, entry: JournalEntry, said: Mapping[str, Any], author: Person, rights: Rights
) -> bool:
    """For oneself, and for no longer than that."""
    last = iso(datetime.fromisoformat(entry.at) + GLASS_LASTS)
    return (
        said["person_id"] == author.id
        and rights.may(Action.BREAK_GLASS, Subject(), "")
        and datetime.fromisoformat(said["until"]) <= datetime.fromisoformat(last)
    )


def _may_end(
    place: Workplace, unit: CentralUnit, _entry: JournalEntry, said: Mapping[str, Any], _author: Person, rights: Rights
) -> bool:
    grant = _grant(unit, said)
    assert grant is not None
    return rights.may(Action.GRANT, _about_file(place, unit, grant.file_reference, grant.department), "")


def _may_acknowledge(
    _place: Workplace, unit: CentralUnit, _entry: JournalEntry, said: Mapping[str, Any], author: Person, rights: Rights
) -> bool:
    grant = _grant(unit, said)
    assert grant is not None
    return grant.person_id != author.id and rights.may(Action.OVERSEE, Subject(department=grant.department), "")


def _about_file(place: Workplace, unit: CentralUnit, reference: str, department: str) -> Subject:
    """As the centre knows the file; one that comes with the same part of the journal, as the entry says."""
    file = unit.records.file(reference)
    if file is None:
        return Subject(department=department)
    level = level_of_class(place, file.record_class)
    return Subject(department=file.department, record_class=file.record_class, access_level=level)


def _grant(unit: CentralUnit, said: Mapping[str, Any]) -> Grant | None:
    return next((grant for grant in unit.organisation.all().grants if grant.id == said["grant_id"]), None)


def _names_somebody(unit: CentralUnit, said: Mapping[str, Any]) -> bool:
    return bool(said.get("role")) or any(person.id == said["person_id"] for person in unit.people.all())


def _is_known(unit: CentralUnit, said: Mapping[str, Any]) -> bool:
    return _grant(unit, said) is not None


_KNOWN = {
    FileGranted.kind: _names_somebody,
    GlassBroken.kind: _names_somebody,
    GrantEnded.kind: _is_known,
    GlassAcknowledged.kind: _is_known,
}
_MAY = {
    FileGranted.kind: _may_grant,
    GlassBroken.kind: _may_break,
    GrantEnded.kind: _may_end,
    GlassAcknowledged.kind: _may_acknowledge,
}
