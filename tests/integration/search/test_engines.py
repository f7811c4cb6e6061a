"""What all engines must do alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from muni_archive.domain.errors import IndexDamaged, QueryMalformed
from muni_archive.domain.finding import IndexedPage, SearchRequest, SortBy
from muni_archive.domain.scope import Area, Scope
from muni_archive.search import highlight, open_index
from muni_archive.search.highlight import Highlighter
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.search.suggesting import suggestions

ENGINES = ("tantivy", "whoosh", "postgres")


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


@pytest.fixture(params=ENGINES)
def opening(request, tmp_path):
    """Opens the same index again and again."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        return lambda **more: PostgresIndex(url, **more)
    return lambda **more: open_index(tmp_path / "index", engine=request.param, **more)


LINK = "0123456789abcdef" * 4
"""Of an entry; it begins with a zero."""


@pytest.fixture
def index(opening):
    opened = opening()
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


@pytest.mark.parametrize("query", ["", "رخصة أو مسؤولية", "ليس شهادة", "صنف:employee_file", "إدارة:personnel", "مس*"])
def test_what_must_not_be_seen_is_not_there(index, query):
    everybody = index.search(SearchRequest(query=query, facets=True))
    assert "p3" in {hit.page_id for hit in everybody.hits}
    for sort in SortBy:
        seen = index.search(
            SearchRequest(query=query, facets=True, sort=sort, visible=Scope.of_departments({"licences", "unknown"}))
        )
        assert {hit.page_id for hit in seen.hits} == {hit.page_id for hit in everybody.hits} - {"p3"}
        assert seen.total == everybody.total - 1
        assert "personnel" not in dict(seen.facets["department"])
        assert "employee_file" not in dict(seen.facets["record_class"])
        assert "2021" not in dict(seen.facets["year"])


def test_asking_for_a_department_does_not_make_it_visible(index):
    asked = SearchRequest(query="", department="personnel", facets=True, visible=Scope.of_departments({"licences"}))
    answer = index.search(asked)
    assert (answer.total, answer.hits) == (0, ())
    assert not any(answer.facets.values())


def test_who_may_see_nothing_finds_nothing(index):
    answer = index.search(SearchRequest(query="", facets=True, visible=Scope()))
    assert (answer.total, answer.hits) == (0, ())
    assert not any(answer.facets.values())


def test_a_page_of_no_department_is_seen_by_those_who_see_all(index):
    index.update([page(4, "ورقة بلا إدارة", department="")], cursor=8)
    assert "p4" in ids(index, "ورقة")
    assert ids(index, "ورقة", visible=Scope.of_departments({"", "licences"})) == set()


def area(*departments, classes=None, closed=()):
    return Area(
        departments=frozenset(departments) if departments else None,
        record_classes=None if classes is None else frozenset(classes),
        closed=frozenset(closed),
    )


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(areas=(area(),)), {"p1", "p2", "p3", "p4", "p5", "p6"}),
        (Scope(areas=(area(classes={"employee_file"}),)), {"p3", "p4"}),
        (Scope(areas=(area("licences", classes={"employee_file"}),)), {"p4"}),
        (Scope(areas=(area("licences", classes=()),)), set()),
        (Scope(files=frozenset({"F/1"})), {"p5"}),
        (Scope(files=frozenset({"f/1"})), set()),
        (Scope(areas=(area("personnel"),), files=frozenset({"F/1 2", "F/9"})), {"p3", "p6"}),
        (Scope(areas=(area("personnel"), area(classes={"building_file"}))), {"p1", "p2", "p3", "p5", "p6"}),
    ],
)
def test_areas_and_files_are_seen_exactly(index, scope, seen):
    more = [
        page(4, "ملف موظف في التراخيص", record_class="employee_file"),
        page(5, "ورقة من ملف", file_reference="F/1"),
        page(6, "ورقة من ملف آخر", file_reference="F/1 2", department=""),
    ]
    index.update(more, cursor=8)
    answer = index.search(SearchRequest(query="", facets=True, visible=scope))
    assert {hit.page_id for hit in answer.hits} == seen
    assert answer.total == len(seen)
    assert sum(count for _, count in answer.facets["record_class"]) == len(seen)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(areas=(area(),)), {"p1", "p2", "p3", "p4", "p5", "p6"}),
        (Scope(areas=(area(closed=["secret"]),)), {"p1", "p2", "p3", "p4", "p6"}),
        (Scope(areas=(area("licences", closed=["secret", "confidential"]),)), {"p1", "p2", "p6"}),
        (Scope(areas=(area("personnel"), area("licences", closed=["secret"]))), {"p1", "p2", "p3", "p4", "p6"}),
        (Scope(files=frozenset({"F/1"})), {"p6"}),
        (Scope(areas=(area("personnel", closed=["secret"]),), files=frozenset({"F/1"})), {"p3", "p6"}),
    ],
)
def test_documents_with_a_level_of_their_own_are_seen_exactly(index, scope, seen):
    """Of single files none of them is seen."""
    more = [
        page(4, "ورقة مرفوعة", level="confidential"),
        page(5, "ورقة سرية", file_reference="F/1", level="secret"),
        page(6, "ورقة من الملف", file_reference="F/1"),
    ]
    index.update(more, cursor=8)
    for query in ("", "ورقة أو رخصة أو مسؤولية أو شهادة", "ليس كلمة"):
        found = index.search(SearchRequest(query=query, facets=True, visible=scope))
        everything = index.search(SearchRequest(query=query))
        assert {hit.page_id for hit in found.hits} == seen & {hit.page_id for hit in everything.hits}
        assert found.total == len(found.hits) == sum(count for _, count in found.facets["record_class"])
    index.update([page(5, "ورقة سرية", file_reference="F/1")], cursor=9)
    assert "p5" in ids(index, "", visible=Scope(files=frozenset({"F/1"})))


def test_an_index_of_an_older_form_follows_anew(opening, tmp_path):
    first = opening()
    first.update(PAGES, cursor=7)
    first.close()
    if first.name == "postgres":
        pytest.skip("its tables carry a version")
    (tmp_path / "index" / "form").unlink()
    with pytest.raises(IndexDamaged):
        opening(read_only=True)
    again = opening()
    assert (again.cursor, list(again.digests())) == (0, [])
    again.update(PAGES, cursor=7)
    again.close()
    assert opening(read_only=True).cursor == 7


def test_suggestions_tell_nothing_of_what_must_not_be_seen(index):
    asked = SearchRequest(query="مسؤولية زراعة")
    assert "مسؤولية" in suggestions(index, asked)
    assert suggestions(index, replace(asked, visible=Scope.of_departments({"licences"}))) == ()


def test_the_same_page_twice_in_one_update_is_there_once(index):
    index.update([page(1, "قديم"), page(1, "حديث")], cursor=8)
    assert ids(index, "قديم") == set()
    assert ids(index, "حديث") == {"p1"}
    assert index.search(SearchRequest(query="")).total == 3


def test_phrases_under_not_and_or(index):
    index.update([page(4, "بناء رخصة ثم رخصة هدم بناء")], cursor=8)
    assert ids(index, '"رخصة بناء" أو "رخصة هدم"') == {"p1", "p4"}
    assert ids(index, 'رخصة ليس "رخصة بناء"') == {"p4"}
    assert ids(index, 'ليس ("رخصة بناء" أو "شهادة أوصاف")') == {"p3", "p4"}
    assert ids(index, '"رخصة هدم بناء"') == {"p4"}
    assert ids(index, '"هدم بناء رخصة"') == set()


def test_updates_replace_and_remove(index):
    index.update([page(1, "نص جديد")], removed=["p3"], cursor=9, link=LINK)
    assert ids(index, "رخصة") == set()
    assert ids(index, "جديد") == {"p1"}
    assert index.at == (9, LINK[:15])
    assert dict(index.digests()) == {"p1": page(1, "نص جديد").digest(), "p2": PAGES[1].digest()}


def test_it_is_there_after_opening_again(index, opening):
    reader = opening(read_only=True)
    assert reader.at == (7, "")
    index.update([], cursor=8, link=LINK)
    assert reader.at == (8, LINK[:15])
    assert {hit.page_id for hit in reader.search(SearchRequest(query="رخصة")).hits} == {"p1"}
    reader.close()


def test_a_reader_of_nothing_finds_nothing(opening):
    reader = opening(read_only=True)
    assert reader.cursor == 0
    assert reader.search(SearchRequest(query="رخصة")).total == 0
    assert list(reader.digests()) == []
    reader.close()


def test_clearing_starts_anew(index):
    index.update([], cursor=8, link=LINK)
    assert index.clear()
    assert index.at == (0, "")
    assert ids(index, "") == set()
    index.clear(link=LINK)
    assert index.at == (0, LINK[:15])


@pytest.mark.parametrize("since", [(6, LINK[:15]), (7, ""), (7, "f" * 15), (0, "")])
def test_what_was_made_ready_for_another_place_is_dropped(index, since):
    index.update([], cursor=7, link=LINK)
    assert not index.update([page(4, "جديد")], removed=["p1"], cursor=8, since=since)
    assert not index.clear(since=since)
    assert index.at == (7, LINK[:15])
    assert dict(index.digests()) == {each.page_id: each.digest() for each in PAGES}
    assert index.update([page(4, "جديد")], cursor=8, link=LINK, since=index.at)
    assert index.clear(since=(8, LINK[:15]))
    assert (index.at, list(index.digests())) == ((0, ""), [])


def test_of_many_that_go_on_from_the_same_place_one_does(index, opening):
    """As processes do where the engine lets several write, as threads where it does not."""
    writers = [opening() if index.name == "postgres" else index for _ in range(4)]
    begin = threading.Barrier(len(writers))

    def go_on(at: int) -> bool:
        begin.wait(60)
        return writers[at].update([page(4 + at, "جديد")], cursor=8 + at, since=(7, ""))

    with ThreadPoolExecutor(len(writers)) as pool:
        done = list(pool.map(go_on, range(len(writers))))
    assert sum(done) == 1
    assert index.cursor == 8 + done.index(True)
    assert ids(index, "جديد") == {f"p{4 + done.index(True)}"}
    for writer in writers:
        if writer is not index:
            writer.close()


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


def marked(query, *words):
    marks = Highlighter(query).marks(words)
    return [word for word, mark in zip(words, marks, strict=True) if mark]


def test_the_words_asked_for_are_marked():
    assert marked("رخصة أو قسيمة:123 ليس هدم", "الرخصة", "١٢٣/٤٥", "هدم", "بناء") == ["الرخصة", "١٢٣/٤٥"]
    assert marked("رخ*", "رخصة", "ترخيص", "والرخصة", "رخام") == ["رخصة", "رخام"]
    assert marked('"رخصة بناء"', "رخصة", "الرخصة", "بناء") == ["رخصة", "بناء"]


def test_what_one_answer_met_changes_nothing_for_another(monkeypatch):
    """Words are remembered for all answers; more than are kept, and met by another answer in between."""
    monkeypatch.setattr(highlight, "WORDS_REMEMBERED", 3)
    first, starting = Highlighter("رخصة"), Highlighter("رخ*")
    assert first.marks(["بناء"]) == [False]
    assert marked("هدم", "رخصة", "هدم", "رخام", "قسيمة", "شارع") == ["هدم"]
    assert first.marks(["بناء", "رخصة", "رخام"]) == [False, True, False]
    assert starting.marks(["بناء", "رخصة", "رخام"]) == [False, True, True]
    assert marked("رخصة", "بناء", "رخصة", "رخام") == ["رخصة"]
    assert marked("قط*", "قسيمة", "شارع", "قطعة") == ["قطعة"]
    assert len(highlight._vocabulary()) <= 3
    assert first.marks(["رخصة", "رخام"]) == [True, False]


def test_words_without_letters_are_counted_too(monkeypatch):
    """Of many pages with nothing but signs no more is remembered than of others, and what comes after is marked."""
    monkeypatch.setattr(highlight, "WORDS_REMEMBERED", 5)
    signs = Highlighter("رخصة")
    for at in range(20):
        assert signs.marks(["-" * (at + 1), "·" * (at + 1)]) == [False, False]
        assert len(highlight._vocabulary()) <= 5
    assert signs.marks(["·", "رخصة"]) == [False, True]
