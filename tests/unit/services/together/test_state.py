"""How the line stands, by what was heard of it; and news that travel as lines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.domain.centre_errors import CentreUnreachable, StationParted, SyncEnded
from muni_archive.domain.errors import ArchiveError, ArchiveInUse
from muni_archive.domain.together import Standing
from muni_archive.services.together.sending import Sent
from muni_archive.services.together.state import LineState, heard
from muni_archive.services.together.synchronising import News, Side
from muni_archive.services.together.telling import as_line, from_line

START = datetime(2026, 11, 25, 8, tzinfo=UTC)
SENT = Sent(acknowledged=Standing(sequence=7, hash="ab"), left=3, files=2, bytes=900)


def minutes(count):
    return START + timedelta(minutes=count)


def test_nothing_heard_is_neither_online_nor_failing():
    assert (LineState().online, LineState().error) == (False, None)


def test_a_line_that_is_lost_counts_from_the_last_contact():
    state = heard(LineState(), News(side=Side.SENDING, sent=SENT), START)
    assert (state.online, state.acknowledged) == (True, 7)
    for at in (1, 5):
        state = heard(state, News(side=Side.FOLLOWING, error=CentreUnreachable(detail="x")), minutes(at))
    assert (state.online, state.since, state.acknowledged) == (False, START, 7)
    state = heard(state, News(side=Side.FOLLOWING, central=40), minutes(9))
    assert (state.online, state.since, state.central) == (True, None, 40)
    assert isinstance(state.last_error, CentreUnreachable)


def test_one_side_that_works_does_not_hide_that_the_other_fails():
    state = heard(LineState(), News(side=Side.SENDING, error=StationParted(sequence=4)), START)
    state = heard(state, News(side=Side.FOLLOWING, central=9), minutes(1))
    assert not state.online
    state = heard(state, News(side=Side.FOLLOWING, error=CentreUnreachable(detail="x")), minutes(2))
    assert isinstance(state.error, StationParted)


def test_another_process_that_synchronises_is_no_error_until_news_come_again():
    state = heard(LineState(), News(side=Side.SENDING, error=StationParted(sequence=4)), START)
    state = heard(state, from_line(as_line(News(side=Side.SENDING, error=ArchiveInUse(path="a/centre")))), START)
    assert (state.elsewhere, state.error, state.since) == (True, None, None)
    assert not heard(state, News(side=Side.FOLLOWING, central=9), minutes(1)).elsewhere


@pytest.mark.parametrize("error", [None, CentreUnreachable(detail="x"), ArchiveInUse(path="a")])
def test_a_process_that_ended_is_forgotten_with_the_next_news(error):
    state = LineState(ended=SyncEnded(detail="code 9"))
    assert heard(state, News(side=Side.FOLLOWING, error=error), START).ended is None


@pytest.mark.parametrize(
    "news",
    [
        News(side=Side.SENDING, sent=SENT),
        News(side=Side.FOLLOWING, central=12),
        News(side=Side.FOLLOWING, documents=True),
        News(side=Side.FOLLOWING),
    ],
)
def test_news_come_back_from_their_line(news):
    assert from_line(as_line(news)) == news


def test_an_error_comes_back_with_what_it_names():
    news = from_line(as_line(News(side=Side.SENDING, error=StationParted(sequence=4))))
    assert isinstance(news.error, StationParted)
    assert news.error.params == {"detail": "station-parted", "sequence": "4"}


def test_a_line_goes_through_a_pipe_of_any_encoding():
    news = News(side=Side.FOLLOWING, error=ArchiveError(detail="/أرشيف البلدية"))
    line = as_line(news).encode("cp1252").decode("utf-8")
    assert from_line(line).error.params["detail"] == "/أرشيف البلدية"


@pytest.mark.parametrize(
    "line", ["", "nonsense", "[]", "{}", '{"side": "up"}', '{"side": "sending", "acknowledged": 1}']
)
def test_a_line_that_tells_nothing_is_passed_over(line):
    assert from_line(line) is None


def test_what_waits_for_the_centre_to_be_updated_is_no_error():
    held = from_line(as_line(News(side=Side.SENDING, sent=replace(SENT, held=True))))
    state = heard(LineState(), held, START)
    assert (state.held, state.online, state.error) == (True, True, None)
    state = heard(state, News(side=Side.FOLLOWING, central=9), minutes(1))
    assert state.held
    assert not heard(state, News(side=Side.SENDING, sent=SENT), minutes(2)).held
