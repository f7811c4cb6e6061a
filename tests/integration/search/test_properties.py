"""What holds for every text and every query, tried with what nobody would think of."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muni_archive.demonstration.postgres import PostgresMissing, binaries
from muni_archive.domain.errors import QueryMalformed
from muni_archive.domain.finding import IndexedPage, SearchRequest
from muni_archive.domain.scope import Scope
from muni_archive.search import open_index
from muni_archive.search.dots import dotless
from muni_archive.search.folding import exact, exact_words, fold, folded_words, query_words
from muni_archive.search.highlight import Highlighter
from muni_archive.search.indexed_words import forms
from muni_archive.search.postgres_engine import PostgresIndex
from muni_archive.search.query import parse
from muni_archive.search.stemming import loose_key

settings.register_profile("same-every-time", derandomize=True, database=None, deadline=None)
settings.load_profile("same-every-time")
"""A check that fails by chance teaches people to run it again; `--hypothesis-seed=0` and so on look further."""

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئءٱ"
MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640\u0654\u200f\u200e\u202b"
words = st.text(ARABIC, min_size=2, max_size=9)
texts = st.text(ARABIC + MARKS + "٠١٢٣۴۵6789 /-.abZ()«»\n", max_size=60)
queries = st.text(ARABIC[:12] + ' ()"*:[]«»0123456789-/.~^ أوليس\tANDORTO', max_size=40)
CORPUS = (
    "رخصة بناء للقسيمة 123 في السالمية", "شهادة أوصاف البناء", "مسؤولية الموظفين عن الملفات", "بيت قديم في حولي",
    "رخصة هدم", "كتاب رقم 2024/77 بشأن القسيمة", "السيد أحمد المحترم",
)  # fmt: skip


def page(number: int, text: str) -> IndexedPage:
    return IndexedPage(
        page_id=f"p{number}", document_id="d", number="", page=1, title="", record_class="", department="", text=text
    )


@given(st.text(max_size=80) | texts)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert exact(exact(text)) == exact(text)


@given(words)
def test_how_a_word_is_encoded_does_not_matter(word):
    assert fold(unicodedata.normalize("NFD", word)) == fold(word)
    assert fold("\u064e".join(word)) == fold("\u0640".join(word)) == fold(word)


@given(st.text(max_size=80) | texts)
@example("KM12 plan7")
def test_what_would_be_asked_for_is_indexed(text):
    assert set(query_words(text)) <= set(folded_words(text))


@given(words)
def test_keys_are_stable(word):
    (folded,) = folded_words(word) or ("",)
    assert loose_key(folded) == loose_key(folded)
    assert dotless(folded) == "" or len(dotless(folded)) == len(folded) + 1


@given(queries | st.text(max_size=40))
def test_any_query_is_understood_or_explained(query):
    with contextlib.suppress(QueryMalformed):
        assert parse(query) is not None


@given(queries | texts, texts)
def test_marking_words_never_fails(query, text):
    highlighter = Highlighter(query)
    assert set(highlighter.marks(text.split())) <= {True, False}


def have_postgres() -> bool:
    try:
        return bool(binaries())
    except PostgresMissing:
        return False


@pytest.fixture(scope="module")
def engines(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("engines")
    opened = [open_index(folder / name, engine=name) for name in ("tantivy", "whoosh")]
    if have_postgres():
        postgres = request.getfixturevalue("postgres")
        opened.append(PostgresIndex(postgres.url(postgres.create_database())))
    for index in opened:
        index.update([page(at, text) for at, text in enumerate(CORPUS)], cursor=1)
    yield opened
    for index in opened:
        index.close()


asked = st.recursive(
    st.sampled_from([word for text in CORPUS for word in text.split()]) | words,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" ", " و ", " أو ", " ليس ", " OR "]), inner).map("".join)
        | inner.map("({})".format)
        | st.sampled_from(['"رخصة بناء"', "رخ*", "قسيمة:123", "ليس رخصة"])
    ),
    max_leaves=5,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked)
def test_all_engines_answer_alike(engines, query):
    answers = []
    for index in engines:
        try:
            answers.append({hit.page_id for hit in index.search(SearchRequest(query=query)).hits})
        except QueryMalformed:
            answers.append(None)
    assert all(answer == answers[0] for answer in answers)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, min_size=1, max_size=8))
def test_a_page_is_found_by_each_of_its_words(engines, written):
    for index in (engines[0], *engines[2:]):  # Whoosh takes too long to add a page
        index.update([page(99, " ".join(written))], cursor=2)
        try:
            for word in written:
                hits = index.search(SearchRequest(query=f'"{word}"')).hits
                assert "p99" in {hit.page_id for hit in hits}
                if word not in OPERATORS:
                    hits = index.search(SearchRequest(query=word)).hits
                    assert "p99" in {hit.page_id for hit in hits}
        finally:
            index.update([], removed=["p99"], cursor=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_postgres_takes_any_text(engines, text, department, area):
    if len(engines) < 3:
        pytest.skip("PostgreSQL is not installed")
    index = engines[2]
    odd = replace(page(98, text), title=text, department=department, area=area, fields={"parcel": area})
    index.update([odd], cursor=2)
    assert dict(index.digests())["p98"] == odd.digest()
    asked = SearchRequest(
        query="", department=department, area=area, visible=Scope.of_departments({department}), facets=True
    )
    assert {hit.page_id for hit in index.search(asked).hits} == ({"p98"} if department else set())
    index.update([], removed=["p98"], cursor=3)


OPERATORS = {"و", "أو", "او", "ليس"}


@given(st.text(max_size=80) | texts)
def test_a_text_is_the_sum_of_what_stands_between_its_spaces(text):
    parts = [forms(part) for part in text.split()]
    assert [word for part in parts for word in part.folded] == folded_words(text)
    assert [word for part in parts for word in part.exact] == exact_words(text)
