"""News are taken over from a copy that another process may make anew at any moment."""

from contextlib import contextmanager
from types import SimpleNamespace

from muni_archive.domain.journal import GENESIS
from muni_archive.domain.together import Standing
from muni_archive.services.together import following


def journal(name, length):
    hashes = [GENESIS, *(f"{name}{at}" for at in range(1, length + 1))]
    return [
        SimpleNamespace(
            sequence=at, hash=hashes[at], previous=hashes[at - 1], kind="x", station="A1", payload="{}", id=hashes[at]
        )
        for at in range(1, length + 1)
    ]


class Records:
    """Of a copy that becomes another once it was asked."""

    def __init__(self):
        self.asked = []

    def archive(self):
        return SimpleNamespace(station="A1")

    def journal(self, *, after, limit):
        self.asked.append(after)
        return (journal("old", 4) if len(self.asked) == 1 else journal("new", 3))[after : after + limit]

    def told_again(self, _kinds, *, after):
        self.again = after
        return ()


def test_a_copy_that_becomes_another_between_two_parts_is_looked_at_from_the_beginning(monkeypatch):
    monkeypatch.setattr(following, "PART", 2)
    records = Records()

    @contextmanager
    def unit():
        yield SimpleNamespace(records=records, retention=SimpleNamespace(came=lambda _entries: {}))

    assert following.take_over_news(unit, unit) == ((), Standing(sequence=3, hash="new3"))
    assert records.asked == [0, 2, 0, 2, 3]
    assert records.again == 0
