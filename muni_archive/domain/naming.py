"""Which files a journal's entries speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.events import CaseStarted, Event, PageCaptured, PageRead, ProcedureLoaded, RenditionMade
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in

_NAMED_IN = {
    PageCaptured.kind: "blob", PageRead.kind: "reading", RenditionMade.kind: "blob", ProcedureLoaded.kind: "version",
    CaseStarted.kind: "version",
}  # fmt: skip


def files_named(entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Names in the vault, in order; one may come twice."""
    for entry in entries:
        place = _NAMED_IN.get(entry.kind)
        name = said_in(entry.kind, entry.payload).get(place) if place else None
        if name:
            yield name


def files_of(event: Event) -> Iterator[str]:
    """Names in the vault that this event speaks of."""
    place = _NAMED_IN.get(event.kind)
    if place and (name := getattr(event, place)):
        yield name
