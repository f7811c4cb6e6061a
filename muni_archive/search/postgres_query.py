"""The query's tree for PostgreSQL: a `tsquery` that an index answers, and what must be looked up beside it.

Phrases are found through pairs of words, and pairs share lexemes; so the `tsquery` of a tree with phrases finds
every page that matches and a few that do not, and `recheck` tells them apart in the page's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whoosh import query

from muni_archive.domain.finding import SearchRequest, SortBy
from muni_archive.domain.permissions import LEVELS
from muni_archive.domain.scope import Area, Scope
from muni_archive.search.dates import EARLIEST, LATEST, day_number
from muni_archive.search.postgres_lexemes import (
    ABOUT,
    BOTH,
    DAY,
    DECADE,
    EVERY,
    EXACT,
    FACETS,
    FOLDED,
    LEVEL,
    MONTH,
    NAMED,
    NONE,
    YEAR,
    cut,
    facet_lexeme,
    file_lexeme,
    loose_lexemes,
    pairs,
)
from muni_archive.search.query import Tree
from muni_archive.search.stemming import loose_key

ABOUT_WORTH = 1.6
"""What a hit by a word that the page is about is worth beside one by the word somewhere on it."""
PHRASE_WORTH = 2.0
MOST_GROUPS = 24
"""Words of a query that count for the order; nobody writes more."""
_BETWEEN, _YEAR = "day BETWEEN %s AND %s", re.compile("[0-9]{4}")

Days = tuple[int, int]
"""The first and the last day on which the index has a page, so that open ranges end somewhere."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way in which a page can answer a word, and what it is worth."""

    query: str
    worth: float


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A piece of SQL with its values."""

    sql: str
    values: tuple[object, ...] = ()


UNCHECKED = Condition(sql="TRUE")


def indexed(tree: Tree, days: Days) -> str:
    """The `tsquery` that finds every page that matches."""
    return _bounded(tree, days, upper=True)


def recheck(tree: Tree, days: Days) -> Condition | None:
    """What a page that the index found must hold besides; None where the index is sure."""
    if not has_phrase(tree):
        return None
    if isinstance(tree, query.And):
        return _joined(" AND ", [part for part in (recheck(sub, days) for sub in tree.subqueries) if part])
    return _checked(tree, days)


def has_phrase(tree: Tree) -> bool:
    if isinstance(tree, query.Phrase):
        return True
    parts = (tree.query,) if isinstance(tree, query.Not) else getattr(tree, "subqueries", ())
    return any(has_phrase(part) for part in parts)


def pairs_suffice(tree: Tree) -> bool:
    """Whether all phrases are of two words and none stands under NOT: the index alone is then nearly right."""
    if isinstance(tree, query.Phrase):
        return len(tree.words) == 2
    if isinstance(tree, query.Not):
        return not has_phrase(tree)
    return all(pairs_suffice(part) for part in getattr(tree, "subqueries", ()))


def folded_prefixes(tree: Tree) -> Iterator[str]:
    """The beginnings of words that are asked for, also those that must not be there."""
    if isinstance(tree, query.Prefix) and tree.fieldname == "folded":
        yield tree.text
    for part in (tree.query,) if isinstance(tree, query.Not) else getattr(tree, "subqueries", ()):
        yield from folded_prefixes(part)


def filters(request: SearchRequest, days: Days) -> str:
    """What stands beside the query, as a `tsquery`; empty for nothing."""
    parts = [_lexeme(facet_lexeme(name, getattr(request, name))) for name in FACETS if getattr(request, name)]
    if request.visible is not None:
        parts.append(within(request.visible))
    if request.date_from or request.date_to:
        parts.append(_days(*_asked_days(request), days))
    return both(*parts)


def between(request: SearchRequest) -> Condition:
    """The days that are asked for: no page of another day need be looked at. Of some pages of a year no more than the
    year is known; they share the day 0.
    """
    if request.date_from or request.date_to:
        return Condition(sql=_BETWEEN, values=_around(*_asked_days(request)))
    if _YEAR.fullmatch(request.year):
        return Condition(sql=f"({_BETWEEN} OR day = 0)", values=_days_of(request.year))
    return UNCHECKED


def first_between(request: SearchRequest) -> Condition:
    """The same where the first pages are enough: where the newest are first, day 0 comes after all others."""
    newest_first = request.sort in (SortBy.RELEVANCE, SortBy.NEWEST)
    if request.date_from or request.date_to or not (newest_first and _YEAR.fullmatch(request.year)):
        return between(request)
    return Condition(sql=_BETWEEN, values=_days_of(request.year))


def _days_of(year: str) -> Days:
    return int(f"{year}0000"), int(f"{year}9999")


def _around(first: int, last: int) -> Days:
    """With the whole months, and years, that they begin and end with: these may have days that no calendar has."""
    begins, ends = (10_000 if first // 100 % 100 == 1 else 100), (10_000 if last // 100 % 100 == 12 else 100)
    return first // begins * begins, last // ends * ends + ends - 1


def _asked_days(request: SearchRequest) -> Days:
    return day_number(request.date_from) or EARLIEST, day_number(request.date_to) or LATEST


def within(scope: Scope) -> str:
    """Pages in one of the areas, or of one of the files."""
    parts = [_within_area(area) for area in scope.areas if not area.empty]
    if scope.files:
        parts.append(_but(any_of([file_lexeme(name) for name in sorted(scope.files)]), LEVELS))
    return " | ".join(f"({part})" for part in parts)


def _within_area(area: Area) -> str:
    allowed = {"department": area.departments, "record_class": area.record_classes}
    sets = [
        any_of([facet_lexeme(field, name) for name in sorted(names)])
        for field, names in allowed.items()
        if names is not None
    ]
    return _but(both(*sets) or _lexeme(EVERY), area.closed)


def _but(pages: str, closed: frozenset[str]) -> str:
    """Those of documents that have none of these levels of their own."""
    return f"({pages}) & !{any_of([f'{LEVEL}{name}' for name in sorted(closed)])}" if closed else pages


def groups(tree: Tree, days: Days) -> list[tuple[Form, ...]]:
    """The words of the query with their forms, for the order; what stands under NOT has no worth."""
    return list(_groups(tree, days))[:MOST_GROUPS]


def about(tree: Tree) -> str:
    """Pages that are about every word of the query; empty where that says nothing (operators, fields, phrases)."""
    parts = tree.subqueries if isinstance(tree, query.And) else (tree,)
    words = [_word_of(part) for part in parts]
    return both(*(_lexeme(cut(f"{ABOUT}{word}")) for word in words if word)) if all(words) else ""


def any_of(lexemes: Sequence[str]) -> str:
    """Pages with one of these lexemes; none of them where there are none."""
    return f"({' | '.join(_lexeme(lexeme) for lexeme in dict.fromkeys(lexemes))})" if lexemes else _lexeme(NONE)


def both(*parts: str) -> str:
    """All of these queries; empty ones ask for nothing."""
    return " & ".join(f"({part})" for part in parts if part)


def _bounded(tree: Tree, days: Days, *, upper: bool) -> str:
    """More than what matches (`upper`) or less: they differ where a phrase stands, and change sides under NOT."""
    if isinstance(tree, query.Every):
        return _lexeme(EVERY)
    if isinstance(tree, query.Phrase):
        return _phrase(tree.words) if upper else _lexeme(NONE)
    if isinstance(tree, query.Not):
        return f"({_lexeme(EVERY)} & !({_bounded(tree.query, days, upper=not upper)}))"
    if isinstance(tree, (query.And, query.Or)):
        if isinstance(tree, query.Or) and all(isinstance(part, query.Term) for part in tree.subqueries):
            return any_of([lexeme for part in _needed(tree.subqueries) for lexeme in _term(part.fieldname, part.text)])
        sign = " & " if isinstance(tree, query.And) else " | "
        return f"({sign.join(_bounded(part, days, upper=upper) for part in tree.subqueries)})"
    return _leaf(tree, days)


def _needed(forms: Sequence[Tree]) -> list[Tree]:
    """The forms of a word without those that others include: who has the word has its stem. Long lists cost."""
    stems = {form.text for form in forms if form.fieldname == "loose"}
    return [form for form in forms if form.fieldname != "folded" or loose_key(form.text) not in stems]


def _leaf(tree: Tree, days: Days) -> str:
    if isinstance(tree, query.Term):
        return any_of(_term(tree.fieldname, tree.text))
    if isinstance(tree, query.Prefix):
        signs = (NAMED,) if tree.fieldname == "fields" else (BOTH, FOLDED)
        return f"({' | '.join(f'{_lexeme(cut(sign + tree.text))}:*' for sign in signs)})"
    if isinstance(tree, query.NumericRange):
        return _days(tree.start, tree.end, days)
    return _lexeme(NONE)


def _term(field: str, text: str) -> tuple[str, ...]:
    if field == "loose":
        return loose_lexemes(text)
    if field == "fields":
        return (cut(f"{NAMED}{text}"),)
    return cut(f"{BOTH}{text}"), cut(f"{FOLDED if field == 'folded' else EXACT}{text}")


def _phrase(words: Sequence[str]) -> str:
    alone = [any_of(_term("exact", word)) for word in dict.fromkeys(words)]
    return both(*(_lexeme(pair) for pair in dict.fromkeys(pairs(words))), *alone)


def _checked(tree: Tree, days: Days) -> Condition:
    if isinstance(tree, query.Phrase):
        return Condition(sql="strpos(exact, %s) > 0", values=(f" {' '.join(tree.words)} ",))
    if not has_phrase(tree):
        return Condition(sql="words @@ %s::tsquery", values=(indexed(tree, days),))
    if isinstance(tree, query.Not):
        inner = _checked(tree.query, days)
        return Condition(sql=f"NOT ({inner.sql})", values=inner.values)
    sign = " AND " if isinstance(tree, query.And) else " OR "
    return _joined(sign, [_checked(part, days) for part in tree.subqueries])


def _joined(sign: str, parts: Sequence[Condition]) -> Condition:
    return Condition(
        sql=sign.join(f"({part.sql})" for part in parts), values=tuple(value for part in parts for value in part.values)
    )


def _groups(tree: Tree, days: Days) -> Iterator[tuple[Form, ...]]:
    if isinstance(tree, query.Phrase):
        yield (Form(query=_phrase(tree.words), worth=PHRASE_WORTH),)
    elif isinstance(tree, query.Term):
        yield tuple(_forms([tree]))
    elif isinstance(tree, query.Prefix):
        yield (Form(query=_leaf(tree, days), worth=0.5),)
    elif isinstance(tree, query.Or) and _word_of(tree):
        yield tuple(_forms(tree.subqueries))
    elif isinstance(tree, (query.And, query.Or)):
        for part in tree.subqueries:
            yield from _groups(part, days)


def _forms(terms: Sequence[Tree]) -> Iterator[Form]:
    for term in terms:
        if term.fieldname == "folded":
            yield Form(query=_lexeme(cut(f"{ABOUT}{term.text}")), worth=ABOUT_WORTH)
        yield Form(query=any_of(_term(term.fieldname, term.text)), worth=term.boost)


def _word_of(tree: Tree) -> str:
    """The word of which this part of the tree is made, with its other forms; empty for anything else."""
    parts = tree.subqueries if isinstance(tree, query.Or) else (tree,)
    if not all(isinstance(part, query.Term) and part.fieldname in {"folded", "loose"} for part in parts):
        return ""
    words = [part.text for part in parts if part.fieldname == "folded"]
    return str(words[0]) if len(words) == 1 else ""


def _days(first: int, last: int, known: Days) -> str:
    """The days from first to last, inclusive, in whole decades, years and months where these fit."""
    start, end = known[0] // 100_000 * 100_000, known[1] // 100_000 * 100_000 + 99_999
    return any_of(list(_spans(max(first, start), min(last, end))))


def _spans(first: int, last: int) -> Iterator[str]:
    """Ends at once where the range is empty. Any day up to 31 of any month is named, so no calendar is needed."""
    for decade in range(first // 100_000, last // 100_000 + 1):
        if first <= decade * 100_000 + 101 and decade * 100_000 + 91_231 <= last:
            yield f"{DECADE}{decade}"
        else:
            for year in range(decade * 10, decade * 10 + 10):
                yield from _spans_of_year(year, first, last)


def _spans_of_year(year: int, first: int, last: int) -> Iterator[str]:
    if first <= year * 10_000 + 101 and year * 10_000 + 1231 <= last:
        yield f"{YEAR}{year}"
        return
    for month in range(year * 100 + 1, year * 100 + 13):
        if first <= month * 100 + 1 and month * 100 + 31 <= last:
            yield f"{MONTH}{month}"
        else:
            yield from (f"{DAY}{day}" for day in range(month * 100 + 1, month * 100 + 32) if first <= day <= last)


def _lexeme(text: str) -> str:
    """Quoted for a `tsquery`."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
