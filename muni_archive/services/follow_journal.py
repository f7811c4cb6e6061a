"""Keeps the search index in step with the journal, and builds it anew from nothing.

The index remembers the journal's sequence up to which it is complete, so a crash between the archive's
commit and the index's is repaired by following from there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import get_args

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import BlobCorrupt, BlobMissing
from muni_archive.domain.events import (
    DestructionReceived,
    DocumentCreated,
    DocumentDestroyed,
    FileReturned,
    LevelReceived,
    LevelSet,
    PageRead,
    Revision,
    Withheld,
    WordReviewed,
)
from muni_archive.domain.finding import IndexedPage
from muni_archive.domain.journal import LONGEST_PART, JournalEntry
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page, WordReview
from muni_archive.domain.saying import said_in
from muni_archive.ports import Records, Vault
from muni_archive.search.cursor import LINK
from muni_archive.services.readings import with_reviews
from muni_archive.services.workplace import Workplace

ENTRIES = 2000
"""Journal entries followed at a time."""
READINGS = 200
"""Readings that are asked for together."""
DOCUMENTS = 500
"""Documents built at a time when the whole index is."""

Progress = Callable[[int, int], None]
_CHANGED = {
    DocumentCreated.kind, LevelSet.kind, LevelReceived.kind, *(kind.kind for kind in get_args(Revision)),
}  # fmt: skip
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""What comes of entries that are not what they should be; what the machine lacks (disk, line) is none of these."""
_log = logging.getLogger(__name__)


def follow_journal(place: Workplace) -> int:
    """Bring the index up to the journal; returns how many entries it followed.

    An index of another journal (this one was put back in time without it) is built anew. Several may follow at once,
    in whatever processes: a part that is ready when the index has been moved by somebody else is dropped, and made
    again from there.
    """
    return sum(_following(place))


def _following(place: Workplace) -> Iterator[int]:
    """Part by part, the number of entries that were followed."""
    while True:
        since = place.index.at
        with place.unit_of_work() as unit:
            if not _is_of_journal(since, unit.records):
                place.index.clear(since=since)
                continue
            entries = unit.records.journal(after=since[0], limit=ENTRIES, most_signs=LONGEST_PART)
            if not entries:
                return
            pages, removed = _readable_changes(unit.records, place.vault, entries)
        last = entries[-1]
        done = place.index.update(pages, removed=removed, cursor=last.sequence, link=last.hash, since=since)
        yield len(entries) if done else 0


def _is_of_journal(at: tuple[int, str], records: Records) -> bool:
    """Whether the journal has the entry up to which the index is complete. Older indexes know its number alone."""
    cursor, link = at
    there = records.journal(after=cursor - 1, limit=1) if cursor else ()
    return not cursor or (bool(there) and there[0].sequence == cursor and there[0].hash.startswith(link))


def reindex(place: Workplace, *, cancel: CancelToken, progress: Progress) -> int:
    """Throw the index away and build it again from the tables; returns the number of pages.

    Until the last part is in, the cursor says 0, so that a cut in between leads to following anew. Where somebody else
    follows meanwhile, both go on by following: pages from the tables would lie over newer ones.
    """
    place.guard.require(Action.MAINTAIN)
    begun = 0, hashlib.sha256(place.ids.new().encode()).hexdigest()[:LINK]
    place.index.clear(link=begun[1])
    with place.unit_of_work() as unit:
        total, last, done = unit.records.count_pages(), unit.records.last_sequence(), 0
        pages = indexed_pages(unit.records, place.vault)
        while part := list(islice(pages, ENTRIES)):
            cancel.raise_if_cancelled()
            if not place.index.update(part, cursor=0, link=begun[1], since=begun):
                break
            done += len(part)
            progress(done, total)
        ends = unit.records.journal(after=last - 1, limit=1)
    if place.index.update((), cursor=last, link=ends[0].hash if ends else "", since=begun):
        return done
    for _entries in _following(place):
        cancel.raise_if_cancelled()
        progress(min(total, total * place.index.cursor // max(1, last)), total)
    return total


def indexed_pages(records: Records, vault: Vault, *, only: Collection[str] | None = None) -> Iterator[IndexedPage]:
    """What the index should hold, page by page, or of these pages. What comes or goes meanwhile leaves nothing else
    out.
    """
    if only is not None:
        wanted = iter(only)
        while some := tuple(islice(wanted, DOCUMENTS)):
            yield from _indexed(records, vault, records.pages(some))
        return
    last = ""
    while documents := records.documents(limit=DOCUMENTS, after=last):
        for document in documents:
            pages = records.pages_of_document(document.id)
            for page, reading in _with_readings(records, vault, pages):
                yield from _sound(document, page, reading)
        last = documents[-1].id


def indexed_page(document: Document, page: Page, reading: Reading | None) -> IndexedPage:
    """One page as the index sees it: what was decided outranks what was read."""
    fields = {**_read_fields(reading), **{name: value for name, value in document.metadata.items() if value}}
    return IndexedPage(
        page_id=page.id,
        document_id=document.id,
        number=document.number,
        page=page.number or 1,
        title=document.title,
        record_class=document.record_class,
        department=document.department,
        file_reference=document.file_reference or "",
        level=document.level,
        date=document.date or "",
        archived=document.created_at.date().isoformat(),
        area=fields.get("area", ""),
        fields=fields,
        text=reading.text if reading else "",
    )


def _sound(document: Document, page: Page, reading: Reading | None) -> Iterator[IndexedPage]:
    """The page, where words can be made of it; who took in what no centre admits any more still finds all else."""
    try:
        made = indexed_page(document, page, reading)
        "".join((made.title, made.number, made.text, made.file_reference, *made.fields, *made.fields.values())).encode()
    except _UNREADABLE as error:
        _log.error("page %s of %s cannot be indexed", page.id, document.number, exc_info=error)
    else:
        yield made


def _readable_changes(
    records: Records, vault: Vault, entries: Sequence[JournalEntry]
) -> tuple[list[IndexedPage], set[str]]:
    """As `_changes`, without what cannot be read: a journal cannot be mended, and the next entries must be found."""
    try:
        return _changes(records, vault, entries)
    except _UNREADABLE as error:
        if len(entries) == 1:
            _log.error("entry %s (%s) cannot be indexed", entries[0].sequence, entries[0].kind, exc_info=error)
            return [], set()
    half = len(entries) // 2
    parts = [_readable_changes(records, vault, part) for part in (entries[:half], entries[half:])]
    pages = {page.page_id: page for indexed, _ in parts for page in indexed}
    return list(pages.values()), set().union(*(gone for _, gone in parts)) - pages.keys()


def _changes(records: Records, vault: Vault, entries: Sequence[JournalEntry]) -> tuple[list[IndexedPage], set[str]]:
    """The pages that these entries touch, as they are now, and the pages that left their documents."""
    touched, documents, left, destroyed = set[str](), set[str](), set[str](), set[str]()
    for entry in entries:
        if entry.kind in (PageRead.kind, WordReviewed.kind):
            touched.add(said_in(entry.kind, entry.payload)["page_id"])
        elif entry.kind == FileReturned.kind:
            touched |= set(records.pages_with_reading(said_in(entry.kind, entry.payload)["sha"]))
        elif entry.kind in _CHANGED:
            documents.add(said_in(entry.kind, entry.payload)["document_id"])
        elif entry.kind == Withheld.kind:
            left |= set(said_in(entry.kind, entry.payload).get("page_ids", ()))
        elif entry.kind in (DocumentDestroyed.kind, DestructionReceived.kind):
            destroyed |= set(said_in(entry.kind, entry.payload)["page_ids"])
    known = records.documents_by_id(tuple(documents))
    every = {page_id for found in known for version in records.versions(found) for page_id in version.page_ids}
    every |= left | destroyed
    pages = records.pages(tuple(touched | every))
    indexed = list(_indexed(records, vault, pages))
    gone = every.intersection(page.id for page in pages) - {page.page_id for page in indexed}
    return indexed, gone | (destroyed - {page.id for page in pages})


def _indexed(records: Records, vault: Vault, pages: Iterable[Page]) -> Iterator[IndexedPage]:
    """Pages in documents; a copy may know of one that it does not see."""
    pages = list(pages)
    documents = records.documents_by_id(tuple({page.document_id for page in pages if page.document_id}))
    placed = [page for page in pages if page.document_id in documents]
    for page, reading in _with_readings(records, vault, placed):
        yield from _sound(documents[page.document_id or ""], page, reading)


def _with_readings(records: Records, vault: Vault, pages: Sequence[Page]) -> Iterator[tuple[Page, Reading | None]]:
    for at in range(0, len(pages), READINGS):
        part = pages[at : at + READINGS]
        ids = [page.id for page in part]
        blobs, reviews = records.reading_blobs(ids), records.word_reviews_of(ids)
        vault.fetch_ahead(list(blobs.values()))
        for page in part:
            yield page, _reading(vault, page.id, blobs.get(page.id), reviews.get(page.id, ()))


def _reading(vault: Vault, page_id: str, blob: str | None, reviews: Sequence[WordReview]) -> Reading | None:
    """One file that was lost must not keep every other page from being found; `verify` names it."""
    try:
        return None if blob is None else with_reviews(vault, blob, reviews)
    except (BlobMissing, BlobCorrupt) as error:
        _log.error("page %s is indexed without its text: %s", page_id, error)
        return None


def _read_fields(reading: Reading | None) -> dict[str, str]:
    """Values that the machine proposes, all of a name together, the most credible first."""
    found: dict[str, list[str]] = {}
    for proposal in sorted(reading.proposals if reading else (), key=lambda p: -p.confidence):
        values = found.setdefault(proposal.name, [])
        if proposal.value not in values:
            values.append(proposal.value)
    return {name: " ".join(values) for name, values in found.items()}
