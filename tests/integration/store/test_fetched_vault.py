"""Files of an archive elsewhere, kept here for a while: what has changed here is fetched again."""

import errno
import os

import pytest

from muni_archive.domain.errors import BlobMissing, DiskFull, ObjectStoreFailed
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.fetched_vault import FetchedVault
from tests.helpers.stores import damaged, sha

TEXT = b"the text of a page"
NAME = sha(TEXT)


@pytest.fixture
def fetched():
    return []


@pytest.fixture
def vault(tmp_path, fetched):
    return FetchedVault(BlobCache(tmp_path, 2**20), lambda name: fetched.append(name) or TEXT)


def change(tmp_path):
    place = tmp_path / NAME
    place.chmod(0o640)
    place.write_bytes(damaged(TEXT))


@pytest.mark.parametrize("read", [FetchedVault.get, lambda vault, name: b"".join(vault.read(name))])
def test_what_has_changed_here_is_not_given_out(vault, fetched, tmp_path, read):
    assert read(vault, NAME) == TEXT
    change(tmp_path)
    assert read(vault, NAME) == TEXT
    assert fetched == [NAME, NAME]
    vault.check(NAME)


def test_nor_without_a_line(vault, tmp_path):
    vault.get(NAME)
    change(tmp_path)
    with pytest.raises(BlobMissing):
        FetchedVault(BlobCache(tmp_path, 2**20), None).get(NAME)


@pytest.mark.parametrize("in_turn", [1, 50])
def test_two_processes_that_share_the_folder_share_its_bound(tmp_path, in_turn):
    caches = [BlobCache(tmp_path, 1_000) for _ in range(2)]
    for at in range(400):
        data = b"%010d" % at
        place = caches[at // in_turn % 2].add(sha(data), iter((data,)))
        assert place.read_bytes() == data
        assert sum(other.stat().st_size for other in tmp_path.iterdir()) <= 1_000


def test_nothing_is_counted_before_something_is_written(tmp_path, monkeypatch):
    BlobCache(tmp_path, 1_000).add(NAME, iter((TEXT,)))
    with monkeypatch.context() as patched:
        patched.setattr("os.scandir", None)
        cache = BlobCache(tmp_path, 1_000, tidy=False)
        assert cache.find(NAME) == tmp_path / NAME
    other = b"x" * 990
    cache.add(sha(other), iter((other,)))
    assert list(cache.names()) == [sha(other)]


def test_what_was_asked_for_before_that_outlives_what_nobody_asked_for(tmp_path):
    pages = [b"%0300d" % at for at in range(4)]
    for at, page in enumerate(pages[:3]):
        place = BlobCache(tmp_path, 2**20).add(sha(page), iter((page,)))
        os.utime(place, (at, at))
    cache = BlobCache(tmp_path, 1_000)
    cache.find(sha(pages[0]))
    cache.add(sha(pages[3]), iter((pages[3],)))
    assert set(cache.names()) == {sha(pages[at]) for at in (0, 2, 3)}


def test_no_room_for_what_was_fetched_is_told_as_a_full_disk(vault, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull):
        vault.get(NAME)


def test_an_object_store_that_is_away_at_the_centre_is_told_of_the_file_that_is_asked_for(tmp_path):
    def away(_names):
        raise ObjectStoreFailed(detail="away")

    vault = FetchedVault(BlobCache(tmp_path, 2**20), lambda _name: TEXT, away)
    vault.fetch_ahead([NAME])
    assert vault.get(NAME) == TEXT
