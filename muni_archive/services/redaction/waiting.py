"""Redactions that wait for whoever acts here: to look at the copy as it would go out, and to approve or refuse it."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.four_eyes import is_among
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.domain.redaction import Redaction
from muni_archive.services.redaction.proposing import redactions_waiting
from muni_archive.services.standing_in import people_acting
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    """A proposal of somebody else, and the document that it is about."""

    redaction: Redaction
    document: Document


def redactions_to_decide(place: Workplace) -> tuple[ToDecide, ...]:
    """Oldest first; none that who acts here has proposed, or somebody for whom they stand in."""
    waiting = redactions_waiting(place)
    with place.unit_of_work() as unit:
        known = unit.records.documents_by_id([each.document_id for each in waiting])
        acting = people_acting(place, unit)
    return tuple(
        ToDecide(redaction=each, document=known[each.document_id])
        for each in waiting
        if each.document_id in known and not is_among(each.proposed_by, acting)
    )


def count_to_decide(place: Workplace) -> int:
    """None for who may release nothing."""
    return len(redactions_to_decide(place)) if place.guard.may(Action.RELEASE) else 0
