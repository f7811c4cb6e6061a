"""Which words of a page a query asks for, so that they can be marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from whoosh import query

from muni_archive.domain.errors import QueryMalformed
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact_words, folded_words, without_article
from muni_archive.search.query import Tree, parse
from muni_archive.search.stemming import loose_key

FOLDED, LOOSE, EXACT, VALUE = "f", "l", "x", "v"
"""In front of each key of a word: the layer that it belongs to."""
LAYERS = {"folded": FOLDED, "loose": LOOSE, "exact": EXACT, "fields": VALUE}
WORDS_REMEMBERED = 32_768
"""The commonest make nearly all of any page; about 15 MB."""


class Highlighter:
    """Tells for each word of a text whether the query asks for it; a malformed query marks nothing.

    For one answer: what it has found of a word it remembers.
    """

    def __init__(self, source: str) -> None:
        self._keys = set[str]()
        self._starts: tuple[str, ...] = ()
        self._exact = False
        self._known = _Known(self._matches)
        try:
            self._collect(parse(source))
        except QueryMalformed:
            return

    def matches(self, word: str) -> bool:
        return self._known[word]

    def marks(self, words: Sequence[str]) -> list[bool]:
        """`matches` for each of the words."""
        if not self._keys and not self._starts:
            return [False] * len(words)
        return list(map(self._known.__getitem__, words))

    def _collect(self, tree: Tree) -> None:
        for leaf in _leaves(tree):
            if isinstance(leaf, query.Prefix):
                self._starts += (FOLDED + (leaf.text.partition("=")[2] or leaf.text),)
            elif isinstance(leaf, query.Phrase):
                self._keys.update(EXACT + word for word in leaf.words)
            elif leaf.fieldname == "fields":
                self._keys.add(VALUE + leaf.text.partition("=")[2])
            else:
                self._keys.add(LAYERS[leaf.fieldname] + leaf.text)
        self._exact = any(key.startswith(EXACT) for key in self._keys)

    def _matches(self, word: str) -> bool:
        keys = _keys_of(word)
        return (
            not self._keys.isdisjoint(keys)
            or (bool(self._starts) and any(key.startswith(self._starts) for key in keys))
            or (self._exact and not self._keys.isdisjoint(_exact_keys_of(word)))
        )


class _Known(dict[str, bool]):
    """Words that were looked at, and what became of them."""

    def __init__(self, look: Callable[[str], bool]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, word: str) -> bool:
        found = self[word] = self._look(word)
        return found


@lru_cache(maxsize=WORDS_REMEMBERED)
def _keys_of(word: str) -> tuple[str, ...]:
    """Everything that a question can name the word by, short of how exactly it is written."""
    keys: dict[str, None] = {}
    for form in folded_words(word):
        named = (FOLDED + form, VALUE + without_article(form), LOOSE + loose_key(form), LOOSE + dotless(form))
        keys |= dict.fromkeys(named)
    return tuple(keys)


@lru_cache(maxsize=WORDS_REMEMBERED)
def _exact_keys_of(word: str) -> tuple[str, ...]:
    return tuple(EXACT + form for form in exact_words(word))


def _leaves(tree: Tree) -> Iterator[Tree]:
    """Terms, prefixes and phrases that are asked for; what stands under NOT is not."""
    if isinstance(tree, query.Not):
        return
    if isinstance(tree, (query.Term, query.Prefix, query.Phrase)):
        yield tree
    for part in getattr(tree, "subqueries", ()):
        yield from _leaves(part)
