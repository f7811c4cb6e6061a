"""What goes into a search index, what is asked of it and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from muni_archive.domain.journal import canonical_json
from muni_archive.domain.scope import Scope


@dataclass(frozen=True, kw_only=True)
class IndexedPage:
    """One page as the index sees it: its own text, and its document's description on every page.

    `fields` holds what a query may name: `parcel`, `block`, `area`, `civil_id`, `licence`,
    `reference`, `street`, `party` … in the canonical form of `FieldProposal.value`.
    """

    page_id: str
    document_id: str
    number: str
    page: int
    title: str
    record_class: str
    department: str
    file_reference: str = ""
    level: str = ""
    """The access level that the document has of its own, empty for none."""
    date: str = ""
    """ISO date of the document, empty when unknown."""
    archived: str = ""
    """ISO date on which it was archived."""
    area: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def digest(self) -> str:
        """Changes whenever anything that the index shows changes: proves that index = tables."""
        values = [
            self.page_id, self.document_id, self.number, self.page, self.title, self.record_class, self.department,
            self.file_reference, self.level, self.date, self.archived, self.area, dict(self.fields), self.text,
        ]  # fmt: skip
        return hashlib.blake2b(canonical_json(values).encode(), digest_size=16).hexdigest()


class SortBy(StrEnum):
    """The order in which hits are shown."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """A question: the query language's text and the filters beside it (empty: no filter).

    `date_from` and `date_to` are ISO dates, both inclusive, on the document's date (its archiving
    date when it has none). Facet names: `department`, `record_class`, `year`, `area`.

    `visible` holds what the asker may see (None: all). Other pages are not there for this question: no hit, no count
    and no facet tells of them.
    """

    query: str
    department: str = ""
    record_class: str = ""
    area: str = ""
    year: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: SortBy = SortBy.RELEVANCE
    limit: int = 50
    offset: int = 0
    facets: bool = False
    visible: Scope | None = None


@dataclass(frozen=True, kw_only=True)
class IndexHit:
    """A page that matches; the words on it are marked by the caller, from the page's reading."""

    page_id: str
    document_id: str
    score: float


@dataclass(frozen=True, kw_only=True)
class IndexAnswer:
    """Hits in order, how many there are in all, and counts by facet value, largest first.

    `estimated`: there are so many that total and facets were reckoned from a sample; the hits are true.
    """

    total: int
    hits: tuple[IndexHit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    estimated: bool = False


@dataclass(frozen=True, kw_only=True)
class PageFound:
    """What the archive says of a page that an answer shows; `page` counts from 1 in its document."""

    page_id: str
    document_id: str
    page: int
    number: str
    title: str
    record_class: str
    date: str
    reading: str
    """Name in the vault of its latest reading; empty while it waits to be read."""
    reviewed: bool
    """Whether a clerk has looked at words of it."""


def said_roughly(total: int) -> int:
    """An estimate as people say one: two figures, then zeros. More of them would say more than is known."""
    step: int = 10 ** max(0, len(str(total)) - 2)
    return round(total / step) * step
