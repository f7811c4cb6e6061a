"""A total that the centre's index only reckoned is told as one, all the way to who reads it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.cli.search_command import as_object
from muni_archive.domain.finding import IndexAnswer, IndexHit, SearchRequest, said_roughly
from muni_archive.domain.people import Sight
from muni_archive.services.centre.finding import answer_question
from muni_archive.services.find_pages import find_pages
from muni_archive.services.together.finding import find_elsewhere, there_words
from muni_archive.services.unguarded import Unguarded
from tests.helpers.centres import PlainStation
from ui.i18n import number


class Reckoning:
    """An index that did not count to the end."""

    def __init__(self, *, estimated):
        self.estimated = estimated

    def search(self, _request):
        hits = (IndexHit(page_id="x-p0", document_id="x-d", score=1.0),)
        return IndexAnswer(total=12_345, hits=hits, estimated=self.estimated)


@pytest.fixture
def station(tmp_path):
    made = PlainStation(tmp_path / "S1", "S1")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("estimated", "words"), [(True, "about 12,000 at the centre"), (False, "12,345 at the centre")]
)
def test_it_is_told_from_the_index_to_the_screen(tmp_path, station, estimated, words):
    with open_centre(tmp_path / "centre") as opened:
        station.enrol(opened)
        station.add_document("x")
        station.send(opened)
        there = replace(opened.centre.place, index=Reckoning(estimated=estimated))
        centre = replace(opened.centre, place=there)

        def search(question, seconds):
            answer = answer_question(centre, Sight.of(()), SearchRequest(**question))
            answer["hits"] = [{**hit, "colour": "of a newer centre"} for hit in answer["hits"]]
            return answer

        together = SimpleNamespace(line=SimpleNamespace(search=search))
        other = PlainStation(tmp_path / "S2", "S2")
        found = find_elsewhere(
            SimpleNamespace(unit_of_work=other.store.unit_of_work, guard=Unguarded()),
            together,
            SearchRequest(query=""),
        )
        other.close()
        assert not found.from_copy
        assert {hit.page_id for hit in found.hits} == {"x-p0"}
        assert (found.total, found.estimated) == (12_345, estimated)
        assert there_words(found, number=number) == words
        assert as_object(find_pages(there, SearchRequest(query="")))["estimated"] is estimated


def test_two_figures_are_said():
    assert [said_roughly(n) for n in (0, 7, 99, 104, 12_345, 987_654)] == [0, 7, 99, 100, 12_000, 990_000]
