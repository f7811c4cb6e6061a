"""The archive signs how its journal stands; the exported file proves itself, with and without the program."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import NoCheckpoint
from muni_archive.domain.events import BranchPlanted, CheckpointSigned, PageRotated
from muni_archive.domain.journal import canonical_json, entry_hash
from muni_archive.services.audit.checkpoints import checkpoint_problems, sign_checkpoint, sign_if_due
from muni_archive.services.audit.export_journal import export_journal
from muni_archive.services.audit.record import record_seen
from muni_archive.store.unit_of_work import SqlUnitOfWork
from muni_archive.sync import archive_key
from muni_archive.sync.signing import new_key, public_half
from muni_archive.verifying import Known, Proof, verify_lines
from tests.helpers.audited import SetClock, add_documents, audited
from tests.helpers.stores import record


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def folder(tmp_path, clock):
    with audited(tmp_path / "a", clock=clock) as (place, store):
        add_documents(store, 1, 1)
        sign_checkpoint(place)
        add_documents(store, 2, 1)
    return tmp_path / "a"


@pytest.fixture
def exported(folder, tmp_path):
    """The file, and what was said to keep apart from it."""
    with audited(folder) as (place, _store):
        return tmp_path / "journal", written(place, tmp_path / "journal")


def written(place, target):
    return export_journal(place, target, cancel=CancelToken(), progress=lambda *_: None)


def findings(file, *keys, known=None):
    with file.open("rb") as lines:
        return list(verify_lines(lines, known or Known(public_keys=frozenset(keys))))


def test_nobody_waits_for_the_key_store(folder, clock, monkeypatch):
    """It may be slow, or ask somebody: it is asked before the write lock is taken."""
    order, lock, find = [], SqlUnitOfWork.lock, archive_key.find_key
    monkeypatch.setattr(SqlUnitOfWork, "lock", lambda unit: (order.append("lock"), lock(unit)))
    monkeypatch.setattr("muni_archive.sync.keys.find_key", lambda *at: (order.append("key"), find(*at))[1])
    with audited(folder, clock=clock) as (place, _store):
        order.clear()
        assert sign_checkpoint(place)
    assert "key" in order
    assert "key" not in order[order.index("lock") :]


def test_nothing_is_signed_twice_and_daily_is_enough(folder, clock):
    with audited(folder, clock=clock) as (place, _store):
        assert sign_if_due(place) is None
        first = sign_checkpoint(place)
        assert sign_checkpoint(place) == first
        with place.unit_of_work() as unit:
            assert unit.records.last_sequence() == first.sequence + 1
        clock.forward(hours=25)
        assert sign_if_due(place) == first  # a day is over, but nothing happened


def test_a_day_later_it_is_due(folder, clock):
    clock.at += timedelta(days=2)
    with audited(folder, clock=clock) as (place, _store):
        signed = sign_if_due(place)
        assert signed is not None
        assert list(checkpoint_problems(place)) == []


def test_one_that_was_signed_in_a_time_to_come_does_not_hold_up_the_next(folder, clock):
    clock.forward(days=365)
    with audited(folder, clock=clock) as (place, _store):
        ahead = sign_checkpoint(place)
        clock.forward(days=-365)
        assert record_seen(place, "d1", "T1-2026-000001")
        signed = sign_if_due(place)
        assert signed is not None
        assert signed.sequence > ahead.sequence


def test_an_exported_journal_is_whole(exported):
    file, done = exported
    proof = Proof()
    known = Known(
        public_keys=frozenset({done.public_key}), sequence=done.checkpoint.sequence, head=done.checkpoint.head
    )
    with file.open("rb") as lines:
        assert list(verify_lines(lines, known, proof)) == []
    assert (proof.entries, proof.checkpoints, proof.signed) == (done.entries, 2, done.entries - 1)


def test_another_key_is_not_believed(exported):
    file, _done = exported
    assert {each.kind for each in findings(file, public_half(new_key()))} == {"key", "end"}


def test_a_tail_that_was_cut_at_a_checkpoint_is_found_by_who_knows_a_later_one(exported):
    file, done = exported
    lines = file.read_bytes().splitlines(keepends=True)
    signed = [at for at, line in enumerate(lines) if b"checkpoint-signed" in line]
    file.write_bytes(b"".join(lines[: signed[0] + 1]))
    assert findings(file, done.public_key) == []  # this is what nobody can see without knowing more
    known = Known(
        public_keys=frozenset({done.public_key}), sequence=done.checkpoint.sequence, head=done.checkpoint.head
    )
    (finding,) = findings(file, known=known)
    assert (finding.kind, finding.first, finding.last) == ("known", signed[0] + 2, done.entries)


def test_a_chain_that_was_computed_anew_breaks_its_next_checkpoint(exported):
    file, done = exported
    rows = [json.loads(line) for line in file.read_bytes().splitlines()]
    rows[2][3] = "somebody else"
    file.write_bytes(b"".join(f"{canonical_json(row)}\n".encode() for row in chained(rows)))
    first = findings(file, done.public_key)[0]
    assert first.kind == "checkpoint"
    assert first.first <= 3 <= first.last


def chained(rows):
    """The rows as a whole chain again: what somebody can do who has the program and not the key."""
    previous = "0" * 64
    for row in rows:
        row[7] = previous
        names = ("sequence", "id", "at", "actor", "station", "kind", "payload", "previous")
        row[8] = previous = entry_hash(**dict(zip(names, row[:8], strict=True)))
    return rows


def test_a_database_whose_chain_was_computed_anew_is_found(folder):
    with audited(folder) as (place, store):
        sign_checkpoint(place)
        with store.engine.connect() as connection:
            raw = connection.exec_driver_sql("SELECT * FROM journal ORDER BY sequence").fetchall()
            for row in chained([[*each] if each[0] != 3 else [*each[:3], "x", *each[4:]] for each in raw]):
                connection.exec_driver_sql(
                    "UPDATE journal SET actor = ?, previous = ?, hash = ? WHERE sequence = ?",
                    (row[3], row[7], row[8], row[0]),
                )
        problems = [(each.kind, each.detail) for each in checkpoint_problems(place)]
    assert [kind for kind, _ in problems] == ["checkpoint"] * 2
    assert "entries 1 to 5" in problems[0][1]


def test_checkpoints_of_a_branch_that_was_planted_again_vouch_for_nothing(folder, tmp_path):
    """What a station had done alone stands at other places now; its old checkpoints are no sign of a crime."""
    with audited(folder) as (place, store):
        moved = CheckpointSigned(
            archive_id=archive_id(place), sequence=2, head="a" * 64, public_key="b" * 64, signature="c" * 128
        )
        record(store, BranchPlanted(old_station="T1", head="a" * 64, entries=1), moved)
        assert list(checkpoint_problems(place)) == []
        done = written(place, tmp_path / "journal")
    assert findings(tmp_path / "journal", done.public_key) == []


def test_a_journal_that_is_all_a_branch_is_proven_by_what_was_signed_since(folder, tmp_path):
    """A station came back before anything of it was at the centre: its journal begins with what it says of that."""
    with audited(folder) as (place, _store):
        written(place, tmp_path / "journal")
        key = place.signer.held()
    lines = [json.loads(line) for line in (tmp_path / "journal").read_text(encoding="utf-8").splitlines()]
    said = {"old_station": lines[0][4], "head": lines[-1][8], "entries": len(lines)}
    opening = [1, "branch", lines[0][2], lines[0][3], lines[0][4], "branch-planted", canonical_json(said), "", ""]
    behind = chained([opening, *([each[0] + 1, *each[1:]] for each in lines)])
    text = f"muni-archive checkpoint\n{json.loads(lines[0][6])['archive_id']}\n{len(behind)}\n{behind[-1][8]}"
    signed = json.loads(lines[-1][6]) | {
        "sequence": len(behind), "head": behind[-1][8], "signature": key.sign(text.encode())
    }  # fmt: skip
    last = [len(behind) + 1, "signed", *lines[-1][2:6], canonical_json(signed), "", ""]
    (tmp_path / "branch").write_text("".join(canonical_json(each) + "\n" for each in chained([*behind, last])))
    proof = Proof()
    with (tmp_path / "branch").open("rb") as file:
        assert list(verify_lines(file, Known(public_keys=frozenset([key.public_key])), proof)) == []
    assert (proof.checkpoints, proof.signed, proof.unproven) == (1, len(behind), 2)


def test_a_branch_within_a_branch_vouches_for_nothing_either(folder, tmp_path):
    with audited(folder) as (place, store):
        moved = CheckpointSigned(
            archive_id=archive_id(place), sequence=2, head="a" * 64, public_key="b" * 64, signature="c" * 128
        )
        branches = [BranchPlanted(old_station="T1", head="a" * 64, entries=entries) for entries in (3, 1)]
        record(store, *branches, PageRotated(page_id="x", rotation=90), moved)
        assert list(checkpoint_problems(place)) == []
        done = written(place, tmp_path / "journal")
    assert findings(tmp_path / "journal", done.public_key) == []


def archive_id(place):
    with place.unit_of_work() as unit:
        return unit.records.archive().archive_id


def test_beside_a_writer_the_file_ends_at_the_last_checkpoint(folder, tmp_path):
    with audited(folder, read_only=True) as (place, _store):
        done = written(place, tmp_path / "journal")
    assert done.entries == 5
    assert findings(tmp_path / "journal", done.public_key) == []


def test_without_a_checkpoint_there_is_nothing_to_hold_a_file_against(tmp_path):
    with audited(tmp_path / "b") as (_place, store):
        add_documents(store, 1, 1)
    with audited(tmp_path / "b", read_only=True) as (place, _store), pytest.raises(NoCheckpoint):
        written(place, tmp_path / "journal")
    assert not list(tmp_path.glob("*journal*"))


@pytest.mark.parametrize("whole", [True, False])
def test_the_verifier_runs_alone(exported, whole):
    file, done = exported
    if not whole:
        data = bytearray(file.read_bytes())
        data[200] ^= 1
        file.write_bytes(data)
    code = (
        "import sys\nfrom muni_archive.verifying.__main__ import main\nimport muni_archive\n"
        "code = main()\n"
        "foreign = ('sqlalchemy', 'muni_archive.domain', 'PySide6')\n"
        "assert not [name for name in sys.modules if name.startswith(foreign)]\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", code, str(file), "--public-key", done.public_key]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == (0 if whole else 3), ran.stderr
    assert ("entry 1" in ran.stderr) is not whole


def test_the_command_names_what_is_wrong(exported, capsys):
    file, done = exported
    assert main(["verify-journal", str(file), "--public-key", done.public_key]) == 0
    data = file.read_bytes()
    file.write_bytes(data.replace("نورة".encode(), "سارة".encode(), 1))
    assert main(["verify-journal", str(file), "--public-key", done.public_key]) == 3
    assert "hash: entry 1 (archive-created)" in capsys.readouterr().err
