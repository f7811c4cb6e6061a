"""A station's clock is a year off: nothing changes but the times that people read, and it is pointed out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import main
from muni_archive.services.together.synchronising import News, Side
from muni_archive.services.together.telling import as_line, from_line
from tests.helpers.linked import DirectLine, LinkedStation, enrol_cheaply, revise_document
from tests.helpers.proofs import prove_all
from tests.helpers.serving import served_here


class WrongClock:
    """Implements `ports.Clock`, off by so many days."""

    def __init__(self, days: float) -> None:
        self.off = timedelta(days=days)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_is_a_year_off_decides_nothing(tmp_path, days, figures):
    with open_centre(tmp_path / "centre") as centre:
        wrong = LinkedStation(tmp_path / "A1", "A1", clock=WrongClock(days))
        right = LinkedStation(tmp_path / "B2", "B2")
        both = (wrong, right)
        for station in both:
            station.enrol(centre)
            station.line = DirectLine(lambda: centre, station.id)
        news = []
        document_id = wrong.add_document("x")
        for station in (*both, *both):
            station.sync(news.append)
        seen = right.sees(document_id)
        revise_document(wrong, document_id, seen, title="الأول")
        wrong.sync()
        revise_document(right, document_id, seen, title="الثاني")
        for station in (right, wrong, right, wrong, right):
            station.sync()
        prove_all(centre, both)
        with centre.centre.unit_of_work() as unit:
            # What came first stands and the other waits for a person, whatever the clocks say.
            assert unit.records.document(document_id).title == "الأول"
            (conflict,) = unit.records.conflicts()
            assert unit.records.event(conflict.theirs).title == "الثاني"
        ahead = [each.clock_ahead for each in news if each.clock_ahead is not None]
        assert {round(seconds / 86400) for seconds in ahead} == {days}
        figures(days=days, told=len(ahead))
        for station in both:
            station.close()


@pytest.mark.parametrize(("days", "words"), [(365, "525600"), (-365, "525600"), (4 / 1440, "")])
def test_the_command_points_a_wrong_clock_out(tmp_path, monkeypatch, capsys, days, words):
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        station = LinkedStation(tmp_path / "A1", "A1")
        enrol_cheaply(station, centre, f"http://127.0.0.1:{port}")
        station.close()
        monkeypatch.setattr("muni_archive.bootstrap.SystemClock", lambda: WrongClock(days))
        assert main(["--archive", str(tmp_path / "A1"), "sync"]) == 0
        told = [line for line in capsys.readouterr().err.splitlines() if "clock" in line]
        assert bool(told) == bool(words)
        assert all(words in line for line in told)


def test_who_watches_hears_of_it_too():
    news = News(side=Side.SENDING, clock_ahead=-7200.4)
    assert from_line(as_line(news)) == news
