import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.errors import ReadingInvalid
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, PlacedWords, Reading, Word

boxes = st.builds(Box, *[st.integers(0, 20_000)] * 4)
confidences = st.integers(0, 1000).map(lambda n: n / 1000)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
words = st.builds(Word, text=texts, box=boxes, confidence=confidences)
lines = st.builds(Line, words=st.lists(words, min_size=1, max_size=4).map(tuple))
proposals = st.builds(
    FieldProposal,
    name=st.sampled_from(["parcel", "civil_id"]),
    value=texts,
    raw=texts,
    box=boxes,
    confidence=confidences,
    warning=st.none() | st.just("civil_id_check_digit"),
)
readings = st.builds(
    Reading,
    engine=texts,
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    orientation=st.sampled_from([0, 90, 180, 270]),
    lines=st.lists(lines, max_size=3).map(tuple),
    proposals=st.lists(proposals, max_size=2).map(tuple),
    duration_ms=st.integers(0, 60_000),
    unreadable=st.booleans(),
    codes=st.lists(st.text(max_size=12), max_size=2).map(tuple),
)


@given(readings)
def test_a_reading_comes_back_from_its_json_as_it_was(reading):
    assert Reading.from_json(reading.to_json()) == reading


@given(readings)
def test_the_json_is_the_same_every_time(reading):
    assert reading.to_json() == Reading.from_json(reading.to_json()).to_json()


@pytest.mark.parametrize(
    "lines",
    [
        None,
        [[["a", 1, 2]]],
        [[[7, 1, 2, 3, 4, 0.9]]],
        [[["a", 1, 2, 3, "four", 0.9]]],
        [[["a", 1, 2, 3, 2**40, 0.9]]],
        [7],
    ],
)
def test_what_is_none_is_said_to_be_none(lines):
    said = json.loads(Reading(engine="e", width=1, height=1).to_json()) | {"lines": lines}
    for kind in (Reading, PlacedWords):
        with pytest.raises(ReadingInvalid):
            kind.from_json(json.dumps(said).encode())
    for text, value in (("a\x00", "1"), ("a", ["1"])):
        word, proposal = [text, 1, 2, 3, 4, 0.9], ["parcel", value, "1", 1, 2, 3, 4, 0.9, None]
        with pytest.raises(ReadingInvalid):
            Reading.from_json(json.dumps(said | {"lines": [[word]], "proposals": [proposal]}).encode())


def test_text_has_a_line_each_and_words_in_order():
    word = [Word(text=text, box=Box(0, 0, 1, 1), confidence=1.0) for text in ("رقم", "القسيمة", "١٢٣")]
    reading = Reading(engine="e", width=1, height=1, lines=(Line(words=tuple(word[:2])), Line(words=tuple(word[2:]))))
    assert reading.text == "رقم القسيمة\n١٢٣"


def test_a_line_holds_all_its_words():
    line = Line(
        words=(
            Word(text="أ", box=Box(100, 10, 20, 5), confidence=1),
            Word(text="ب", box=Box(50, 8, 20, 9), confidence=1),
        )
    )
    assert line.box == Box(50, 8, 70, 9)
