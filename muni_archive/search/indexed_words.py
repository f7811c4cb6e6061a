"""A page as the engines hold it: its layers as words with spaces between, and its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from muni_archive.domain.finding import IndexedPage
from muni_archive.search.dates import day_number
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact_words, folded_words, without_article
from muni_archive.search.stemming import loose_key

MOST_DIGITS = 9
"""Of a part of a number that counts for its place: the place fits into 64 bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageWords:
    """Layers are texts whose words are ready: engines split them at spaces and do nothing more."""

    exact: str
    folded: str
    loose: str
    fields: str
    day: int
    order: int
    """For sorting by number: year, serial and page as one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forms:
    """What stands between two spaces, in each layer."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    loose: tuple[str, ...]


@lru_cache(maxsize=200_000)
def forms(written: str) -> Forms:
    """The layers of what stands between two spaces: no word goes across a space, so a page is the sum of its parts."""
    folded = tuple(folded_words(written))
    return Forms(exact=tuple(exact_words(written)), folded=folded, loose=tuple(_loose(folded)))


def described(page: IndexedPage) -> str:
    """What is said about the page, as text."""
    return " ".join((page.title, page.number, page.file_reference, *page.fields.values()))


def page_words(page: IndexedPage) -> PageWords:
    """Everything that is said about a page can be found as text; what has a name also by its name."""
    parts = [forms(written) for written in f"{page.text}\n{described(page)}".split()]
    return PageWords(
        exact=" ".join([word for part in parts for word in part.exact]),
        folded=" ".join([word for part in parts for word in part.folded]),
        loose=" ".join([word for part in parts for word in part.loose]),
        fields=" ".join(named_words(page)),
        day=day_number(page.date or page.archived),
        order=place_of(page),
    )


def _loose(folded: Sequence[str]) -> Iterator[str]:
    for word in folded:
        yield loose_key(word)
        if key := dotless(word):
            yield key


def year_of(page: IndexedPage) -> str:
    return (page.date or page.archived)[:4]


def named_words(page: IndexedPage) -> Iterator[str]:
    """`name=word` for everything that may be asked by its name."""
    named = {
        **page.fields,
        "title": page.title,
        "number": page.number,
        "file": page.file_reference,
        "department": page.department,
        "class": page.record_class,
        "area": page.area or page.fields.get("area", ""),
    }
    for name, value in named.items():
        for part in value.split():
            yield from (f"{name}={without_article(word)}" for word in forms(part).folded)


def place_of(page: IndexedPage) -> int:
    """For sorting by number: year, serial and page as one."""
    parts = [part for part in page.number.split("-") if part.isdecimal() and len(part) <= MOST_DIGITS]
    year, serial = (int(parts[-2]), int(parts[-1])) if len(parts) > 1 else (0, 0)
    return (year * 10_000_000 + serial) * 10_000 + min(page.page, 9_999)
