"""The second person: looks at the very copy that would go out, and approves it or refuses."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import WrongUse
from muni_archive.domain.events import RedactionDecided, RenditionMade
from muni_archive.domain.four_eyes import is_among, same_person
from muni_archive.domain.mark_errors import OwnProposal, RedactionInvalid
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import RenditionKind
from muni_archive.domain.redaction import Redaction, RedactionState
from muni_archive.messages import _
from muni_archive.ports import UnitOfWork
from muni_archive.services.redaction.making import make_copy
from muni_archive.services.redaction.material import may_write_here, require_leave
from muni_archive.services.redaction.proposing import check_waits
from muni_archive.services.standing_in import people_acting
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The copy as it would go out; `approver` is who looks, and whose name stands in it."""

    redaction: Redaction
    approver: str
    data: bytes


def preview_redaction(place: Workplace, redaction_id: str, *, cancel: CancelToken) -> Preview:
    """For whoever may see the document, the proposer too; nothing is recorded.

    Raises `RedactedCopyRefused`, `NotFound`.
    """
    with place.unit_of_work() as unit:
        redaction, actor = unit.redactions.redaction(redaction_id), unit.actor
        require_leave(place, unit, Action.VIEW, redaction)
    return Preview(redaction=redaction, approver=actor, data=make_copy(place, redaction, approver=actor, cancel=cancel))


def approve_redaction(place: Workplace, seen: Preview, note: str = "") -> Redaction:
    """What was seen becomes the copy, byte for byte. Raises `OwnProposal`, `RedactionSettled`, `OnlyLookedAt`."""
    may_write_here(place)
    with place.unit_of_work() as unit:  # asked before anything is stored, and again under the lock
        _check_may_approve(place, unit, seen)
    blob = place.vault.put(seen.data)
    with place.unit_of_work() as unit:
        unit.lock()
        redaction = _check_may_approve(place, unit, seen)
        unit.record(
            RenditionMade(
                document_id=redaction.document_id, rendition=RenditionKind.REDACTED_PDF, version=redaction.version,
                blob=blob, made_with=f"redacted-pdf {redaction.id}",
            )
        )  # fmt: skip
        unit.record(_decision(redaction, RedactionState.APPROVED, note, blob))
        unit.commit()
        return unit.redactions.redaction(redaction.id)


def refuse_redaction(place: Workplace, redaction_id: str, note: str) -> None:
    """With a reason for the proposer. Raises `RedactionInvalid` without one, `OwnProposal`, `RedactionSettled`."""
    may_write_here(place)
    with place.unit_of_work() as unit:
        unit.lock()
        redaction = unit.redactions.redaction(redaction_id)
        require_leave(place, unit, Action.RELEASE, redaction)
        if not note.strip():
            raise RedactionInvalid(detail=_("say why it is refused"))
        check_waits(redaction)
        _check_other(place, unit, redaction)
        unit.record(_decision(redaction, RedactionState.REFUSED, note.strip()))
        unit.commit()


def _check_may_approve(place: Workplace, unit: UnitOfWork, seen: Preview) -> Redaction:
    redaction = unit.redactions.redaction(seen.redaction.id)
    require_leave(place, unit, Action.RELEASE, redaction)
    check_waits(redaction)
    _check_other(place, unit, redaction)
    if not same_person(seen.approver, unit.actor):
        raise WrongUse(detail=_("another person has looked at this copy; open it again"))
    return redaction


def _check_other(place: Workplace, unit: UnitOfWork, redaction: Redaction) -> None:
    """A stand-in is whom they stand in for too."""
    if is_among(redaction.proposed_by, people_acting(place, unit)):
        raise OwnProposal(name=redaction.proposed_by)


def _decision(redaction: Redaction, state: RedactionState, note: str, blob: str = "") -> RedactionDecided:
    return RedactionDecided(
        redaction_id=redaction.id, document_id=redaction.document_id, decision=state, note=note, copy=blob
    )
