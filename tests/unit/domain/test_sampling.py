"""Pages that are drawn by a seed."""

from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.sampling import draw

PAGES = st.lists(st.uuids().map(str), unique=True, max_size=60)


@given(PAGES, st.integers(1, 100), st.text(max_size=8))
def test_so_many_per_cent_at_least_one_in_their_order_and_the_same_again(pages, percent, seed):
    drawn = draw(pages, percent, seed)
    assert drawn == draw(pages, percent, seed)
    assert len(drawn) == -(-len(pages) * percent // 100)
    assert bool(drawn) is bool(pages)
    assert [page for page in pages if page in drawn] == list(drawn)


def test_another_seed_draws_others():
    pages = [str(at) for at in range(200)]
    assert draw(pages, 5, "a") != draw(pages, 5, "b")
