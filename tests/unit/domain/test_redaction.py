from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.four_eyes import same_person
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading, Word
from muni_archive.domain.redaction import covered, hidden_words, touches, with_room, without_hidden

boxes = st.builds(Box, st.integers(-40, 140), st.integers(-40, 140), st.integers(1, 90), st.integers(1, 90))


def reading_of(places):
    words = tuple(Word(text=f"w{at}", box=box, confidence=1.0) for at, box in enumerate(places))
    proposal = FieldProposal(name="n", value="w0", raw="w0", box=Box(0, 0, 1, 1), confidence=1.0)
    return Reading(
        engine="e", width=100, height=100, lines=(Line(words=words),), proposals=(proposal,), codes=("w0 in bars",)
    )


@given(boxes, boxes)
def test_boxes_touch_where_they_have_a_pixel_in_common(one, other):
    pixels = {(x, y) for x in range(one.x, one.right) for y in range(one.y, one.bottom)}
    common = any((x, y) in pixels for x in range(other.x, other.right) for y in range(other.y, other.bottom))
    assert touches(one, other) == common


@given(boxes, st.sampled_from([1, 8]))
def test_what_is_black_holds_the_box_and_stays_on_the_page(box, grid):
    black = covered(box, 100, 90, grid=grid)
    assert black.x >= 0 <= black.y
    assert black.right <= 100
    assert black.bottom <= 90
    assert bool(black.width and black.height) == touches(box, Box(0, 0, 100, 90))
    assert not black.width or (black.x <= max(0, box.x) and black.right >= min(100, box.right))
    assert black.x % grid == 0 == black.y % grid


@given(st.lists(boxes, min_size=1, max_size=6), st.lists(boxes, max_size=3))
def test_a_word_stays_whole_or_goes_whole(places, black):
    reading = reading_of(places)
    kept = without_hidden(reading, black)
    hidden = hidden_words(reading, black)
    assert sorted([*kept.words, *hidden], key=lambda word: word.text) == sorted(reading.words, key=lambda w: w.text)
    assert not any(touches(word.box, box) for word in kept.words for box in black)
    assert all(any(touches(word.box, box) for box in black) for word in hidden)


def test_nothing_made_of_the_words_is_left():
    kept = without_hidden(reading_of([Box(0, 0, 9, 9)]), [Box(5, 5, 1, 1)])
    assert (kept.text, kept.proposals, kept.codes) == ("", (), ())


def test_one_person_may_be_typed_in_two_ways():
    assert same_person("Sara  Ali ", "sara ali")
    assert not same_person("Sara", "Sarah")


@given(boxes, st.lists(boxes, max_size=6))
def test_room_around_a_word_ends_where_another_word_begins(box, others):
    room = with_room(box, [box, *others])
    assert room.x <= box.x
    assert room.y <= box.y
    assert room.right >= box.right
    assert room.bottom >= box.bottom
    assert not any(touches(room, other) and not touches(box, other) for other in others)


def test_room_is_a_part_of_the_height_where_nothing_is_near():
    assert with_room(Box(100, 100, 200, 40), [Box(500, 500, 9, 9)]) == Box(84, 84, 232, 72)
