"""What PostgreSQL's engine does in its own way: bounded answers, its order, near words, many askers at once."""

from __future__ import annotations

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event

from muni_archive.demonstration.postgres import postgres_server
from muni_archive.domain.errors import IndexUnavailable
from muni_archive.domain.finding import IndexedPage, SearchRequest, SortBy
from muni_archive.domain.scope import Scope
from muni_archive.search import postgres_asking, postgres_engine, postgres_lexemes, postgres_tables
from muni_archive.search.postgres_asking import HEAD, Limits, Question
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.search.postgres_query import Condition
from muni_archive.search.suggesting import suggestions
from muni_archive.server.answers import status_of

PAGES = 3_000
SMALL = Limits(exact_pages=100, exact_hits=150, exact_phrases=50, sample=800)
COLUMNS = ("page_id", "document_id", "digest", "department", "record_class", "year", "area", "day", "place")
DEPARTMENTS = ("licences", "personnel", "finance")


def page(at: int, text: str, **more) -> IndexedPage:
    values = {
        "page_id": f"p{at:05d}",
        "document_id": f"d{at}",
        "number": f"S1-{2000 + at % 20}-{at:06d}",
        "page": 1,
        "title": "",
        "record_class": "building_file",
        "department": DEPARTMENTS[at % 3],
        "date": f"{2000 + at % 20}-{at % 12 + 1:02d}-{at % 28 + 1:02d}",
        "archived": "2026-11-24",
        "area": "حولي" if at % 7 else "السالمية",
        "text": text,
    }
    return IndexedPage(**{**values, **more})


def texts() -> list[str]:
    """«رخصة بناء» on nearly half of the pages, «هدم» on one in ten, «نادرة» on three."""
    chance = random.Random(3)
    made = []
    for at in range(PAGES):
        words = ["كتاب", f"{at}"]
        words += ["رخصة بناء"] if chance.random() < 0.45 else ["بناء على رخصة"] if chance.random() < 0.5 else []
        words += ["هدم"] if chance.random() < 0.1 else []
        words += ["الرخصة"] if chance.random() < 0.2 else []
        words += ["نادرة"] if at in (7, 700, 2900) else []
        made.append(" ".join(words))
    return made


@pytest.fixture(scope="module")
def both(postgres):
    """The same pages asked exactly, and with bounds that a small index reaches."""
    url = postgres.url(postgres.create_database())
    index, bounded = PostgresIndex(url), PostgresIndex(url, limits=SMALL)
    index.update([page(at, text) for at, text in enumerate(texts())], cursor=1)
    yield index, bounded
    for each in (index, bounded):
        each.close()


QUERIES = ("رخصة", "رخصة بناء", '"رخصة بناء"', "كتاب ليس هدم", "رخصة أو هدم", "", "رخ*", '"رخصة بناء" ليس هدم')


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", [SortBy.NEWEST, SortBy.OLDEST, SortBy.NUMBER])
@pytest.mark.parametrize("more", [{}, {"area": "السالمية"}, {"date_from": "2003-05-02", "date_to": "2017-12-30"}])
def test_bounded_answers_show_the_very_same_hits(both, query, sort, more):
    exact, bounded = (
        index.search(SearchRequest(query=query, sort=sort, limit=40, offset=20, facets=True, **more)) for index in both
    )
    assert [hit.page_id for hit in bounded.hits] == [hit.page_id for hit in exact.hits]
    assert not exact.estimated
    assert bounded.total == pytest.approx(exact.total, rel=0.3)
    assert {name for name, _count in bounded.facets["department"]} == set(DEPARTMENTS)


@pytest.mark.parametrize("query", QUERIES)
def test_a_small_sample_lies_in_a_table_of_its_own(both, query, monkeypatch):
    exact, apart = both
    asked = SearchRequest(query=query, sort=SortBy.NEWEST, limit=40, facets=True)
    monkeypatch.setattr(apart, "_limits", replace(SMALL, sample=180))
    there = apart.search(asked)
    monkeypatch.setattr(postgres_asking, "lies_apart", lambda *_: False)
    assert apart.search(asked) == there
    assert [hit.page_id for hit in there.hits] == [hit.page_id for hit in exact.search(asked).hits]
    assert there.estimated
    assert there.total == pytest.approx(exact.search(asked).total, rel=0.4)


@pytest.mark.parametrize("sort", [SortBy.RELEVANCE, SortBy.NEWEST, SortBy.OLDEST, SortBy.NUMBER])
@pytest.mark.parametrize("dense", [0, 300, 10_000])
def test_where_many_match_it_is_all_the_same_how_they_are_found(postgres_url, monkeypatch, sort, dense):
    """Two pages of three are of one day and have no number; «شهادة» is on old pages alone, of which a walk of 600 pages
    from the newest on meets none.
    """
    walks, walked = [], Question._walked
    monkeypatch.setattr(Question, "_walked", lambda *given, **named: walks.append(1) or walked(*given, **named))
    chance, index, made = random.Random(5), PostgresIndex(postgres_url), []
    for at in range(3_000):
        dated = page(at, f"رخصة {chance.choice(('هدم', ''))} {'رخصة شهادة' if at % 20 < 10 else ''}")
        undated = replace(page(at, f"رخصة {chance.choice(('هدم', ''))}"), number="", date="2026-11-24")
        made.append(undated if at % 3 else dated)
    index.update(made, cursor=1)
    bounded = PostgresIndex(postgres_url, limits=SMALL)
    for query in ("شهادة", "رخصة هدم", '"رخصة شهادة"'):
        asked = SearchRequest(query=query, sort=sort, limit=30, offset=15)
        monkeypatch.setattr(postgres_asking, "WALKED", 0)
        by_index = bounded.search(asked)
        monkeypatch.setattr(postgres_asking, "WALKED", dense)
        there = bounded.search(asked)
        assert there == by_index
        assert there.estimated
        if sort is not SortBy.RELEVANCE:  # that puts the newest two hundred in order, not all
            assert [hit.page_id for hit in there.hits] == [hit.page_id for hit in index.search(asked).hits]
        assert len({hit.page_id for hit in there.hits}) == 30
    assert bool(walks) is (dense > 0 and sort is not SortBy.OLDEST)
    for each in (index, bounded):
        each.close()


def test_the_sample_has_the_rows_of_the_pages_whatever_happens_to_them(postgres_url):
    chance, index = random.Random(11), PostgresIndex(postgres_url)
    for cursor in range(1, 12):
        some = [page(at, f"جيل{cursor} {at}") for at in chance.sample(range(900), chance.choice((1, 5, 300)))]
        index.update(some, removed=[f"p{at:05d}" for at in chance.sample(range(900), 60)], cursor=cursor)
        expected, found = sampled(index)
        assert found == expected
    assert len(expected) > 10
    index.clear()
    assert sampled(index) == ([], [])
    index.close()


def test_a_table_that_is_lost_is_noticed_at_the_start(postgres_url):
    first = PostgresIndex(postgres_url)
    first.update([page(at, f"رخصة {at}") for at in range(60)], cursor=5)
    with first._keeping.begin() as connection:
        connection.exec_driver_sql("DROP TABLE search_sample")
    first.close()
    second = PostgresIndex(postgres_url)
    assert (second.cursor, list(second.digests())) == (0, [])
    second.close()


def test_cursor_and_link_are_of_the_same_entry_whatever_moves_between_two_questions(postgres_url):
    index, other = PostgresIndex(postgres_url), PostgresIndex(postgres_url)
    moves = itertools.count(1)

    def move(*_told):
        cursor = next(moves)
        other.update([], cursor=cursor, link=f"{cursor:015x}")

    event.listen(index._asking, "before_cursor_execute", move)
    cursor, link = index.at
    assert next(moves) > 1
    assert link == f"{cursor:015x}"
    index.close()
    other.close()


def test_words_that_came_before_another_process_emptied_the_index_are_offered_again(postgres_url):
    index, other = PostgresIndex(postgres_url), PostgresIndex(postgres_url)
    index.update([page(0, "تراخيص")], cursor=1)
    other.clear()
    index.update([page(0, "تراخيص")], cursor=1)
    assert index.near_words("تراخيس") == ("تراخيص",)
    index.close()
    other.close()


def test_a_program_of_another_version_writes_nothing(postgres_url, monkeypatch):
    index = PostgresIndex(postgres_url)
    index.update([page(at, f"رخصة {at}") for at in range(60)], cursor=5)
    monkeypatch.setattr(postgres_tables, "VERSION", postgres_tables.VERSION + 1)
    for write in (lambda: index.update([page(70, "شهادة")], removed=["p00001"], cursor=6), index.clear):
        with pytest.raises(IndexUnavailable, match="version"):
            write()
    monkeypatch.undo()
    assert (index.cursor, len(list(index.digests()))) == (5, 60)
    index.close()


def sampled(index: PostgresIndex) -> tuple[list[object], list[object]]:
    """What should stand in the table of the sample, and what does."""
    rows = f"SELECT {', '.join(COLUMNS)}, words::text, exact FROM"
    parts = " | ".join(f"s{part}" for part in range(4))
    with index._keeping.connect() as connection:
        return tuple(
            [tuple(row) for row in connection.exec_driver_sql(f"{rows} {source} ORDER BY page_id")]
            for source in (f"search_pages WHERE words @@ '{parts}'::tsquery", "search_sample")
        )


@pytest.mark.parametrize("sort", [SortBy.RELEVANCE, SortBy.NEWEST, SortBy.OLDEST, SortBy.NUMBER])
def test_of_all_pages_only_the_first_are_read(both, monkeypatch, sort):
    exact, bounded = both
    asked = SearchRequest(query="", sort=sort, limit=40, offset=20)
    there = exact.search(asked)
    read = []
    rows = Question._rows
    monkeypatch.setattr(Question, "_rows", lambda self, query, wanted: read.append(query) or rows(self, query, wanted))
    assert bounded.search(asked) == there
    assert "'*'" not in read


@pytest.fixture(scope="module")
def eras(postgres):
    """«شهادة» on pages of two eras around the year 2003; in that year, of two pages one says no more than the year."""
    url = postgres.url(postgres.create_database())
    index, bounded, made = PostgresIndex(url), PostgresIndex(url, limits=SMALL), []
    for at in range(4_800):
        year = 2003 if at >= 4_200 else (1990, 2020)[at % 2] + at % 7
        date = "2003" if year == 2003 and at % 2 else f"{year}-{at % 12 + 1:02d}-11"
        made.append(page(at, "شهادة" if at % 3 else "", date=date, number=f"S1-{year}-{at * 2:06d}"))
    index.update(made, cursor=1)
    yield index, bounded
    for each in (index, bounded):
        each.close()


@pytest.mark.parametrize("sort", [SortBy.NEWEST, SortBy.OLDEST, SortBy.NUMBER])
@pytest.mark.parametrize("days", [{"date_from": "2000-01-01", "date_to": "2009-12-31"}, {"year": "2003"}])
@pytest.mark.parametrize("few", [0, 30_000])
def test_pages_of_other_days_are_not_looked_through(eras, monkeypatch, sort, days, few):
    """Of the first two thousand pages in any order none is of the days that are asked for."""
    index, bounded = eras
    walked, read = Question._walked, Question._rows
    looks: list[int] = []
    monkeypatch.setattr(Question, "_walked", lambda *given, **named: looks.append(1) or walked(*given, **named))
    monkeypatch.setattr(Question, "_rows", lambda *given: looks.append(1) or read(*given))
    monkeypatch.setattr(postgres_asking, "WALKED", 700)
    monkeypatch.setattr(postgres_asking, "FEW", few)
    for offset in (5, 190):
        asked = SearchRequest(query="شهادة", sort=sort, limit=20, offset=offset, **days)
        with monkeypatch.context() as before:
            for name in ("between", "first_between"):
                before.setattr(postgres_asking, name, lambda _request: Condition(sql="TRUE"))
            everywhere = bounded.search(asked)
        unbounded = len(looks)
        looks.clear()
        assert bounded.search(asked) == everywhere
        assert everywhere.estimated
        assert [hit.page_id for hit in everywhere.hits] == [hit.page_id for hit in index.search(asked).hits]
        if offset == 5 and ("year" not in days or sort is SortBy.NEWEST):
            assert len(looks) == 1 < unbounded
        looks.clear()


def test_numbers_of_very_many_years_are_not_named_one_by_one(eras, monkeypatch):
    index, bounded = eras
    asked = SearchRequest(query="شهادة", sort=SortBy.NUMBER, limit=20, offset=5)
    monkeypatch.setattr(postgres_asking, "WALKED", 0)
    monkeypatch.setattr(postgres_asking, "MOST_BLOCKS", 3)
    there, read = Question._rows, []
    monkeypatch.setattr(Question, "_rows", lambda self, query, wanted: read.append(query) or there(self, query, wanted))
    assert [hit.page_id for hit in bounded.search(asked).hits] == [hit.page_id for hit in index.search(asked).hits]
    assert len(read) == 1
    assert f"'{postgres_lexemes.BLOCK}" not in read[0]


def test_what_is_reckoned_says_so_and_is_near(both):
    exact, bounded = both
    true, about = (index.search(SearchRequest(query="كتاب", facets=True)) for index in both)
    assert (true.total, true.estimated, about.estimated) == (PAGES, False, True)
    assert about.total == pytest.approx(PAGES, rel=0.15)
    for name, values in true.facets.items():
        known = dict(about.facets[name])
        for value, count in values:
            assert known[value] == pytest.approx(count, rel=0.6)
    assert bounded.search(SearchRequest(query="نادرة")).total == 3
    assert not bounded.search(SearchRequest(query="نادرة", facets=True)).estimated
    assert bounded.search(SearchRequest(query="")).total == PAGES


def test_bounded_answers_keep_to_what_may_be_seen(both):
    asked = SearchRequest(query="رخصة", facets=True, limit=500, visible=Scope.of_departments({"finance"}))
    exact, bounded = (index.search(asked) for index in both)
    assert {hit.page_id for hit in bounded.hits} == {hit.page_id for hit in exact.hits}
    assert [name for name, _count in bounded.facets["department"]] == ["finance"]
    assert bounded.total == pytest.approx(exact.total, rel=0.3)


def test_every_page_of_a_bounded_answer_comes_once(both):
    _exact, bounded = both
    shown = []
    for offset in range(0, 1200, 100):
        answer = bounded.search(SearchRequest(query="رخصة", limit=100, offset=offset))
        shown += [hit.page_id for hit in answer.hits]
    assert len(shown) == len(set(shown)) == 1200


def test_ranges_of_dates_end_where_they_say(both):
    chance, index = random.Random(6), both[0]
    days = {f"p{at:05d}": page(at, "").date for at in range(PAGES)}
    for _ in range(40):
        first, last = sorted(chance.sample(sorted(days.values()), 2))
        within = {page_id for page_id, day in days.items() if first <= day <= last}
        asked = SearchRequest(query="", date_from=first, date_to=last, limit=PAGES)
        assert {hit.page_id for hit in index.search(asked).hits} == within
        assert index.search(SearchRequest(query=f"date:[{first} TO {last}]")).total == len(within)
        assert index.search(SearchRequest(query=f"ليس date:[{first} TO {last}]")).total == PAGES - len(within)
        after = {page_id for page_id, day in days.items() if day >= first}
        assert index.search(SearchRequest(query="", date_from=first)).total == len(after)


def test_wide_beginnings_are_looked_for_page_by_page(postgres_url, monkeypatch):
    chance = random.Random(4)
    letters = "بتثجحخدذرزس"
    index = PostgresIndex(postgres_url, limits=SMALL)
    words = [f"من{''.join(chance.choices(letters, k=4))}" for _ in range(600)]
    made = [page(at, f"{words[at]} {words[(at * 7) % 600]}") for at in range(600)]
    made = [replace(each, date="2003") if at % 60 == 23 else each for at, each in enumerate(made)]
    index.update(made, cursor=1)
    for query in ("من*", "2*"):
        answer = index.search(SearchRequest(query=query, sort=SortBy.NEWEST, limit=20))
        assert answer.estimated
        assert answer.total == pytest.approx(600, rel=0.1)
        days = [int(hit.page_id[1:]) % 20 for hit in answer.hits]
        assert days == sorted(days, reverse=True)
    for days in ({"date_to": "2003-06-30"}, {"year": "2003"}, {"year": "2003", "sort": SortBy.NUMBER}):
        asked = SearchRequest(**{"query": "من*", "sort": SortBy.NEWEST, "limit": 300, **days})
        with monkeypatch.context() as all_found:
            all_found.setattr(Question, "_wide", False)
            all_found.setattr(Question, "_reckoned", lambda *_, **__: None)
            whole = index.search(asked)
        assert [hit.page_id for hit in index.search(asked).hits] == [hit.page_id for hit in whole.hits]
        assert {"p00083", "p00103"} <= {hit.page_id for hit in whole.hits} or "year" not in days
    assert not index.search(SearchRequest(query="من* 599")).estimated
    index.close()


def test_the_word_itself_comes_before_its_forms_and_what_is_about_it_first(postgres_url):
    index = PostgresIndex(postgres_url)
    index.update(
        [
            page(1, "كتاب الموظف", date="2026-01-05"),
            page(2, "رخصتهم القديمة", date="2026-01-04"),
            page(3, "رحصة قديمة", date="2026-01-03"),
            page(4, "رخصة قديمة", date="2026-01-02"),
            page(5, "كتاب مرفق", title="رخصة بناء", date="2026-01-01"),
        ],
        cursor=1,
    )
    hits = index.search(SearchRequest(query="رخصة")).hits
    assert [hit.page_id for hit in hits] == ["p00005", "p00004", "p00002", "p00003"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    index.close()


def test_what_a_page_is_about_comes_first_among_very_many(both, postgres_url):
    index = PostgresIndex(postgres_url, limits=SMALL)
    many = [page(at, "رخصة") for at in range(1, 3 * HEAD)]
    index.update([page(0, "كتاب", title="رخصة", date="1990-01-01"), *many], cursor=1)
    for opened in (index, PostgresIndex(postgres_url)):
        assert opened.search(SearchRequest(query="رخصة", limit=3)).hits[0].page_id == "p00000"
        opened.close()


def test_near_words_are_offered_to_those_who_may_see_their_pages(postgres_url):
    index = PostgresIndex(postgres_url)
    index.update([page(0, "تراخيص البناء"), page(1, "مستخلصات مالية")], cursor=1)
    assert index.near_words("تراخصي") == ("تراخيص",)
    asked = SearchRequest(query="مستخلضان")
    assert "مستخلصات" in suggestions(index, asked)
    assert suggestions(index, SearchRequest(query="مستخلضان", visible=Scope.of_departments({"licences"}))) == ()
    index.close()


def test_without_pg_trgm_all_else_works(postgres_url, monkeypatch, caplog):
    monkeypatch.setattr(postgres_tables, "NEARNESS", ("CREATE EXTENSION muni_no_such_extension",))
    index = PostgresIndex(postgres_url)
    index.update([page(0, "تراخيص البناء")], cursor=1)
    assert "near words are not offered" in caplog.text
    assert index.near_words("تراخصي") == ()
    assert index.search(SearchRequest(query="تراخيص")).total == 1
    index.close()


def test_tables_of_another_version_are_built_anew(postgres_url, monkeypatch):
    first = PostgresIndex(postgres_url)
    first.update([page(0, "رخصة")], cursor=5)
    first.close()
    old, new = (f"'version', {postgres_tables.VERSION + more}" for more in (0, 1))
    monkeypatch.setattr(postgres_tables, "VERSION", postgres_tables.VERSION + 1)
    monkeypatch.setattr(postgres_tables, "TABLES", tuple(t.replace(old, new) for t in postgres_tables.TABLES))
    reader = PostgresIndex(postgres_url, read_only=True)
    assert (reader.cursor, reader.search(SearchRequest(query="رخصة")).total) == (0, 0)
    reader.close()
    second = PostgresIndex(postgres_url)
    assert (second.cursor, list(second.digests())) == (0, [])
    second.update([page(0, "رخصة")], cursor=5)
    second.close()
    third = PostgresIndex(postgres_url)
    assert (third.cursor, third.search(SearchRequest(query="رخصة")).total) == (5, 1)
    third.close()


def test_pages_are_replaced_while_others_search(postgres_url):
    """Whoever asks sees an update whole or not at all: always every page once, all of one generation."""
    index = PostgresIndex(postgres_url)
    index.update([page(at, f"جيل0 {at}") for at in range(60)], cursor=1)
    stop, wrong = threading.Event(), []

    def ask() -> int:
        asked = 0
        while not stop.is_set() or asked < 5:
            hits = index.search(SearchRequest(query="", limit=100)).hits
            if len(hits) != 60 or len({hit.page_id for hit in hits}) != 60:
                wrong.append([hit.page_id for hit in hits])
            totals = {index.search(SearchRequest(query=f'"جيل{generation}"')).total for generation in range(6)}
            if not totals <= {0, 60}:
                wrong.append(totals)
            asked += 1
        return asked

    def write(part: int) -> None:
        for generation in range(1, 6):
            index.update([page(at, f"جيل{generation} {at}") for at in range(60)], cursor=part * 10 + generation)

    with ThreadPoolExecutor(5) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        for writing in [pool.submit(write, part) for part in range(2)]:
            writing.result()
        stop.set()
        assert all(done.result() >= 5 for done in asking)
    assert wrong == []
    assert index.search(SearchRequest(query='"جيل5"')).total == 60
    assert len(list(index.digests())) == 60
    index.close()


def test_a_question_is_given_up_and_an_update_is_not(postgres_url, monkeypatch):
    """Also of a connection that was used before: what one question sets must not end with it."""
    monkeypatch.setattr(postgres_engine, "PATIENCE", "50ms")
    index = PostgresIndex(postgres_url)
    index.update([page(1, "رخصة")], cursor=1)
    for _ in range(2):
        assert index.search(SearchRequest(query="رخصة")).total == 1
        with pytest.raises(IndexUnavailable, match="statement timeout"), index._reading() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(10)")
        with index._writing() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(0.1)")
    index.close()


def test_who_waits_too_long_for_a_connection_is_told(postgres_url, monkeypatch):
    monkeypatch.setattr(postgres_engine, "CONNECTIONS", 1)
    index = PostgresIndex(postgres_url)
    monkeypatch.setattr(index._asking.pool, "_timeout", 0.05)
    with index._reading(), pytest.raises(IndexUnavailable) as told:
        index.search(SearchRequest(query="رخصة"))
    assert status_of(told.value) == 503
    assert index.search(SearchRequest(query="رخصة")).total == 0
    index.close()


def test_an_update_that_breaks_off_changes_nothing(postgres_url):
    index = PostgresIndex(postgres_url)
    index.update([page(0, "رخصة")], cursor=1)

    def breaking():
        yield page(1, "شهادة")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        index.update(breaking(), removed=["p00000"], cursor=2)
    assert index.cursor == 1
    assert [hit.page_id for hit in index.search(SearchRequest(query="")).hits] == ["p00000"]
    index.close()


def test_a_page_of_more_words_than_postgres_holds_is_still_found(postgres_url):
    index = PostgresIndex(postgres_url)
    long = " ".join(f"كلمة{at}طويلة" for at in range(15_000))
    index.update([page(0, f"{'ط' * 5_000} رخصة بناء {long}")], cursor=1)
    assert index.search(SearchRequest(query="حولي أو السالمية")).total == 0
    assert index.search(SearchRequest(query="", area="السالمية")).total == 1
    assert index.search(SearchRequest(query="ط" * 1_500)).total == 1
    index.close()


def test_a_database_that_is_gone_says_so():
    with postgres_server() as server:
        index = PostgresIndex(server.url(server.create_database()))
    with pytest.raises(IndexUnavailable):
        index.search(SearchRequest(query="رخصة"))
    index.close()
