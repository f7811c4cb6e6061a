"""Who an entry names as its author: asked again at the centre whether that person may do what it says.

A station may be offline for days, so what counts is whether the person was ever allowed: an entry that was right when
it was written must not stop the station's journal because somebody was transferred meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from muni_archive.domain import events
from muni_archive.domain.audit_events import AUDIT_EVENTS
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.errors import NotFound
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import FileGranted, GlassAcknowledged, GlassBroken, GrantEnded
from muni_archive.domain.people import Person, plain_name
from muni_archive.domain.permissions import AccessLevel, Action, Rights, Subject
from muni_archive.domain.roles import rights_ever
from muni_archive.domain.saying import said_in
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.grants import OF_GRANTS, check_grant
from muni_archive.services.centre.unknown_names import UnknownNames
from muni_archive.services.workplace import Workplace

_CAPTURE, _DESCRIBE = (Action.CAPTURE,), (Action.DESCRIBE,)
_DISPOSE = (Action.DISPOSE, Action.WORK_ON_CASE)
"""Directly, or by a step of the disposal procedure, whose lane gives leave; `destroying` tells the two apart."""
NEEDS: Mapping[str, tuple[Action, ...]] = {
    events.BatchOpened.kind: _CAPTURE,
    events.PageCaptured.kind: _CAPTURE,
    events.PageExamined.kind: _CAPTURE,
    events.FeedCounted.kind: _CAPTURE,
    events.PageStateChanged.kind: (Action.CAPTURE, Action.DESCRIBE),
    events.PageRotated.kind: _CAPTURE,
    events.PagesOrdered.kind: _CAPTURE,
    events.BatchClosed.kind: _CAPTURE,
    events.FileOpened.kind: (Action.CAPTURE, Action.DESCRIBE),
    events.DocumentCreated.kind: _CAPTURE,
    events.DocumentRevised.kind: (Action.DESCRIBE, Action.CAPTURE),
    events.FieldDecided.kind: _DESCRIBE,
    events.WordReviewed.kind: (Action.CORRECT,),
    events.ConflictResolved.kind: (Action.SETTLE,),
    events.RenditionMade.kind: (Action.EXPORT, Action.RELEASE),
    events.CaseStarted.kind: (Action.START_CASE,),
    events.CaseWithdrawn.kind: (Action.START_CASE,),
    events.StepTaken.kind: (Action.WORK_ON_CASE, Action.DECIDE),
    events.StepSettled.kind: (Action.SETTLE,),
    events.CaseReassigned.kind: (Action.ASSIGN, Action.WORK_ON_CASE, Action.DECIDE),
    events.ProcedureLoaded.kind: (Action.ADMINISTER,),
    events.SampleDrawn.kind: (Action.ASSIGN,),
    events.FileClosed.kind: _DESCRIBE,
    events.FileReopened.kind: _DESCRIBE,
    events.HoldPlaced.kind: (Action.HOLD,),
    events.HoldLifted.kind: (Action.HOLD,),
    events.RetentionExtended.kind: (Action.DISPOSE,),
    events.DisposalProposed.kind: _DISPOSE,
    events.DisposalWithdrawn.kind: (*_DISPOSE, Action.START_CASE),
    events.DisposalConfirmed.kind: _DISPOSE,
    events.MarkAdded.kind: (Action.ANNOTATE,),
    events.MarkChanged.kind: (Action.ANNOTATE,),
    events.MarkRemoved.kind: (Action.ANNOTATE,),
    events.RedactionProposed.kind: (Action.REDACT,),
    events.RedactionDecided.kind: (Action.RELEASE, Action.REDACT),
    events.LevelSet.kind: (Action.CLASSIFY, Action.DECLASSIFY),
    FileGranted.kind: (Action.GRANT,),
    GrantEnded.kind: (Action.GRANT,),
    GlassBroken.kind: (Action.BREAK_GLASS,),
    GlassAcknowledged.kind: (Action.OVERSEE,),
}
"""By kind of entry, the actions of which its author needs one."""
OF_THE_MACHINE = frozenset(
    {
        events.ArchiveCreated.kind, events.PageRead.kind, events.VersionReceived.kind, events.BranchPlanted.kind,
        events.TimerPassed.kind, events.PersonKeyMade.kind, events.HearingAnswered.kind, events.DisposalReceived.kind,
        events.DestructionReceived.kind, events.LevelReceived.kind, *(event.kind for event in AUDIT_EVENTS),
    }
)  # fmt: skip
"""Kinds that the program writes by itself, whoever is signed in. What somebody looked at or took out is taken whoever
it was: refusing the entry would hide it."""

_GOES_ON = "sending goes on when the centre has admitted them and given them a role for it"


def check_actors(place: Workplace, unit: CentralUnit, entries: Sequence[JournalEntry]) -> None:
    """Raises `NotAllowed`. A centre that has given nobody a role takes every name: it does not know who works there."""
    organisation = unit.organisation.all()
    unknown = UnknownNames(place.ids, unit, entries[0].station) if organisation.places and entries else None
    if unknown is None:
        entries = [entry for entry in entries if entry.kind in OF_GRANTS]
    people = {person.id: person for person in unit.people.all()}
    by_name = {plain_name(person.name): person for person in people.values()}
    known: dict[str, Rights] = {}
    for entry in entries:
        taken = unknown is None or unknown.are_taken(entry)
        if entry.kind not in NEEDS:
            continue
        person = by_name.get(plain_name(entry.actor))
        if person is None:
            if not taken and entry.kind not in OF_GRANTS:
                detail = f"nobody is called {entry.actor} here (entry {entry.sequence}); {_GOES_ON}"
                raise NotAllowed(detail=detail)
            continue  # from before the station heard of people, or of people that are known there alone
        if person.id not in known:
            known[person.id] = rights_ever(person, people, organisation, place.roles)
        _check(place, unit, entry, person, known[person.id])


def _check(place: Workplace, unit: CentralUnit, entry: JournalEntry, person: Person, rights: Rights) -> None:
    if entry.kind == events.LevelSet.kind:
        _check_level(place, unit, entry, rights)
        return
    if entry.kind in OF_GRANTS:
        check_grant(place, unit, entry, person, rights)
        return
    subjects = list(_subjects(place, unit, said_in(entry.kind, entry.payload))) or [Subject()]
    allowed = any(rights.may(action, subject, "") for action in NEEDS[entry.kind] for subject in subjects)
    if not allowed:
        raise NotAllowed(detail=f"{entry.actor} may not write {entry.kind} (entry {entry.sequence}); {_GOES_ON}")


def _check_level(place: Workplace, unit: CentralUnit, entry: JournalEntry, rights: Rights) -> None:
    """Of the two levels, before and after, the author must reach the higher one; to lower it is a right of its own.

    Before is what the author saw: somebody may have raised it meanwhile.
    """
    said = said_in(entry.kind, entry.payload)
    given = unit.records.levels_given(said["document_id"])
    before = next((each.level for each in given if each.entry == said["base"]), "")
    subject = subject_of(place, said["department"], said["record_class"])
    levels = [(subject.access_level or AccessLevel.SECRET).at_least(own) for own in (before, said["level"])]
    lowered = levels[1].rank < levels[0].rank
    higher = replace(subject, access_level=max(levels, key=lambda level: level.rank))
    if not rights.may(Action.DECLASSIFY if lowered else Action.CLASSIFY, higher, ""):
        raise NotAllowed(detail=f"{entry.actor} may not write {entry.kind} (entry {entry.sequence}); {_GOES_ON}")


def _subjects(place: Workplace, unit: CentralUnit, said: Mapping[str, Any]) -> Iterator[Subject]:
    """What the entry is about: as it says itself; else as any version of the document was, or the batch is."""
    if "department" in said and "record_class" in said:
        yield subject_of(place, said["department"], said["record_class"])
        return
    if "record_class" in said:
        yield from _of_class(place, said["record_class"])
        return
    for document_id in _documents(unit, said):
        for version in unit.records.versions(document_id):
            yield subject_of(place, version.department, version.record_class)
    yield from _as_scanned(place, unit, said)


def _documents(unit: CentralUnit, said: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(said.get("document_id"), str):
        yield said["document_id"]
    elif isinstance(said.get("page_id"), str):
        yield from (page.document_id for page in unit.records.pages([said["page_id"]]) if page.document_id)


def _as_scanned(place: Workplace, unit: CentralUnit, said: Mapping[str, Any]) -> Iterator[Subject]:
    """What a page that is in a document came in as: it may have been put into another department's meanwhile."""
    if isinstance(said.get("document_id"), str) or not isinstance(said.get("page_id"), str):
        return
    for page in unit.records.pages([said["page_id"]]):
        if page.document_id:
            with suppress(NotFound):
                yield from _of_class(place, unit.records.batch(page.batch_id).record_class)


def _of_class(place: Workplace, class_id: str) -> Iterator[Subject]:
    try:
        yield subject_of(place, place.record_classes.get(class_id).department, class_id)
    except NotFound:
        yield Subject(record_class=class_id, access_level=AccessLevel.SECRET)


def subject_of(place: Workplace, department: str, class_id: str) -> Subject:
    """Records of that class in that department, whether this installation knows the class or not."""
    levels = {each.id: each.access_level for each in place.record_classes.all()}
    return Subject(department=department, record_class=class_id, access_level=AccessLevel.of(levels.get(class_id, "")))
