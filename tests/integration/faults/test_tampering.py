"""Somebody changes an exported journal, the database or the vault behind the program's back: found, and located.

Each test draws its changes by seed. "Located" means that something that is said names the entry (or a span of entries
that holds it), the row or the file.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections import Counter
from hashlib import sha256

import pytest

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.journal import canonical_json, entry_hash
from muni_archive.services.audit.checkpoints import checkpoint_problems, sign_checkpoint
from muni_archive.services.audit.export_journal import export_journal
from muni_archive.services.audit.record import record_search, record_seen
from muni_archive.services.workplace import Workplace
from muni_archive.verifying import Known, verify_lines
from tests.helpers.audited import SetClock, add_documents, audited

NAMES = ("sequence", "id", "at", "actor", "station", "kind", "payload", "previous")
KINDS = ("byte", "byte", "changed", "forged", "removed", "added", "repeated", "swapped", "cut")


class Sealed:
    """An archive with several checkpoints, what was exported of it, and what its owner keeps apart."""

    def __init__(self, folder) -> None:
        self.folder, self.file = folder / "a", folder / "journal"
        clock = SetClock()
        with audited(self.folder, clock=clock) as (place, store):
            for at in range(1, 7):
                add_documents(store, at, 1, pages=2)
                record_seen(place, f"d{at}", f"T1-2026-{at:06d}")
                record_search(place, SearchRequest(query=f"ترخيص {at}"), at)
                clock.forward(days=1)
                sign_checkpoint(place)
            done = export_journal(place, self.file, cancel=CancelToken(), progress=lambda *_: None)
        self.known = Known(
            public_keys=frozenset({done.public_key}), sequence=done.checkpoint.sequence, head=done.checkpoint.head
        )
        self.checkpoint: Checkpoint = done.checkpoint
        self.lines = self.file.read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return Sealed(tmp_path_factory.mktemp("sealed"))


def test_an_exported_journal(sealed, tmp_path, many, figures):
    """Any byte; entries changed, forged, removed, added, repeated, swapped; the end cut off."""
    counted, file = Counter(), tmp_path / "journal"
    for seed in range(many(40, 600)):
        chance = random.Random(seed)
        kind = chance.choice(KINDS)
        lines, where = tampered(kind, sealed.lines, chance)
        file.write_bytes(b"".join(lines))
        with file.open("rb") as journal:
            findings = list(verify_lines(journal, sealed.known))
        assert findings, (seed, kind)
        first = findings[0]
        assert overlap((first.first, first.last), where), (seed, kind, where, first)
        counted[kind] += 1
    figures(tamperings=counted.total(), **counted)


def overlap(one, other):
    return one[0] <= other[1] and other[0] <= one[1]


def tampered(kind, lines, chance):
    """The changed lines, and the entries (from, to) between which the change lies."""
    at = chance.randrange(1, len(lines) - 1)
    return CHANGES[kind](list(lines), at, chance)


def change_byte(lines, at, chance):
    line = bytearray(lines[at])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    lines[at] = bytes(line)
    return lines, (at + 1, at + 1)


def change_entry(lines, at, chance):
    """With its own hash computed anew, so that the entry itself is whole: the next one does not follow any more."""
    row = json.loads(lines[at])
    row[chance.choice((1, 2, 3, 4, 5, 6))] += "x"
    row[8] = entry_hash(**dict(zip(NAMES, row[:8], strict=True)))
    lines[at] = f"{canonical_json(row)}\n".encode()
    return lines, (at + 1, at + 2)


def forge(lines, at, chance):
    """With all that follows computed anew: a whole chain. Only the signatures say otherwise."""
    row = json.loads(lines[at])
    row[chance.choice((1, 2, 3, 4))] += "x"
    rows = [*map(json.loads, lines[:at]), row, *map(json.loads, lines[at + 1 :])]
    return [f"{canonical_json(row)}\n".encode() for row in chained(rows)], (at + 1, at + 1)


def remove(lines, at, _chance):
    del lines[at]
    return lines, (at + 1, at + 1)


def add(lines, at, _chance):
    """An entry of one's own, which follows the one before."""
    row = json.loads(lines[at - 1])
    made = [
        row[0] + 1,
        "made-up",
        row[2],
        "somebody",
        row[4],
        "page-rotated",
        '{"page_id":"p1-0","rotation":90}',
        row[8],
    ]
    made.append(entry_hash(**dict(zip(NAMES, made, strict=True))))
    lines.insert(at, f"{canonical_json(made)}\n".encode())
    return lines, (at + 1, at + 2)


def repeat(lines, at, _chance):
    lines.insert(at, lines[at])
    return lines, (at + 1, at + 2)


def swap(lines, at, chance):
    other = chance.choice([each for each in range(1, len(lines)) if each != at])
    lines[at], lines[other] = lines[other], lines[at]
    return lines, (min(at, other) + 1, max(at, other) + 1)


def cut(lines, at, _chance):
    return lines[:at], (at, len(lines))


CHANGES = {
    "byte": change_byte, "changed": change_entry, "forged": forge, "removed": remove, "added": add, "repeated": repeat,
    "swapped": swap, "cut": cut,
}  # fmt: skip


def chained(rows):
    previous = "0" * 64
    for row in rows:
        row[7] = previous
        row[8] = previous = entry_hash(**dict(zip(NAMES, row[:8], strict=True)))
    return rows


def test_the_database(sealed, tmp_path, many, figures):
    """Characters of entries, whole entries, the chain computed anew, the end cut off, rows of tables."""
    counted, copy = Counter(), tmp_path / "a"
    shutil.copytree(sealed.folder, copy)
    database, whole = copy / "archive.sqlite3", (sealed.folder / "archive.sqlite3").read_bytes()
    for seed in range(many(14, 200)):
        chance = random.Random(seed)
        database.write_bytes(whole)
        kind = chance.choice([*BEHIND])
        connection = sqlite3.connect(database)
        with connection:
            where = BEHIND[kind](connection, chance)
        connection.close()
        with audited(copy, read_only=True) as (place, _store):
            told = problems(place, sealed.checkpoint)
        assert any(names(detail, where) for detail in told), (seed, kind, where, told)
        counted[kind] += 1
    figures(tamperings=counted.total(), **counted)


def problems(place: Workplace, known) -> list[str]:
    """What `muni-archive verify --checkpoint …` would say, but for the search index."""
    found = [
        *place.integrity().problems(cancel=CancelToken(), progress=lambda *_: None),
        *checkpoint_problems(place, known),
    ]
    return [problem.detail for problem in found]


def names(detail, where):
    if isinstance(where, str):
        return where in detail
    spans = re.findall(r"entr(?:y|ies) (\d+)(?: to (\d+))?", detail)
    return any(int(first) <= where <= int(last or first) for first, last in spans)


def rows_of(connection):
    return [list(row) for row in connection.execute("SELECT * FROM journal ORDER BY sequence")]


def some_entry(connection, chance):
    return chance.randint(2, connection.execute("SELECT max(sequence) FROM journal").fetchone()[0] - 1)


def a_character(connection, chance):
    sequence = some_entry(connection, chance)
    column = chance.choice(("id", "at", "actor", "station", "kind", "payload", "previous", "hash"))
    text = connection.execute(f"SELECT {column} FROM journal WHERE sequence = ?", (sequence,)).fetchone()[0]
    at = chance.randrange(len(text))
    other = chance.choice([sign for sign in "0123456789abcxyz" if sign != text[at]])
    changed = text[:at] + other + text[at + 1 :]
    connection.execute(f"UPDATE journal SET {column} = ? WHERE sequence = ?", (changed, sequence))
    return sequence


def the_chain(connection, chance):
    sequence, rows = some_entry(connection, chance), rows_of(connection)
    rows[sequence - 1][3] += "x"
    for row in chained(rows):
        said = (row[3], row[7], row[8], row[0])
        connection.execute("UPDATE journal SET actor = ?, previous = ?, hash = ? WHERE sequence = ?", said)
    return sequence


def an_entry_gone(connection, chance):
    sequence = some_entry(connection, chance)
    connection.execute("DELETE FROM journal WHERE sequence = ?", (sequence,))
    return sequence


def two_swapped(connection, chance):
    one = some_entry(connection, chance)
    for now, then in ((one, -1), (one + 1, one), (-1, one + 1)):
        connection.execute("UPDATE journal SET sequence = ? WHERE sequence = ?", (then, now))
    return one


def the_end(connection, chance):
    """Of the entries after the last that changed a table: the tables show nothing of it."""
    connection.execute(
        "DELETE FROM journal WHERE sequence > (SELECT max(sequence) FROM journal) - ?", (chance.randint(1, 2),)
    )
    return connection.execute("SELECT max(sequence) FROM journal").fetchone()[0] + 1


def a_row(connection, chance):
    number = chance.randint(1, 6)
    change, where = chance.choice(
        (
            (f"UPDATE pages SET rotation = 90 WHERE id = 'p{number}-0'", f"pages ('p{number}-0',): rotation"),
            (f"UPDATE document_versions SET title = 'x' WHERE document_id = 'd{number}'", f"('d{number}', 1): title"),
            (f"DELETE FROM documents WHERE id = 'd{number}'", f"documents ('d{number}',): the row is gone"),
            (f"INSERT INTO serials VALUES ('T1', 2020, {number}, 'g')", f"serials ('T1', 2020, {number})"),
        )
    )
    connection.execute(change)
    return where


BEHIND = {
    "character": a_character, "chain": the_chain, "removed": an_entry_gone, "swapped": two_swapped, "cut": the_end,
    "row": a_row,
}  # fmt: skip


def test_the_vault(sealed, tmp_path, many, figures):
    """A bit turned, a file removed, cut short, exchanged for another, laid beside the others."""
    counted, folder = Counter(), tmp_path / "a"
    with audited(sealed.folder, read_only=True) as (place, _store):
        shutil.copytree(sealed.folder, folder)
    for file in (folder / "vault").rglob("*"):
        file.chmod(0o700)
    with audited(folder, read_only=True) as (place, _store):
        files = sorted((folder / "vault").glob("??/??/*"))
        for seed in range(many(12, 200)):
            chance = random.Random(seed)
            kind = chance.choice(("bit", "removed", "short", "exchanged", "added", "stray"))
            victim, other = chance.sample(files, 2)
            data = victim.read_bytes()
            where = spoil(kind, victim, other, chance)
            integrity = place.integrity()
            told = [problem.detail for problem in integrity.problems(cancel=CancelToken(), progress=lambda *_: None)]
            told += integrity.strays
            assert any(where.name in detail for detail in told), (seed, kind, told)
            if where != victim:
                where.unlink()
            victim.write_bytes(data)
            counted[kind] += 1
    figures(tamperings=counted.total(), **counted)


def spoil(kind, victim, other, chance):
    """Returns the file that must be named."""
    data = bytearray(victim.read_bytes())
    if kind == "bit":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        victim.write_bytes(data)
    elif kind == "removed":
        victim.unlink()
    elif kind == "short":
        victim.write_bytes(data[:-1])
    elif kind == "exchanged":
        victim.write_bytes(other.read_bytes())
    else:
        return laid_beside(victim, whole=kind == "stray", seed=chance.random())
    return victim


def laid_beside(victim, *, whole, seed):
    """A file that nobody put there: under its own hash, or under one that is not its own."""
    data = f"laid beside {seed}".encode()
    name = sha256(data).hexdigest() if whole else sha256(data + b"!").hexdigest()
    place = victim.parents[2] / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place
