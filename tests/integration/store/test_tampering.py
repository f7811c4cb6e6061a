"""Whoever changes anything behind the program's back is found, and the place is named."""

import random
import shutil
import sqlite3

import pytest

from tests.helpers.stores import opened, problems, small_archive

ROUNDS = 40


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    with opened(folder) as store:
        small_archive(store, 5)
    return folder


@pytest.fixture
def copy(archive, tmp_path):
    return shutil.copytree(archive, tmp_path / "copy")


def change(folder, statement, *values):
    connection = sqlite3.connect(folder / "archive.sqlite3")
    with connection:
        connection.execute(statement, values)
    connection.close()


def found(folder):
    with opened(folder) as store:
        return problems(store)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_any_character_of_any_entry(copy, seed):
    chance = random.Random(seed)
    column = chance.choice(["id", "at", "actor", "station", "kind", "payload", "previous", "hash"])
    sequence = chance.randint(1, 8)
    connection = sqlite3.connect(copy / "archive.sqlite3")
    text = connection.execute(f"SELECT {column} FROM journal WHERE sequence = ?", (sequence,)).fetchone()[0]
    connection.close()
    at = chance.randrange(len(text))
    other = chance.choice([c for c in "0123456789abcxyz" if c != text[at]])
    change(copy, f"UPDATE journal SET {column} = ? WHERE sequence = ?", text[:at] + other + text[at + 1 :], sequence)
    assert any(p.kind.startswith(("chain", "journal")) and f"entry {sequence}" in p.detail for p in found(copy))


@pytest.mark.parametrize("sequence", range(2, 7))
def test_an_entry_taken_out(copy, sequence):
    change(copy, "DELETE FROM journal WHERE sequence = ?", sequence)
    assert any(p.kind == "chain-gap" and str(sequence) in p.detail for p in found(copy))


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE pages SET rotation = 90 WHERE id = 'p1'", "pages ('p1',): rotation"),
        ("UPDATE document_versions SET title = 'x'", "document_versions ('d1', 1): title"),
        ("UPDATE batches SET fed = 4", "batches ('b1',): fed"),
        ("DELETE FROM pages WHERE id = 'p2'", "pages ('p2',): the row is gone"),
        (
            "INSERT INTO serials VALUES ('T1', 2026, 7, 'ghost')",
            "serials ('T1', 2026, 7): the journal knows no such row",
        ),
    ],
)
def test_a_table_changed_by_hand(copy, statement, place):
    change(copy, statement)
    assert place in [p.detail for p in found(copy)]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_any_byte_of_any_file_in_the_vault(copy, seed):
    chance = random.Random(seed)
    victim = chance.choice(sorted((copy / "vault").glob("??/??/*")))
    data = bytearray(victim.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    victim.chmod(0o640)
    victim.write_bytes(data)
    assert [(p.kind, victim.name in p.detail) for p in found(copy)] == [("vault-corrupt", True)]
