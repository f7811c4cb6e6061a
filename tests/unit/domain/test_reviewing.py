"""Which words a person should look at, and a reading after somebody has."""

from __future__ import annotations

from datetime import UTC, datetime

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.domain.records import WordReview
from muni_archive.domain.reviewing import doubts, reviewed


def word(text: str, confidence: float, x: int = 0) -> Word:
    return Word(text=text, box=Box(x, 10, 50, 20), confidence=confidence)


READING = Reading(
    engine="e", width=500, height=100,
    lines=(Line(words=(word("قسيمة", 0.7, 200), word("١٢٣", 0.7, 100), word("كلمه", 0.3, 0), word("|-", 0.1, 300))),),
)  # fmt: skip


def review(decided: str, *, reading: str = "now", place: int = 1, x: int = 100) -> WordReview:
    return WordReview(
        page_id="p", reading=reading, line=0, word=place, box=Box(x, 10, 50, 20), read="١٢٣", decided=decided,
        decided_at=datetime(2026, 1, 1, tzinfo=UTC), decided_by="clerk",
    )  # fmt: skip


def texts(reading: Reading) -> list[str]:
    return [word.text for word in reading.words]


def test_numbers_need_more_certainty_than_words_and_come_first() -> None:
    assert [doubt.read.text for doubt in doubts(READING)] == ["١٢٣", "كلمه"]


def test_a_page_that_could_not_be_read_has_no_doubts() -> None:
    assert doubts(Reading(engine="e", width=1, height=1, lines=READING.lines, unreadable=True)) == ()


def test_what_was_decided_stands_and_is_certain() -> None:
    after = reviewed(READING, "now", [review("١٢٥")])

    assert texts(after) == ["قسيمة", "١٢٥", "كلمه", "|-"]
    assert next(word.confidence for word in after.words if word.text == "١٢٥") == 1.0
    assert texts(READING)[1] == "١٢٣"


def test_what_is_no_text_is_gone() -> None:
    assert texts(reviewed(READING, "now", [review("")])) == ["قسيمة", "كلمه", "|-"]


def test_the_later_answer_outranks_the_earlier() -> None:
    assert texts(reviewed(READING, "now", [review("١"), review("٢")]))[1] == "٢"


def test_an_answer_to_an_earlier_reading_counts_where_the_word_still_stands() -> None:
    moved = review("١٢٥", reading="before", place=7, x=104)
    elsewhere = review("٩", reading="before", x=400)

    assert texts(reviewed(READING, "now", [moved, elsewhere])) == ["قسيمة", "١٢٥", "كلمه", "|-"]


def test_without_reviews_it_is_the_same_reading() -> None:
    assert reviewed(READING, "now", []) is READING
