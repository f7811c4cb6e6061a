"""Which words of a page a query asks for, so that they can be marked."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence

from whoosh import query

from muni_archive.domain.errors import QueryMalformed
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact_words, folded_words, without_article
from muni_archive.search.query import Tree, parse
from muni_archive.search.stemming import loose_key

FOLDED, LOOSE, EXACT, VALUE = "f", "l", "x", "v"
"""In front of each key of a word: the layer that it belongs to."""
LAYERS = {"folded": FOLDED, "loose": LOOSE, "exact": EXACT, "fields": VALUE}
WORDS_REMEMBERED = 65_536
"""The commonest make nearly all of any page; about 50 MB."""


class Highlighter:
    """Tells for each word of a text whether the query asks for it; a malformed query marks nothing."""

    def __init__(self, source: str) -> None:
        self._keys = set[str]()
        self._starts: tuple[str, ...] = ()
        self._vocabulary, self._known, self._marked = _Vocabulary(), 0, set[str]()
        try:
            self._collect(parse(source))
        except QueryMalformed:
            return

    def marks(self, words: Sequence[str]) -> list[bool]:
        """Whether it asks for each of the words."""
        if not self._keys and not self._starts:
            return [False] * len(words)
        if (met := _vocabulary()) is not self._vocabulary:
            self._vocabulary, self._known = met, 0
        distinct = set(words)
        numbers = {word for word in distinct - self._vocabulary.words if word.isdecimal()}
        self._marked.update(filter(self._asks_for_number, numbers - self._marked))
        known = self._vocabulary.learn(distinct - numbers)
        if known != self._known:
            self._marked |= self._vocabulary.having(self._keys)
            if self._starts:
                self._marked |= self._vocabulary.beginning(self._starts, since=self._known)
            self._known = known
        return list(map(self._marked.__contains__, words))

    def _asks_for_number(self, word: str) -> bool:
        """Numbers have no other forms, and there is no end of them: none is remembered."""
        (number,) = folded_words(word)
        return not self._keys.isdisjoint((FOLDED + number, VALUE + number, LOOSE + number, EXACT + number)) or bool(
            self._starts and (FOLDED + number).startswith(self._starts)
        )

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


class _Vocabulary:
    """Words that were met, by what a question can name them by: of the thousands of words of an answer hardly one is
    looked at a second time. For any number of threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.words = set[str]()
        self._by_key = dict[str, tuple[str, ...]]()
        self._folded = list[tuple[str, str]]()
        """As they were met: a key of the layer in which beginnings are looked for (or none), and its word."""

    def __len__(self) -> int:
        return len(self._folded)

    def learn(self, words: set[str]) -> int:
        """How much it knows when it knows these."""
        if new := words - self.words:
            with self._lock:
                for word in new - self.words:
                    keys = _keys_of(word)
                    for key in keys:
                        self._by_key[key] = (*self._by_key.get(key, ()), word)
                    self._folded += [(key, word) for key in keys if key.startswith(FOLDED)] or [("", word)]
                    self.words.add(word)
        return len(self)

    def having(self, keys: Iterable[str]) -> frozenset[str]:
        """Words that have one of the keys."""
        return frozenset(word for key in keys for word in self._by_key.get(key, ()))

    def beginning(self, starts: tuple[str, ...], *, since: int) -> frozenset[str]:
        """Words with a folded key that begins like one of these; without those of the first `since` keys."""
        return frozenset(word for key, word in self._folded[since:] if key.startswith(starts))


_met = [_Vocabulary()]


def _vocabulary() -> _Vocabulary:
    """Begun anew when it has grown too large, also within an answer: pages may be long."""
    if len(_met[0]) > WORDS_REMEMBERED:
        _met[0] = _Vocabulary()
    return _met[0]


def _keys_of(word: str) -> Iterable[str]:
    """Everything that a question can name the word by."""
    keys = dict.fromkeys(EXACT + form for form in exact_words(word))
    for form in folded_words(word):
        named = (FOLDED + form, VALUE + without_article(form), LOOSE + loose_key(form), LOOSE + dotless(form))
        keys |= dict.fromkeys(named)
    return keys


def _leaves(tree: Tree) -> Iterator[Tree]:
    """Terms, prefixes and phrases that are asked for; what stands under NOT is not."""
    if isinstance(tree, query.Not):
        return
    if isinstance(tree, (query.Term, query.Prefix, query.Phrase)):
        yield tree
    for part in getattr(tree, "subqueries", ()):
        yield from _leaves(part)
