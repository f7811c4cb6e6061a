"""What is read of an entry without making its event is what the tables took of it."""

import json

import pytest

from muni_archive.domain.saying import said_in
from muni_archive.store.codec import decode

NUL = chr(0)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("page-rotated", {"page_id": "p", "rotation": 90}),
        ("page-rotated", {"page_id": f"p{NUL}", "rotation": 90}),
        ("page-rotated", {"page_id": r"p\u0000", "rotation": 90}),
        ("page-rotated", {"page_id": ["p"], "rotation": 90}),
        ("case-withdrawn", {"case_id": 5, "department": {"a": 1}, "note": "n", "document_id": ["d"]}),
        ("case-withdrawn", {"case_id": "c", "department": "d", "note": "n", "document_id": None}),
        ("hearing-answered", {"hearing_ids": ["h", 5, ["x"]]}),
    ],
)
def test_texts_are_those_of_the_event(kind, payload):
    event, said = decode(kind, json.dumps(payload)), said_in(kind, json.dumps(payload))
    assert said == {name: list(value) if isinstance(value, tuple) else value for name, value in vars(event).items()}


def test_a_field_that_the_kind_does_not_have_is_not_there():
    assert said_in("page-rotated", '{"page_id":"p","department":["x"]}') == {"page_id": "p"}
    assert said_in("of-a-later-program", '{"department":["x"]}') == {"department": ["x"]}
