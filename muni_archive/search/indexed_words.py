"""A page as the engines hold it: its layers as words with spaces between, and its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.finding import IndexedPage
from muni_archive.search.dates import day_number
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact_words, folded_words, without_article
from muni_archive.search.stemming import loose_key


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


def page_words(page: IndexedPage) -> PageWords:
    """Everything that is said about a page can be found as text; what has a name also by its name."""
    described = " ".join((page.title, page.number, page.file_reference, *page.fields.values()))
    folded = folded_words(f"{page.text}\n{described}")
    return PageWords(
        exact=" ".join(exact_words(f"{page.text}\n{described}")),
        folded=" ".join(folded),
        loose=" ".join(_loose(folded)),
        fields=" ".join(_named(page)),
        day=day_number(page.date or page.archived),
        order=_order(page),
    )


def _loose(folded: Sequence[str]) -> Iterator[str]:
    for word in folded:
        yield loose_key(word)
        if key := dotless(word):
            yield key


def year_of(page: IndexedPage) -> str:
    return (page.date or page.archived)[:4]


def _named(page: IndexedPage) -> Iterator[str]:
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
        yield from (f"{name}={without_article(word)}" for word in folded_words(value))


def _order(page: IndexedPage) -> int:
    parts = [part for part in page.number.split("-") if part.isdigit()]
    year, serial = (int(parts[-2]), int(parts[-1])) if len(parts) > 1 else (0, 0)
    return (year * 10_000_000 + serial) * 10_000 + min(page.page, 9_999)
