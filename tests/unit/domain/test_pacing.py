"""A limit is kept at every moment, and those who come back do not come together."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import Cancelled
from muni_archive.domain.pacing import LEAST_PIECE, Pace, pause
from muni_archive.services.together.synchronising import LONGEST_WAIT_S, Side, _patiently
from tests.helpers.spread import PassingTime, most_within

MB = 10**6


def test_bytes_are_spread_over_time():
    clock = PassingTime()
    pace = Pace(MB, now=clock.now)
    sent = []
    for size in itertools.islice(itertools.cycle([250_000, 10_000, 90_000]), 300):
        pace.wait(size, clock)
        sent.append((clock.at, size))
    assert most_within(sent, 1.0) <= MB + 250_000
    assert sum(size for _, size in sent) / clock.at == pytest.approx(MB, rel=0.02)


def test_many_at_once_share_one_limit():
    pace, cancel, began = Pace(4 * MB), CancelToken(), time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: pace.wait(10_000, cancel), range(200)))
    assert time.monotonic() - began >= 1_990_000 / (4 * MB)


def test_time_in_which_nothing_was_sent_is_not_made_up_for():
    clock = PassingTime()
    pace = Pace(MB, now=clock.now)
    clock.at = 3600.0
    sent = []
    for _ in range(20):
        pace.wait(100_000, clock)
        sent.append((clock.at, 100_000))
    assert most_within(sent, 1.0) <= MB + 100_000


def test_without_a_limit_nobody_waits():
    clock = PassingTime()
    pace = Pace(now=clock.now)
    for _ in range(1000):
        pace.wait(100 * MB, clock)
    assert (clock.at, pace.piece(8 * MB), pace.lines(10)) == (0.0, 8 * MB, 10)


def test_a_narrow_limit_has_small_pieces_and_few_lines():
    assert (Pace(20 * MB).piece(8 * MB), Pace(20 * MB).lines(10)) == (5 * MB, 10)
    assert (Pace(10_000).piece(8 * MB), Pace(10_000).lines(10)) == (LEAST_PIECE, 1)


def test_who_is_told_to_stop_does_not_wait_to_the_end():
    clock = PassingTime()
    pace = Pace(1, now=clock.now)
    clock.cancelled = True
    with pytest.raises(Cancelled):
        pace.wait(1, clock)


@pytest.mark.parametrize("failures", [0, 3, 50])
def test_a_pause_grows_to_its_bound_and_is_never_the_same(failures):
    highest = min(120.0, 2.0**failures)
    pauses = [pause(failures, first_s=1.0, longest_s=120.0) for _ in range(1000)]
    assert 0.2 * highest <= min(pauses) < 0.4 * highest
    assert 0.8 * highest < max(pauses) <= highest
    assert len(set(pauses)) > 900


@pytest.mark.parametrize("away_s", [5.0, 60.0, 1800.0])
def test_a_hundred_stations_do_not_come_back_at_one_moment(away_s):
    """All lose the centre at one moment and try again as they do; counted is who comes when, after it is back."""
    came = sorted(_comes_back(away_s) for _ in range(100))
    assert came[-1] - away_s <= LONGEST_WAIT_S
    within = min(LONGEST_WAIT_S, away_s)
    at_once = max(sum(begin <= at < begin + within / 100 for at in came) for begin in came)
    assert at_once <= 15, "of a hundred, in a hundredth of the time"


def _comes_back(away_s):
    clock = PassingTime()

    def work():
        if clock.at < away_s:
            raise CentreUnreachable(detail="away")
        clock.cancelled = True

    _patiently(Side.SENDING, work, clock, lambda _news: None)
    return clock.at
