"""What PostgreSQL's index holds of a page: lexemes of our own making, each with a sign in front that says what it is.

PostgreSQL analyses nothing: it gets sets of ready lexemes and finds them. A word that is written as it folds stands
once (`x`) for both layers, a stem only where it differs from the word, and a stem without its dots that is the word
without its dots once (`m`); that halves the index.
"""

from __future__ import annotations

import binascii
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from muni_archive.domain.finding import IndexedPage
from muni_archive.search.dates import day_number
from muni_archive.search.dots import SIGN
from muni_archive.search.indexed_words import described, forms, named_words, place_of, year_of
from muni_archive.search.stemming import loose_key

BOTH, EXACT, FOLDED, LOOSE, DOTLESS, WHOLE, NAMED = "x", "e", "f", "l", "d", "m", "n"
"""Layers: as written and folded alike, as written, folded; the stem, the word without its dots, both of them alike;
`name=word`.
"""
ABOUT = "t"
"""Words that the page is about: those of its description, and those that come again and again."""
PAIR = "b"
"""Two words as written that follow each other, as a number of `PAIR_BITS` bits."""
FACET = "c"
FILE = "F"
"""The file's reference, exactly: who may see one file by its name must not see another that is written like it."""
LEVEL = "L"
"""The access level that the document has of its own."""
DAY, MONTH, YEAR, DECADE, BLOCK = "D", "M", "Y", "Z", "O"
SPANS = ((DAY, 1), (MONTH, 100), (YEAR, 10_000), (DECADE, 100_000))
"""Spans of time, and what a day's number is divided by."""
SAMPLES = (("r", 256), ("s", 64), ("u", 16), ("v", 4))
"""Every page is by chance in one part of so many. A query names the parts, and each name costs: hence several sizes."""
KEPT_APART = "s", 4
"""Pages in the first so many of these parts stand in a table of their own as well, with an index that is as small."""
EVERY, NONE = "*", "-"
"""On every page, and on none."""

_DISPENSABLE = EXACT + DOTLESS + PAIR

FACETS = ("department", "record_class", "year", "area")
PAIR_BITS = 18
PLACES_OF_A_BLOCK = 10_000_000
"""A thousand numbers of a year with all their pages."""
LONGEST = 200
"""Letters of a word that count; longer ones are noise, and an index has no room for them."""
ROOM = 1_000_000
"""Bytes that the lexemes of a page may take: PostgreSQL holds no more than 2^20."""
AGAIN = 3
"""How often a word comes on a page that is about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLexemes:
    """One page, ready for its row."""

    lexemes: Sequence[str]
    """Sorted, each once."""
    exact: str
    """The words as written, with a space on both sides of each: where phrases are looked up."""
    day: int
    place: int


def page_lexemes(page: IndexedPage) -> PageLexemes:
    """Everything by which the page can be found."""
    about = described(page)
    parts = [_analysed(part) for part in f"{page.text}\n{about}".split()]
    found: set[str] = {EVERY, *sample_lexemes(page.page_id)}
    found.update(*[part.lexemes for part in parts])
    day, place = day_number(page.date or page.archived), place_of(page)
    found.update(day_lexemes(day))
    found.add(f"{BLOCK}{place // PLACES_OF_A_BLOCK}")
    found.update(_facets(page))
    if page.file_reference:
        found.add(file_lexeme(page.file_reference))
    if page.level:
        found.add(f"{LEVEL}{plain(page.level)}")
    found.update([cut(f"{NAMED}{word}") for word in named_words(page)])
    found.update(_about(page.text, about))
    found.update(_numbered([number for part in parts for number in part.numbers]))
    exact = " ".join([part.exact for part in parts if part.exact])
    return PageLexemes(lexemes=_fitting(found), exact=f" {exact} ", day=day, place=place)


def cut(lexeme: str) -> str:
    """The lexeme at a length that every index can hold."""
    return lexeme[:LONGEST]


def loose_lexemes(key: str) -> tuple[str, ...]:
    """Under which lexemes pages with this key of the tolerant layer stand."""
    if key.startswith(SIGN):
        return _cut_all(DOTLESS + key[1:], WHOLE + key[1:])
    own = _cut_all(LOOSE + key, WHOLE + key)
    return (*own, *_cut_all(BOTH + key, FOLDED + key)) if loose_key(key) == key else own


def pairs(words: Sequence[str]) -> list[str]:
    """The lexemes of words that follow each other. Different pairs may share one, so a phrase must be looked up.

    Pairs with a long number have none: the number itself finds few enough pages.
    """
    return _numbered([_number(word) for word in words])


def _numbered(numbers: Sequence[int]) -> list[str]:
    names, mask = _pair_names(), (1 << PAIR_BITS) - 1
    return [
        names[(first * 31 + second) & mask]
        for first, second in zip(numbers, numbers[1:], strict=False)
        if first and second
    ]


@lru_cache(maxsize=1)
def _pair_names() -> list[str]:
    """Made once: naming pairs one by one took a third of a page's time."""
    return [f"{PAIR}{number:x}" for number in range(1 << PAIR_BITS)]


def sample_lexemes(page_id: str) -> list[str]:
    number = binascii.crc32(page_id.encode())
    return [f"{sign}{number % parts}" for sign, parts in SAMPLES]


def is_kept_apart(page_id: str) -> bool:
    """Whether the page stands in the table of the sample, too."""
    sign, chosen = KEPT_APART
    return binascii.crc32(page_id.encode()) % dict(SAMPLES)[sign] < chosen


def lies_apart(parts: int, chosen: int) -> bool:
    """Whether the first `chosen` of so many parts lie whole in the table of the sample."""
    sign, kept = KEPT_APART
    return parts % dict(SAMPLES)[sign] == 0 and chosen <= kept


def day_lexemes(day: int) -> list[str]:
    """The day, its month, year and decade; pages without a date share a day of their own, 0."""
    return [f"{sign}{day // divisor}" for sign, divisor in SPANS]


def facet_lexeme(name: str, value: str) -> str:
    return cut(f"{FACET}{FACETS.index(name)}{plain(value)}")


def file_lexeme(reference: str) -> str:
    return f"{FILE}{hashlib.blake2b(reference.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def facet_values(page: IndexedPage) -> tuple[str, str, str, str]:
    """In the order of `FACETS`."""
    return page.department, page.record_class, year_of(page), page.area


def plain(text: str) -> str:
    """The text without what PostgreSQL cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def vocabulary(page: IndexedPage) -> set[str]:
    """Folded words that somebody could mean who wrote something like them."""
    return set().union(*[_meant(part) for part in f"{page.text} {page.title}".split()])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Analysed:
    """What stands between two spaces: its lexemes, its words as written, and their numbers for pairs."""

    lexemes: tuple[str, ...]
    about: tuple[str, ...]
    exact: str
    numbers: tuple[int, ...]


@lru_cache(maxsize=200_000)
def _analysed(written: str) -> _Analysed:
    parts = forms(written)
    exact, folded, loose = set(parts.exact), set(parts.folded), set(parts.loose)
    dotless = {key[1:] for key in loose if key.startswith(SIGN)}
    stems = {key for key in loose if not key.startswith(SIGN)}
    layers = {
        BOTH: exact & folded,
        EXACT: exact - folded,
        FOLDED: folded - exact,
        WHOLE: dotless & stems,
        DOTLESS: dotless - stems,
        LOOSE: stems - dotless - folded,
    }
    return _Analysed(
        lexemes=_cut_all(*(f"{sign}{word}" for sign, words in layers.items() for word in words)),
        about=_cut_all(*(f"{ABOUT}{word}" for word in parts.folded)),
        exact=" ".join(parts.exact),
        numbers=tuple(_number(word) for word in parts.exact),
    )


@lru_cache(maxsize=200_000)
def _meant(written: str) -> tuple[str, ...]:
    return tuple(word for word in forms(written).folded if 3 <= len(word) <= 24 and word.isalpha())


def _cut_all(*lexemes: str) -> tuple[str, ...]:
    return tuple(cut(lexeme) for lexeme in lexemes)


def _number(word: str) -> int:
    """For pairs; 0 for a word that makes none."""
    return 0 if word.isdecimal() and len(word) > 2 else binascii.crc32(word.encode()) | 1 << 40


def _about(text: str, about: str) -> Iterator[str]:
    often = [part for part, count in Counter(text.split()).items() if count >= AGAIN]
    for part in (*about.split(), *often):
        yield from _analysed(part).about


def _facets(page: IndexedPage) -> Iterator[str]:
    for name, value in zip(FACETS, facet_values(page), strict=True):
        if value:
            yield facet_lexeme(name, value)


def _fitting(lexemes: Iterable[str]) -> list[str]:
    """Sorted as PostgreSQL does. A page with more words than it can hold loses pairs first, then some."""
    found = sorted(lexemes)
    if len(found) < ROOM // (4 * LONGEST):
        return found
    room, kept = ROOM, []
    for lexeme in sorted(found, key=lambda lexeme: _DISPENSABLE.find(lexeme[0])):
        room -= len(lexeme.encode()) + 4
        if room < 0:
            break
        kept.append(lexeme)
    return sorted(kept)
