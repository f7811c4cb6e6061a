"""The default engine: Tantivy, through its wheel."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from muni_archive.domain.errors import DiskFull, IndexDamaged
from muni_archive.domain.finding import IndexAnswer, IndexedPage, IndexHit, SearchRequest, SortBy
from muni_archive.domain.permissions import LEVELS
from muni_archive.domain.scope import Area, Scope
from muni_archive.search.cursor import read_cursor, write_cursor
from muni_archive.search.dates import EARLIEST, LATEST, day_number
from muni_archive.search.form import keep_form, leave_older_form
from muni_archive.search.indexed_words import page_words, year_of
from muni_archive.search.query import parse
from muni_archive.search.tantivy_query import to_tantivy

LAYERS = ("exact", "folded", "loose", "fields")
FACETS = ("department", "record_class", "year", "area")
FACET_VALUES = 200
HEAP = 60_000_000
"""Bytes that the writer gathers before it writes a segment."""
PART = 5_000
"""Pages whose digests are fetched at a time."""
_ORDER = {
    SortBy.NEWEST: ("day", tantivy.Order.Desc),
    SortBy.OLDEST: ("day", tantivy.Order.Asc),
    SortBy.NUMBER: ("place", tantivy.Order.Asc),
}


class TantivyIndex:
    """Implements `ports.SearchIndex`. A reader sees what a writer in another process has committed."""

    name = "tantivy"

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder, self._read_only = folder, read_only
        self._changing = threading.Lock()
        self._schema = _schema()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._open()

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
                writer = self._writing()
                for page_id in removed:
                    writer.delete_documents_by_term("page_id", page_id)
                for page in pages:
                    writer.delete_documents_by_term("page_id", page.page_id)
                    writer.add_document(_document(page))
                writer.commit()
                self._opened().reload()
            write_cursor(self._folder, cursor, link)
        return True

    def search(self, request: SearchRequest) -> IndexAnswer:
        tree = parse(request.query)
        if self._index is None or (request.visible is not None and request.visible.empty):
            return IndexAnswer(total=0, hits=(), facets={name: () for name in FACETS} if request.facets else {})
        with _foreign_errors_told(self._folder):
            searcher = self._searcher()
            asked = self._filtered(to_tantivy(tree, self._schema), request)
            field, order = _ORDER.get(request.sort, (None, tantivy.Order.Desc))
            result = searcher.search(
                asked, limit=request.limit, offset=request.offset, order_by_field=field, order=order
            )
            hits = tuple(_hit(searcher, score, address) for score, address in result.hits)
            facets = _facets(searcher, asked) if request.facets else {}
            total = result.count or 0  # type: ignore[attr-defined]  # missing in tantivy's stub
            return IndexAnswer(total=total, hits=hits, facets=facets)

    def digests(self) -> Iterator[tuple[str, str]]:
        if self._index is None:
            return
        with _foreign_errors_told(self._folder):
            searcher = self._searcher()
            total = searcher.num_docs
            for start in range(0, total, PART):
                part = searcher.search(tantivy.Query.all_query(), limit=PART, offset=start, count=False)
                for _score, address in part.hits:
                    stored = searcher.doc(address)
                    yield str(stored.get_first("page_id")), str(stored.get_first("digest"))

    def clear(self, *, since: tuple[int, str] | None = None, link: str = "") -> bool:
        with self._changing, _foreign_errors_told(self._folder):
            if since not in (None, self.at):
                return False
            write_cursor(self._folder, 0, link)
            writer = self._writing()
            writer.delete_all_documents()
            writer.commit()
            self._opened().reload()
        return True

    def close(self) -> None:
        """Wait for merges, let the directory go."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
        self._index = None

    def _open(self) -> None:
        """Open what is there; a writer makes a new index, a reader of nothing finds nothing."""
        leave_older_form(self._folder, read_only=self._read_only)
        there = (self._folder / "meta.json").exists()
        if self._read_only and not there:
            return
        with _foreign_errors_told(self._folder):
            if not there:
                # Segments without their list are what a broken beginning leaves; nothing can be read from them.
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder.mkdir(parents=True)
                keep_form(self._folder)
            index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
            index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
            index.config_reader("manual")
            index.reload()
            self._index = index

    def _opened(self) -> tantivy.Index:
        assert self._index is not None, "the index is closed"
        return self._index

    def _searcher(self) -> tantivy.Searcher:
        if self._read_only:
            self._opened().reload()
        return self._opened().searcher()

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._opened().writer(heap_size=HEAP, num_threads=1)
        return self._writer

    def _filtered(self, asked: tantivy.Query, request: SearchRequest) -> tantivy.Query:
        wanted = {
            "department": request.department,
            "record_class": request.record_class,
            "area": request.area,
            "year": request.year,
        }
        parts = [tantivy.Query.term_query(self._schema, name, value) for name, value in wanted.items() if value]
        if request.visible is not None:
            parts.append(self._within(request.visible))
        if request.date_from or request.date_to:
            parts.append(
                tantivy.Query.range_query(
                    self._schema,
                    "day",
                    tantivy.FieldType.Unsigned,
                    lower_bound=day_number(request.date_from) or EARLIEST,
                    upper_bound=day_number(request.date_to) or LATEST,
                )
            )
        if not parts:
            return asked
        filters = [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in parts]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), *filters])

    def _within(self, scope: Scope) -> tantivy.Query:
        """Pages in one of the areas, or of one of the files."""
        parts = [self._within_area(area) for area in scope.areas if not area.empty]
        if scope.files:
            files = tantivy.Query.term_set_query(self._schema, "file", sorted(scope.files))
            parts.append(self._but(files, LEVELS))
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    def _within_area(self, area: Area) -> tantivy.Query:
        allowed = {"department": area.departments, "record_class": area.record_classes}
        sets = [
            tantivy.Query.term_set_query(self._schema, name, sorted(names))
            for name, names in allowed.items()
            if names is not None
        ]
        every = sets or [tantivy.Query.all_query()]
        return self._but(tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in every]), area.closed)

    def _but(self, pages: tantivy.Query, closed: frozenset[str]) -> tantivy.Query:
        """Those of documents that have none of these levels of their own."""
        if not closed:
            return pages
        those = tantivy.Query.term_set_query(self._schema, "level", sorted(closed))
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, pages), (tantivy.Occur.MustNot, those)])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("page_id", "document_id", "digest"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in LAYERS:
        positions = "position" if name == "exact" else "freq"
        builder.add_text_field(name, tokenizer_name="words", index_option=positions)
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("file", "level"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("place", fast=True)
    return builder.build()


def _document(page: IndexedPage) -> tantivy.Document:
    words = page_words(page)
    document = tantivy.Document()
    document.add_text("page_id", page.page_id)
    document.add_text("document_id", page.document_id)
    document.add_text("digest", page.digest())
    for name in LAYERS:
        document.add_text(name, getattr(words, name))
    for name, value in zip(FACETS, (page.department, page.record_class, year_of(page), page.area), strict=True):
        if value:
            document.add_text(name, value)
    for name, value in (("file", page.file_reference), ("level", page.level)):
        if value:
            document.add_text(name, value)
    document.add_unsigned("day", words.day)
    document.add_unsigned("place", words.order)
    return document


def _hit(searcher: tantivy.Searcher, score: object, address: tantivy.DocAddress) -> IndexHit:
    stored = searcher.doc(address)
    return IndexHit(
        page_id=str(stored.get_first("page_id")),
        document_id=str(stored.get_first("document_id")),
        score=float(score) if isinstance(score, float) else 0.0,
    )


def _facets(searcher: tantivy.Searcher, asked: tantivy.Query) -> dict[str, tuple[tuple[str, int], ...]]:
    wanted = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in FACETS}
    answer = searcher.aggregate(asked, wanted)
    return {name: tuple((bucket["key"], bucket["doc_count"]) for bucket in answer[name]["buckets"]) for name in FACETS}


@contextmanager
def _foreign_errors_told(folder: Path) -> Iterator[None]:
    """Tantivy's errors, and its panics on damaged files, in the archive's own words."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as exc:
        if "No space left" in str(exc) or "os error 28" in str(exc):
            raise DiskFull from exc
        raise IndexDamaged(path=folder, detail=str(exc)) from exc
    except BaseException as exc:
        # A panic in Rust is no Exception, so that nobody catches it by chance; here it means a damaged file.
        if type(exc).__name__ != "PanicException":
            raise
        raise IndexDamaged(path=folder, detail=str(exc)) from exc
