"""The query language: parsed by whoosh into its tree, in terms of the layers that every engine holds.

`folded`, `loose` and `exact` are the three layers; `fields` holds `name=word` for everything that may be
asked by field; `day` is the document's date as the number yyyymmdd.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from whoosh import analysis, fields, qparser, query

from muni_archive.domain.errors import QueryMalformed
from muni_archive.messages import _
from muni_archive.search.checking import canonical_source
from muni_archive.search.dates import day_range
from muni_archive.search.dots import dotless
from muni_archive.search.field_names import FIELD_NAMES
from muni_archive.search.folding import exact_words, folded_beginnings, query_words, without_article
from muni_archive.search.stemming import loose_key

LOOSE_BOOST = 0.3
"""What a hit by another form of the word is worth beside one by the word itself."""
DOTLESS_BOOST = 0.15
"""What a hit by a word that differs by its dots alone is worth."""
SHORTEST_PREFIX = 2
_TEXT = "text"

Tree: TypeAlias = Any
"""A node of whoosh's query tree; whoosh ships no types."""


class _Raw(analysis.Tokenizer):  # type: ignore[misc]  # whoosh ships no types
    """Hands words on as written: folding happens once, when the tree is made."""

    def __call__(self, value: str, **_options: object) -> Any:
        token = analysis.Token()
        for position, word in enumerate(value.split()):
            token.text, token.pos, token.boost, token.stopped = word, position, 1.0, False
            yield token


class _Phrase(qparser.TextNode):  # type: ignore[misc]  # whoosh ships no types
    """What stood in quotes, one word included."""

    def query(self, parser: qparser.QueryParser) -> Tree:
        return query.Phrase(self.fieldname or parser.fieldname, self.text.split(), boost=self.boost)


class _Quoted(qparser.TaggingPlugin):  # type: ignore[misc]  # whoosh ships no types
    """Phrases in "…"; guillemets have become quotes before."""

    expr = r'"(?P<text>[^"]*)"'
    nodetype = _Phrase


@lru_cache(maxsize=512)
def parse(source: str) -> Tree:
    """The tree of a query. Raises `QueryMalformed` with what to do, and nothing else.

    A blank query is `query.Every`: everything that the filters let through.
    """
    if not source.strip() or source.strip() == "*":
        return query.Every()
    text = canonical_source(source)
    try:
        tree = _parser().parse(text, normalize=False)
        return _told(tree).normalize() or query.NullQuery
    except RecursionError as error:
        raise QueryMalformed(detail=_("it is nested too deeply; use fewer parentheses.")) from error
    except (IndexError, AttributeError, TypeError, ValueError) as error:  # whoosh's parser is not made for every text
        raise QueryMalformed(detail=_("it cannot be understood; write it with fewer signs.")) from error


@lru_cache(maxsize=1)
def _parser() -> qparser.QueryParser:
    schema = fields.Schema(**{name: fields.TEXT(analyzer=_Raw()) for name in (_TEXT, *FIELD_NAMES)})
    before, after = r"(?:^|(?<=[\s(]))", r"(?=\s|\()"
    operators = qparser.OperatorsPlugin(
        And=rf"(?<=[\s)])(?:AND|و){after}",
        Or=rf"(?<=[\s)])(?:OR|أو|او){after}",
        Not=rf"{before}(?:NOT|ليس){after}",
        AndNot=None,
        AndMaybe=None,
        Require=None,
    )
    plugins = [
        qparser.WhitespacePlugin(),
        _Quoted(),
        qparser.RangePlugin(),
        qparser.FieldsPlugin(),
        qparser.GroupPlugin(),
        qparser.PrefixPlugin(),
        operators,
    ]
    return qparser.QueryParser(_TEXT, schema, plugins=plugins, group=qparser.AndGroup)


def _told(tree: Tree) -> Tree:
    """The parsed tree in terms of the layers."""
    for kind, told in _TELL.items():
        if isinstance(tree, kind):
            return told(tree)
    if isinstance(tree, query.Not):
        return query.Not(_told(tree.query))
    if isinstance(tree, query.compound.CompoundQuery):
        parts = [_told(part) for part in tree.subqueries]
        return type(tree)([part for part in parts if part is not query.NullQuery])
    return query.NullQuery


def _term(tree: query.Term) -> Tree:
    if tree.fieldname == "date":
        return _dated(tree.text, tree.text)
    words = query_words(tree.text)
    if tree.fieldname != _TEXT:
        return _all(_named(tree.fieldname, words))
    return _all([_word(word) for word in words])


def _word(word: str) -> Tree:
    """The word itself, or another form of it that counts for less."""
    key = loose_key(word)
    if key == word and not word.isalpha():
        return query.Term("folded", word)
    forms = [query.Term("folded", word), query.Term("loose", key, boost=LOOSE_BOOST)]
    if skeleton := dotless(word):
        forms.append(query.Term("loose", skeleton, boost=DOTLESS_BOOST))
    return query.Or(forms)


def _prefix(tree: query.Prefix) -> Tree:
    starts = [start.strip() for start in folded_beginnings(tree.text)]
    if len(starts[0]) < SHORTEST_PREFIX and not starts[0].isdecimal():
        raise QueryMalformed(detail=_("write at least two letters before «*»."))
    if tree.fieldname != _TEXT:
        return _any([query.Prefix("fields", f"{tree.fieldname}={without_article(start)}") for start in starts])
    return _any([query.Prefix("folded", start) for start in starts])


def _phrase(tree: query.Phrase) -> Tree:
    words = exact_words(" ".join(tree.words))
    if tree.fieldname != _TEXT:
        return _all(_named(tree.fieldname, query_words(" ".join(tree.words))))
    if not words:
        return query.NullQuery
    return query.Phrase("exact", words) if len(words) > 1 else query.Term("exact", words[0])


def _range(tree: query.TermRange) -> Tree:
    if tree.fieldname != "date":
        raise QueryMalformed(detail=_("only dates can be asked for by range: date:[2020 TO 2021]."))
    return _dated(tree.start or "", tree.end or "")


def _dated(first: str, last: str) -> Tree:
    start, end = day_range(first, last)
    return query.NumericRange("day", start, end)


def _named(field: str, words: list[str]) -> list[Tree]:
    return [query.Term("fields", f"{field}={without_article(word)}") for word in words]


def _any(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else query.Or(parts)


def _all(parts: list[Tree]) -> Tree:
    if not parts:
        return query.NullQuery
    return parts[0] if len(parts) == 1 else query.And(parts)


_TELL: dict[type, Callable[[Any], Tree]] = {
    query.Term: _term,
    query.Prefix: _prefix,
    query.Phrase: _phrase,
    query.TermRange: _range,
}
