"""Which words of a page a query asks for, so that they can be marked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from whoosh import query

from muni_archive.domain.errors import QueryMalformed
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact_words, folded_words, without_article
from muni_archive.search.query import Tree, parse
from muni_archive.search.stemming import loose_key


class Highlighter:
    """Tells for each word of a text whether the query asks for it; a malformed query marks nothing."""

    def __init__(self, source: str) -> None:
        self._layers: dict[str, set[str]] = {"folded": set(), "loose": set(), "exact": set(), "fields": set()}
        self._starts: set[str] = set()
        try:
            self._collect(parse(source))
        except QueryMalformed:
            return
        finally:
            self.matches = lru_cache(maxsize=20_000)(self._matches)

    def _collect(self, tree: Tree) -> None:
        for leaf in _leaves(tree):
            if isinstance(leaf, query.Prefix):
                self._starts.add(leaf.text.partition("=")[2] or leaf.text)
            elif isinstance(leaf, query.Phrase):
                self._layers["exact"].update(leaf.words)
            elif leaf.fieldname == "fields":
                self._layers["fields"].add(leaf.text.partition("=")[2])
            else:
                self._layers[leaf.fieldname].add(leaf.text)

    def _matches(self, word: str) -> bool:
        folded = folded_words(word)
        layers = self._layers
        return (
            any(form in layers["folded"] for form in folded)
            or any(without_article(form) in layers["fields"] for form in folded)
            or any(loose_key(form) in layers["loose"] or dotless(form) in layers["loose"] for form in folded)
            or any(form.startswith(start) for start in self._starts for form in folded)
            or (bool(layers["exact"]) and any(form in layers["exact"] for form in exact_words(word)))
        )


def _leaves(tree: Tree) -> Iterator[Tree]:
    """Terms, prefixes and phrases that are asked for; what stands under NOT is not."""
    if isinstance(tree, query.Not):
        return
    if isinstance(tree, (query.Term, query.Prefix, query.Phrase)):
        yield tree
    for part in getattr(tree, "subqueries", ()):
        yield from _leaves(part)
