"""The centre signs how its own journal stands; the exported file proves itself, and says who came in at any station."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import main
from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import SignedIn, SignInFailed
from muni_archive.domain.scope import Scope
from muni_archive.services.audit.checkpoints import checkpoint_problems, last_checkpoint, sign_if_due
from muni_archive.services.audit.export_journal import export_journal
from muni_archive.services.audit.trail import all_rows, audit_trail, people_in_trail
from muni_archive.verifying import Known, Proof, verify_lines
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.serving import served
from tests.helpers.stores import record


@contextmanager
def station_at(centre, folder, name="A1"):
    station = PlainStation(folder, name)
    station.enrol(centre)
    try:
        yield station
    finally:
        station.close()


@pytest.fixture
def folder(tmp_path):
    """A centre with the journal of one station, in which people came in, and a checkpoint of the station's own."""
    with open_centre(tmp_path / "centre") as centre, station_at(centre, tmp_path / "A1") as station:
        record(
            station.store,
            SignedIn(person_id="p", name="مريم"),
            SignInFailed(name=" مريم ", reason="locked"),
        )
        station.add_document("x")
        station.send(centre)
        assert sign_if_due(centre.centre.place) is not None
        assert sign_if_due(centre.centre.place) is None
    return tmp_path / "centre"


@pytest.fixture
def run(capsys):
    """Gives the exit code and what was printed."""

    def ran(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        return code, capsys.readouterr().out

    return ran


def kept(told):
    """Key and checkpoint, as they are printed."""
    lines = dict(line.split(" ", 1) for line in told.splitlines() if line.startswith("--"))
    return lines["--public-key"], lines["--checkpoint"]


def test_the_exported_central_journal_proves_itself(folder, tmp_path, run):
    file = tmp_path / "central.jsonl"
    code, told = run("centre", "--data", folder, "export-journal", file)
    assert code == 0
    key, checkpoint = kept(told)
    assert run("centre", "--data", folder, "public-key") == (0, f"{key}\n")
    proof, (sequence, head) = Proof(), checkpoint.split(":")
    known = Known(public_keys=frozenset({key}), sequence=int(sequence), head=head)
    with file.open("rb") as lines:
        assert list(verify_lines(lines, known, proof)) == []
    assert proof.checkpoints == 2
    assert run("verify-journal", file, "--public-key", key, "--checkpoint", checkpoint)[0] == 0
    assert run("centre", "--data", folder, "verify", "--checkpoint", checkpoint)[0] == 0

    changed = file.read_bytes().replace("مريم".encode(), "سلمى".encode(), 1)
    file.write_bytes(changed)
    assert run("verify-journal", file, "--public-key", key)[0] == 3


def test_a_central_journal_whose_end_was_cut_is_found_by_who_knows_a_checkpoint(folder, tmp_path, run):
    with open_centre(folder) as centre:
        done = export_journal(
            centre.centre.place, tmp_path / "j", cancel=CancelToken(), progress=lambda _done, _total: None
        )
        assert list(checkpoint_problems(centre.centre.place, done.checkpoint)) == []
        assert centre_problems(centre) == []
    later = f"{done.checkpoint.sequence + 5}:{done.checkpoint.head}"
    assert run("centre", "--data", folder, "verify", "--checkpoint", later)[0] == 3


def test_who_came_in_at_a_station_is_found_at_the_centre(folder, tmp_path, run):
    code, told = run("centre", "--data", folder, "audit", "--person", "مريم")
    rows = [line.split("\t") for line in told.splitlines()]
    assert code == 0
    assert [(row[1], row[2], row[4]) for row in rows] == [
        (" مريم ", "sign-in failed", "A1"),
        ("مريم", "signed in", "A1"),
    ]
    assert run("centre", "--data", folder, "audit", "--csv", tmp_path / "trail.csv")[0] == 0
    assert "signed in" in (tmp_path / "trail.csv").read_text("utf-8-sig")


@pytest.mark.slow
def test_a_centre_that_is_served_signs_when_it_stops(tmp_path):
    with served(tmp_path / "centre") as centre:
        centre.invite()
        assert centre.stop() == 0
    with open_centre(tmp_path / "centre") as opened:
        place = opened.centre.place
        last = last_checkpoint(place)
        with place.unit_of_work() as unit:
            assert last is not None
            assert last.sequence == unit.records.last_sequence()
        assert list(checkpoint_problems(place)) == []


@pytest.mark.slow
def test_on_postgres_too(tmp_path, postgres_url):
    """By name, after the tables were made from the journal of before, and in the figures."""
    with open_centre(tmp_path / "centre", database=postgres_url) as centre, station_at(centre, tmp_path / "A1") as here:
        record(here.store, SignedIn(person_id="p", name="مريم"), SignInFailed(name=" مريم ", reason="locked"))
        here.send(centre)
        assert sign_if_due(centre.centre.place) is not None
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        for table in ("entrances", "document_levels", "arrived", "early_ends", "reopened_files", "destroyed_places"):
            connection.execute(SQL("DROP TABLE {}").format(Identifier(table)))
        connection.execute("ALTER TABLE hearings DROP COLUMN opened")
        connection.execute("ALTER TABLE closed_files DROP COLUMN entry")
        connection.execute("ALTER TABLE destroyed_documents DROP COLUMN level")
        connection.execute("ALTER TABLE file_grants DROP COLUMN role, DROP COLUMN unit_id")
        connection.execute("UPDATE alembic_version SET version_num = '0014'")
    with open_centre(tmp_path / "centre", database=postgres_url) as centre:
        place = centre.centre.place
        trail = audit_trail(place, AuditFilter(person="مريم"))
        assert [row.kind for row in all_rows(place, trail)] == ["sign-in-failed", "signed-in"]
        assert "مريم" in people_in_trail(place)
        with place.unit_of_work() as unit:
            assert unit.audit.failed_sign_ins(since="", until="9", name="مريم", reason="locked") == 1
            assert list(unit.figures.taken_steps(since="", until="", scope=Scope.of_departments({"x"}))) == []
        assert list(checkpoint_problems(place)) == []
        assert centre_problems(centre) == []
