"""The query's tree for Tantivy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tantivy
from whoosh import query

from muni_archive.search.query import Tree


def to_tantivy(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    """The same question in Tantivy's terms."""
    made = _plain(tree, schema)
    return tantivy.Query.boost_query(made, tree.boost) if tree.boost != 1.0 else made


def _plain(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    for kind, make in _MAKE.items():
        if isinstance(tree, kind):
            return make(tree, schema)
    return tantivy.Query.empty_query()


def _term(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.term_query(schema, tree.fieldname, tree.text)


def _prefix(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.regex_query(schema, tree.fieldname, f"{re.escape(tree.text)}.*")


def _phrase(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.phrase_query(schema, tree.fieldname, list(tree.words))


def _range(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.range_query(
        schema, tree.fieldname, tantivy.FieldType.Unsigned, lower_bound=tree.start, upper_bound=tree.end
    )


def _without(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    everything, unwanted = tantivy.Query.all_query(), to_tantivy(tree.query, schema)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, everything), (tantivy.Occur.MustNot, unwanted)])


def _compound(tree: Tree, schema: tantivy.Schema) -> tantivy.Query:
    occur = tantivy.Occur.Must if isinstance(tree, query.And) else tantivy.Occur.Should
    return tantivy.Query.boolean_query([(occur, to_tantivy(part, schema)) for part in tree.subqueries])


_MAKE: dict[type, Callable[[Any, tantivy.Schema], tantivy.Query]] = {
    query.Every: lambda _tree, _schema: tantivy.Query.all_query(),
    query.Term: _term,
    query.Prefix: _prefix,
    query.Phrase: _phrase,
    query.NumericRange: _range,
    query.Not: _without,
    query.And: _compound,
    query.Or: _compound,
}
