"""Building the index and asking it: pages a second, milliseconds an answer, and until a new page is found.

python tests/benchmarks/search.py [--engine tantivy|whoosh] [--pages N]     100,000 with Tantivy, 10,000 with Whoosh
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from muni_archive.domain.finding import IndexedPage, SearchRequest, SortBy
from muni_archive.search import open_index

WORDS, VOCABULARY, AT_A_TIME, ASKED = 160, 30_000, 2_000, 40
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


def generated(count: int) -> Iterator[IndexedPage]:
    """Pages of 160 words, five to a document; the same ones every time."""
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
        document = at // 5
        yield IndexedPage(
            page_id=f"page-{at}",
            document_id=f"document-{document}",
            number=f"S1-{1990 + document % 37}-{document:06d}",
            page=at % 5 + 1,
            title=f"ملف القسيمة {document % 900}",
            record_class=("building_file", "employee_file", "correspondence")[document % 3],
            department=("licences", "personnel")[document % 2],
            date=f"{1990 + document % 37}-{document % 12 + 1:02d}-{document % 28 + 1:02d}",
            archived="2026-11-24",
            area=AREAS[document % len(AREAS)],
            fields={"parcel": str(document % 900), "block": str(document % 12)},
            text=" ".join(text),
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


def main(engine: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder) / "index", engine=engine)
        pages, spent, done = generated(count), 0.0, 0
        while part := list(islice(pages, AT_A_TIME)):
            started = time.perf_counter()
            index.update(part, cursor=done + len(part))
            spent += time.perf_counter() - started
            done += len(part)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(f"{engine}: {count} pages, {count / spent:.0f} pages/s, {size / count / 1024:.1f} kB a page")
        every: list[float] = []
        for kind, requests in questions().items():
            times = sorted(asked(index, request) for request in requests)
            every += times
            print(
                f"  {kind:20s} p50 {at(times, 0.5):6.1f} ms  p95 {at(times, 0.95):6.1f} ms  worst {times[-1]:6.1f} ms"
            )
        every.sort()
        told("all", every)
        print(f"  one page, until found: {sorted(added(index, number) for number in range(9))[4]:.0f} ms (median of 9)")
        index.close()


def asked(index: object, request: SearchRequest) -> float:
    started = time.perf_counter()
    index.search(request)  # type: ignore[attr-defined]
    return (time.perf_counter() - started) * 1000


def added(index: object, number: int) -> float:
    """From handing a page over until it is among the answers, in ms."""
    page = next(generated(1))
    word = f"جديدة{'ابتثجحخدذ'[number]}"
    new = IndexedPage(**{**vars(page), "page_id": f"new-{number}", "text": f"{page.text} {word}"})
    started = time.perf_counter()
    index.update([new], cursor=10_000_000 + number)  # type: ignore[attr-defined]
    found = index.search(SearchRequest(query=f'"{word}"')).total  # type: ignore[attr-defined]
    assert found == 1
    return (time.perf_counter() - started) * 1000


def told(kind: str, times: list[float]) -> None:
    print(f"  {kind:20s} p50 {at(times, 0.5):6.1f} ms  p95 {at(times, 0.95):6.1f} ms  worst {times[-1]:6.1f} ms")


def at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default="tantivy", choices=("tantivy", "whoosh"))
    parser.add_argument("--pages", type=int)
    wanted = parser.parse_args()
    main(wanted.engine, wanted.pages or (100_000 if wanted.engine == "tantivy" else 10_000))
