"""The pages of a generated index as an archive that has them: rows in its tables, and readings in its vault.

Without them an answer shows no hit, and costs next to nothing. The tables are filled straight, without a journal: what
is measured here asks them, and proves nothing about them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
from sqlalchemy import Table

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.ports import Vault
from muni_archive.store.tables import batches, documents, pages, readings, versions
from tests.benchmarks.search import PAGES_OF_A_DOCUMENT, described, generated

WIDTH, HEIGHT, WORDS_OF_A_LINE = 2480, 3508, 8
PAGES_OF_A_BATCH, AT_A_TIME, SENDERS = 500, 50_000, 8
THEN = "2026-11-24T08:00:00.000000+00:00"
Row = dict[str, object]


def put_readings(vault: Vault, count: int) -> list[str]:
    """Readings of the first so many pages, with a box for every word; returns their names in the vault."""
    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(lambda page: vault.put(reading_of(page.text).to_json()), generated(count)))


def reading_of(text: str) -> Reading:
    """The words in lines from the right, each as wide as it is long."""
    words, lines = text.split(), list[Line]()
    for at in range(0, len(words), WORDS_OF_A_LINE):
        right, line = WIDTH - 200, list[Word]()
        for word in words[at : at + WORDS_OF_A_LINE]:
            wide = 30 * len(word)
            box = Box(right - wide, 300 + 140 * (at // WORDS_OF_A_LINE), wide, 62)
            line.append(Word(text=word, box=box, confidence=0.9 + len(word) / 100))
            right -= wide + 24
        lines.append(Line(words=tuple(line)))
    return Reading(engine="load", width=WIDTH, height=HEIGHT, lines=tuple(lines), duration_ms=900)


def fill_tables(dsn: str, count: int, names: Sequence[str]) -> None:
    """Rows for the first `count` pages of the index, as far as they are not there; the readings are shared by all."""
    started = time.monotonic()
    with psycopg.connect(dsn) as connection:
        there = _number(connection, "SELECT count(*) FROM pages WHERE id LIKE 'page-%'")
        for at in range(there, count, AT_A_TIME):
            _fill(connection, range(at, min(count, at + AT_A_TIME)))
            connection.commit()
        if not _names_stand(connection, count, names):
            connection.execute("DELETE FROM readings WHERE sequence < 0")
            _copy(connection, readings, (_reading(at, names) for at in range(count)))
            connection.commit()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE pages, documents, document_versions, readings, batches")
    print(f"  {count - there} pages filled into the tables in {time.monotonic() - started:.0f} s", flush=True)


def pages_of_index(dsn: str) -> int:
    """How many of its pages are generated; what stations sent in an earlier run is not."""
    with psycopg.connect(dsn) as connection:
        if not _number(connection, "SELECT count(*) FROM pg_tables WHERE tablename = 'search_pages'"):
            return 0
        return _number(connection, "SELECT count(*) FROM search_pages WHERE page_id LIKE 'page-%'")


def _fill(connection: psycopg.Connection, numbers: range) -> None:
    _copy(connection, pages, map(_page, numbers))
    first = [at for at in numbers if at % PAGES_OF_A_DOCUMENT == 0]
    _copy(connection, documents, map(_document, first))
    _copy(connection, versions, map(_version, first))
    _copy(connection, batches, (_batch(at) for at in first if at % PAGES_OF_A_BATCH == 0))


def _names_stand(connection: psycopg.Connection, count: int, names: Sequence[str]) -> bool:
    """Whether the readings that stand in the tables are these, all of them and no others."""
    found = connection.execute("SELECT count(*), count(DISTINCT reading) FROM readings WHERE sequence < 0").fetchone()
    last = connection.execute("SELECT reading FROM readings WHERE sequence = %s", [-min(count, len(names))]).fetchone()
    return found == (count, min(count, len(names))) and last == (names[min(count, len(names)) - 1],)


def _copy(connection: psycopg.Connection, table: Table, rows: Iterable[Row]) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor().copy(f'COPY "{table.name}" ({listed}) FROM STDIN'.encode()) as copied:
        for row in rows:
            copied.write_row([row[name] for name in names])


def _page(at: int) -> Row:
    return {
        "id": f"page-{at}", "batch_id": f"batch-{at // PAGES_OF_A_BATCH}", "position": at % PAGES_OF_A_BATCH,
        "blob": f"{at:064x}", "media_type": "image/jpeg", "width": WIDTH, "height": HEIGHT, "dpi": 300,
        "state": "kept", "captured_at": THEN, "side": "front", "rotation": 0, "fingerprint": "", "origin": "",
        "separator": "", "note": "", "document_id": described(at).document_id, "number": described(at).page,
        "read": True, "unreadable": False, "confidence": 0.9, "doubtful": 0,
    }  # fmt: skip


def _document(at: int) -> Row:
    about = described(at)
    return {
        "id": about.document_id, "number": about.number, "version": 1, "registered": True,
        "batch_id": f"batch-{at // PAGES_OF_A_BATCH}", "created_at": THEN,
    }  # fmt: skip


def _version(at: int) -> Row:
    about = described(at)
    ids = [f"page-{page}" for page in range(at, at + PAGES_OF_A_DOCUMENT)]
    said = json.dumps({**about.fields, "area": about.area}, ensure_ascii=False)
    return {
        "document_id": about.document_id, "version": 1, "record_class": about.record_class,
        "department": about.department, "title": about.title, "file_reference": None, "date": about.date,
        "metadata": said, "page_ids": json.dumps(ids), "registered": True, "changed_at": THEN, "changed_by": "load",
        "entry": f"entry-{at // PAGES_OF_A_DOCUMENT}",
    }  # fmt: skip


def _batch(at: int) -> Row:
    return {
        "id": f"batch-{at // PAGES_OF_A_BATCH}", "device": "load", "profile": "load", "record_class": "building_file",
        "file_reference": None, "state": "closed", "opened_at": THEN, "opened_by": "load", "closed_at": THEN,
        "fed": PAGES_OF_A_BATCH,
    }  # fmt: skip


def _reading(at: int, names: Sequence[str]) -> Row:
    """Numbered from below: the journal's own entries count upwards."""
    return {
        "sequence": -1 - at, "page_id": f"page-{at}", "reading": names[at % len(names)], "engine": "load",
        "confidence": 0.9, "unreadable": False, "note": "",
    }  # fmt: skip


def _number(connection: psycopg.Connection, question: str) -> int:
    found = connection.execute(question.encode()).fetchone()
    return int(found[0]) if found else 0
