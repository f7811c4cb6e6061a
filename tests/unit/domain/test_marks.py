from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import corner_of, pointed_at

numbers = st.integers(0, 500)


@given(st.tuples(numbers, numbers), st.tuples(numbers, numbers))
def test_an_arrow_points_where_it_was_drawn_to(tail, head):
    left, top = min(tail[0], head[0]), min(tail[1], head[1])
    box = Box(left, top, abs(tail[0] - head[0]), abs(tail[1] - head[1]))
    assert pointed_at(box, corner_of(tail, head)) == (tail, head)
