"""The tables of PostgreSQL's index, and its rows as `COPY` takes them.

One narrow table of pages: the two wide columns (`words`, `exact`) always lie beside it, so that counting tens of
thousands of hits reads little. A sixteenth of them stands in `search_sample` as well: the same rows, under an index in
which the lists of common words are a sixteenth as long. `search_words` is the vocabulary for what is nearly the word,
`search_state` holds the cursor, the number of pages and the version of all this.
"""

from __future__ import annotations

import struct

from muni_archive.domain.finding import IndexedPage
from muni_archive.search.postgres_lexemes import facet_values, page_lexemes, plain

VERSION = 5
"""Another number than the one in the tables throws them away: the index is built anew from the archive's tables.

Raise it when lexemes, their analysis or these tables change.
"""

SAMPLE_TABLE = (
    "CREATE TABLE search_sample (LIKE search_pages INCLUDING STORAGE INCLUDING COMPRESSION, PRIMARY KEY (page_id))"
    " WITH (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.05)",
    "ALTER TABLE search_sample ALTER words SET STATISTICS 0, ALTER exact SET STATISTICS 0",
)
SAMPLE_INDEX = "CREATE INDEX search_sample_words ON search_sample USING gin (words)"
ORDERS = (
    "CREATE INDEX search_pages_day ON search_pages (day DESC, place, page_id)",
    "CREATE INDEX search_pages_place ON search_pages (place, page_id)",
)
"""Whole orders, so that walking along them needs no sorting, however many pages share a day."""
STATE = "CREATE TABLE IF NOT EXISTS search_state (name text PRIMARY KEY, value bigint NOT NULL)"
TABLES = (
    """CREATE TABLE search_pages (
        page_id text COLLATE "C" PRIMARY KEY,
        document_id text NOT NULL,
        digest text NOT NULL,
        department text NOT NULL,
        record_class text NOT NULL,
        year text NOT NULL,
        area text NOT NULL,
        day integer NOT NULL,
        place bigint NOT NULL,
        words tsvector NOT NULL,
        exact text NOT NULL
    ) WITH (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.05)""",
    "ALTER TABLE search_pages ALTER words SET STATISTICS 0, ALTER exact SET STATISTICS 0",
    "CREATE INDEX search_pages_words ON search_pages USING gin (words)",
    *ORDERS,
    'CREATE TABLE search_words (word text COLLATE "C" PRIMARY KEY)',
    f"INSERT INTO search_state (name, value) VALUES ('version', {VERSION}), ('cursor', 0), ('pages', 0)",  # noqa: S608  # a number
)
COMPRESSION = "ALTER TABLE search_pages ALTER words SET COMPRESSION lz4, ALTER exact SET COMPRESSION lz4"
"""Not every PostgreSQL is built with it; without, the wide columns are read a few times slower."""
NEARNESS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_words_near ON search_words USING gin (word gin_trgm_ops)",
)
"""Needs the right to create extensions; without, near words are not offered and all else works."""
THERE = (
    "SELECT to_regclass('search_pages') IS NOT NULL AND to_regclass('search_sample') IS NOT NULL"
    " AND to_regclass('search_words') IS NOT NULL"
)
DROPPED = ("DROP TABLE IF EXISTS search_pages, search_sample, search_words", "DELETE FROM search_state")
EMPTIED = (
    "TRUNCATE search_pages, search_sample, search_words",
    "UPDATE search_state SET value = 0 WHERE name IN ('cursor', 'pages')",
)
SAMPLED = "INSERT INTO search_sample SELECT * FROM search_pages WHERE page_id = ANY(%s)"
LINKED = (
    "INSERT INTO search_state (name, value) VALUES ('link', %s) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value"
)
"""The beginning of a hash, as a number."""

COPY = (
    "COPY search_pages (page_id, document_id, digest, department, record_class, year, area, day, place, words, exact)"
    " FROM STDIN (FORMAT BINARY)"
)
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TAIL = struct.pack(">h", -1)
_COLUMNS = struct.pack(">h", 11)
_INT, _BIGINT, _LENGTH = struct.Struct(">ii"), struct.Struct(">iq"), struct.Struct(">i")


def copied(page: IndexedPage) -> bytes:
    """The row in PostgreSQL's own binary form: it has nothing to parse and nothing to sort."""
    found = page_lexemes(page)
    texts = (page.page_id, page.document_id, page.digest(), *facet_values(page))
    return b"".join(
        (
            _COLUMNS,
            *(_sized(plain(text).encode()) for text in texts),
            _INT.pack(4, found.day),
            _BIGINT.pack(8, found.place),
            # A lexeme is its bytes, a zero and the number of its positions: none.
            _sized(_LENGTH.pack(len(found.lexemes)) + "".join([f"{word}\0\0\0" for word in found.lexemes]).encode()),
            _sized(found.exact.encode()),
        )
    )


def _sized(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data
