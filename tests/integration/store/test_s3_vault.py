"""What only a vault in an object store meets: a store that is away, lies, or damages; a bounded cache."""

import socket
from dataclasses import replace

import pytest

from muni_archive.domain.errors import (
    ArchiveError,
    BlobCorrupt,
    BlobMissing,
    DiskFull,
    ObjectStoreFailed,
    ObjectStoreRefused,
)
from muni_archive.domain.retention_errors import BytesLocked
from muni_archive.store.s3_address import S3Address
from muni_archive.store.s3_objects import Patience
from muni_archive.store.s3_vault import S3Vault
from tests.helpers import faulty_store
from tests.helpers.faulty_store import in_front_of
from tests.helpers.stores import damaged, sha

PAGE = b"page" * 50_000
DRAWING = b"drawing!" * 3_000_000
QUICK = Patience(connect_s=1, silence_s=3, retries=2, retry_for_s=10)
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@pytest.fixture
def proxy(seaweed):
    with in_front_of(seaweed.endpoint) as store:
        yield store


@pytest.fixture
def vault(seaweed, proxy, tmp_path):
    return S3Vault.open(seaweed.url(tmp_path.name, proxy.endpoint), tmp_path / "cache", patience=QUICK)


@pytest.mark.parametrize("fault", [faulty_store.REFUSE, faulty_store.SLOW, faulty_store.CUT, faulty_store.CUT_ANSWER])
@pytest.mark.parametrize("method", ["PUT", "GET"])
@pytest.mark.parametrize("data", [PAGE, DRAWING], ids=["page", "drawing"])
def test_a_bad_moment_passes_unnoticed(vault, proxy, fault, method, data):
    proxy.break_next(fault, method=method)
    name = vault.put(data)
    assert proxy.spent
    proxy.break_next(fault, method="GET")
    assert vault.get(name) == data
    assert proxy.spent


def test_a_bucket_without_versions_does_too(seaweed, tmp_path):
    plain = replace(seaweed, bucket=f"plain-{sha(str(tmp_path).encode())[:12]}")
    plain.client().create_bucket(Bucket=plain.bucket)
    vault = S3Vault.open(plain.url("centre"), tmp_path / "cache", patience=QUICK)
    name = vault.put(PAGE)
    assert vault.size(name) == len(PAGE)
    assert b"".join(vault.read(name, 4)) == PAGE[4:]
    assert list(vault.names()) == [name]


def test_a_mark_that_was_copied_without_its_notes_does_not_count(vault, seaweed):
    name = vault.put(PAGE)
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=vault.address.mark(name), Body=b"")
    assert not vault.has(name)
    with pytest.raises(BlobMissing):
        vault.get(name)
    vault.put(PAGE)
    assert vault.get(name) == PAGE


def test_a_store_that_stays_away_is_told(vault, proxy):
    proxy.break_next(faulty_store.REFUSE, 99)
    with pytest.raises(ObjectStoreFailed):
        vault.put(PAGE)
    proxy.mend()
    assert not vault.has(sha(PAGE))
    assert vault.put(PAGE) == sha(PAGE)


def test_nobody_listening_is_told(tmp_path, seaweed):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        vault = S3Vault.open(seaweed.url("x", nobody), tmp_path, patience=QUICK)
        with pytest.raises(ObjectStoreFailed):
            vault.put(PAGE)
        with pytest.raises(ObjectStoreFailed):
            list(vault.names())


def test_a_full_store_is_told(vault, proxy, tmp_path):
    place = tmp_path / "file"
    place.write_bytes(PAGE)
    proxy.break_next(faulty_store.FULL, 99)
    with pytest.raises(DiskFull):
        vault.take(place, sha(PAGE))
    assert place.exists()


def test_a_store_that_begins_uploads_and_takes_no_byte_is_ill(vault, proxy):
    """So it is where its disk is full: nobody sends by way of the centre, which heard nothing of it."""
    vault.probe()
    proxy.break_next(faulty_store.FULL, 99, holding="/probe/")
    with pytest.raises(ArchiveError):
        vault.probe()
    proxy.mend()
    vault.probe()
    assert not list(vault.control.uploads(vault.address.start_of("probe")))


def test_a_store_that_keeps_nothing_is_found(vault, proxy, tmp_path):
    place = tmp_path / "file"
    place.write_bytes(PAGE)
    proxy.break_next(faulty_store.LIE)
    with pytest.raises(BlobMissing):
        vault.take(place, sha(PAGE))
    assert place.read_bytes() == PAGE
    assert not vault.has(sha(PAGE))


@pytest.mark.parametrize("data", [PAGE, DRAWING], ids=["page", "drawing"])
def test_damage_on_the_way_is_refused_by_the_store_or_found(vault, proxy, data):
    proxy.break_next(faulty_store.DAMAGE)
    with pytest.raises((BlobCorrupt, ObjectStoreFailed)):
        vault.put(data)
    assert not vault.has(sha(data))
    assert vault.get(vault.put(data)) == data


@pytest.mark.parametrize(
    ("fault", "holding"),
    [(faulty_store.DAMAGE, "/blobs/"), (faulty_store.MISLAID, "/blobs/"), (faulty_store.MISLAID, "/verified/")],
)
@pytest.mark.parametrize("versions", [True, False], ids=["versions", "plain"])
def test_one_wrong_answer_says_nothing_of_a_file(seaweed, proxy, tmp_path, fault, holding, versions):
    bucket = replace(seaweed, bucket=seaweed.bucket if versions else f"plain-{sha(str(tmp_path).encode())[:12]}")
    if not versions:
        bucket.client().create_bucket(Bucket=bucket.bucket)
    vault = S3Vault.open(bucket.url(tmp_path.name, proxy.endpoint), tmp_path / "cache", patience=QUICK)
    name = vault.put(PAGE)
    proxy.break_next(fault, method="GET", holding=holding)
    assert vault.get(name) == PAGE
    assert proxy.spent


def test_damage_at_rest_is_found(vault, seaweed, tmp_path):
    name = vault.put(PAGE)
    _overwrite(seaweed, vault, name, damaged(PAGE))
    for ask in (vault.get, vault.check, vault.path):
        with pytest.raises(BlobCorrupt):
            ask(name)
    assert not list((tmp_path / "cache").iterdir())


def test_a_blob_that_was_lost_is_found(vault, seaweed):
    name = vault.put(PAGE)
    _delete_all(seaweed, vault.address.blob(name))
    with pytest.raises(BlobMissing):
        vault.check(name)


def test_a_bucket_copied_elsewhere_lost_its_versions_and_still_serves(vault, seaweed):
    name = vault.put(PAGE)
    _overwrite(seaweed, vault, name, PAGE)
    assert vault.get(name) == PAGE


def test_the_cache_keeps_within_its_bound(seaweed, tmp_path):
    vault = S3Vault.open(seaweed.url(tmp_path.name), tmp_path / "cache", cache_bytes=2_500)
    names = [vault.put(bytes([n]) * 1_000) for n in range(4)]
    first, second = vault.path(names[0]), vault.path(names[1])
    vault.path(names[0])
    vault.path(names[2])
    assert first.exists()
    assert not second.exists()
    again = S3Vault.open(seaweed.url(tmp_path.name), tmp_path / "cache", cache_bytes=2_500)
    assert again.path(names[1]).read_bytes() == bytes([1]) * 1_000
    assert sum(place.stat().st_size for place in (tmp_path / "cache").iterdir()) <= 2_500


def test_a_cached_file_needs_no_store(vault, proxy):
    name = vault.put(PAGE)
    place = vault.path(name)
    before = len(proxy.seen)
    assert vault.path(name) == place
    assert len(proxy.seen) == before


def test_small_files_that_came_ahead_need_no_store(vault, proxy):
    names = [vault.put(f"reading {number}".encode()) for number in range(20)]
    vault.fetch_ahead([*names, sha(b"never here")])
    before = len(proxy.seen)
    vault.fetch_ahead(names)
    assert [vault.get(name) for name in names] == [f"reading {number}".encode() for number in range(20)]
    assert len(proxy.seen) == before


def test_what_came_ahead_is_gone_when_it_is_taken_away(vault):
    names = [vault.put(f"reading {number}".encode()) for number in range(4)]
    vault.fetch_ahead(names)
    vault.remove(names[0])
    vault.set_aside(names[1])
    for name in names[:2]:
        with pytest.raises(BlobMissing):
            vault.get(name)
    assert vault.get(names[2]) == b"reading 2"


def test_a_store_that_stays_away_is_not_asked_for_every_file(vault, proxy):
    names = [sha(f"reading {number}".encode()) for number in range(400)]
    proxy.break_next(faulty_store.REFUSE, 9_999, method="GET", holding="")
    vault.fetch_ahead(names)
    assert 0 < len(proxy.seen) < len(names)
    with pytest.raises(ObjectStoreFailed):
        vault.get(names[0])


def test_an_emptied_cache_fills_again(vault):
    name = vault.put(PAGE)
    vault.path(name).unlink()
    assert vault.path(name).read_bytes() == PAGE


def test_more_names_than_one_listing_holds(vault):
    names = sorted(sha(str(n).encode()) for n in range(1_203))
    for name in names:
        vault._objects.note(vault.address.mark(name), {"size": "1", "version": ""})
    assert list(vault.names()) == names


def test_an_address_is_read():
    address = S3Address.parse("s3://bucket/a/b?endpoint=http://127.0.0.1:8333&region=me-central-1", KEYS)
    assert (address.bucket, address.prefix, address.region) == ("bucket", "a/b", "me-central-1")
    assert address.endpoint == "http://127.0.0.1:8333"
    assert address.blob("abcdef") == "a/b/blobs/ab/cd/abcdef"
    assert S3Address.parse("s3://bucket", KEYS).blob("abcdef") == "blobs/ab/cd/abcdef"
    assert "AWS_SECRET" not in repr(address)
    assert "'b'" not in repr(address)


@pytest.mark.parametrize("url", ["", "/folder", "http://x/y", "s3:///prefix"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ObjectStoreRefused):
        S3Address.parse(url, KEYS)


def test_missing_keys_are_named():
    with pytest.raises(ObjectStoreRefused, match="AWS_SECRET_ACCESS_KEY"):
        S3Address.parse("s3://bucket", {"AWS_ACCESS_KEY_ID": "a"})


def _overwrite(seaweed, vault, name, data):
    """Take the version that counts away and put another in its place."""
    _delete_all(seaweed, vault.address.blob(name))
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=vault.address.blob(name), Body=data)


def _delete_all(seaweed, key):
    client = seaweed.client()
    for version in client.list_object_versions(Bucket=seaweed.bucket, Prefix=key)["Versions"]:
        client.delete_object(Bucket=seaweed.bucket, Key=key, VersionId=version["VersionId"])


def _versions(seaweed, key):
    found = seaweed.client().list_object_versions(Bucket=seaweed.bucket, Prefix=key)
    return [*found.get("Versions", ()), *found.get("DeleteMarkers", ())]


def test_every_version_is_removed(vault, seaweed):
    name = vault.put(PAGE)
    key = vault.address.blob(name)
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=key, Body=PAGE)
    seaweed.client().delete_object(Bucket=seaweed.bucket, Key=key)  # hides it
    assert len(_versions(seaweed, key)) == 3
    vault.remove(name)
    assert _versions(seaweed, key) == []
    assert not vault.has(name)


def test_a_lock_keeps_what_was_to_be_removed_and_that_is_told(vault, seaweed):
    name = vault.put(PAGE)
    key = vault.address.blob(name)
    hold = {"Bucket": seaweed.bucket, "Key": key}
    seaweed.client().put_object_legal_hold(**hold, LegalHold={"Status": "ON"})
    with pytest.raises(BytesLocked):
        vault.remove(name)
    assert _versions(seaweed, key)
    assert not vault.has(name)  # it counts no more
    seaweed.client().put_object_legal_hold(**hold, LegalHold={"Status": "OFF"})
    vault.remove(name)
    assert _versions(seaweed, key) == []


@pytest.fixture
def retaining(seaweed, tmp_path):
    """A bucket whose lock keeps every version for a day, marks too."""
    bucket = replace(seaweed, bucket=f"kept-{sha(str(tmp_path).encode())[:12]}")
    client = bucket.client()
    client.create_bucket(Bucket=bucket.bucket, ObjectLockEnabledForBucket=True)
    client.put_object_lock_configuration(
        Bucket=bucket.bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )  # fmt: skip
    return bucket


@pytest.mark.parametrize("before", ["stored", "set-aside"])
def test_a_lock_that_keeps_the_mark_too_lets_nothing_count(retaining, tmp_path, before):
    vault = S3Vault.open(retaining.url("centre"), tmp_path / "cache")
    name = vault.put(PAGE)
    if before == "set-aside":
        vault.set_aside(name)
    for _ in range(3):
        with pytest.raises(BytesLocked):
            vault.remove(name)
        assert not vault.has(name)
        assert list(vault.names()) == []
        with pytest.raises(BlobMissing):
            vault.get(name)
    assert len(_versions(retaining, vault.address.mark(name))) == 2  # itself and what hides it, however often
    assert vault.put(PAGE) == name
    assert vault.get(name) == PAGE
