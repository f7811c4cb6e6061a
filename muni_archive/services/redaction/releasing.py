"""Giving out a redacted copy: the bytes that were approved, and no others."""

from __future__ import annotations

from pathlib import Path

from muni_archive.domain.errors import WrongUse
from muni_archive.domain.mark_errors import RedactionNotApproved
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.domain.redaction import GRID, Redaction, RedactionState, covered
from muni_archive.messages import _
from muni_archive.services.files_out import write_file
from muni_archive.services.redaction.hidden import hidden_texts, names_hidden
from muni_archive.services.redaction.material import material_of
from muni_archive.services.subjects import about_document
from muni_archive.services.view_document import view_document
from muni_archive.services.workplace import Workplace


def export_redacted(place: Workplace, number: str, target: Path, *, redaction_id: str = "") -> Redaction:
    """Write the copy of the named redaction, or of the one approved last; returns which it was.

    Raises `RedactionNotApproved`, `WrongUse` for a file name that says what is hidden, `NotFound`, `DiskFull`.
    """
    document = view_document(place, number).document
    place.guard.require(Action.RELEASE, about_document(document))
    redaction = _approved(place, document, redaction_id)
    if names_hidden(target.name, _hidden(place, redaction)):
        raise WrongUse(detail=_("the name of the file says what is hidden; choose another"))
    write_file(target, place.vault.get(redaction.copy))
    return redaction


def released_name(document: Document) -> str:
    """A file name that says no more than the number."""
    return f"{document.number}-redacted.pdf"


def _approved(place: Workplace, document: Document, redaction_id: str) -> Redaction:
    with place.unit_of_work() as unit:
        approved = [
            each
            for each in unit.redactions.of_document(document.id)
            if each.state is RedactionState.APPROVED and each.copy and redaction_id in ("", each.id)
        ]
    if not approved:
        raise RedactionNotApproved(number=document.number)
    return max(approved, key=lambda each: (each.decided_at or each.proposed_at, each.id))


def _hidden(place: Workplace, redaction: Redaction) -> tuple[str, ...]:
    material = material_of(place, redaction)
    black = {
        page.id: [covered(box, page.width, page.height, grid=GRID) for box in redaction.boxes_on(page.id)]
        for page in material.pages
    }
    return hidden_texts(material, black)
