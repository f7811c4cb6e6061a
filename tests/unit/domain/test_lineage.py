"""Which version rests on which, where some were told before their own entries came."""

import json

from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.lineage import Lineage, Merged, Missed


def entries(*said):
    """Of pairs of an id (its first letter tells the kind) and what the entry says."""
    kinds = {
        "c": "document-created",
        "r": "document-revised",
        "t": "version-received",
        "m": "revision-merged",
        "d": "conflict-resolved",
    }
    return [
        JournalEntry(
            sequence=at, id=name, at="", actor="", station="", kind=kinds.get(name[0], "field-decided"),
            payload=json.dumps(payload), previous="", hash="",
        )
        for at, (name, payload) in enumerate(said, start=1)
    ]  # fmt: skip


BESIDE = [("rA", {"base": "v1"}), ("t1", {"entry": "rB", "base": "rA"}), ("rB", {"base": "v1"})]
"""A's station tells of B's version over its own; then B's comes, which rests on what A's rests on."""


def test_what_came_as_it_was_written_was_never_told_early():
    said = [("c1", {}), ("rA", {"base": "v1"}), ("t1", {"entry": "rA", "base": "v1"}), ("x", {})]
    lineage = Lineage(entries(*said, ("t2", {"entry": "c1", "base": "rA"})))
    assert not lineage.told_early
    assert lineage.version_of("t1") == "rA"
    assert lineage.line("t1") == {"rA", "v1"}


def test_entries_of_other_forms_stop_nobody():
    """A journal may hold what no centre admits any more."""
    odd = [("t1", {"entry": ["x"], "base": "v1"}), ("d1", {"base": "t1", "conflict_id": {"a": 1}})]
    assert list(Lineage(entries(*odd, *BESIDE[1:])).missed("rB")) == []


def test_what_nobody_had_seen_is_missed_when_its_entry_comes():
    lineage = Lineage(entries(*BESIDE))
    assert list(lineage.missed("rA")) == []
    assert list(lineage.missed("rB")) == [Missed(version="rB", before="rA", common="v1", first="rA")]


def test_it_begins_where_the_side_that_was_not_seen_began():
    said = [("rA", {"base": "v1"}), ("rC", {"base": "rA"}), ("t1", {"entry": "rB", "base": "rC"}), BESIDE[-1]]
    assert list(Lineage(entries(*said)).missed("rB")) == [Missed(version="rB", before="rC", common="v1", first="rA")]


def test_what_was_told_over_what_had_gone_on_from_it_is_missed_at_once():
    lineage = Lineage(entries(("rA", {"base": "v1"}), ("t1", {"entry": "v1", "base": "rA"})))
    assert list(lineage.missed("v1")) == [Missed(version="v1", before="rA", common="v1", first="rA")]
    assert list(lineage.missed("rA")) == []


def test_what_was_seen_by_way_of_another_is_not_missed():
    said = [("t1", {"entry": "rC", "base": "v1"}), ("rB", {"base": "v1"}), ("rC", {"base": "rB"})]
    assert list(Lineage(entries(*said)).missed("rC")) == []


def test_what_is_not_known_yet_is_missed_when_the_last_entry_comes():
    said = [("rA", {"base": "v1"}), ("t1", {"entry": "rC", "base": "rA"}), ("rC", {"base": "rB"})]
    assert list(Lineage(entries(*said)).missed("rC")) == []
    lineage = Lineage(entries(*said, ("rB", {"base": "v1"})))
    assert list(lineage.missed("rB")) == [Missed(version="rC", before="rA", common="v1", first="rA")]


def test_a_merge_of_what_the_other_side_went_on_from_is_needless_once():
    said = [
        ("t1", {"entry": "rC", "base": "v1"}), ("rB", {"base": "v1"}),
        ("m1", {"base": "v1", "ours": "t1", "theirs": "rB"}),
        ("rC", {"base": "rB"}), ("rD", {"base": "m1"}),
    ]  # fmt: skip
    lineage = Lineage(entries(*said))
    assert list(lineage.needless("rC")) == [Merged(entry="m1", ours="t1", theirs="rB")]
    assert list(lineage.needless("rD")) == []
    assert lineage.merged_as("rB") == "m1"


def test_a_decision_rests_on_both_sides_and_a_merge_not_on_what_waits_behind():
    said = [("d1", {"base": "rB", "conflict_id": "rA"}), ("rA2", {"base": "rA"})]
    lineage = Lineage(entries(*BESIDE, *said, ("m1", {"base": "rA", "ours": "t1", "theirs": "rA2"})))
    assert lineage.line("d1") == {"d1", "rB", "v1", "rA"}
    assert lineage.line("m1") == {"m1", "rB", "v1", "rA2"}
    assert lineage.line("m1", without="rB") == {"m1", "rB", "rA2"}


def test_a_decision_rests_on_the_side_that_waited_when_that_stands_now():
    decided = ("d1", {"base": "rB", "conflict_id": "rA"})
    merged = ("m1", {"base": "rB", "ours": "rA", "theirs": "d1"})
    lineage = Lineage(entries(*BESIDE, decided, merged))
    assert lineage.rests_on("d1", "rA")
    assert lineage.rests_on("d1", "m1")
    assert not lineage.rests_on("rB", "rA")


def test_but_not_on_another_decision_and_no_merge_on_what_waits():
    """`rC` goes on from a merge with what A went on to; what A began with waits in a conflict."""
    decided = [("d1", {"base": "rB", "conflict_id": "rA"}), ("d2", {"base": "rB", "conflict_id": "rA"})]
    assert not Lineage(entries(*BESIDE, *decided)).rests_on("d2", "d1")
    merged = ("m1", {"base": "rA", "ours": "rB", "theirs": "rA2"})
    lineage = Lineage(entries(*BESIDE, ("rA2", {"base": "rA"}), merged, ("rC", {"base": "m1"})))
    assert not lineage.rests_on("rC", "rA2")


def test_a_merge_that_says_it_went_on_rests_on_all_of_it():
    said = [("d1", {"base": "rB", "conflict_id": "rA"}), ("m1", {"base": "rA", "ours": "rA", "theirs": "d1"})]
    assert Lineage(entries(*BESIDE, *said)).line("m1") == {"m1", "d1", "rB", "v1", "rA"}


def test_a_ring_ends():
    assert Lineage(entries(("rA", {"base": "rB"}), ("rB", {"base": "rA"}))).line("rA") == {"rA", "rB"}
