"""The nightly backup with a real rclone: a file that came again passes, one that became another is an alarm."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.demonstration.seaweed import ACCESS_KEY, REGION, SECRET_KEY
from muni_archive.store.central_opening import DATABASE
from muni_archive.store.s3_vault import S3Vault
from tests.helpers.centres import centre_problems

pytestmark = pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed")
SCRIPT = Path(__file__).resolve().parents[3] / "installer" / "centre" / "muni-archive-backup"
PG_RESTORE = '#!/bin/sh\necho "1; 0 1 TABLE DATA public $(cat "$2") owner"\n'
PG_DUMP = '#!/bin/sh\nfor word in "$@"; do case "$word" in --file=*) echo journal >"${word#--file=}" ;; esac; done\n'
DIFFERS = 6
"""With this rclone ends when an immutable file became another."""


@pytest.fixture
def backup(tmp_path, monkeypatch):
    """Runs it from there to here, with a database that is dumped by name only; the exit code and what it complained."""
    (tmp_path / "bin").mkdir()
    for name, script in (("pg_dump", PG_DUMP), ("pg_restore", PG_RESTORE)):
        (tmp_path / "bin" / name).write_text(script)
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)  # rclone cannot take it

    def run(files, copy, config="[none]\n", **more):
        (tmp_path / "rclone.conf").write_text(config)
        environment = {
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path), "BACKUP_FILES": str(files),
            "BACKUP_COPY": str(copy), "BACKUP_DUMPS": str(tmp_path / "dumps"), "RCLONE_RETRIES": "1",
            "RCLONE_CONFIG": str(tmp_path / "rclone.conf"), **more,
        }  # fmt: skip
        ran = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stderr

    return run


def test_of_a_folder(backup, tmp_path):
    vault, copy = tmp_path / "vault", tmp_path / "copy"
    vault.mkdir()
    (vault / "aa").write_bytes(b"one")
    assert backup(vault, copy)[0] == 0
    os.utime(vault / "aa", (1, 1))  # it was lost, and came again
    assert backup(vault, copy)[0] == 0
    (vault / "aa").write_bytes(b"eno")
    code, complaint = backup(vault, copy)
    assert (code, "aa: Source and destination exist but do not match" in complaint) == (DIFFERS, True)
    assert (copy / "vault" / "aa").read_bytes() == b"one"


def test_of_a_database_that_is_not_the_centres(backup, tmp_path):
    """A name that is wrong, a disk that is not mounted: an empty dump would be taken for a good one."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "bin" / "pg_dump").write_text(PG_DUMP.replace("echo journal", "echo other"))
    for more in ({"BACKUP_SQLITE": str(tmp_path / "mistyped.sqlite3")}, {}):
        code, complaint = backup(tmp_path / "vault", tmp_path / "copy", **more)
        assert code
        assert "unable to open" in complaint or "holds no journal" in complaint
        assert not list((tmp_path / "dumps").glob("centre-*"))
        assert not (tmp_path / "copy").exists()
    assert not (tmp_path / "mistyped.sqlite3").exists()


def test_of_a_sqlite_database(backup, tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        opened.centre.place.vault.put(b"one")
    where = {"BACKUP_SQLITE": str(tmp_path / "centre" / DATABASE)}
    assert backup(tmp_path / "centre" / "vault", tmp_path / "copy", **where) == (0, "")
    (dump,) = (tmp_path / "copy" / "dumps").glob("centre-*.sqlite3")
    (tmp_path / "back").mkdir()
    shutil.copy(dump, tmp_path / "back" / DATABASE)
    with open_centre(tmp_path / "back") as opened:
        assert centre_problems(opened) == []


def test_of_an_object_store(backup, tmp_path, seaweed):
    place = f"store:{seaweed.bucket}/backed-up"
    config = (
        f"[store]\ntype = s3\nprovider = Other\naccess_key_id = {ACCESS_KEY}\nsecret_access_key = {SECRET_KEY}\n"
        f"region = {REGION}\nendpoint = {seaweed.endpoint}\n"
    )
    vault = S3Vault.open(seaweed.url("backed-up"), tmp_path / "cache")
    sha = vault.put(b"one")
    client, blob, mark = seaweed.client(), vault.address.blob(sha), vault.address.mark(sha)
    assert backup(place, f"{place}-copy", config)[0] == 0
    before = client.head_object(Bucket=seaweed.bucket, Key=mark)["LastModified"]
    while client.head_object(Bucket=seaweed.bucket, Key=mark)["LastModified"] == before:
        vault.verify(sha)  # as after a restore of the database alone: offered again, there already, marked again
    vault.set_aside(sha)
    vault.put(b"one")  # as after damage
    assert backup(place, f"{place}-copy", config)[0] == 0
    came = client.head_object(Bucket=seaweed.bucket, Key=blob)["LastModified"]
    while client.head_object(Bucket=seaweed.bucket, Key=blob)["LastModified"] == came:
        client.put_object(Bucket=seaweed.bucket, Key=blob, Body=b"eno")  # looked into where its second differs
    code, complaint = backup(place, f"{place}-copy", config)
    assert (code, f"{sha}: Source and destination exist but do not match" in complaint) == (DIFFERS, True)
    kept = client.get_object(Bucket=seaweed.bucket, Key=blob.replace("backed-up", "backed-up-copy"))
    assert kept["Body"].read() == b"one"
