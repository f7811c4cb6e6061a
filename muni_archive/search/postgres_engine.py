"""The central server's engine: PostgreSQL, in the database that holds the archive or in one of its own.

The only module outside the store that speaks to a database (docs/decisions/0009-central-search.md): the index is a
view that `clear` empties and following the journal fills again, and no table of the archive is touched.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from psycopg.copy import QueuedLibpqWriter
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError

from muni_archive.domain.errors import DiskFull, IndexUnavailable
from muni_archive.domain.finding import IndexAnswer, IndexedPage, SearchRequest
from muni_archive.postgres_line import connect_args
from muni_archive.search import postgres_tables as tables
from muni_archive.search.cursor import LINK
from muni_archive.search.folding import fold
from muni_archive.search.postgres_asking import Holding, Limits, Question
from muni_archive.search.postgres_lexemes import FACETS, is_kept_apart, vocabulary
from muni_archive.search.query import parse

PART = 2_000
"""Pages that are copied at a time."""
LARGE = 500
"""From this many pages on an update tidies what PostgreSQL has put off, so that no search has to."""
PENDING_OF_MANY, PENDING_OF_FEW, PENDING_OF_SAMPLE = "4MB", "512kB", "64kB"
"""What waits to be sorted into the index, and is read by every search until then. Of a large update PostgreSQL sorts
a part in while the next pages are made ready here.
"""
CONNECTIONS = 15
"""Kept open for questions by one process, at most."""
PATIENCE = "20s"
"""A statement of a search that takes longer is given up: the server has others to serve."""
WORDS_REMEMBERED = 1_000_000
NEAR = 5
NEAR_ENOUGH, CANDIDATES = 0.2, 100
LOCK = 0x6D756E69
"""One writer at a time, whatever process it is in."""
_DISK_FULL, _NO_SUCH_TABLE, _EXTENSION_REFUSED = "53100", "42P01", ("42501", "0A000", "58P01")
_log = logging.getLogger(__name__)


class PostgresIndex:
    """Implements `ports.SearchIndex`, at the database of a URL.

    Searches run at once from any number of threads and processes; updates one after another. Pages with no
    department are seen by those alone who may see all.
    """

    name = "postgres"

    def __init__(self, database: str, *, read_only: bool = False, limits: Limits | None = None) -> None:
        line = connect_args(make_url(database).normalized_query)
        # Whatever the database's own default is: what is asked under the lock sees what its last holder wrote.
        self._keeping = create_engine(
            database,
            connect_args=line,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_size=1,
            max_overflow=4,
        )
        # Connections that do nothing else, so that their settings need not be said, and ended, with every question.
        self._asking = create_engine(
            database,
            connect_args=line,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            pool_size=CONNECTIONS,
            max_overflow=0,
        )
        event.listen(self._asking, "connect", _set_for_asking)
        self._limits = limits or Limits()
        self._known_words: set[str] = set()
        self._left_at = 0
        if not read_only:
            self.create()

    def create(self) -> None:
        """Make the tables where they are missing; those of another version are thrown away, and the cursor is 0 again.
        Raises `IndexUnavailable`.
        """
        with self._writing() as connection:
            connection.exec_driver_sql(tables.STATE)
            if _version(connection) == tables.VERSION and connection.exec_driver_sql(tables.THERE).scalar():
                return
            for statement in (*tables.DROPPED, *tables.TABLES):
                connection.exec_driver_sql(statement)
            _where_allowed(connection, (tables.COMPRESSION,), "lz4 is not built in: the index reads more slowly")
            for statement in (*tables.SAMPLE_TABLE, tables.SAMPLE_INDEX):
                connection.exec_driver_sql(statement)
            _where_allowed(connection, tables.NEARNESS, "pg_trgm cannot be had: near words are not offered")

    @property
    def cursor(self) -> int:
        return self.at[0]

    @property
    def at(self) -> tuple[int, str]:
        with self._reading() as connection:
            return _at(_state(connection))

    def update(
        self,
        pages: Iterable[IndexedPage],
        *,
        removed: Iterable[str] = (),
        cursor: int,
        link: str = "",
        since: tuple[int, str] | None = None,
    ) -> bool:
        """All or nothing, visible at once when it is done. Raises `DiskFull`, `IndexUnavailable`."""
        words: set[str] = set()
        with self._writing() as connection:
            now = _at(_checked_state(connection))
            if since not in (None, now):
                return False
            if now[0] < self._left_at:  # another process has emptied it
                self._known_words.clear()
            change, copied, waiting = -_delete(connection, list(removed)), 0, iter(pages)
            while part := {page.page_id: page for page in islice(waiting, PART)}:
                many = len(part) >= LARGE
                _let_wait(connection, PENDING_OF_MANY if many else PENDING_OF_FEW)
                change -= _delete(connection, list(part))
                new = _copy(connection, part.values()) - self._known_words
                _sample(connection, part, PENDING_OF_MANY if many else PENDING_OF_SAMPLE)
                _add_words(connection, new)
                copied += len(part)
                words |= new
            change += copied
            connection.exec_driver_sql(
                "UPDATE search_state SET value = CASE name WHEN 'cursor' THEN %s ELSE value + %s END"
                " WHERE name IN ('cursor', 'pages')",
                (cursor, change),
            )
            _set_link(connection, link)
            if copied >= LARGE:
                for name in ("pages", "sample"):
                    connection.exec_driver_sql(f"SELECT gin_clean_pending_list('search_{name}_words')")
        self._left_at = cursor
        if len(self._known_words) < WORDS_REMEMBERED:
            self._known_words |= words
        return True

    def search(self, request: SearchRequest) -> IndexAnswer:
        """Raises `QueryMalformed`, `IndexUnavailable`. See `postgres_asking` for what is exact."""
        tree = parse(request.query)
        with self._reading() as connection:
            holding = _holding(connection)
            if holding is None or (request.visible is not None and request.visible.empty):
                return IndexAnswer(total=0, hits=(), facets={name: () for name in FACETS} if request.facets else {})

            def ask(statement: str, values: Sequence[object]) -> Sequence[Any]:
                return connection.exec_driver_sql(statement, tuple(values)).fetchall()

            return Question(ask, tree, request, holding, self._limits).answer()

    def near_words(self, word: str) -> tuple[str, ...]:
        """Words of the index that are written nearly so, the nearest first; none where `pg_trgm` is missing.

        They may come from pages that the asker must not see: offer one only after a search of his finds it.
        """
        folded = fold(word)
        with self._reading() as connection:
            if not connection.exec_driver_sql("SELECT to_regclass('search_words_near') IS NOT NULL").scalar():
                return ()
            found = connection.exec_driver_sql(
                "SELECT word FROM search_words WHERE word %% %s AND word <> %s ORDER BY word <-> %s, word LIMIT %s",
                (folded, folded, folded, CANDIDATES),
            ).scalars()
            # Trigrams find words that have parts in common; how many letters differ says which are meant.
            differing = [(OSA.distance(folded, near), near) for near in found]
        most = 1 if len(folded) < 5 else 2
        return tuple(near for letters, near in sorted(differing) if letters <= most)[:NEAR]

    def digests(self) -> Iterator[tuple[str, str]]:
        with _foreign_errors_told(), self._keeping.begin() as connection:
            if not _state(connection):
                return
            streamed = connection.execution_options(stream_results=True, max_row_buffer=5_000)
            found = streamed.exec_driver_sql("SELECT page_id, digest FROM search_pages")
            yield from ((page_id, digest) for page_id, digest in found)

    def clear(self, *, since: tuple[int, str] | None = None, link: str = "") -> bool:
        with self._writing() as connection:
            if since not in (None, _at(_checked_state(connection))):
                return False
            for statement in tables.EMPTIED:
                connection.exec_driver_sql(statement)
            _set_link(connection, link)
        self._known_words.clear()
        self._left_at = 0
        return True

    def settle(self) -> None:
        """After a large change: let PostgreSQL tidy up at once what it would in its own time."""
        with _foreign_errors_told(), self._keeping.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM (ANALYZE) search_pages")
            alone.exec_driver_sql("VACUUM (ANALYZE) search_sample")
            alone.exec_driver_sql("VACUUM (ANALYZE) search_words")

    def close(self) -> None:
        """Let the connections go."""
        self._asking.dispose()
        self._keeping.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _foreign_errors_told(), self._asking.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _foreign_errors_told(), self._keeping.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            connection.exec_driver_sql("SET LOCAL work_mem = '64MB'")
            yield connection


def _state(connection: Connection) -> dict[str, int]:
    """Cursor, number of pages and version; nothing where there is no index of this version."""
    if not connection.exec_driver_sql("SELECT to_regclass('search_state') IS NOT NULL").scalar():
        return {}
    rows = connection.exec_driver_sql("SELECT name, value FROM search_state")
    found = {str(name): int(value) for name, value in rows}
    return found if found.get("version") == tables.VERSION else {}


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT max(value) FROM search_state WHERE name = 'version'").scalar() or 0)


def _checked_state(connection: Connection) -> dict[str, int]:
    """A program of another version knows other tables, and would leave these out of step with each other."""
    if not (state := _state(connection)):
        version = _version(connection)
        raise IndexUnavailable(detail=f"its tables are of version {version}, this program knows {tables.VERSION}")
    return state


def _at(state: dict[str, int]) -> tuple[int, str]:
    link = state.get("link", 0)
    return state.get("cursor", 0), f"{link:0{LINK}x}" if link else ""


def _set_link(connection: Connection, link: str) -> None:
    connection.exec_driver_sql(tables.LINKED, (int(link[:LINK] or "0", 16),))


def _set_for_asking(raw: Any, _record: object) -> None:
    """Short plans, room for large intermediate results, and no question without an end."""
    raw.execute(
        f"SET jit = off; SET enable_seqscan = off; SET work_mem = '64MB'; SET statement_timeout = '{PATIENCE}';"
        f" SET pg_trgm.similarity_threshold = {NEAR_ENOUGH}"
    )


def _holding(connection: Connection) -> Holding | None:
    """What there is to search; None where there is no index of this version."""
    try:
        version, pages, first, last = connection.exec_driver_sql(
            "SELECT (SELECT value FROM search_state WHERE name = 'version'),"
            " (SELECT value FROM search_state WHERE name = 'pages'),"
            " (SELECT min(day) FROM search_pages WHERE day > 0), (SELECT max(day) FROM search_pages)"
        ).one()
    except DBAPIError as exc:
        if getattr(exc.orig, "sqlstate", "") == _NO_SUCH_TABLE:
            return None
        raise
    return Holding(pages=pages, days=(first or 0, last or 0)) if version == tables.VERSION else None


def _delete(connection: Connection, page_ids: list[str]) -> int:
    if not page_ids:
        return 0
    if apart := [page_id for page_id in page_ids if is_kept_apart(page_id)]:
        connection.exec_driver_sql("DELETE FROM search_sample WHERE page_id = ANY(%s)", (apart,))
    return connection.exec_driver_sql("DELETE FROM search_pages WHERE page_id = ANY(%s)", (page_ids,)).rowcount


def _copy(connection: Connection, pages: Iterable[IndexedPage]) -> set[str]:
    """Put the pages in, and return their vocabulary. The driver sends rows while the next ones are made here."""
    raw: Any = connection.connection.driver_connection
    words: set[str] = set()
    with raw.cursor() as cursor, cursor.copy(tables.COPY, writer=QueuedLibpqWriter(cursor)) as copy:
        copy.write(tables.COPY_HEAD)
        for page in pages:
            copy.write(tables.copied(page))
        copy.write(tables.COPY_TAIL)
        for page in pages:
            words |= vocabulary(page)
    return words


def _sample(connection: Connection, page_ids: Iterable[str], pending: str) -> None:
    """Put those of the pages that belong there into the table of the sample, too."""
    if apart := [page_id for page_id in page_ids if is_kept_apart(page_id)]:
        _let_wait(connection, pending)
        connection.exec_driver_sql(tables.SAMPLED, (apart,))


def _let_wait(connection: Connection, pending: str) -> None:
    connection.exec_driver_sql(f"SET LOCAL gin_pending_list_limit = '{pending}'")


def _add_words(connection: Connection, words: set[str]) -> None:
    if words:
        connection.exec_driver_sql(
            "INSERT INTO search_words SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (sorted(words),)
        )


def _where_allowed(connection: Connection, statements: Iterable[str], otherwise: str) -> None:
    """Do what not every database lets one do; the rest works without."""
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as exc:
        if getattr(exc.orig, "sqlstate", "") not in _EXTENSION_REFUSED:
            raise
        _log.warning("%s (%s)", otherwise, exc.orig)


@contextmanager
def _foreign_errors_told() -> Iterator[None]:
    """The database's errors, and those of its driver, in the archive's own words."""
    try:
        yield
    except (DBAPIError, psycopg.Error, TimeoutError) as exc:
        told: Any = exc.orig if isinstance(exc, DBAPIError) else exc
        if getattr(told, "sqlstate", None) == _DISK_FULL:
            raise DiskFull from exc
        raise IndexUnavailable(detail=str(told).strip()) from exc
