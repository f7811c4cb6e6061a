from pathlib import Path

import cv2
import numpy as np
import pytest

from muni_archive.imaging.background import flatten_background
from muni_archive.imaging.borders import whiten_borders
from muni_archive.imaging.frames import Frame
from muni_archive.imaging.ink import survey_ink
from muni_archive.imaging.loading import Grey
from muni_archive.imaging.orientation import find_stand, turn
from muni_archive.imaging.preparation import PreparedPage, true_resolution
from muni_archive.imaging.specks import remove_specks
from muni_archive.ports import ReadRequest
from tests.helpers.drawn_pages import draw_letter, shade


@pytest.fixture(scope="module")
def letter() -> Grey:
    return np.asarray(draw_letter())


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_page_is_found_whichever_way_it_was_fed(letter: Grey, degrees: int) -> None:
    fed = turn(letter, (360 - degrees) % 360)

    stand = find_stand(survey_ink(fed, 200))

    assert stand.orientation == degrees
    assert stand.sure


@pytest.mark.parametrize("slant", [-4.0, -1.0, 0.6, 3.0])
def test_a_slant_is_measured(letter: Grey, slant: float) -> None:
    height, width = letter.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1)
    fed = cv2.warpAffine(letter, matrix, (width, height), borderValue=(255,))

    stand = find_stand(survey_ink(np.asarray(fed, dtype=np.uint8), 200))

    assert stand.orientation == 0
    assert stand.skew == pytest.approx(slant, abs=0.2)


def test_what_somebody_decided_is_not_questioned(letter: Grey) -> None:
    assert find_stand(survey_ink(letter, 200), known=90).orientation == 90


def test_an_empty_page_is_left_as_it_lies() -> None:
    stand = find_stand(survey_ink(np.full((1000, 700), 250, np.uint8), 100))

    assert (stand.orientation, stand.skew, stand.sure) == (0, 0.0, False)


def test_shadow_becomes_white_paper_and_faint_ink_dark() -> None:
    even = flatten_background(np.asarray(shade(draw_letter())))

    assert np.percentile(even, 50) > 235
    assert even.min() < 40


def test_specks_go_and_the_letters_dots_stay() -> None:
    letter = np.asarray(draw_letter(dpi=300))
    rows = np.random.default_rng(1).integers(0, [letter.shape[0] - 3, letter.shape[1] - 3], (8000, 2))
    dirty = letter.copy()
    for row, column in rows:
        dirty[row : row + 3, column : column + 3] = 0

    clean = remove_specks(dirty, 300)

    margin = np.s_[-600:, :]
    assert (dirty[margin] < 128).mean() > 0.005
    assert (clean[margin] < 128).mean() < 0.0005
    assert (clean < 128)[letter < 128].mean() > 0.97


def test_a_page_without_specks_is_not_touched(letter: Grey) -> None:
    assert remove_specks(letter, 200) is letter


def test_a_black_edge_goes_and_a_table_stays() -> None:
    page = np.full((800, 600), 255, np.uint8)
    page[:, :30] = 0
    page[300:304, 100:500] = 0

    clean = whiten_borders(page)

    assert clean[400, 10] == 255
    assert clean[301, 300] == 0


@pytest.mark.parametrize(("stated", "expected"), [(300, 300), (0, 299.8), (72000, 299.8)])
def test_an_impossible_resolution_is_guessed_from_the_size(stated: int, expected: float) -> None:
    request = ReadRequest(path=Path("x"), media_type="image/jpeg", rotation=0, dpi=stated)

    assert true_resolution(request, (2480, 3508)) == pytest.approx(expected, abs=0.1)


def test_tiles_cover_the_sheet_and_know_their_place() -> None:
    page = PreparedPage(
        grey=np.zeros((1000, 2300), np.uint8), dpi=180, frame=Frame(), width=2300, height=1000,
        orientation=0, skew=0.0, sure=True, drawing=True,
    )  # fmt: skip

    covered = np.zeros((1000, 2300), bool)
    for tile in page.tiles(900, 100):
        box = tile.frame.box(0, 0, tile.grey.shape[1], tile.grey.shape[0])
        covered[box.y : box.bottom, box.x : box.right] = True

    assert covered.all()
