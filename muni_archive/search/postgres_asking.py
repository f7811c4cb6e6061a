"""How a question is put to PostgreSQL, so that the answer comes soon also where a million pages match.

Where few pages match, all are found and counted. Where many do, nobody reads on to the end: total and facets are
reckoned from a sample of pages that chance chose, and hits are looked for among the newest pages (or the first, as
the order asks) in steps, until there are enough. Only the hits' order by relevance needs the pages' own words, and
it is made for the first `HEAD` candidates, the newest among those that match best.

Exact are: every hit, every order by date or number, and total and facets up to `EXACT_HITS` pages (with phrases
`EXACT_PHRASES`) or where the whole index holds no more than `EXACT_PAGES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from whoosh import query

from muni_archive.domain.finding import IndexAnswer, IndexHit, SearchRequest, SortBy
from muni_archive.search.postgres_lexemes import (
    BLOCK,
    FACETS,
    PLACES_OF_A_BLOCK,
    SAMPLES,
    SPANS,
    lies_apart,
)
from muni_archive.search.postgres_query import (
    UNCHECKED,
    Days,
    Form,
    about,
    any_of,
    between,
    both,
    filters,
    first_between,
    folded_prefixes,
    groups,
    indexed,
    pairs_suffice,
    recheck,
)
from muni_archive.search.query import Tree

FACET_VALUES = 200
HEAD = 200
"""Hits that are put in order by relevance; further ones follow, the newest first."""
WIDE = 200
"""A beginning of more words than these is not looked up in the index, which would gather all their pages first."""
WIDE_SAMPLE = 1_000
"""Pages that are read themselves to reckon how many match such a beginning."""
WALKED = 1_000
"""Pages that may be looked at one by one rather than be found in the index; each costs about 40 µs."""
FEW = 30_000
"""Pages that match of which all are found, and put in order, about as quickly as those of another window."""
MOST_KEYS, MOST_BLOCKS, MOST_PARTS = 12, 200, 4
"""Days (or months, years, decades) of which a window is made, or blocks of numbers, and parts of a sample: each page
that is looked at costs a step for each of them.
"""

Ask = Callable[[str, Sequence[object]], Sequence[Any]]
"""Runs one statement and returns its rows."""
Facets = dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From when on answers are reckoned; tests make them small."""

    exact_pages: int = 20_000
    exact_hits: int = 10_000
    exact_phrases: int = 1_500
    sample: int = 6_000


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What the index holds."""

    pages: int
    days: Days


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A part of all pages, by its lexemes, and where it is quickest found."""

    query: str
    share: float
    table: str


@dataclass(frozen=True, kw_only=True)
class _Row:
    page_id: str
    document_id: str
    day: int
    place: int
    matches: Sequence[bool] = ()
    """Which forms of the words it has, where that was looked at in passing."""


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """Total and facets, true or reckoned."""

    total: int
    facets: Facets
    estimated: bool = False


class Question:
    """One request on its way through the statements that answer it."""

    def __init__(self, ask: Ask, tree: Tree, request: SearchRequest, holding: Holding, limits: Limits) -> None:
        self._ask, self._tree, self._request = ask, tree, request
        self._holding, self._limits = holding, limits
        self._filter = filters(request, holding.days)
        self._query = both(indexed(tree, holding.days), self._filter)
        self._recheck = recheck(tree, holding.days) or UNCHECKED
        self._until = request.offset + request.limit
        self._between, self._first_between = between(request), first_between(request)
        self._walks = True

    def answer(self) -> IndexAnswer:
        """The hits from `offset` on, and what is counted."""
        wanted = max(self._until, HEAD) if self._is_ranked else self._until
        counted = self._reckoned(self._query, facets=self._request.facets)
        if counted is None:
            counted, rows = self._everything(wanted)
        else:
            rows = self._found(self._query, counted, wanted)
        scores: dict[str, float] = {}
        if self._is_ranked and rows:
            rows, scores = self._ranked(rows)
        hits = tuple(
            IndexHit(page_id=row.page_id, document_id=row.document_id, score=scores.get(row.page_id, 0.0))
            for row in rows[self._request.offset : self._until]
        )
        total = max(counted.total, len(rows)) if counted.estimated else counted.total
        return IndexAnswer(total=total, hits=hits, facets=counted.facets, estimated=counted.estimated)

    @cached_property
    def _groups(self) -> list[tuple[Form, ...]]:
        return groups(self._tree, self._holding.days)

    @cached_property
    def _forms(self) -> list[str]:
        return [form.query for group in self._groups for form in group]

    @property
    def _is_ranked(self) -> bool:
        """Whether the words of the query make one page worth more than another, and that is asked for."""
        return self._request.sort is SortBy.RELEVANCE and len(self._forms) > 1

    @property
    def _is_of_all(self) -> bool:
        """Whether every page is asked for."""
        return isinstance(self._tree, query.Every) and not self._filter

    @cached_property
    def _wide(self) -> bool:
        """Whether a beginning is asked for that too many words share."""
        if self._holding.pages <= self._limits.exact_pages:
            return False
        return any(self._is_wide(start) for start in folded_prefixes(self._tree))

    def _is_wide(self, start: str) -> bool:
        if start.isdecimal():
            return len(start) < 3
        words = "SELECT count(*) FROM (SELECT 1 FROM search_words WHERE word ^@ %s LIMIT %s) AS those"
        return int(self._ask(words, (start, WIDE + 1))[0][0]) > WIDE

    # Counting

    def _reckoned(self, asked: str, *, facets: bool) -> _Counted | None:
        """Total and facets as a sample has them; None where all can be counted."""
        if self._holding.pages <= self._limits.exact_pages:
            return None
        if self._is_of_all and not facets:
            return _Counted(total=self._holding.pages, facets={})
        total, counts, share = self._wide_sample(asked, facets) if self._wide else self._sample(asked, facets)
        limit = self._limits.exact_phrases if self._recheck.values else self._limits.exact_hits
        if total <= limit * share:
            return None
        return _Counted(
            total=_about(total, share),
            facets={
                name: tuple((value, _about(count, share)) for value, count in values) for name, values in counts.items()
            },
            estimated=True,
        )

    def _sample(self, asked: str, facets: bool) -> tuple[int, Facets, float]:
        part = self._part(self._limits.sample)
        # A phrase of two words is its pair but for one page in thousands: a sample need not look each up.
        sure = pairs_suffice(self._tree)
        total, counts = self._count(both(asked, part.query), facets=facets, checked=not sure, source=part.table)
        return total, counts, part.share

    def _part(self, sample: int) -> _Part:
        """Pages that chance chose, at least so many."""
        pages = self._holding.pages
        sizes = ((sign, parts, min(parts, math.ceil(parts * sample / pages))) for sign, parts in SAMPLES)
        sign, parts, chosen = next((size for size in sizes if size[2] <= MOST_PARTS), (*SAMPLES[-1], SAMPLES[-1][1]))
        return _Part(
            query=any_of([f"{sign}{part}" for part in range(chosen)]),
            share=chosen / parts,
            table="search_sample" if lies_apart(parts, chosen) else "search_pages",
        )

    def _wide_sample(self, asked: str, facets: bool) -> tuple[int, Facets, float]:
        """The same by reading some pages themselves."""
        part = self._part(WIDE_SAMPLE * 5 // 4)
        # By digest: in the order of the table the sample would hold the oldest pages alone.
        source = (
            f"(SELECT {_NARROW}, exact, strip(words) AS words FROM (SELECT * FROM {part.table}"  # noqa: S608  # constants
            " WHERE words @@ %s::tsquery ORDER BY digest LIMIT %s) AS chosen OFFSET 0) AS search_pages"
        )
        total, counts = self._count(asked, facets=facets, source=source, values=(part.query, WIDE_SAMPLE))
        return total, counts, min(1.0, WIDE_SAMPLE / self._holding.pages)

    def _count(
        self,
        asked: str,
        *,
        facets: bool,
        checked: bool = True,
        source: str = "search_pages",
        values: tuple[object, ...] = (),
    ) -> tuple[int, Facets]:
        check = self._recheck if checked else UNCHECKED
        statement = (
            f"WITH found AS MATERIALIZED (SELECT {', '.join(FACETS)} FROM {source}"  # noqa: S608  # constants
            f" WHERE words @@ %s::tsquery AND ({check.sql})) {_counts(facets)}"
        )
        return _told(self._ask(statement, (*values, asked, *check.values)), facets)

    def _everything(self, wanted: int) -> tuple[_Counted, list[_Row]]:
        """All pages that match, counted, and the first of them."""
        facets = self._request.facets
        statement = (
            f"WITH found AS MATERIALIZED (SELECT {_NARROW} FROM search_pages"  # noqa: S608  # constants
            f" WHERE words @@ %s::tsquery AND ({self._recheck.sql}))"
            f" {_counts(facets, ', NULL, 0, 0')} UNION ALL (SELECT {_HIT}, page_id, 0, document_id, day, place"
            f" FROM found ORDER BY {_ORDER[self._request.sort]}, page_id LIMIT %s)"
        )
        answer = self._ask(statement, (self._query, *self._recheck.values, wanted))
        rows = [_row((page_id, *values)) for at, page_id, _count, *values in answer if at == _HIT]
        total, counts = _told([row[:3] for row in answer if row[0] != _HIT], facets)
        return _Counted(total=total, facets=counts), sorted(rows, key=_KEYS[self._request.sort])

    # Finding

    def _found(self, asked: str, counted: _Counted, wanted: int) -> list[_Row]:
        """The first pages in the order that is asked for."""
        if not counted.estimated and not self._is_of_all:
            return self._rows(asked, wanted)
        if self._wide:
            return self._walked(asked, wanted)
        if self._dense(counted, wanted):
            # At most so far: what is on every third page of the archive may be on none of the newest.
            rows = self._walked(asked, wanted, most=2 * WALKED)
            if len(rows) >= wanted:
                return rows
            self._walks = False
        size = int(max(2_000, 2.0 * wanted * self._holding.pages / max(1, counted.total)))
        while size < self._holding.pages:
            keys = self._window(size)
            if not keys:
                break
            rows = self._rows(both(asked, keys), wanted)
            if len(rows) >= wanted:
                return rows
            if counted.total <= FEW:
                break
            size *= 6
        return self._rows(asked, wanted)

    def _rows(self, asked: str, wanted: int) -> list[_Row]:
        statement = (
            f"WITH found AS MATERIALIZED (SELECT {_NARROW} FROM search_pages"  # noqa: S608  # constants
            f" WHERE words @@ %s::tsquery AND ({self._recheck.sql}))"
            f" SELECT {_SHOWN} FROM found ORDER BY {_ORDER[self._request.sort]}, page_id LIMIT %s"
        )
        return [_row(row) for row in self._ask(statement, (asked, *self._recheck.values, wanted))]

    def _dense(self, counted: _Counted, wanted: int) -> bool:
        """Whether so many of the pages match that it is quickest to look at each, one after the other."""
        walks = self._walks and self._request.sort is not SortBy.OLDEST
        return walks and wanted * self._holding.pages <= WALKED * max(1, counted.total)

    def _walked(self, asked: str, wanted: int, most: int | None = None) -> list[_Row]:
        """Page by page in the order of an index, looking at each, at most so many: right where one in a hundred or
        more matches. Without `most` nobody looks further, so that pages of every day that is asked for must come.
        """
        order, forms = _WALKS[self._request.sort], self._forms if self._is_ranked else []
        days = self._first_between if most else self._between
        statement = (
            f"SELECT {_SHOWN}, {_having(forms)} FROM"  # noqa: S608  # constants
            f" (SELECT {_SHOWN}, strip(words) AS words, exact FROM search_pages"
            f" WHERE {days.sql} ORDER BY {order} LIMIT %s) AS first"
            f" WHERE words @@ %s::tsquery AND ({self._recheck.sql}) ORDER BY {order} LIMIT %s"
        )
        values = (*forms, *days.values, most, asked, *self._recheck.values, wanted)
        return [_row(row) for row in self._ask(statement, values)]

    def _window(self, size: int) -> str:
        """The lexemes of all pages that come first in the order, at least `size` of them; none where there would be too
        many.
        """
        column, _comma, _rest = _ORDER[self._request.sort].partition(",")
        name = column.split()[0]
        step, days = PLACES_OF_A_BLOCK if name == "place" else 1, self._first_between
        statement = (
            f"SELECT DISTINCT {name} / {step} FROM"  # noqa: S608  # constants
            f" (SELECT {name} FROM search_pages WHERE {days.sql} ORDER BY {column} LIMIT %s) first"
        )
        values = {int(row[0]) for row in self._ask(statement, (*days.values, size))}
        if name == "place":
            return any_of([f"{BLOCK}{value}" for value in values]) if len(values) <= MOST_BLOCKS else ""
        spans = [{f"{sign}{value // divisor}" for value in values} for sign, divisor in SPANS]
        return any_of(sorted(next((keys for keys in spans if len(keys) <= MOST_KEYS), spans[-1])))

    # Putting in order

    def _ranked(self, rows: list[_Row]) -> tuple[list[_Row], dict[str, float]]:
        """The first `HEAD` by what they are worth, those that are about the query among them; the rest as it is."""
        head, rest = rows[:HEAD], rows[HEAD:]
        if len(head) == HEAD:
            known = {row.page_id for row in head}
            better = [row for row in self._about() if row.page_id not in known]
            chosen = {row.page_id for row in better}
            head += better
            rest = [row for row in rest if row.page_id not in chosen]
        matches = {row.page_id: row.matches for row in head if row.matches}
        matches |= self._matches([row for row in head if not row.matches])
        scores = _scores(self._groups, matches)
        head.sort(key=lambda row: (-scores.get(row.page_id, 0.0), -row.day, row.place, row.page_id))
        return [*head, *rest], scores

    def _about(self) -> list[_Row]:
        """The newest pages that are about what is asked."""
        narrow = about(self._tree)
        if not narrow:
            return []
        # A page that is about the words has them, so the words themselves need not be asked for again.
        asked = both(narrow, self._filter)
        counted = self._reckoned(asked, facets=False) or _Counted(total=0, facets={})
        return self._found(asked, counted, HEAD // 2)

    def _matches(self, rows: Sequence[_Row]) -> dict[str, Sequence[bool]]:
        """By page id, which forms of the words it has. The words are fetched once a page, not once a form."""
        if not rows:
            return {}
        statement = (
            f"SELECT page_id, {_having(self._forms)} FROM"  # noqa: S608  # constants
            " (SELECT page_id, strip(words) AS words FROM search_pages WHERE page_id = ANY(%s) OFFSET 0) wide"
        )
        return dict(tuple(row) for row in self._ask(statement, (*self._forms, [row.page_id for row in rows])))


def _having(forms: Sequence[str]) -> str:
    """A column that says which of so many queries the words match."""
    return f"ARRAY[{', '.join(['words @@ %s::tsquery'] * len(forms))}]::boolean[]"


def _counts(facets: bool, more: str = "") -> str:
    """Total and facets of what was found, in three columns and those that stand there for something else."""
    parts = [f"SELECT {_TOTAL}, '', count(*){more} FROM found"]  # noqa: S608  # constants
    parts += [
        f"SELECT {at}, {name}, count(*){more} FROM found WHERE {name} <> '' GROUP BY {name}"  # noqa: S608  # constants
        for at, name in enumerate(FACETS if facets else ())
    ]
    return " UNION ALL ".join(parts)


def _told(answer: Sequence[Any], facets: bool) -> tuple[int, Facets]:
    """What `_counts` found."""
    counts: dict[int, list[tuple[str, int]]] = {}
    for at, value, count in answer:
        counts.setdefault(at, []).append((value, count))
    names = FACETS if facets else ()
    return counts[_TOTAL][0][1], {
        name: tuple(sorted(counts.get(at, ()), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])
        for at, name in enumerate(names)
    }


def _scores(words: Sequence[tuple[Form, ...]], matches: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """What each page is worth: for each word its best form, more for words that fewer of these pages have."""
    worth, at = dict.fromkeys(matches, 0.0), 0
    for group in words:
        best = {
            page_id: max((form.worth for form, there in zip(group, found[at:], strict=False) if there), default=0.0)
            for page_id, found in matches.items()
        }
        rarity = math.log(2 + len(matches) / (1 + sum(value > 0 for value in best.values())))
        for page_id, value in best.items():
            worth[page_id] += value * rarity
        at += len(group)
    return worth


def _about(count: int, share: float) -> int:
    """A number of the whole from one of a sample, with no more digits than it deserves."""
    number = round(count / share)
    return round(number, -max(0, len(str(number)) - (3 if count > 2_500 else 2)))


def _row(values: Sequence[Any]) -> _Row:
    page_id, document_id, day, place, *matches = values
    return _Row(page_id=page_id, document_id=document_id, day=day, place=place, matches=matches[0] if matches else ())


_TOTAL, _HIT = -1, -2
_SHOWN = "page_id, document_id, day, place"
_NARROW = f"{_SHOWN}, {', '.join(FACETS)}"
_ORDER = {
    SortBy.RELEVANCE: "day DESC, place",
    SortBy.NEWEST: "day DESC, place",
    SortBy.OLDEST: "day, place",
    SortBy.NUMBER: "place",
}
_WALKS = {
    SortBy.RELEVANCE: "day DESC, place, page_id",
    SortBy.NEWEST: "day DESC, place, page_id",
    SortBy.OLDEST: "day",
    SortBy.NUMBER: "place, page_id",
}
"""As there are indexes: the oldest of one day come as they lie."""
_KEYS: dict[SortBy, Callable[[_Row], tuple[object, ...]]] = {
    SortBy.RELEVANCE: lambda row: (-row.day, row.place, row.page_id),
    SortBy.NEWEST: lambda row: (-row.day, row.place, row.page_id),
    SortBy.OLDEST: lambda row: (row.day, row.place, row.page_id),
    SortBy.NUMBER: lambda row: (row.place, row.page_id),
}
