"""Alphabet, order of writing, strips and words of the line reader, without its networks."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from muni_archive.ocr.lines.alphabet import COUNT, SIGNS, known, plain, read_out, spell
from muni_archive.ocr.lines.finding import FoundLine, cut_out
from muni_archive.ocr.lines.order import direction, to_logical, to_visual
from muni_archive.ocr.lines.reading import Sign, words_of
from muni_archive.ocr.lines.strip import HEIGHT, STEP, to_strip

LINES = [
    "بلدية الكويت",
    "الرقم: ٣٧٧٥٩/١٣ التاريخ: ١٢/٠١/٢٠٠٧",
    "التاريخ: 2023-05-12 (ABC 123) نص",
    "(ملف) رقم 12",
    "النص (م/12) انتهى",
    "مُحَمَّدٌ رئيساً",
    "تقرير فني / Technical Report (v2)",
    "من 10-20 و ١٠-٢٠",
    "50% من ٢٥٪ (3)",
    "البريد info@example.com هنا",
    "الشركة (Kuwait Oil Co.) بتاريخ 5/3/2020",
    "رقم A-12/ب",
    "«نص» [1] عربي",
    "٢٠٢٣-٠٥-١٢",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_survives_the_way_to_the_paper_and_back(line: str) -> None:
    visual = to_visual(plain(line))

    assert to_logical(read_out(spell(visual))) == plain(line)


@pytest.mark.parametrize("line", ["Report (v2), no. 5: done", "see page 3 (A-12)."])
def test_a_latin_line_runs_to_the_right(line: str) -> None:
    assert direction(line) == "L"
    assert to_logical(to_visual(line, "L"), "L") == line


def test_arabic_stands_reversed_and_numbers_do_not() -> None:
    assert to_visual("رقم 123") == "123 مقر"
    assert to_visual("(رقم)") == "(مقر)", "brackets as the eye sees them"


def test_kashida_is_dropped_and_the_hijri_sign_kept() -> None:
    assert plain("محـــمد ١٤٤٦هـ") == "محمد ١٤٤٦هـ"


def test_every_sign_has_one_number() -> None:
    assert len(set(SIGNS)) == COUNT
    assert all(len(spell(sign)) == 1 for sign in SIGNS if sign)
    assert not known("漢")


def signs_of(visual: str, chance: float = 0.9) -> list[Sign]:
    return [Sign(text=char, start=at * 8, end=at * 8 + 8, chance=chance) for at, char in enumerate(visual)]


def test_words_come_in_reading_order_with_their_places() -> None:
    words = words_of(signs_of(to_visual("رقم 123")))

    assert [word.text for word in words] == ["رقم", "123"]
    assert (words[0].start, words[0].end) == (32, 56), "the first word stands rightmost"
    assert (words[1].start, words[1].end) == (0, 24)
    assert words[1].confidence == pytest.approx(0.9**3)


def test_one_persian_digit_tells_of_the_others() -> None:
    assert [word.text for word in words_of(signs_of("١٢۴"))] == ["۱۲۴"]
    assert [word.text for word in words_of(signs_of("١٢٤"))] == ["١٢٤"]


def test_a_strip_has_one_height_and_ink_at_one() -> None:
    grey = np.full((80, 401), 230, np.uint8)
    grey[30:50, 100:200] = 40

    strip = to_strip(grey)

    assert strip.shape == (HEIGHT, 200)
    assert strip.shape[1] % STEP == 0
    assert strip[:, :30].max() == pytest.approx(0, abs=0.02)
    assert strip[20, 70] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("angle", [0.0, 3.0, 90.0, -35.0])
def test_a_slanted_line_is_cut_out_level_and_leads_back(angle: float) -> None:
    page = np.full((600, 600), 255, np.uint8)
    corners = cv2.boxPoints(((300, 300), (200, 20), angle))
    cv2.fillPoly(page, [corners.astype(np.int32)], (0,))
    line = FoundLine(x=300, y=300, length=200, height=20, angle=angle)

    flat, matrix = cut_out(page, line)

    height, width = flat.shape
    assert (flat < 128).sum() == pytest.approx(200 * 20, rel=0.08)
    assert (flat[height // 2] < 128).sum() == pytest.approx(200, abs=4)
    middle = matrix @ np.array([width / 2, height / 2, 1])
    assert math.dist(middle, (300, 300)) < 1.5
