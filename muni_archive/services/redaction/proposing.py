"""Proposing what a copy for release must not show, and taking a proposal back."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.events import RedactionDecided, RedactionProposed
from muni_archive.domain.four_eyes import same_person
from muni_archive.domain.mark_errors import NotProposer, RedactionInvalid, RedactionSettled
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Page
from muni_archive.domain.redaction import HiddenArea, Redaction, RedactionState, covered
from muni_archive.messages import _
from muni_archive.redaction_reasons import load_reasons
from muni_archive.services.redaction.material import may_write_here, require_leave
from muni_archive.services.subjects import about_document, is_within
from muni_archive.services.workplace import Workplace


def propose_redaction(place: Workplace, document_id: str, areas: Sequence[HiddenArea], note: str = "") -> Redaction:
    """Of the document's current version. Raises `RedactionInvalid`, `OnlyLookedAt`, `NotFound`."""
    may_write_here(place)
    with place.unit_of_work() as unit:
        unit.lock()
        document = unit.records.document(document_id)
        place.guard.require(Action.REDACT, about_document(document))
        pages = {page.id: page for page in unit.records.pages(document.page_ids)}
        _check(areas, pages)
        event = RedactionProposed(
            redaction_id=place.ids.new(), document_id=document.id, version=document.version, base=document.entry,
            areas=tuple(dict.fromkeys(areas)), note=note.strip(),
        )  # fmt: skip
        unit.record(event)
        unit.commit()
        return unit.redactions.redaction(event.redaction_id)


def withdraw_redaction(place: Workplace, redaction_id: str) -> None:
    """By whoever proposed it. Raises `RedactionSettled`, `NotProposer`."""
    may_write_here(place)
    with place.unit_of_work() as unit:
        unit.lock()
        redaction = unit.redactions.redaction(redaction_id)
        require_leave(place, unit, Action.REDACT, redaction)
        check_waits(redaction)
        if not same_person(redaction.proposed_by, unit.actor):
            raise NotProposer(name=redaction.proposed_by)
        unit.record(
            RedactionDecided(
                redaction_id=redaction.id, document_id=redaction.document_id, decision=RedactionState.WITHDRAWN
            )
        )
        unit.commit()


def redactions_of(place: Workplace, document_id: str) -> Sequence[Redaction]:
    """Every redaction of the document, newest first."""
    with place.unit_of_work() as unit:
        place.guard.require(Action.VIEW, about_document(unit.records.document(document_id)))
        return tuple(reversed(unit.redactions.of_document(document_id)))


def redactions_waiting(place: Workplace) -> Sequence[Redaction]:
    """Those that nobody has decided and who asks may decide, oldest first; one's own are among them."""
    place.guard.require(Action.RELEASE)
    scope = place.guard.scope(Action.RELEASE)
    with place.unit_of_work() as unit:
        waiting = unit.redactions.waiting()
        if scope is None:
            return waiting
        known = unit.records.documents_by_id([each.document_id for each in waiting])
    return [each for each in waiting if each.document_id in known and is_within(scope, known[each.document_id])]


def check_waits(redaction: Redaction) -> None:
    """Raises `RedactionSettled`."""
    if redaction.state is not RedactionState.PROPOSED:
        raise RedactionSettled(name=redaction.decided_by)


def _check(areas: Sequence[HiddenArea], pages: dict[str, Page]) -> None:
    if not areas:
        raise RedactionInvalid(detail=_("it hides nothing"))
    reasons = load_reasons()
    for area in areas:
        page = pages.get(area.page_id)
        if page is None:
            raise RedactionInvalid(detail=_("a page is not of this version"))
        black = covered(area.box, page.width, page.height, grid=1)
        if not black.width or not black.height:
            raise RedactionInvalid(detail=_("an area lies beside its page"))
        if area.reason not in reasons:
            raise RedactionInvalid(detail=_("there is no reason «{reason}»").format(reason=area.reason))
