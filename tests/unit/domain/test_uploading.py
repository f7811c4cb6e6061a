from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.uploading import MIB, MOST_PARTS, PART_SIZE, part_size


@given(st.integers(min_value=0, max_value=5 * 1024**4))
def test_parts_are_large_enough_and_few_enough(size):
    step = part_size(size)
    assert step >= PART_SIZE
    assert step % MIB == 0
    assert -(-size // step) <= MOST_PARTS


def test_usual_files_go_in_the_smallest_parts():
    assert part_size(40_000_000) == PART_SIZE
    assert part_size(MOST_PARTS * PART_SIZE + 1) == PART_SIZE + MIB
