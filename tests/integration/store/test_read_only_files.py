"""Files of vaults are read-only, and Windows removes and replaces none that is."""

import pytest

from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.vault import PART, DiskVault
from tests.helpers.stores import sha
from tests.helpers.windows import refuse_as_windows

ONE, TWO = b"1" * 600, b"2" * 600


@pytest.fixture(autouse=True)
def windows(monkeypatch):
    refuse_as_windows(monkeypatch)


def test_what_is_destroyed_leaves_the_cache(tmp_path):
    cache = BlobCache(tmp_path, 2**20)
    place = cache.add(sha(ONE), iter((ONE,)))
    cache.remove(sha(ONE))
    assert not place.exists()


def test_a_full_cache_takes_what_is_new(tmp_path):
    cache = BlobCache(tmp_path, 1_000)
    for data in (ONE, TWO):
        cache.add(sha(data), iter((data,)))
    assert list(cache.names()) == [sha(TWO)]


def test_a_file_that_somebody_reads_keeps_no_other_out_of_the_cache(tmp_path, monkeypatch):
    cache = BlobCache(tmp_path, 1_000)
    cache.add(sha(ONE), iter((ONE,)))
    refuse_as_windows(monkeypatch, held=[sha(ONE)])
    assert cache.add(sha(TWO), iter((TWO,))).read_bytes() == TWO


def test_what_two_processes_fetch_at_once_is_kept(tmp_path):
    for _ in range(2):
        assert BlobCache(tmp_path, 2**20).add(sha(ONE), iter((ONE,))).read_bytes() == ONE


def test_a_damaged_file_is_set_aside_twice(tmp_path):
    vault = DiskVault(tmp_path)
    for _ in range(2):
        vault.set_aside(vault.put(ONE))
    assert not vault.has(sha(ONE))


def test_a_file_that_could_not_get_its_name_is_gone(tmp_path, monkeypatch):
    with monkeypatch.context() as held:
        held.setattr("pathlib.Path.replace", _scanned)
        with pytest.raises(PermissionError):
            DiskVault(tmp_path).put(ONE)
    assert not list(tmp_path.rglob(f"*{PART}"))


def _scanned(*_):
    raise PermissionError(13, "Access is denied")


@pytest.mark.parametrize("held", [[], [PART]], ids=["read-only", "held by a virus scanner"])
def test_a_window_starts_beside_what_was_left_half_written(tmp_path, monkeypatch, held):
    vault = DiskVault(tmp_path)
    part = vault.path(vault.put(ONE)).with_suffix(PART)
    part.write_bytes(b"half")
    part.chmod(0o440)
    refuse_as_windows(monkeypatch, held)
    vault.remove_parts()
    assert part.exists() == bool(held)
