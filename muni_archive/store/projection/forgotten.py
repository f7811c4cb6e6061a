"""Which events speak of what was destroyed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, select

from muni_archive.domain.events import DestructionContested, DisposalProposed, DocumentDestroyed, Event
from muni_archive.store.tables import destroyed, destroyed_pages

AT_ONCE = 500


class Forgotten:
    """Asked once for all the events that are to be applied; learns of what they destroy."""

    def __init__(self, connection: Connection, events: Sequence[Event]) -> None:
        self._connection = connection
        subjects = {subject for event in events if (subject := _subject(event))}
        self._gone = set[str]()
        if subjects and connection.execute(select(destroyed.c.document_id).limit(1)).first() is not None:
            for column in (destroyed.c.document_id, destroyed_pages.c.page_id):
                self._gone |= self._known(column, sorted(subjects))

    def covers(self, event: Event) -> bool:
        """Whether the event is of a document, or of a page, that is gone."""
        return _subject(event) in self._gone

    def learn(self, event: Event) -> None:
        """The event has been applied; the tables say whether it counted: of a station's word at the centre nothing
        is made.
        """
        if isinstance(event, DocumentDestroyed):
            self._gone |= self._known(destroyed.c.document_id, [event.document_id])
            self._gone |= self._known(destroyed_pages.c.page_id, event.page_ids)

    def _known(self, column: Column[str], wanted: Sequence[str]) -> set[str]:
        found = set[str]()
        for at in range(0, len(wanted), AT_ONCE):
            query = select(column).where(column.in_(wanted[at : at + AT_ONCE]))
            found |= set(self._connection.execute(query).scalars())
        return found


def _subject(event: Event) -> str | None:
    """Id of the document that the event is of, or of the page where it names no document.

    A case about a document is none of its parts: it goes on, and ends, when the document is gone. What came too late is
    told of a document that is gone.
    """
    if isinstance(event, DestructionContested) or (
        hasattr(event, "case_id") and not isinstance(event, DisposalProposed)
    ):
        return None
    subject = getattr(event, "document_id", None) or getattr(event, "page_id", None)
    return subject if isinstance(subject, str) else None
