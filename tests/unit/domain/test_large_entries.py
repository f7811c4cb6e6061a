"""How large an entry may be that travels."""

import pytest

from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.events import DestructionReceived, DocumentDestroyed, DocumentRevised
from muni_archive.domain.journal import GENESIS, JournalEntry, canonical_json, entry_hash
from muni_archive.domain.together import LARGEST_DESTROYED, LARGEST_PAYLOAD, from_wire, to_wire

PAGES = 20_000
"""About as many as a document can have: its creation names each in an entry of the ordinary size."""


def entry(kind, payload):
    said = {
        "sequence": 1, "id": "i", "at": "2026-01-01T00:00:00.000000+00:00", "actor": "a", "station": "S",
        "kind": kind, "payload": payload, "previous": GENESIS,
    }  # fmt: skip
    return JournalEntry(**said, hash=entry_hash(**said))


@pytest.mark.parametrize("kind", [DocumentDestroyed.kind, DestructionReceived.kind])
def test_a_large_document_can_be_destroyed(kind):
    said = {"page_ids": ["0" * 36] * PAGES, "files": ["0" * 64] * (3 * PAGES)}
    made = entry(kind, canonical_json(said))
    assert len(made.payload) > 4 * LARGEST_PAYLOAD
    assert from_wire(to_wire(made)) == made
    with pytest.raises(EntryInvalid):
        from_wire(to_wire(entry(kind, "x" * (LARGEST_DESTROYED + 1))))


@pytest.mark.parametrize(("values", "wants"), [
    (["a"] * 8, "nine values"),
    ([True, *["a"] * 8], "above 0"),
    ([1, "a\0b", *["a"] * 7], "id holds U"),
    ([1, "a", "a", "a" * 201, *["a"] * 5], "actor must be a text of at most 200 signs"),
])  # fmt: skip
def test_what_is_wrong_with_an_entry_s_form_is_told(values, wants):
    with pytest.raises(EntryInvalid, match=wants) as told:
        from_wire(values)
    assert told.value.params["sequence"] == (1 if values[0] is not True and len(values) == 9 else 0)


def test_nothing_else_is_that_large():
    from_wire(to_wire(entry(DocumentRevised.kind, "x" * LARGEST_PAYLOAD)))
    with pytest.raises(EntryInvalid):
        from_wire(to_wire(entry(DocumentRevised.kind, "x" * (LARGEST_PAYLOAD + 1))))
