"""What both engines must do alike."""

import pytest

from muni_archive.domain.errors import IndexDamaged, QueryMalformed
from muni_archive.domain.finding import IndexedPage, SearchRequest, SortBy
from muni_archive.search import open_index
from muni_archive.search.highlight import Highlighter
from muni_archive.search.suggesting import suggestions


def page(at: int, text: str, **more) -> IndexedPage:
    values = {
        "page_id": f"p{at}",
        "document_id": f"d{at}",
        "number": f"S1-2026-{at:06d}",
        "page": 1,
        "title": "سجل",
        "record_class": "building_file",
        "department": "licences",
        "archived": "2026-11-24",
        "text": text,
    }
    return IndexedPage(**{**values, **more})


PAGES = (
    page(1, "رخصة بناء للقسيمة ١٢٣/٤٥ في السالمية", area="السالمية", fields={"parcel": "123/45"}),
    page(2, "شهادة أوصاف وإفادة إلى المدرسة", date="2020-05-01"),
    page(3, "مسؤولية الموظفين عن الملفّات", record_class="employee_file", department="personnel", date="2021-02-03"),
)


@pytest.fixture(params=["tantivy", "whoosh"])
def index(request, tmp_path):
    opened = open_index(tmp_path / "index", engine=request.param)
    opened.update(PAGES, cursor=7)
    yield opened
    opened.close()


def ids(index, query, **more):
    return {hit.page_id for hit in index.search(SearchRequest(query=query, **more)).hits}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("رخصه", {"p1"}),
        ("الرخصة", {"p1"}),
        ("رُخْصَة", {"p1"}),
        ("رخـصة", {"p1"}),
        ("ﺭﺧﺼﺔ", {"p1"}),
        ("123", {"p1"}),
        ("١٢٣/٤٥", {"p1"}),
        ("۱۲۳", {"p1"}),
        ("123-45", {"p1"}),
        ("قسيمة:١٢٣", {"p1"}),
        ("parcel:45", {"p1"}),
        ("اوصاف", {"p2"}),
        ("افاده", {"p2"}),
        ("مدرسة", {"p2"}),
        ('"وإفادة إلى"', {"p2"}),
        ('"وافادة الى"', set()),
        ("موظف", {"p3"}),
        ("ملفات", {"p3"}),
        ("رخصة أو شهادة", {"p1", "p2"}),
        ("رخصة و بناء", {"p1"}),
        ("رخصة و شهادة", set()),
        ("ليس رخصة", {"p2", "p3"}),
        ("مسؤ*", {"p3"}),
        ("date:2020", {"p2"}),
        ("تاريخ:[٢٠٢٠ إلى ٢٠٢١]", {"p2", "p3"}),
        ("صنف:employee_file", {"p3"}),
        ("s1-2026-000002", {"p2"}),
        ("", {"p1", "p2", "p3"}),
        ("زراعة", set()),
        ("بنك", set()),
    ],
)
def test_queries(index, query, found):
    assert ids(index, query) == found


def test_filters_facets_and_order(index):
    answer = index.search(SearchRequest(query="", facets=True, sort=SortBy.OLDEST))
    assert [hit.page_id for hit in answer.hits] == ["p2", "p3", "p1"]
    assert dict(answer.facets["record_class"]) == {"building_file": 2, "employee_file": 1}
    assert ids(index, "", department="personnel") == {"p3"}
    assert ids(index, "", date_from="2020-01-01", date_to="2020-12-31") == {"p2"}
    assert index.search(SearchRequest(query="", limit=1, offset=1)).total == 3


def test_updates_replace_and_remove(index):
    index.update([page(1, "نص جديد")], removed=["p3"], cursor=9)
    assert ids(index, "رخصة") == set()
    assert ids(index, "جديد") == {"p1"}
    assert index.cursor == 9
    assert dict(index.digests()) == {"p1": page(1, "نص جديد").digest(), "p2": PAGES[1].digest()}


def test_it_is_there_after_opening_again(index, tmp_path):
    reader = open_index(tmp_path / "index", engine=index.name, read_only=True)
    assert reader.cursor == 7
    assert {hit.page_id for hit in reader.search(SearchRequest(query="رخصة")).hits} == {"p1"}


def test_clearing_starts_anew(index):
    index.clear()
    assert index.cursor == 0
    assert ids(index, "") == set()


@pytest.mark.parametrize(
    "query",
    ['"abc', "(a", "a)", "()", "AND x", "x و", "a ليس ليس b", "ليس أو b", "foo:bar", "parcel: 3", "ا*", "date:2024-13"],
)
def test_malformed_queries_say_what_to_do(index, query):
    with pytest.raises(QueryMalformed):
        index.search(SearchRequest(query=query))


def test_nothing_found_gives_something_to_try(index):
    assert "رخصة" in " ".join(suggestions(index, SearchRequest(query="رخصة زراعة")))


def test_a_damaged_index_says_so(tmp_path):
    index = open_index(tmp_path / "index")
    index.update(PAGES, cursor=1)
    index.close()
    (tmp_path / "index" / "meta.json").write_text("{not json")
    with pytest.raises(IndexDamaged):
        open_index(tmp_path / "index")


def test_the_words_asked_for_are_marked():
    marks = Highlighter("رخصة أو قسيمة:123 ليس هدم")
    assert [word for word in ("الرخصة", "١٢٣/٤٥", "هدم", "بناء") if marks.matches(word)] == ["الرخصة", "١٢٣/٤٥"]
