"""Puts into the journal what changes nothing and must be known all the same: one use case a question.

Nothing is recorded in an archive that is only read or is a copy of another's: what somebody looks at there is recorded
where they work. Each is one commit; the window makes it off its own thread, and shows what was asked without waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from muni_archive.domain.events import (
    DataExported,
    DocumentExported,
    DocumentPrinted,
    DocumentSeen,
    Event,
    PagesSearched,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.people import Person
from muni_archive.ports import UnitOfWork
from muni_archive.services.moments import iso
from muni_archive.services.workplace import Workplace

SEEN_AGAIN = timedelta(hours=1)
"""So long after it was recorded, looking at a document is recorded again."""
TOLD_AGAIN, MOST_FAILED = timedelta(hours=1), 100
"""So long after it was recorded, a try under a locked name is recorded again; failed tries that are recorded in such a
time, whatever the names. The table of sign-ins holds each, and forgets it one day, as the journal never does."""
LONGEST_QUERY = 500
"""Signs that are kept of what somebody asked."""
_FILTERS = ("department", "record_class", "year", "area", "date_from", "date_to")


def record_seen(place: Workplace, document_id: str, number: str) -> bool:
    """Somebody opened the document; False when that was recorded within the hour, or nothing is recorded here."""
    if not records(place):
        return False
    lately = _around(place.clock.now(), SEEN_AGAIN)
    with place.unit_of_work() as unit:
        if unit.audit.i_saw(document_id, **lately):
            return False
        unit.lock()
        if unit.audit.i_saw(document_id, **lately):  # meanwhile, by another thread
            return False
        unit.record(DocumentSeen(document_id=document_id, number=number))
        unit.commit()
    return True


def record_search(place: Workplace, request: SearchRequest, found: int) -> None:
    """Somebody asked this and was shown so many."""
    _record(place, PagesSearched(query=request.query[:LONGEST_QUERY], found=found, filters=filters_of(request)))


def record_printed(place: Workplace, document_id: str, number: str, pages: int) -> None:
    _record(place, DocumentPrinted(document_id=document_id, number=number, pages=pages))


def record_exported(place: Workplace, document_id: str, number: str, form: str) -> None:
    """A copy left the archive; `form` as in the event."""
    _record(place, DocumentExported(document_id=document_id, number=number, form=form))


def record_taken_out(place: Workplace, what: str, count: int) -> None:
    """Something that is no single document left the archive; `what` as in the event."""
    _record(place, DataExported(what=what, count=count))


def record_entrance(
    place: Workplace, unit: UnitOfWork, name: str, person: Person | None, outcome: str, *,
    reason: str = "asked", method: str = "password",
) -> None:  # fmt: skip
    """Somebody came, tried to, or went, as `domain.people.SignIn` says it; within the caller's unit, which is locked.

    `name` is as it was typed, by somebody who may be nobody. `reason` tells why who went did so.
    """
    if not records(place):
        return
    if person and outcome == "ok":
        unit.record(SignedIn(person_id=person.id, name=person.name, method=method))
    elif person and outcome == "out":
        unit.record(SignedOut(person_id=person.id, name=person.name, reason=reason))
    else:
        called = person.name if person else name[:LONGEST_QUERY]
        if _is_told(place, unit, called, outcome):
            unit.record(SignInFailed(name=called, reason=outcome))


def records(place: Workplace) -> bool:
    """Whether anything is recorded here."""
    return not (place.read_only or place.copied)


def filters_of(request: SearchRequest) -> Mapping[str, str]:
    """What narrowed the question."""
    return {name: value for name in _FILTERS if (value := getattr(request, name))}


def _is_told(place: Workplace, unit: UnitOfWork, name: str, reason: str) -> bool:
    """A journal grows for ever: who guesses must not be able to fill it."""
    lately = _around(place.clock.now(), TOLD_AGAIN)
    if reason == "locked" and unit.audit.failed_sign_ins(**lately, name=name, reason=reason):
        return False
    return unit.audit.failed_sign_ins(**lately) < MOST_FAILED


def _around(now: datetime, span: timedelta) -> dict[str, str]:
    """What was written when the clock was far ahead is not of the last hour: nothing would be recorded until then."""
    return {"since": iso(now - span), "until": iso(now + span)}


def _record(place: Workplace, event: Event) -> None:
    if records(place):
        with place.unit_of_work() as unit:
            unit.record(event)
            unit.commit()
