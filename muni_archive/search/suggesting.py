"""What to try when nothing was found: queries that do find something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol, runtime_checkable

from muni_archive.domain.errors import QueryMalformed
from muni_archive.domain.finding import SearchRequest
from muni_archive.ports import SearchIndex
from muni_archive.search.folding import fold
from muni_archive.search.stemming import stem

MOST = 4
NEAR_TRIED = 3
"""Words of a query for which near ones are looked up."""
_OPERATORS = frozenset({"AND", "OR", "NOT", "و", "أو", "او", "ليس"})


@runtime_checkable
class KnowsNearWords(Protocol):
    """An index that can tell which of its words are written nearly like another."""

    def near_words(self, word: str) -> tuple[str, ...]:
        """Words of the index, the nearest first; whether the asker may know them is not looked at."""
        ...


def suggestions(index: SearchIndex, request: SearchRequest) -> tuple[str, ...]:
    """At most `MOST` other queries with hits, the nearest to what was asked first.

    Each is searched for as the asker would: what he must not see is not offered either.
    """
    found: list[str] = []
    for candidate in _candidates(request.query, index):
        if candidate in found or candidate == request.query:
            continue
        if _finds(index, replace(request, query=candidate, limit=1, offset=0, facets=False)):
            found.append(candidate)
        if len(found) == MOST:
            break
    return tuple(found)


def _candidates(source: str, index: SearchIndex) -> Iterator[str]:
    """Without quotes; with near words; with beginnings of words; any of the words; one left out; each alone."""
    plain = source.translate(str.maketrans("", "", '"«»“”()[]*'))
    words = [word for word in plain.split() if word not in _OPERATORS]
    yield " ".join(words)
    if isinstance(index, KnowsNearWords):
        for at, word in enumerate(words[:NEAR_TRIED]):
            yield from (" ".join([*words[:at], near, *words[at + 1 :]]) for near in index.near_words(word))
    yield " ".join(_beginning(word) for word in words)
    if len(words) > 1:
        for at in range(len(words)):
            yield " ".join(words[:at] + words[at + 1 :])
        yield " OR ".join(words)
        yield from words
    yield from (_beginning(word) for word in words)


def _beginning(word: str) -> str:
    """The word's root as a prefix; short words and numbers as they are."""
    if ":" in word:
        return word
    root = stem(fold(word))
    return f"{root[: max(3, len(root) - 1)]}*" if len(root) > 3 and root.isalpha() else word


def _finds(index: SearchIndex, request: SearchRequest) -> bool:
    if not request.query.strip():
        return False
    try:
        return index.search(request).total > 0
    except QueryMalformed:
        return False
