"""Finding pages: what the index answers, with snippets and the places to mark on the picture."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.errors import BlobMissing
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.geometry import Box
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading, Word
from muni_archive.domain.records import Document, Page
from muni_archive.search.highlight import Highlighter
from muni_archive.search.suggesting import suggestions
from muni_archive.services.known_readings import known_reading
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
    with place.unit_of_work() as unit:
        documents = unit.records.documents_by_id(tuple({hit.document_id for hit in answer.hits}))
        pages = {page.id: page for page in unit.records.pages([hit.page_id for hit in answer.hits])}
    hits = tuple(
        _hit(place, highlighter, documents[hit.document_id], pages[hit.page_id], hit.score)
        for hit in answer.hits
        if hit.document_id in documents and hit.page_id in pages
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
    highlighter = Highlighter(query)
    return tuple(word.box for word in reading.words if highlighter.matches(word.text))


def _within_sight(place: Workplace, request: SearchRequest) -> SearchRequest:
    """The same question, as far as who asks may see."""
    place.guard.require(Action.VIEW)
    scope = place.guard.scope(Action.VIEW)
    if scope is None:
        return request
    return replace(request, visible=scope if request.visible is None else scope & request.visible)


def _hit(place: Workplace, highlighter: Highlighter, document: Document, page: Page, score: float) -> Hit:
    try:
        reading = known_reading(place, page.id)
    except BlobMissing:  # it is found all the same; a copy of another archive holds few of its files
        reading = None
    words = tuple(reading.words) if reading else ()
    marks = tuple(highlighter.matches(word.text) for word in words)
    return Hit(
        number=document.number,
        document_id=document.id,
        page_id=page.id,
        title=document.title,
        record_class=document.record_class,
        page=page.number or 1,
        score=score,
        date=document.date or "",
        snippet=_snippet(words, marks),
        boxes=tuple(word.box for word, mark in zip(words, marks, strict=True) if mark),
    )


def _snippet(words: Sequence[Word], marks: Sequence[bool]) -> tuple[SnippetPart, ...]:
    """The words around the first mark (or the beginning), in runs of marked and unmarked."""
    first = next((at for at, mark in enumerate(marks) if mark), 0)
    start = max(0, first - BEFORE)
    parts: list[SnippetPart] = []
    for word, mark in zip(words[start : start + LENGTH], marks[start : start + LENGTH], strict=True):
        if parts and parts[-1].marked == mark:
            parts[-1] = SnippetPart(text=f"{parts[-1].text} {word.text}", marked=mark)
        else:
            parts.append(SnippetPart(text=word.text, marked=mark))
    return tuple(parts)
