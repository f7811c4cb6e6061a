"""The engine in pure Python, for machines where Tantivy has no wheel: Whoosh."""

from __future__ import annotations

import pickle
import struct
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, index, query, reading
from whoosh.filedb.filestore import FileStorage

from muni_archive.domain.errors import IndexDamaged
from muni_archive.domain.finding import IndexAnswer, IndexedPage, IndexHit, SearchRequest, SortBy
from muni_archive.domain.permissions import LEVELS
from muni_archive.domain.scope import Area, Scope
from muni_archive.search.cursor import read_cursor, write_cursor
from muni_archive.search.dates import EARLIEST, LATEST, day_number
from muni_archive.search.form import keep_form, leave_older_form
from muni_archive.search.indexed_words import page_words, year_of
from muni_archive.search.query import parse

FACETS = ("department", "record_class", "year", "area")
MEMORY_MB = 128


class WhooshIndex:
    """Implements `ports.SearchIndex`."""

    name = "whoosh"

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder = folder
        self._index: Any = None
        self._searcher: Any = None
        self._asking, self._changing = threading.Lock(), threading.Lock()
        leave_older_form(folder, read_only=read_only)
        with _foreign_errors_told(folder):
            if index.exists_in(str(folder)):
                self._index = FileStorage(str(folder)).open_index()
            elif not read_only:
                folder.mkdir(parents=True, exist_ok=True)
                keep_form(folder)
                self._index = FileStorage(str(folder)).create_index(_schema())

    @property
    def cursor(self) -> int:
        return self.at[0]

    @property
    def at(self) -> tuple[int, str]:
        return read_cursor(self._folder) if self._index is not None else (0, "")

    def update(
        self,
        pages: Iterable[IndexedPage],
        *,
        removed: Iterable[str] = (),
        cursor: int,
        link: str = "",
        since: tuple[int, str] | None = None,
    ) -> bool:
        with self._changing:
            if since not in (None, self.at):
                return False
            with _foreign_errors_told(self._folder):
                writer = self._index.writer(limitmb=MEMORY_MB)
                try:
                    for page_id in removed:
                        writer.delete_by_term("page_id", page_id)
                    fresh = self._index.is_empty()
                    # Whoosh deletes what was committed before, not what this writer has added: each page once.
                    for page in {page.page_id: page for page in pages}.values():
                        add = writer.add_document if fresh else writer.update_document
                        add(**_document(page))
                except BaseException:
                    writer.cancel()
                    raise
                writer.commit()
            write_cursor(self._folder, cursor, link)
        return True

    def search(self, request: SearchRequest) -> IndexAnswer:
        tree = parse(request.query)
        if self._index is None or (request.visible is not None and request.visible.empty):
            return IndexAnswer(total=0, hits=(), facets={name: () for name in FACETS} if request.facets else {})
        with self._searching() as searcher:
            asked = tree if tree is not query.NullQuery else query.NullQuery
            limits = _filters(request)
            narrowed = (
                query.And([asked, *(query.ConstantScoreQuery(limit, 0.0) for limit in limits)]) if limits else asked
            )
            field, reverse = _order(request.sort)
            if isinstance(narrowed, type(query.NullQuery)):
                return IndexAnswer(total=0, hits=(), facets={name: () for name in FACETS} if request.facets else {})
            found = searcher.search(narrowed, limit=request.offset + request.limit, sortedby=field, reverse=reverse)
            hits = tuple(
                IndexHit(page_id=hit["page_id"], document_id=hit["document_id"], score=float(hit.score or 0.0))
                for hit in found[request.offset :]
            )
            facets = _facets(searcher, narrowed) if request.facets else {}
            return IndexAnswer(total=len(found), hits=hits, facets=facets)

    def digests(self) -> Iterator[tuple[str, str]]:
        if self._index is None:
            return
        with self._searching() as searcher:
            for stored in searcher.reader().all_stored_fields():
                yield stored["page_id"], stored["digest"]

    def clear(self, *, since: tuple[int, str] | None = None, link: str = "") -> bool:
        with self._changing, _foreign_errors_told(self._folder):
            if since not in (None, self.at):
                return False
            write_cursor(self._folder, 0, link)
            self._forget_searcher()
            self._index = FileStorage(str(self._folder)).create_index(_schema())
        return True

    def close(self) -> None:
        self._forget_searcher()
        if self._index is not None:
            self._index.close()

    @contextmanager
    def _searching(self) -> Iterator[Any]:
        """The searcher of the index as it is now. Opening one reads every segment's tables: it is kept, for one thread
        at a time, and opened again only when the index has changed.
        """
        with self._asking, _foreign_errors_told(self._folder):
            if self._searcher is None:
                self._searcher = self._index.refresh().searcher()
            else:
                self._searcher = self._searcher.refresh()
            yield self._searcher

    def _forget_searcher(self) -> None:
        with self._asking:
            if self._searcher is not None:
                self._searcher.close()
            self._searcher = None


def _schema() -> fields.Schema:
    words = analysis.SpaceSeparatedTokenizer()
    layer = fields.TEXT(analyzer=words, phrase=False)
    return fields.Schema(
        page_id=fields.ID(unique=True, stored=True),
        document_id=fields.STORED(),
        digest=fields.STORED(),
        exact=fields.TEXT(analyzer=words, phrase=True),
        folded=layer,
        loose=layer,
        fields=layer,
        day=fields.NUMERIC(int, 64, signed=False, sortable=True),
        place=fields.NUMERIC(int, 64, signed=False, sortable=True),
        file=fields.ID(),
        level=fields.ID(),
        **{name: fields.ID(stored=True) for name in FACETS},
    )


def _document(page: IndexedPage) -> dict[str, Any]:
    words = page_words(page)
    return {
        "page_id": page.page_id,
        "document_id": page.document_id,
        "digest": page.digest(),
        "exact": words.exact,
        "folded": words.folded,
        "loose": words.loose,
        "fields": words.fields,
        "day": words.day,
        "place": words.order,
        "department": page.department,
        "record_class": page.record_class,
        "year": year_of(page),
        "area": page.area,
        "file": page.file_reference,
        "level": page.level,
    }


def _filters(request: SearchRequest) -> list[query.Query]:
    wanted = {
        "department": request.department,
        "record_class": request.record_class,
        "area": request.area,
        "year": request.year,
    }
    parts: list[query.Query] = [query.Term(name, value) for name, value in wanted.items() if value]
    if request.visible is not None:
        parts.append(_within(request.visible))
    if request.date_from or request.date_to:
        first, last = day_number(request.date_from) or EARLIEST, day_number(request.date_to) or LATEST
        parts.append(query.NumericRange("day", first, last))
    return parts


def _within(scope: Scope) -> query.Query:
    """Pages in one of the areas, or of one of the files."""
    areas = [_within_area(area) for area in scope.areas if not area.empty]
    files = query.Or([query.Term("file", name) for name in sorted(scope.files)])
    return query.Or([*areas, _but(files, LEVELS)] if scope.files else areas)


def _within_area(area: Area) -> query.Query:
    allowed = {"department": area.departments, "record_class": area.record_classes}
    sets = [
        query.Or([query.Term(field, name) for name in sorted(names)])
        for field, names in allowed.items()
        if names is not None
    ]
    return _but(query.And(sets) if sets else query.Every(), area.closed)


def _but(pages: query.Query, closed: frozenset[str]) -> query.Query:
    """Those of documents that have none of these levels of their own."""
    if not closed:
        return pages
    return query.And([pages, query.Not(query.Or([query.Term("level", name) for name in sorted(closed)]))])


def _order(sort: SortBy) -> tuple[str | None, bool]:
    if sort is SortBy.RELEVANCE:
        return None, False
    return ("place" if sort is SortBy.NUMBER else "day"), sort is SortBy.NEWEST


def _facets(searcher: Any, asked: query.Query) -> dict[str, tuple[tuple[str, int], ...]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for number in searcher.docs_for_query(asked):
        stored = searcher.stored_fields(number)
        for name in FACETS:
            if stored.get(name):
                counts[name][stored[name]] += 1
    return {name: tuple(sorted(count.items(), key=lambda item: (-item[1], item[0]))) for name, count in counts.items()}


@contextmanager
def _foreign_errors_told(folder: Path) -> Iterator[None]:
    """What whoosh raises on damaged files, in the archive's own words."""
    try:
        yield
    except (
        index.IndexError,
        index.EmptyIndexError,
        reading.ReaderClosed,
        pickle.UnpicklingError,
        struct.error,
        OSError,
        EOFError,
        KeyError,
        ValueError,
    ) as exc:
        raise IndexDamaged(path=folder, detail=f"{type(exc).__name__}: {exc}") from exc
