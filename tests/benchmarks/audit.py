"""The audit trail and the figures of the work on a large archive: what each question takes, and what the indices cost.

python tests/benchmarks/audit.py journal [ENTRIES]     a journal of so many entries (1,000,000), and the trail over it
python tests/benchmarks/audit.py work [PAGES]          tables of so many pages (1,000,000), and the dashboard over them
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.journal import GENESIS, entry_hash
from muni_archive.services.audit.trail import audit_part, audit_trail, people_in_trail
from muni_archive.services.dashboard.figures import dashboard
from muni_archive.services.workplace import Workplace
from muni_archive.store import SystemClock
from muni_archive.store.tables import journal
from tests.helpers.audited import audited

PEOPLE = ("نورة العلي", "بدر الصالح", "سارة محمد", "خالد يوسف", "مريم أحمد")
KINDS = ("page-captured", "page-read", "document-seen", "pages-searched", "document-revised", "word-reviewed")
WEIGHTS = (30, 30, 20, 12, 5, 3)
RUNS, STEPS = 3, 400


def fill(store: object, count: int) -> None:
    """Entries of the usual kinds, spread over two years."""
    chance, previous, at = random.Random(5), GENESIS, datetime(2025, 1, 1, tzinfo=UTC)
    with store.engine.connect() as connection:  # type: ignore[attr-defined]  # the engine is the store's own affair
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("DELETE FROM journal")
        for start in range(1, count + 1, 5000):
            rows = []
            for sequence in range(start, min(start + 5000, count + 1)):
                at += timedelta(seconds=chance.random() * 120)
                kind = chance.choices(KINDS, WEIGHTS)[0]
                values = {
                    "sequence": sequence, "id": f"e{sequence}", "at": at.isoformat(timespec="microseconds"),
                    "actor": chance.choice(PEOPLE), "station": "T1", "kind": kind, "payload": payload(kind, chance),
                    "previous": previous,
                }  # fmt: skip
                previous = entry_hash(**values)
                rows.append({**values, "hash": previous})
            connection.execute(insert(journal), rows)
        connection.exec_driver_sql("COMMIT")


def payload(kind: str, chance: random.Random) -> str:
    document = f"d{chance.randint(1, 100_000)}"
    said: dict[str, object] = {"document_id": document, "number": document}
    if kind == "pages-searched":
        said = {"query": "رخصة بناء", "found": 12, "filters": {}}
    elif kind == "document-revised":
        said |= {"title": "ملف البناء", "version": 2}
    elif kind.startswith(("page", "word")):
        said = {"page_id": f"p{chance.randint(1, 500_000)}", "reading": "f" * 64, "read": "أ", "decided": "ب"}
    return json.dumps(said, ensure_ascii=False)


def ask(place: Workplace) -> None:
    """Each question of the screen: the pass over the journal, the first part, one in the middle, the last."""
    month = datetime(2025, 9, 1, tzinfo=UTC).isoformat(timespec="microseconds")
    questions = {
        "everything": AuditFilter(),
        "one person": AuditFilter(person=PEOPLE[2]),
        "what is rare": AuditFilter(kinds=("document-printed", "signed-in")),
        "seen by one person": AuditFilter(person=PEOPLE[0], kinds=("document-seen",)),
        "until a month": AuditFilter(until=month),
        "one document": AuditFilter(documents=("d4711",)),
    }
    for name, wanted in questions.items():
        trail = audit_trail(place, wanted)
        took = timed(lambda wanted=wanted: audit_trail(place, wanted))
        parts = [
            f"{timed(lambda at=at, trail=trail: audit_part(place, trail, at)):.0f}"
            for at in (0, trail.total // 2, max(0, trail.total - 200))
            if trail.total
        ]
        print(f"{name:20s} {trail.total:9,d} entries: counted in {took:5.0f} ms, parts {' '.join(parts) or '-'} ms")
    print(f"{'people':20s} {timed(lambda: people_in_trail(place)):.0f} ms")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor, the median of some runs: the database is in this process."""
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def scroll(place: Workplace) -> None:
    """Drag through the whole table, and say how long the window stood still at most."""
    from PySide6.QtWidgets import QApplication

    from ui.models.audit import AuditModel
    from ui.screens.audit.table import AuditTable
    from ui.tasks import Tasks

    app = QApplication([])
    tasks = Tasks()
    model = AuditModel(tasks, place)
    table = AuditTable(model)
    table.resize(1200, 700)
    table.show()
    trail = audit_trail(place, AuditFilter())
    model.show(trail, audit_part(place, trail, 0))
    bar, stalls = table.verticalScrollBar(), list[float]()
    for step in range(STEPS):
        began = time.thread_time()
        bar.setValue(bar.maximum() * step // STEPS)
        app.processEvents()
        stalls.append((time.thread_time() - began) * 1000)
        time.sleep(0.01)
    until = time.perf_counter() + 20
    while model.row_at(table.rowAt(10)) is None and time.perf_counter() < until:
        app.processEvents()
    end = "there" if model.row_at(table.rowAt(10)) else "MISSING"
    print(f"{STEPS} steps through {trail.total:,} rows, milliseconds of the window's thread a step:", end=" ")
    print(f"at most {max(stalls):.0f}, median {statistics.median(stalls):.1f}; rows at the end {end}")
    tasks.close()


def journal_of(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, audited(Path(folder) / "a") as (place, store):
        began = time.perf_counter()
        fill(store, count)
        size = (Path(folder) / "a" / "archive.sqlite3").stat().st_size
        print(f"{count:,} entries in {time.perf_counter() - began:.0f} s, {size / count:.0f} bytes an entry")
        ask(place)
        scroll(place)


SECONDS = 730 * 86_400
"""The time over which the pages are spread."""
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
WHEN = "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', {begin} + {seconds} * 1.0 * i / {count}, 'unixepoch')"
CLERK = "printf('clerk %d', i % 5)"


def fill_tables(store: object, count: int) -> None:
    """Two years of batches of 100 pages in documents of five, made in the database itself."""
    begin = time.time() - SECONDS
    with store.engine.connect() as connection:  # type: ignore[attr-defined]  # as above
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for table, number, values in (
            ("batches", count // 100, {
                "id": "'b' || i", "device": "'d'", "profile": "printf('profile %d', i % 2)", "record_class": "'c'",
                "state": "'closed'", "opened_at": WHEN, "opened_by": CLERK, "fed": "100",
            }),
            ("pages", count, {
                "id": "printf('p%09d', i)", "batch_id": "'b' || (i / 100)", "position": "i % 100",
                "blob": "printf('%064x', i)", "media_type": "'image/jpeg'", "width": "2480", "height": "3508",
                "dpi": "300", "state": "'kept'", "captured_at": WHEN, "side": "'front'", "rotation": "0",
                "fingerprint": "printf('%040x', i)", "origin": "''", "separator": "''", "note": "''",
                "document_id": "'d' || (i / 5)", "number": "i % 5 + 1", "read": "abs(random()) % 1000 > 0",
                "unreadable": "0", "confidence": "0.9", "doubtful": "(abs(random()) % 4 = 0) * 3",
            }),
            ("documents", count // 5, {
                "id": "'d' || i", "number": "printf('T1-%09d', i)", "version": "1",
                "registered": "abs(random()) % 10 > 0", "batch_id": "'b' || (i / 20)", "created_at": WHEN,
            }),
            ("document_versions", count // 5, {
                "document_id": "'d' || i", "version": "1", "record_class": "'c'", "title": "'t'",
                "department": "printf('department %d', i % 7)", "metadata": "json_object()",
                "page_ids": "'[1,2,3,4,5]'",
                "registered": "1", "changed_at": WHEN, "changed_by": CLERK, "entry": "'e' || i",
            }),
        ):  # fmt: skip
            numbers = NUMBERS.format(count=number)
            said = ", ".join(values.values()).format(begin=begin, seconds=SECONDS, count=number)
            columns = ", ".join(values)
            connection.exec_driver_sql(f"{numbers} INSERT INTO {table} ({columns}) SELECT {said} FROM n")
        connection.exec_driver_sql("COMMIT")


def work_of(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, audited(Path(folder) / "a") as (own, store):
        place = replace(own, clock=SystemClock())
        began = time.perf_counter()
        fill_tables(store, count)
        print(f"tables of {count:,} pages in {time.perf_counter() - began:.0f} s")
        for days in (7, 30, 365, 800):
            found = dashboard(place, days=days)
            took = timed(lambda days=days: dashboard(place, days=days))
            print(f"{days:4d} days, {found.pages:9,d} pages, {found.documents:8,d} documents: {took:5.0f} ms")


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    {"journal": journal_of, "work": work_of}[sys.argv[1]](count)
