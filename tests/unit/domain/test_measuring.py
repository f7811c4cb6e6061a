"""From pixels to metres."""

import pytest

from muni_archive.domain.measuring import metres_on_paper, path_length, scale_from


def test_a_line_through_points_adds_up() -> None:
    assert path_length([(0, 0), (3, 4), (3, 10)]) == 11
    assert path_length([(1, 1)]) == 0


def test_pixels_become_metres_of_paper() -> None:
    assert metres_on_paper(400, 400) == pytest.approx(0.0254)


@pytest.mark.parametrize(("text", "scale"), [("1:100", 100), ("1/50", 50), ("١:٥٠٠", 500), (" 1 : 200 ", 200)])
def test_a_scale_is_taken_as_it_is_written(text: str, scale: float) -> None:
    assert scale_from(text, pixels=0, dpi=300) == scale


def test_a_known_length_gives_the_scale() -> None:
    assert scale_from("2.54 m", pixels=400, dpi=400) == pytest.approx(100)
    assert scale_from("٢٫٥٤ م", pixels=400, dpi=400) == pytest.approx(100)


@pytest.mark.parametrize("text", ["", "near", "1:0", "0", "12"])
def test_what_says_nothing_is_no_scale(text: str) -> None:
    assert scale_from(text, pixels=0, dpi=300) is None
