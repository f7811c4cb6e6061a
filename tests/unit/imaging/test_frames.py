import pytest

from muni_archive.imaging.frames import Frame, scaled, shifted, tilted, turned


def test_a_chain_of_steps_leads_back_to_the_master() -> None:
    frame = Frame().after(scaled(0.5, 0.5)).after(shifted(10, 20))

    assert frame.point(1, 2) == (22, 44)


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, 50)), (180, (100, 50)), (270, (100, 0))])
def test_the_top_left_of_a_turned_page_is_another_corner_of_the_master(degrees: int, corner: tuple[int, int]) -> None:
    assert turned(degrees, 100, 50).point(0, 0) == corner


def test_straightening_keeps_the_centre() -> None:
    assert tilted(3, 100, 60).point(50, 30) == pytest.approx((50, 30))


def test_boxes_stay_upright_and_never_vanish() -> None:
    box = turned(90, 100, 50).box(10, 20, 30, 5)

    assert (box.x, box.y, box.width, box.height) == (20, 10, 5, 30)
    assert scaled(10, 10).box(0, 0, 1, 1).width == 1
