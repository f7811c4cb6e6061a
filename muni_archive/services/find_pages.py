"""Finding pages: what the index answers, with snippets and the places to mark on the picture."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from muni_archive.domain.finding import PageFound, SearchRequest
from muni_archive.domain.geometry import Box
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import PlacedWords, Reading
from muni_archive.search.highlight import Highlighter
from muni_archive.search.suggesting import suggestions
from muni_archive.services.words_at_hand import words_at_hand
from muni_archive.services.workplace import Workplace

BEFORE, LENGTH = 6, 26
"""A snippet's words before the first marked word, and in all."""


@dataclass(frozen=True, kw_only=True)
class SnippetPart:
    """A run of words, marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A page that was found; `page` counts from 1 in its document, `boxes` are in master pixels."""

    number: str
    document_id: str
    page_id: str
    title: str
    record_class: str
    page: int
    score: float
    date: str
    snippet: tuple[SnippetPart, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that answers one question."""

    query: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    estimated: bool = False
    """Total and facets were reckoned from a sample; see `IndexAnswer`."""


def find_pages(place: Workplace, request: SearchRequest) -> Found:
    """Ask the index and show where on each page the words stand. Raises `QueryMalformed`."""
    started = time.perf_counter()
    answer = place.index.search(_within_sight(place, request))
    highlighter = Highlighter(request.query)
    ids = [hit.page_id for hit in answer.hits]
    with place.unit_of_work() as unit:
        pages = unit.records.pages_found(ids)
        reviews = unit.records.word_reviews_of([page.page_id for page in pages.values() if page.reviewed])
    words = words_at_hand(place, {page.page_id: page.reading for page in pages.values() if page.reading}, reviews)
    # What has left the document since the index looked, or come into another, was not found: who may see it?
    hits = tuple(
        _hit(highlighter, pages[hit.page_id], hit.score, words.get(hit.page_id))
        for hit in answer.hits
        if hit.page_id in pages and pages[hit.page_id].document_id == hit.document_id
    )
    took_ms = (time.perf_counter() - started) * 1000
    return Found(
        query=request.query, total=answer.total, took_ms=took_ms, hits=hits, facets=answer.facets,
        estimated=answer.estimated,
    )  # fmt: skip


def suggest(place: Workplace, request: SearchRequest) -> tuple[str, ...]:
    """Other queries that do have hits, for when this one has none."""
    return suggestions(place.index, _within_sight(place, request))


def marked_boxes(reading: Reading, query: str) -> tuple[Box, ...]:
    """Places of the words of the page that the query asks for."""
    words = tuple(reading.words)
    marks = Highlighter(query).marks([word.text for word in words])
    return tuple(word.box for word, marked in zip(words, marks, strict=True) if marked)


def _within_sight(place: Workplace, request: SearchRequest) -> SearchRequest:
    """The same question, as far as who asks may see."""
    place.guard.require(Action.VIEW)
    scope = place.guard.scope(Action.VIEW)
    if scope is None:
        return request
    return replace(request, visible=scope if request.visible is None else scope & request.visible)


def _hit(highlighter: Highlighter, page: PageFound, score: float, words: PlacedWords | None) -> Hit:
    texts = words.texts if words else []
    marks = highlighter.marks(texts)
    return Hit(
        number=page.number,
        document_id=page.document_id,
        page_id=page.page_id,
        title=page.title,
        record_class=page.record_class,
        page=page.page,
        score=score,
        date=page.date,
        snippet=_snippet(texts, marks),
        boxes=tuple(words.box(at) for at, marked in enumerate(marks) if marked) if words else (),
    )


def _snippet(texts: Sequence[str], marks: Sequence[bool]) -> tuple[SnippetPart, ...]:
    """The words around the first mark (or the beginning), in runs of marked and unmarked."""
    first = marks.index(True) if True in marks else 0
    shown = slice(max(0, first - BEFORE), max(0, first - BEFORE) + LENGTH)
    runs = groupby(zip(texts[shown], marks[shown], strict=True), key=itemgetter(1))
    return tuple(SnippetPart(text=" ".join(text for text, _mark in run), marked=marked) for marked, run in runs)
