"""The centre decides about what two people agreed to destroy: when everybody was heard, and nothing keeps it.

A confirmation is a wish. The centre first opens a hearing, which every station answers with an entry of its journal: so
all that it wrote before, a hold too, stands here before the answer. A hearing from before this process began is held
again: a centre that was put back in time lacks what it had heard after that. Then everything is looked at once more,
under the write lock, and either the document is destroyed or the reason for keeping it is written down. No clock
decides but the centre's own, about when the years are over.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from muni_archive.domain.cases import Case, MoveKind
from muni_archive.domain.disposals import Disposal, DisposalState
from muni_archive.domain.errors import ArchiveDamaged, BlobCorrupt, BlobMissing, NotFound, ProcedureInvalid
from muni_archive.domain.events import DisposalRefused, HearingEnded, HearingOpened
from muni_archive.domain.four_eyes import check_second_person, is_among
from muni_archive.domain.people import Person, plain_name
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.retention_errors import DisposalSettled, NotDue, RetentionRefused, ThroughProcedure
from muni_archive.domain.roles import rights_ever
from muni_archive.domain.together import StationState
from muni_archive.ports import CentralUnit
from muni_archive.retention_ports import Kept
from muni_archive.services.centre.actors import subject_of
from muni_archive.services.centre.at_hand import ProceduresAtHand
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.terms import term_running
from muni_archive.services.moments import iso
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.retention.direct_way import the_only_way
from muni_archive.services.retention.holding import REASON, require
from muni_archive.services.retention.judging import check_due, destruction_of

_log = logging.getLogger(__name__)
_BY_A_STEP = (Action.WORK_ON_CASE, Action.DECIDE)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A document that two people would destroy, and the stations that have not been heard about it."""

    disposal: Disposal
    number: str
    awaited: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Refusal:
    """Why a document is kept: a word of `services.retention.wording.REFUSALS`."""

    code: str
    detail: str = ""


def settle_disposals(centre: Centre) -> int:
    """Go on with everything that two people agreed on, as far as it can go now; returns how many were decided.

    May be called at any time and by several at once: each is decided once, in a transaction of its own. Raises
    `ObjectStoreFailed`.
    """
    with centre.unit_of_work() as unit:
        confirmed = unit.retention.disposals(DisposalState.CONFIRMED)
        since = centre.beginning.sequence(unit) if confirmed else 0
        ripe = [each.id for each in confirmed if not _waits(unit, each.id, since)]
    decided, at_hand = 0, ProceduresAtHand(centre)
    for disposal_id in ripe:
        try:
            decided += at_hand.decide(partial(_settle, disposal_id=disposal_id))
        except ArchiveDamaged as error:  # of what this one rests on; others do not wait for it
            _log.error("nothing can be decided about %s: %s", disposal_id, error)
    return decided


def pending_disposals(centre: Centre) -> Sequence[Pending]:
    """What waits for stations, oldest first."""
    with centre.unit_of_work() as unit:
        return [
            Pending(disposal=each, number=_number(unit, each.document_id), awaited=_awaited(unit, each.id))
            for each in unit.retention.disposals(DisposalState.CONFIRMED)
        ]


def end_hearing(centre: Centre, disposal_id: str, *, reason: str) -> None:
    """Wait for no more stations: a hold that one of them has not sent yet comes too late. Raises `NotFound`,
    `DisposalSettled`, `FieldsMissing`.
    """
    require((reason, REASON))
    with centre.unit_of_work() as unit:
        unit.lock()
        if unit.retention.disposal(disposal_id).state is not DisposalState.CONFIRMED:
            raise DisposalSettled
        if unit.retention.hearing_of(disposal_id) is None:
            unit.record(HearingOpened(hearing_id=centre.place.ids.new(), disposal_id=disposal_id))
        unit.record(HearingEnded(disposal_id=disposal_id, reason=reason.strip()))
        unit.commit()
    ProceduresAtHand(centre).decide(partial(_settle, disposal_id=disposal_id))


def _settle(centre: Centre, disposal_id: str) -> bool:
    """Whether it is decided now."""
    with centre.unit_of_work() as unit:
        unit.lock()
        disposal = unit.retention.disposal(disposal_id)
        if disposal.state is not DisposalState.CONFIRMED:
            return False  # somebody was faster
        if refusal := _why_kept(centre, unit, disposal):
            unit.record(_refused(unit, disposal, refusal))
            _log.info("%s is kept: %s", disposal.document_id, refusal.code)
        elif not _is_heard(unit, disposal_id, centre.beginning.sequence(unit)):
            unit.record(HearingOpened(hearing_id=centre.place.ids.new(), disposal_id=disposal_id))
            unit.commit()
            return False
        elif _awaited(unit, disposal_id):
            return False
        else:
            unit.record(destruction_of(unit, disposal, confirmed_by=disposal.decided_by))
            _log.info("%s is destroyed", disposal.document_id)
        unit.commit()
        return True


def _waits(unit: CentralUnit, disposal_id: str, since: int) -> bool:
    """Whether a hearing is open that is not over."""
    return _is_heard(unit, disposal_id, since) and bool(_awaited(unit, disposal_id))


def _is_heard(unit: CentralUnit, disposal_id: str, since: int) -> bool:
    """Whether a hearing was opened since this process began, or nobody is waited for."""
    hearing = unit.retention.hearing_of(disposal_id)
    return hearing is not None and (bool(hearing.ended_by) or hearing.opened > since)


def _awaited(unit: CentralUnit, disposal_id: str) -> tuple[str, ...]:
    """Stations that are to be heard: all that have not been revoked, those behind a fence too."""
    hearing = unit.retention.hearing_of(disposal_id)
    if hearing is not None and hearing.ended_by:
        return ()
    heard = unit.retention.answered(hearing.id) if hearing else frozenset[str]()
    here = (station.name for station in unit.stations() if station.state is not StationState.REVOKED)
    return tuple(name for name in here if name not in heard)


def _number(unit: CentralUnit, document_id: str) -> str:
    known = unit.records.documents_by_id([document_id]).get(document_id)
    return known.number if known else document_id


def _refused(unit: CentralUnit, disposal: Disposal, refusal: _Refusal) -> DisposalRefused:
    known = unit.records.documents_by_id([disposal.document_id]).get(disposal.document_id)
    return DisposalRefused(
        disposal_id=disposal.id, document_id=disposal.document_id, department=known.department if known else "",
        code=refusal.code, detail=refusal.detail,
    )  # fmt: skip


def _why_kept(centre: Centre, unit: CentralUnit, disposal: Disposal) -> _Refusal | None:
    """The first reason, in the order in which people can do least about it; None where nothing keeps it."""
    try:
        kept = unit.retention.kept(disposal.document_id)
        check_second_person(disposal.proposed_by, _acting(centre, unit, disposal.decided_by, disposal))
        check_second_person(disposal.decided_by, _acting(centre, unit, disposal.proposed_by, disposal))
        check_due(centre.place, unit, kept)
    except NotFound:
        return _Refusal(code="not-found")
    except RetentionRefused as error:
        return _Refusal(code=error.code, detail=str(error.params.get("due", "")))
    if not all(_has_leave(centre, unit, disposal, name) for name in (disposal.proposed_by, disposal.decided_by)):
        return _Refusal(code="not-permitted")
    if refusal := _another_way(centre, unit, disposal, kept):
        return refusal
    files = unit.retention.remains(disposal.document_id).files
    if awaited := [sha for sha in unit.missing_blobs(files) if not unit.lost_somewhere(sha)]:
        return _Refusal(code="files-awaited", detail=str(len(awaited)))
    return None


def _another_way(centre: Centre, unit: CentralUnit, disposal: Disposal, kept: Kept) -> _Refusal | None:
    """A term of the case that proposed this runs yet, a case about the document is open which did not, the disposal
    procedure is the only way here, or people have to decide first which side of a conflict the document is.
    """
    its_own = _disposing_case(centre, unit, disposal)
    if its_own is not None and (ends := term_running(centre.place, unit, *its_own)):
        return _Refusal(code=NotDue.code, detail=ends.date().isoformat())
    cases = unit.cases.cases(document_id=disposal.document_id, open_only=True)
    if others := [case for case in cases if its_own is None or case.id != its_own[0].id]:
        return _Refusal(code="case-open", detail=others[0].procedure_id)
    try:
        if its_own is None and (procedure := the_only_way(centre.place, unit, kept)):
            return _Refusal(code=ThroughProcedure.code, detail=procedure.id)
    except (BlobMissing, BlobCorrupt) as error:  # who knows whether that procedure is the only way?
        return _Refusal(code="procedure-missing", detail=str(error.params.get("sha", "")))
    if any(conflict.document_id == disposal.document_id for conflict in unit.records.conflicts()):
        return _Refusal(code="conflict-open")  # the side that waits may lie where a hold rests
    return None


def _acting(centre: Centre, unit: CentralUnit, name: str, disposal: Disposal) -> Collection[str]:
    """The person, and whose roles they held when one of the two was done, as the centre knows it: as the stations say,
    or at any time since the centre heard of the proposal. A clock that is wrong adds somebody, and takes nobody off.
    """
    person = unit.people.named(name)
    if person is None:
        return (name,)
    times = [iso(moment) for moment in (disposal.proposed_at, disposal.decided_at) if moment]
    now = iso(centre.place.clock.now())
    came = unit.retention.came([disposal.id]).get(disposal.id, now)
    lent = (each for each in unit.organisation.all().delegations if each.to_person == person.id)
    givers = {each.from_person for each in lent if any(map(each.counts, times)) or each.counts_between(came, now)}
    return (name, *(unit.people.person(giver).name for giver in givers))


def _has_leave(centre: Centre, unit: CentralUnit, disposal: Disposal, name: str) -> bool:
    """By their roles, whenever they had them, for a record of the level that it has now; a step of the case that
    disposes of it lets those do so who work on cases. A centre that has given nobody a role takes every name: it does
    not know who works there.
    """
    organisation = unit.organisation.all()
    if not organisation.places:
        return True
    people: dict[str, Person] = {person.id: person for person in unit.people.all()}
    known = [person for person in people.values() if plain_name(person.name) == plain_name(name)]
    document = unit.records.document(disposal.document_id)
    subject = subject_of(centre.place, document.department, document.record_class)
    level = (subject.access_level or AccessLevel.SECRET).at_least(document.level)
    actions = (Action.DISPOSE, *(_BY_A_STEP if _took_a_step(centre, unit, disposal, name) else ()))
    return any(
        rights_ever(person, people, organisation, centre.place.roles).may(
            action, replace(subject, access_level=level), ""
        )
        for person in known
        for action in actions
    )


def _took_a_step(centre: Centre, unit: CentralUnit, disposal: Disposal, name: str) -> bool:
    """Whether the person proposed or confirmed by a step that counts."""
    found = _disposing_case(centre, unit, disposal)
    if found is None:
        return False
    case, procedure = found
    deeds = {step.id for step in procedure.steps if step.does}
    return any(
        move.kind is MoveKind.TAKEN and move.stands and move.element in deeds and is_among(name, move.people)
        for move in unit.cases.moves(case.id)
    )


def _disposing_case(centre: Centre, unit: CentralUnit, disposal: Disposal) -> tuple[Case, Procedure] | None:
    """The case that the proposal names, if it is about this very document and its procedure disposes of records:
    whoever proposes may name any case.
    """
    if not disposal.case_id:
        return None
    try:
        case = unit.cases.case(disposal.case_id)
        procedure = procedure_of_version(centre.place, case.version, case.procedure_id)
    except (NotFound, ArchiveDamaged, ProcedureInvalid):
        return None
    disposes = case.document_id == disposal.document_id and any(step.does for step in procedure.steps)
    return (case, procedure) if disposes else None
