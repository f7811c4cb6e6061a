"""Building the index and asking it: pages a second, milliseconds an answer, and until a new page is found.

python tests/benchmarks/search.py [--engine tantivy|whoosh|postgres] [--pages N] [--data FOLDER] [--explain]

100,000 pages with Tantivy, 10,000 with the others, unless N says otherwise. PostgreSQL runs as a server of its own
in a temporary folder. With --data it keeps its data in FOLDER, and goes on there where an earlier run (of fewer
pages, or one that was cut off) ended: a million pages can be built in several sittings and asked again and again.
--explain asks PostgreSQL how it finds each kind of question, and prints the slowest statement of each.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import event

from muni_archive.demonstration.postgres import postgres_server
from muni_archive.domain.finding import IndexedPage, SearchRequest, SortBy
from muni_archive.ports import SearchIndex
from muni_archive.search import open_index
from muni_archive.search.postgres_engine import PostgresIndex

WORDS, VOCABULARY, AT_A_TIME, ASKED, PAGES_OF_A_DOCUMENT = 160, 30_000, 2_000, 40, 5
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
COMMON = (
    "بلدية", "الكويت", "إدارة", "تراخيص", "البناء", "قسيمة", "قطعة", "منطقة", "شارع", "رخصة", "مالك", "المكتب",
    "الهندسي", "مخطط", "الدور", "الأرضي", "سكن", "خاص", "شهادة", "أوصاف", "محضر", "تفتيش", "مخالفة", "كتاب", "رقم",
    "تاريخ", "الموضوع", "السيد", "المدير", "المحترم", "تحية", "طيبة", "وبعد", "إشارة", "كتابكم", "بشأن", "طلب",
)  # fmt: skip
AREAS = ("السالمية", "حولي", "الجهراء", "الفروانية", "الأحمدي", "الياسمين", "الواحة")


def vocabulary(chance: random.Random) -> list[str]:
    """Common words of a municipality first, then made-up ones: rank says how often each comes (Zipf)."""
    made = {"".join(chance.choices(LETTERS, k=chance.randint(3, 8))) for _ in range(VOCABULARY)}
    return [*COMMON, *sorted(made)]


def generated(count: int, start: int = 0) -> Iterator[IndexedPage]:
    """Pages of 160 words, five to a document, from number `start` on; the same ones every time."""
    chance = random.Random(5)
    words = vocabulary(chance)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    total, cumulated = 0.0, []
    for weight in weights:
        total += weight
        cumulated.append(total)
    for at in range(count):
        text = chance.choices(words, cum_weights=cumulated, k=WORDS - 10)
        text += [str(chance.randint(1, 99_999)) for _ in range(10)]
        if at >= start:
            yield replace(described(at), text=" ".join(text))


def described(at: int) -> IndexedPage:
    """Page number `at`, counted from 0, without its text."""
    document = at // PAGES_OF_A_DOCUMENT
    return IndexedPage(
        page_id=f"page-{at}",
        document_id=f"document-{document}",
        number=f"S1-{1990 + document % 37}-{document:06d}",
        page=at % PAGES_OF_A_DOCUMENT + 1,
        title=f"ملف القسيمة {document % 900}",
        record_class=("building_file", "employee_file", "correspondence")[document % 3],
        department=("licences", "personnel")[document % 2],
        date=f"{1990 + document % 37}-{document % 12 + 1:02d}-{document % 28 + 1:02d}",
        archived="2026-11-24",
        area=AREAS[document % len(AREAS)],
        fields={"parcel": str(document % 900), "block": str(document % 12)},
    )


def questions() -> dict[str, list[SearchRequest]]:
    """What people ask, by kind; each kind with several words, so that no answer comes from a cache."""
    chance = random.Random(8)
    rare = vocabulary(random.Random(5))[400:4000]
    one = [SearchRequest(query=chance.choice([*COMMON, *rare])) for _ in range(ASKED)]
    return {
        "one word": one,
        "two words": [SearchRequest(query=" ".join(chance.sample(COMMON, 2))) for _ in range(ASKED)],
        "phrase": [SearchRequest(query=f'"{" ".join(chance.sample(COMMON, 2))}"') for _ in range(ASKED)],
        "prefix": [SearchRequest(query=f"{chance.choice(rare)[:3]}*") for _ in range(ASKED)],
        "or, not": [
            SearchRequest(query=f"({' أو '.join(chance.sample(COMMON, 2))}) ليس {chance.choice(COMMON)}")
            for _ in range(ASKED)
        ],
        "field": [SearchRequest(query=f"قسيمة:{chance.randint(0, 899)}") for _ in range(ASKED)],
        "other form": [SearchRequest(query=f"وال{chance.choice(COMMON[3:])}") for _ in range(ASKED)],
        "number": [SearchRequest(query=str(chance.randint(1, 99_999))) for _ in range(ASKED)],
        "as the window asks": [
            SearchRequest(query=" ".join(chance.sample(COMMON, 2)), facets=True, area=chance.choice(("", *AREAS)))
            for _ in range(ASKED)
        ],
        "dates, by date": [
            SearchRequest(query=chance.choice(COMMON), date_from=f"{year}-01-01", sort=SortBy.NEWEST, facets=True)
            for year in (chance.randint(1990, 2026) for _ in range(ASKED))
        ],
    }


def narrowed() -> dict[str, list[SearchRequest]]:
    """Questions about a time that is long past. Told apart from the others, so that their figures can be compared with
    those of earlier years.
    """
    chance = random.Random(9)

    def words(many: int) -> str:
        return " ".join(chance.sample(COMMON, many))

    def years(first: int) -> dict[str, str]:
        return {"date_from": f"{first}-03-01", "date_to": f"{first + 4}-06-30"}

    return {
        f"{name}, by {sort}": [
            SearchRequest(query=words(1 + at % 2), facets=True, sort=sort, **narrow(chance.randint(1991, 2018)))
            for at in range(ASKED // 2)
        ]
        for name, narrow in (("a year", lambda year: {"year": str(year)}), ("five years", years))
        for sort in SortBy
    }


def main(engine: str, count: int, data: Path | None, explain: bool) -> None:
    with OPENED[engine](data) as (index, size):
        build(index, engine, count)
        if isinstance(index, PostgresIndex):
            index.settle()
        print(f"{engine}: {count} pages, {size() / count / 1024:.1f} kB a page", flush=True)
        index.search(SearchRequest(query="", facets=True))
        every: list[float] = []
        for kind, requests in questions().items():
            with explained(index, kind if explain else ""):
                times = sorted(asked(index, request) for request in requests)
            every += times
            told(kind, times)
        every.sort()
        told("all", every)
        for kind, requests in narrowed().items():
            with explained(index, kind if explain else ""):
                told(kind, sorted(asked(index, request) for request in requests))
        print(f"  one page, until found: {sorted(added(index, number) for number in range(9))[4]:.0f} ms (median of 9)")
        index.update((), removed=[f"new-{number}" for number in range(9)], cursor=count)


def build(index: SearchIndex, engine: str, count: int) -> None:
    """Add what is missing; the cursor says how many pages there are already."""
    there = index.cursor
    pages, spent, done = generated(count, there), 0.0, there
    while part := list(islice(pages, AT_A_TIME)):
        started = time.perf_counter()
        index.update(part, cursor=done + len(part))
        spent += time.perf_counter() - started
        done += len(part)
        if done % 50_000 == 0:
            print(f"  {done} pages, {(done - there) / spent:.0f} pages/s", flush=True)
    if done > there:
        print(f"{engine}: {done - there} pages added, {(done - there) / spent:.0f} pages/s", flush=True)


@contextmanager
def in_folder(engine: str) -> Iterator[tuple[SearchIndex, Callable[[], int]]]:
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder) / "index", engine=engine)
        yield index, lambda: sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        index.close()


@contextmanager
def in_postgres(data: Path | None) -> Iterator[tuple[SearchIndex, Callable[[], int]]]:
    """A server with a quarter of a usual machine's memory; without fsync where nothing is kept."""
    settings = {"shared_buffers": "2GB", "max_wal_size": "4GB", "effective_cache_size": "8GB", "jit": "off"}
    with postgres_server(data, durable=data is not None, settings=settings) as server:
        if not server.has_database("benchmark"):
            server.create_database("benchmark")
        index = PostgresIndex(server.url("benchmark"))
        yield index, lambda: relation_sizes(index)
        index.close()


def relation_sizes(index: PostgresIndex) -> int:
    """Bytes of table, wide columns and each index; printed, and summed up."""
    with index._keeping.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT 'pages', pg_relation_size('search_pages') UNION ALL"
            " SELECT 'wide columns', pg_table_size('search_pages') - pg_relation_size('search_pages') UNION ALL"
            " SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes"
            " WHERE relname = 'search_pages' UNION ALL SELECT 'sample', pg_total_relation_size('search_sample')"
            " UNION ALL SELECT 'vocabulary', pg_total_relation_size('search_words')"
        ).all()
    for name, size in rows:
        print(f"  {name:24s} {size / 1024**2:9.1f} MB")
    return sum(size for _name, size in rows)


@contextmanager
def explained(index: SearchIndex, kind: str) -> Iterator[None]:
    """Print how PostgreSQL ran the slowest statement of these questions."""
    if not kind or not isinstance(index, PostgresIndex):
        yield
        return
    slowest: list[tuple[float, str, tuple[object, ...]]] = []

    def before(_connection, _cursor, _statement, _values, context, _many) -> None:
        context.began = time.perf_counter()

    def after(_connection, _cursor, statement, values, context, _many) -> None:
        slowest.append((time.perf_counter() - context.began, statement, values))

    event.listen(index._asking, "before_cursor_execute", before)
    event.listen(index._asking, "after_cursor_execute", after)
    yield
    event.remove(index._asking, "before_cursor_execute", before)
    event.remove(index._asking, "after_cursor_execute", after)
    spent, statement, values = max(slowest, key=lambda item: item[0])
    print(f"--- {kind}: {spent * 1000:.1f} ms of {len(slowest)} statements\n{statement}\n{str(values)[:1500]}")
    with index._asking.connect() as connection:
        for (line,) in connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", values):
            print("   ", line[:220])


OPENED = {
    "tantivy": lambda _data: in_folder("tantivy"),
    "whoosh": lambda _data: in_folder("whoosh"),
    "postgres": in_postgres,
}


def asked(index: SearchIndex, request: SearchRequest) -> float:
    started = time.perf_counter()
    index.search(request)
    return (time.perf_counter() - started) * 1000


def added(index: SearchIndex, number: int) -> float:
    """From handing a page over until it is among the answers, in ms."""
    page = next(generated(1))
    word = f"جديدة{'ابتثجحخدذ'[number]}"
    new = IndexedPage(**{**vars(page), "page_id": f"new-{number}", "text": f"{page.text} {word}"})
    started = time.perf_counter()
    index.update([new], cursor=index.cursor)
    found = index.search(SearchRequest(query=f'"{word}"')).total
    assert found == 1
    return (time.perf_counter() - started) * 1000


def told(kind: str, times: list[float]) -> None:
    print(f"  {kind:20s} p50 {at(times, 0.5):6.1f} ms  p95 {at(times, 0.95):6.1f} ms  worst {times[-1]:6.1f} ms")


def at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default="tantivy", choices=sorted(OPENED))
    parser.add_argument("--pages", type=int)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--explain", action="store_true")
    wanted = parser.parse_args()
    main(
        wanted.engine, wanted.pages or (100_000 if wanted.engine == "tantivy" else 10_000), wanted.data, wanted.explain
    )
