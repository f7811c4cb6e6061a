from hypothesis import given
from hypothesis import strategies as st

from muni_archive.services.capture_batch.arranging import collated


@given(st.integers(1, 60))
def test_a_stack_fed_fronts_first_and_turned_over_comes_out_in_reading_order(sheets):
    fronts = [f"front {n}" for n in range(1, sheets + 1)]
    backs = [f"back {n}" for n in range(1, sheets + 1)]
    expected = [side for pair in zip(fronts, backs, strict=True) for side in pair]
    assert collated([*fronts, *reversed(backs)]) == expected


@given(st.lists(st.integers(), unique=True).map(lambda ns: [str(n) for n in ns]))
def test_no_page_is_lost_or_doubled(stack):
    assert sorted(collated(stack)) == sorted(stack)


def test_an_odd_page_out_stays_last():
    assert collated(["f1", "f2", "f3", "b2", "b1"]) == ["f1", "b1", "f2", "b2", "f3"]
