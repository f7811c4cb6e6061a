"""One contract, every vault: what the services may rely on."""

import errno
import hashlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from muni_archive.domain.errors import BlobCorrupt, BlobMissing, ObjectStoreFailed
from muni_archive.store.s3_vault import S3Vault
from muni_archive.store.vault import DiskVault
from tests.helpers.stores import sha

LARGE = os.urandom(20 * 1024 * 1024 + 17)
ABSENT = sha(b"nobody stored this")


@pytest.fixture(params=["disk", "s3"])
def vault(request, tmp_path):
    if request.param == "disk":
        return DiskVault(tmp_path / "vault")
    seaweed = request.getfixturevalue("seaweed")
    return S3Vault.open(seaweed.url(prefix=f"contract/{tmp_path.name}"), tmp_path / "cache")


def finished(folder, data):
    place = folder / "finished"
    place.write_bytes(data)
    return place


@pytest.mark.parametrize("data", [b"", b"page", LARGE], ids=["empty", "small", "large"])
def test_what_is_put_comes_back(vault, data):
    name = vault.put(data)
    assert name == sha(data)
    assert vault.get(name) == data
    assert vault.path(name).read_bytes() == data
    assert vault.size(name) == len(data)
    assert b"".join(vault.read(name)) == data
    vault.check(name)


@pytest.mark.parametrize("data", [b"", b"page", LARGE], ids=["empty", "small", "large"])
def test_a_file_is_taken_over(vault, tmp_path, data):
    place = finished(tmp_path, data)
    vault.take(place, sha(data))
    assert not place.exists()
    assert vault.get(sha(data)) == data


@pytest.fixture
def other_disk(tmp_path):
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is only one disk here")
    with TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def test_a_file_is_taken_over_from_another_disk(vault, other_disk):
    place = finished(other_disk, LARGE)
    vault.take(place, sha(LARGE))
    assert not place.exists()
    assert vault.get(sha(LARGE)) == LARGE


def test_a_file_on_another_disk_that_is_not_what_it_is_said_to_be_stays_outside(vault, other_disk):
    place = finished(other_disk, b"other")
    with pytest.raises((BlobCorrupt, ObjectStoreFailed)):
        vault.take(place, sha(b"page"))
    assert place.exists()
    assert not vault.has(sha(b"page"))


def test_taking_what_is_there_already_only_clears_the_file_away(vault, tmp_path):
    vault.put(b"page")
    place = finished(tmp_path, b"page")
    vault.take(place, sha(b"page"))
    assert not place.exists()
    assert list(vault.names()) == [sha(b"page")]


def test_putting_twice_keeps_one(vault):
    assert vault.put(b"page") == vault.put(b"page")
    assert list(vault.names()) == [sha(b"page")]


@pytest.mark.parametrize("wrong", [b"", b"PAGE", None], ids=["cut short", "changed", "gone"])
@pytest.mark.parametrize("again", ["put", "take"])
def test_right_bytes_replace_wrong_ones_that_lie_under_their_name(vault, request, tmp_path, wrong, again):
    name = vault.put(b"page")
    if isinstance(vault, DiskVault):
        spoil_on_disk(vault.path(name), wrong)
    else:
        spoil_in_store(request.getfixturevalue("seaweed"), vault.address.blob(name), wrong)
    if again == "put":
        assert vault.put(b"page") == name
    else:
        vault.take(finished(tmp_path, b"page"), name)
    assert vault.get(name) == b"page"
    assert list(vault.names()) == [name]


def spoil_on_disk(place, wrong):
    place.chmod(0o600)
    place.unlink()
    if wrong is not None:
        place.write_bytes(wrong)


def spoil_in_store(seaweed, key, wrong):
    client = seaweed.client()
    for version in client.list_object_versions(Bucket=seaweed.bucket, Prefix=key)["Versions"]:
        client.delete_object(Bucket=seaweed.bucket, Key=key, VersionId=version["VersionId"])
    if wrong is not None:
        client.put_object(Bucket=seaweed.bucket, Key=key, Body=wrong)


def test_a_file_of_another_size_than_is_expected_is_told_before_it_is_given(vault):
    name = vault.put(b"page")
    assert b"".join(vault.read(name, 1, size=4)) == b"age"
    with pytest.raises(BlobCorrupt):
        vault.read(name, size=5)


def test_names_come_in_order(vault):
    names = {vault.put(str(n).encode()) for n in range(40)}
    assert list(vault.names()) == sorted(names)
    assert all(vault.has(name) for name in names)


def test_an_empty_vault_has_nothing(vault):
    assert list(vault.names()) == []
    assert not vault.has(ABSENT)


@pytest.mark.parametrize("ask", ["get", "path", "size", "read", "check"])
def test_what_is_missing_is_told_at_once(vault, ask):
    with pytest.raises(BlobMissing):
        getattr(vault, ask)(ABSENT)


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 5), (7, None), (3, 100), (19_999_999, 40), (0, 0), (len(LARGE), None), (len(LARGE) + 9, 4)],
)
def test_a_range_is_read(vault, start, length):
    name = vault.put(LARGE)
    end = None if length is None else start + length
    assert b"".join(vault.read(name, start, length)) == LARGE[start:end]


def test_a_large_file_is_read_in_pieces(vault):
    sizes = [len(piece) for piece in vault.read(vault.put(LARGE))]
    assert max(sizes) < 4 * 1024 * 1024
    assert sum(sizes) == len(LARGE)


def test_a_reader_may_stop_early(vault):
    pieces = vault.read(vault.put(LARGE))
    assert LARGE.startswith(next(pieces))
    del pieces


def test_hash_is_of_the_bytes(vault):
    assert vault.put(LARGE) == hashlib.sha256(LARGE).hexdigest()


def test_what_is_removed_is_gone_and_may_come_again(vault):
    name, other = vault.put(b"page"), vault.put(b"other")
    vault.path(name)  # a copy of it may lie in a cache
    vault.remove(name)
    vault.remove(name)
    assert not vault.has(name)
    assert list(vault.names()) == [other]
    for ask in ("get", "path", "size", "read", "check"):
        with pytest.raises(BlobMissing):
            getattr(vault, ask)(name)
    assert vault.get(vault.put(b"page")) == b"page"


@pytest.mark.parametrize(("code", "told"), [(errno.EMFILE, OSError), (errno.EIO, BlobMissing)])
def test_too_many_open_files_are_no_lost_file(tmp_path, monkeypatch, code, told):
    """It passes; a station would be told to scan its pages again."""
    vault = DiskVault(tmp_path)
    name = vault.put(b"page")

    def fail(*_args, **_named):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "open", fail)
    monkeypatch.setattr(Path, "read_bytes", fail)
    for ask in ("get", "read", "check"):
        with pytest.raises(told):
            getattr(vault, ask)(name)
