"""The golden set: what people look for and how pages are written, with recall and precision by category."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from muni_archive.domain.finding import IndexedPage, SearchRequest
from muni_archive.ports import SearchIndex
from muni_archive.search import open_index
from muni_archive.search.postgres_engine import PostgresIndex

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "search.toml").read_text(encoding="utf-8"))
PAIRS = [
    (category, wanted == "match", query, text)
    for category, pairs in GOLDEN.items()
    for wanted in ("match", "miss")
    for query, text in pairs.get(wanted, ())
]
KNOWN = {(category, query, text) for category, pairs in GOLDEN.items() for query, text, _why in pairs.get("known", ())}


def page(number: int, category: str, text: str) -> IndexedPage:
    described = category in ("fields", "dates")
    return IndexedPage(
        page_id=f"p{number}",
        document_id=f"d{number}",
        number=f"S1-1999-{number:06d}",
        page=1,
        title="صفحة",
        record_class="building_file",
        department="licences",
        file_reference="B/12" if described else "",
        date="2021-03-05" if described else "",
        archived="2026-11-24",
        area="السالمية" if described else "",
        fields={"parcel": "123/45", "block": "6", "area": "السالمية"} if described else {},
        text=text,
    )


@pytest.fixture(params=["tantivy", "whoosh", "postgres"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    if request.param == "postgres":
        opened: SearchIndex = PostgresIndex(request.getfixturevalue("postgres_url"))
    else:
        opened = open_index(tmp_path / "index", engine=request.param)
    yield opened
    opened.close()


def test_the_golden_set(index: SearchIndex, capsys: pytest.CaptureFixture[str]):
    index.update([page(at, category, text) for at, (category, _m, _q, text) in enumerate(PAIRS)], cursor=1)
    wrong, counts = [], {}
    for at, (category, wanted, query, text) in enumerate(PAIRS):
        hits = {hit.page_id for hit in index.search(SearchRequest(query=query, limit=len(PAIRS))).hits}
        found = f"p{at}" in hits
        kind = ("hit" if found else "missed") if wanted else ("false" if found else "rightly not")
        counts.setdefault(category, dict.fromkeys(("hit", "missed", "false", "rightly not"), 0))[kind] += 1
        if found != wanted and (category, query, text) not in KNOWN:
            wrong.append(f"{category}: «{query}» {'found' if found else 'did not find'} «{text}»")
    with capsys.disabled():
        print(f"\n{index.name}: {len(PAIRS)} pairs")
        for category, counted in counts.items():
            print(f"  {category:20s} {told(counted)}")
        print(f"  {'all':20s} {told({kind: sum(c[kind] for c in counts.values()) for kind in counted})}")
    assert len(PAIRS) >= 120
    assert not wrong, "\n".join(wrong)


def told(counted: dict[str, int]) -> str:
    hits = counted["hit"]
    recall, precision = hits / max(1, hits + counted["missed"]), hits / max(1, hits + counted["false"])
    return f"recall {recall:6.1%}  precision {precision:6.1%}  ({sum(counted.values())} pairs)"
