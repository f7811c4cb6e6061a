from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Word
from muni_archive.ocr.drawing import surest_words


def label(text: str, x: int, confidence: float) -> Line:
    return Line(words=(Word(text=text, box=Box(x, 0, 100, 30), confidence=confidence),))


def test_one_place_keeps_its_surest_word() -> None:
    kept = surest_words([label("١٢٣٤", 0, 0.6), label("شارع", 10, 0.9), label("قطعة", 500, 0.5)])

    assert [line.text for line in kept] == ["شارع", "قطعة"]


def test_a_single_sign_does_not_beat_a_word() -> None:
    assert [line.text for line in surest_words([label("ا", 0, 0.9), label("القسيمة", 0, 0.7)])] == ["القسيمة"]
