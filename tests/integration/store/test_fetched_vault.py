"""Files of an archive elsewhere, kept here for a while: what has changed here is fetched again."""

import pytest

from muni_archive.domain.errors import BlobMissing
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
