"""Whether a record may go, and what is said of one that goes: asked by who destroys alone, and by the centre."""

from __future__ import annotations

from datetime import date

from muni_archive.domain.disposals import Disposal
from muni_archive.domain.events import DocumentDestroyed
from muni_archive.domain.retention import Term, judge
from muni_archive.domain.retention_errors import KeptForEver, NotBegun, NotDue, UnderHold
from muni_archive.ports import UnitOfWork
from muni_archive.retention_ports import Kept
from muni_archive.services.retention.due import rule_of
from muni_archive.services.workplace import Workplace


def check_due(place: Workplace, unit: UnitOfWork, kept: Kept) -> tuple[str, date]:
    """The rule that allows it and the day from which it does. A hold is looked at first: it beats every rule.

    Raises a `RetentionRefused` that says what keeps the record.
    """
    for hold in unit.retention.holds_on(kept.document_id):
        raise UnderHold(number=kept.number, reason=hold.reason, authority=hold.authority)
    rule = rule_of(place, kept.record_class)
    verdict = judge(rule, kept.life, place.clock.now().date())
    if rule is None:
        raise KeptForEver(number=kept.number)
    if verdict.due is None:
        raise NotBegun(number=kept.number)
    if verdict.term is not Term.DUE:
        raise NotDue(number=kept.number, due=verdict.due.isoformat())
    return rule.said, verdict.due


def destruction_of(unit: UnitOfWork, disposal: Disposal, *, confirmed_by: str) -> DocumentDestroyed:
    """The entry that destroys the document of this proposal."""
    document = unit.records.document(disposal.document_id)
    remains = unit.retention.remains(document.id)
    return DocumentDestroyed(
        document_id=document.id,
        number=document.number,
        record_class=document.record_class,
        department=document.department,
        page_ids=remains.page_ids,
        files=remains.files,
        disposal_id=disposal.id,
        rule=disposal.rule,
        reason=disposal.reason,
        proposed_by=disposal.proposed_by,
        proposed_at=disposal.proposed_at.isoformat(timespec="microseconds"),
        confirmed_by=confirmed_by,
    )
