from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import SMALLEST_MARK, corner_of, pointed_at, shifted, stretched

numbers = st.integers(0, 500)


@given(st.tuples(numbers, numbers), st.tuples(numbers, numbers))
def test_an_arrow_points_where_it_was_drawn_to(tail, head):
    left, top = min(tail[0], head[0]), min(tail[1], head[1])
    box = Box(left, top, abs(tail[0] - head[0]), abs(tail[1] - head[1]))
    assert pointed_at(box, corner_of(tail, head)) == (tail, head)


def test_a_mark_that_is_moved_stays_on_its_page_and_as_large_as_it_was():
    box = Box(10, 10, 20, 5)
    assert shifted(box, 5, -3, 100, 100) == Box(15, 7, 20, 5)
    assert shifted(box, -50, 500, 100, 100) == Box(0, 95, 20, 5)


def test_a_mark_that_is_stretched_ends_at_the_page_and_never_vanishes():
    box = Box(10, 10, 20, 8)
    assert stretched(box, 5, 3, 100, 100) == Box(10, 10, 25, 11)
    assert stretched(box, -500, -500, 100, 100) == Box(10, 10, SMALLEST_MARK, SMALLEST_MARK)
    assert stretched(box, 500, 500, 100, 100) == Box(10, 10, 90, 90)
