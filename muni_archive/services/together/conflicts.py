"""What two stations decided differently, for a person to settle: field by field, nothing is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from muni_archive.domain.centre_errors import ConflictSettled
from muni_archive.domain.errors import ArchiveDamaged, NotFound
from muni_archive.domain.events import ConflictResolved, DocumentCreated, Event, Revision
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.merging import META, Description, combine, description_of, differences, merge
from muni_archive.domain.permissions import Action, Subject
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Conflict
from muni_archive.ports import Records
from muni_archive.services.subjects import about_class, is_allowed, is_within
from muni_archive.services.together.decided import told_until
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace


class Choice(StrEnum):
    """A side of a conflict."""

    STANDING = "standing"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One side: what it says, and who said so, where and when."""

    said: Description
    by: str
    station: str
    at: str


@dataclass(frozen=True, kw_only=True)
class OpenConflict:
    """Both sides of a conflict. `standing_entry` made the version that stands now, its number is `version`."""

    conflict: Conflict
    number: str
    version: int
    standing_entry: str
    standing: Version
    waiting: Version
    differing: tuple[str, ...]
    """Names of the fields that differ; those of the record class as `metadata.NAME`."""
    proposed: Mapping[str, Choice]
    """Of those, the ones that only one side changed: its change is taken unless somebody says otherwise."""


def open_conflicts(place: Workplace, together: Together) -> tuple[Conflict, ...]:
    """What waits for a person, oldest first; without what was decided here and is on its way."""
    scope = place.guard.scope(Action.SETTLE)
    with place.unit_of_work() as unit, together.copy() as seen:
        records = seen.records
        waiting = records.conflicts()
        decided = unit.records.conflicts_decided(after=told_until(unit, seen)) if waiting else ()
        return tuple(
            conflict
            for conflict in waiting
            if conflict.id not in decided
            and records.knows_entry(conflict.ours)
            and records.knows_entry(conflict.theirs)
            and (scope is None or _may_settle(scope, records, conflict))
        )


def show_conflict(together: Together, conflict_id: str) -> OpenConflict:
    """Both sides as the copy knows them, to who may settle them. Raises `NotFound`, `ConflictSettled`."""
    with together.copy() as unit:
        records = unit.records
        conflict = records.conflict(conflict_id)
        if conflict.resolution is not None:
            raise ConflictSettled
        document = records.document(conflict.document_id)
        standing, waiting = _version(records, document.entry), _version(records, conflict.theirs)
        base = _version(records, conflict.base).said
    _require_settling(together.copied, document.level, standing.said, waiting.said)
    differing = differences(standing.said, waiting.said)
    outcome = merge(base, standing.said, waiting.said)
    merged = outcome.merged.fields()
    mine = standing.said.fields()
    proposed = {
        name: Choice.STANDING if merged.get(name) == mine.get(name) else Choice.WAITING
        for name in differing
        if name not in outcome.disputed
    }
    return OpenConflict(
        conflict=conflict, number=document.number, version=document.version, standing_entry=document.entry,
        standing=standing, waiting=waiting, differing=differing, proposed=proposed,
    )  # fmt: skip


def resolve_conflict(
    place: Workplace, together: Together, shown: OpenConflict, choices: Mapping[str, Choice], *, note: str = ""
) -> Description:
    """Record in the station's own journal what a person decided; the centre hears it with everything else.

    `choices` names a side for every differing field. Raises `ConflictSettled` when somebody (here, or as far as the
    copy knows elsewhere) decided it before, or the document has become another since it was shown.
    """
    conflict, decided = shown.conflict, decision(shown, choices)
    with together.copy() as unit:
        own_level = unit.records.levels_of([conflict.document_id]).get(conflict.document_id, "")
    _require_settling(place, own_level, shown.standing.said, shown.waiting.said)
    with place.unit_of_work() as unit, together.copy() as seen:
        unit.lock()
        known = unit.records.conflicts_decided(after=told_until(unit, seen))
        if conflict.id in known or not _still_open(together, shown):
            raise ConflictSettled
        unit.record(
            ConflictResolved(
                conflict_id=conflict.id,
                document_id=conflict.document_id,
                version=shown.version + 1,
                base=shown.standing_entry,
                note=note.strip(),
                theirs=conflict.theirs,
                **decided.values(),
            )
        )
        unit.commit()
    return decided


def decision(shown: OpenConflict, choices: Mapping[str, Choice]) -> Description:
    """What stands when each field says what was chosen for it; a field without a choice says what stands."""
    standing, waiting = shown.standing.said.fields(), shown.waiting.said.fields()
    taken = {
        name: waiting.get(name) if choices.get(name) is Choice.WAITING else standing.get(name)
        for name in shown.differing
    }
    return combine(shown.standing.said, taken)


def value_of(said: Description, name: str) -> Any:
    """What a side says of a field; None where it says nothing."""
    return said.metadata.get(name.removeprefix(META)) if name.startswith(META) else getattr(said, name)


def _may_settle(scope: Scope, records: Records, conflict: Conflict) -> bool:
    """As `show_conflict` asks: of what stands, and of what waits, which may have moved it to another department."""
    document, event = records.document(conflict.document_id), records.event(conflict.theirs)
    if not isinstance(event, DocumentCreated | Revision):
        return False
    waiting = description_of(event)
    moved = Subject(
        department=waiting.department, record_class=waiting.record_class, file_reference=waiting.file_reference,
        own_level=document.level,
    )  # fmt: skip
    return is_within(scope, document) and is_allowed(scope, moved)


def _require_settling(place: Workplace, own_level: str, *sides: Description) -> None:
    """Of both sides, and of the level that the document was given, whatever its class."""
    for said in sides:
        subject = about_class(place, said.record_class, said.file_reference)
        place.guard.require(Action.SETTLE, replace(subject, own_level=own_level))


def _still_open(together: Together, shown: OpenConflict) -> bool:
    with together.copy() as unit:
        try:
            now = unit.records.conflict(shown.conflict.id)
        except NotFound:
            return False
        current = unit.records.current_entry(shown.conflict.document_id)
        return now.resolution is None and now.theirs == shown.conflict.theirs and current == shown.standing_entry


def _version(records: Records, entry_id: str) -> Version:
    entry: JournalEntry = records.entry(entry_id)
    event: Event = records.event(entry_id)
    if not isinstance(event, DocumentCreated | Revision):
        raise ArchiveDamaged(detail=f"entry {entry_id} is no version of a document")
    return Version(said=description_of(event), by=entry.actor, station=entry.station, at=entry.at)
