"""Codes on a page."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from muni_archive.imaging.barcodes import page_codes


def page(*codes: tuple[str, zxingcpp.BarcodeFormat]) -> np.ndarray:
    paper = np.full((3508, 2480), 255, np.uint8)
    for at, (text, form) in enumerate(codes):
        picture = np.array(zxingcpp.create_barcode(text, form).to_image(scale=6))
        top = 300 + 1200 * at
        paper[top : top + picture.shape[0], 400 : 400 + picture.shape[1]] = picture
    return paper


def test_bar_codes_and_squares_are_read() -> None:
    form = zxingcpp.BarcodeFormat
    found = page_codes(page(("2023/4711", form.Code128), ("BLDG-9", form.QRCode)))

    assert set(found) == {"2023/4711", "BLDG-9"}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_on_a_page_that_lies_turned(turns: int) -> None:
    paper = np.rot90(page(("2023/4711", zxingcpp.BarcodeFormat.Code128)), turns)

    assert page_codes(paper) == ("2023/4711",)


def test_an_empty_page_has_none() -> None:
    assert page_codes(page()) == ()
