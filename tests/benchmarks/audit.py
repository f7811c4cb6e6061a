"""The audit trail and the figures of the work on a large archive: what each question takes, and what the indices cost.

python tests/benchmarks/audit.py journal [ENTRIES]     a journal of so many entries (1,000,000), and the trail over it
python tests/benchmarks/audit.py work ARCHIVE          the dashboard over an archive of `big_archive.py`
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.journal import GENESIS, entry_hash
from muni_archive.services.audit.trail import audit_part, audit_trail, people_in_trail
from muni_archive.services.workplace import Workplace
from muni_archive.store.tables import journal
from tests.helpers.audited import audited

PEOPLE = ("نورة العلي", "بدر الصالح", "سارة محمد", "خالد يوسف", "مريم أحمد")
KINDS = ("page-captured", "page-read", "document-seen", "pages-searched", "document-revised", "word-reviewed")
WEIGHTS = (30, 30, 20, 12, 5, 3)
RUNS = 5


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
    """Milliseconds, the median of some runs."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def journal_of(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, audited(Path(folder) / "a") as (place, store):
        began = time.perf_counter()
        fill(store, count)
        size = (Path(folder) / "a" / "archive.sqlite3").stat().st_size
        print(f"{count:,} entries in {time.perf_counter() - began:.0f} s, {size / count:.0f} bytes an entry")
        ask(place)


if __name__ == "__main__":
    if sys.argv[1] == "journal":
        journal_of(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
