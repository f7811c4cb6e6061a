"""Bar codes and QR codes that stand on an ordinary page: a number that a machine has printed for machines."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from muni_archive.imaging.loading import Grey

_LONG_SIDE = 1800
"""Pixels to which a page is made smaller for looking: a code's bars are wider than its print is fine."""


def page_codes(grey: Grey) -> tuple[str, ...]:
    """The texts of all codes on the page (rows × columns), each once."""
    share = _LONG_SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) if share < 1 else grey
    found = zxingcpp.read_barcodes(np.ascontiguousarray(small), try_downscale=False, try_invert=False)
    return tuple(dict.fromkeys(code.text for code in found if code.text))
