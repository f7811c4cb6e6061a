"""A station writes straight into the store; whatever the store does, nothing counts before it was read back."""

import dataclasses
import hashlib
import json
import os
import time
from datetime import UTC, datetime, timedelta

import cattrs
import httpx
import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreDiskFull
from muni_archive.domain.errors import (
    BlobCorrupt,
    BlobMissing,
    Cancelled,
    ObjectStoreFailed,
    ObjectStoreRefused,
    UploadUnfinished,
    WrongUse,
)
from muni_archive.domain.uploading import PART_SIZE, Arrived, SentPart, UploadOffer
from muni_archive.store.direct_uploads import DirectUploads
from muni_archive.store.s3_vault import S3Vault
from muni_archive.sync import direct
from muni_archive.sync.direct import DirectUpload
from tests.helpers import faulty_store
from tests.helpers.faulty_store import in_front_of
from tests.helpers.stores import damaged, sha

PAGE = os.urandom(300_000)
DRAWING = os.urandom(3 * PART_SIZE + 5)


@pytest.fixture
def proxy(seaweed):
    with in_front_of(seaweed.endpoint) as store:
        yield store


@pytest.fixture
def vault(seaweed, proxy, tmp_path):
    return S3Vault.open(seaweed.url(tmp_path.name, proxy.endpoint), tmp_path / "cache")


@pytest.fixture
def desk(vault):
    return DirectUploads(vault)


@pytest.fixture
def http():
    with httpx.Client(timeout=60) as client:  # a busy machine writes five MiB slowly
        yield client


@pytest.fixture
def station(desk, http):
    return DirectUpload(desk=desk, http=http, cancel=CancelToken(), first_wait_s=0.01)


@pytest.fixture(params=[PAGE, DRAWING], ids=["page", "drawing"])
def file(request, tmp_path):
    place = tmp_path / "file"
    place.write_bytes(request.param)
    return place


def name_of(file):
    return sha(file.read_bytes())


def puts(proxy):
    return sum(method == "PUT" and "/blobs/" in path for method, path in proxy.seen)


def test_a_file_arrives_and_counts(station, vault, file):
    station.send(file, name_of(file))
    assert vault.get(name_of(file)) == file.read_bytes()
    assert list(vault.names()) == [name_of(file)]
    assert file.exists()


def test_what_is_stored_is_not_kept_twice(station, vault, file, proxy, seaweed):
    """A large file is not even sent again."""
    station.send(file, name_of(file))
    before = puts(proxy)
    station.send(file, name_of(file))
    assert puts(proxy) == before + (file.stat().st_size < PART_SIZE)
    versions = seaweed.client().list_object_versions(Bucket=seaweed.bucket, Prefix=vault.address.blob(name_of(file)))
    assert len(versions["Versions"]) == 1


def test_an_open_line_carries_a_sum_with_every_part_and_a_private_one_only_where_the_store_wants_it(
    station, vault, proxy, monkeypatch, tmp_path
):
    place = tmp_path / "file"
    place.write_bytes(DRAWING)
    sums, md5_of = [], direct._md5
    monkeypatch.setattr(direct, "_md5", lambda file, part: sums.append(part.number) or md5_of(file, part))
    proxy.break_next(faulty_store.WANTS_SUM)
    station.send(place, sha(DRAWING))
    assert sums == [1]
    monkeypatch.setattr(direct, "is_private", lambda _url: False)
    place.write_bytes(damaged(DRAWING))
    station.send(place, name_of(place))
    assert sorted(sums[1:]) == [1, 2, 3, 4]
    assert vault.get(name_of(place)) == damaged(DRAWING)


def test_an_offer_travels_as_json(desk, file):
    offer = desk.offer(name_of(file), file.stat().st_size)
    text = json.dumps(dataclasses.asdict(offer))
    assert cattrs.structure(json.loads(text), UploadOffer) == offer


def test_sent_but_not_finished_does_not_count(desk, vault, http):
    offer = desk.offer(sha(PAGE), len(PAGE))
    http.put(offer.parts[0].url, content=PAGE, headers=offer.parts[0].headers).raise_for_status()
    assert not vault.has(sha(PAGE))
    assert list(vault.names()) == []
    with pytest.raises(BlobMissing):
        vault.get(sha(PAGE))
    desk.finish(sha(PAGE), None, ())
    assert vault.get(sha(PAGE)) == PAGE


def test_an_address_takes_only_the_bytes_it_was_given_for(desk, http):
    part = desk.offer(sha(PAGE), len(PAGE)).parts[0]
    other = bytes([PAGE[0] ^ 1]) + PAGE[1:]
    assert http.put(part.url, content=other, headers=part.headers).is_client_error
    assert http.put(part.url, content=PAGE[:-1], headers=part.headers).is_client_error
    assert http.put(part.url.replace("/blobs/", "/blots/"), content=PAGE, headers=part.headers).is_client_error
    with pytest.raises(BlobMissing):
        desk.finish(sha(PAGE), None, ())


def test_a_verified_blob_cannot_be_written_over_by_its_address(desk, vault, http):
    part = desk.offer(sha(PAGE), len(PAGE)).parts[0]
    http.put(part.url, content=PAGE, headers=part.headers).raise_for_status()
    desk.finish(sha(PAGE), None, ())
    assert http.put(part.url, content=PAGE, headers=part.headers).status_code == 412


def test_what_is_written_over_behind_our_back_does_not_harm_the_version_that_counts(
    desk, vault, station, seaweed, file
):
    station.send(file, name_of(file))
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=vault.address.blob(name_of(file)), Body=b"other")
    assert vault.get(name_of(file)) == file.read_bytes()
    vault.check(name_of(file))


def test_an_expired_address_is_refused(vault, http):
    part = DirectUploads(vault, valid_s=1).offer(sha(PAGE), len(PAGE)).parts[0]
    time.sleep(2.1)
    assert http.put(part.url, content=PAGE, headers=part.headers).status_code == 403


def test_a_cut_upload_goes_on_where_it_stood(desk, station, vault, proxy, http):
    offer = desk.offer(sha(DRAWING), len(DRAWING))
    for part in offer.parts[:2]:
        http.put(part.url, content=DRAWING[part.start : part.start + part.length]).raise_for_status()
    again = desk.offer(sha(DRAWING), len(DRAWING))
    assert again.upload_id == offer.upload_id
    assert [part.number for part in again.there] == [1, 2]
    assert [part.number for part in again.parts] == [3, 4]


def test_only_the_missing_parts_are_sent_after_a_cut(desk, vault, proxy, http, tmp_path):
    place = tmp_path / "file"
    place.write_bytes(DRAWING)
    hurried = DirectUpload(desk=desk, http=http, cancel=CancelToken(), first_wait_s=0)
    proxy.break_next(faulty_store.CUT, 99, holding="partNumber=3")
    with pytest.raises(ObjectStoreFailed):
        hurried.send(place, sha(DRAWING))
    assert not vault.has(sha(DRAWING))
    proxy.mend()
    before = puts(proxy)
    hurried.send(place, sha(DRAWING))
    assert puts(proxy) - before == 2
    assert vault.get(sha(DRAWING)) == DRAWING


@pytest.mark.parametrize(
    "fault", [faulty_store.REFUSE, faulty_store.SLOW, faulty_store.CUT, faulty_store.CUT_ANSWER, faulty_store.DAMAGE]
)
def test_a_station_gets_through_a_bad_moment(station, vault, proxy, file, fault):
    proxy.break_next(fault)
    station.send(file, name_of(file))
    assert proxy.spent
    assert vault.get(name_of(file)) == file.read_bytes()


def test_a_store_that_says_yes_and_keeps_nothing_is_found(desk, vault, proxy, http):
    part = desk.offer(sha(PAGE), len(PAGE)).parts[0]
    proxy.break_next(faulty_store.LIE)
    http.put(part.url, content=PAGE, headers=part.headers).raise_for_status()
    with pytest.raises(BlobMissing):
        desk.finish(sha(PAGE), None, ())
    assert not vault.has(sha(PAGE))


def test_a_station_begins_anew_when_the_store_lied(station, vault, proxy, file):
    proxy.break_next(faulty_store.LIE)
    station.send(file, name_of(file))
    assert vault.get(name_of(file)) == file.read_bytes()


def test_a_store_that_keeps_lying_is_given_up(station, vault, proxy, file):
    proxy.break_next(faulty_store.LIE, 99)
    with pytest.raises((BlobMissing, UploadUnfinished)):
        station.send(file, name_of(file))
    assert not vault.has(name_of(file))


def test_a_damaged_object_is_removed_and_sent_again(desk, station, vault, seaweed, tmp_path):
    """As if the disk had changed a byte after the store had checked what it took."""
    key = vault.address.blob(sha(PAGE))
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=key, Body=damaged(PAGE))
    with pytest.raises(BlobCorrupt):
        desk.finish(sha(PAGE), None, ())
    assert not vault.has(sha(PAGE))
    versions = seaweed.client().list_object_versions(Bucket=seaweed.bucket, Prefix=key)
    assert not versions.get("Versions")
    place = tmp_path / "file"
    place.write_bytes(PAGE)
    station.send(place, sha(PAGE))
    assert vault.get(sha(PAGE)) == PAGE


def test_a_damaged_part_that_the_store_did_not_notice_is_found(desk, vault, http):
    offer = desk.offer(sha(DRAWING), len(DRAWING))
    tags = []
    for part in offer.parts:
        data = DRAWING[part.start : part.start + part.length]
        data = damaged(data) if part.number == 2 else data
        answer = http.put(part.url, content=data)
        tags.append(SentPart(number=part.number, etag=answer.headers["etag"]))
    with pytest.raises(BlobCorrupt):
        desk.finish(sha(DRAWING), offer.upload_id, tags)
    assert not vault.has(sha(DRAWING))
    again = desk.offer(sha(DRAWING), len(DRAWING))
    assert again.upload_id != offer.upload_id
    assert len(again.parts) == 4


def test_damage_on_the_way_back_never_counts_as_right(desk, vault, proxy, http):
    part = desk.offer(sha(PAGE), len(PAGE)).parts[0]
    http.put(part.url, content=PAGE, headers=part.headers).raise_for_status()
    proxy.break_next(faulty_store.DAMAGE, 2, method="GET")
    with pytest.raises(BlobCorrupt):
        desk.finish(sha(PAGE), None, ())
    assert not vault.has(sha(PAGE))


def test_one_answer_that_was_damaged_removes_nothing(desk, vault, station, proxy, file):
    station.send(file, name_of(file))
    for again in (lambda: desk.finish(name_of(file), None, ()), lambda: vault.check(name_of(file))):
        proxy.break_next(faulty_store.DAMAGE, method="GET")
        again()
        assert proxy.spent
    proxy.break_next(faulty_store.DAMAGE, 2, method="GET")
    with pytest.raises(BlobCorrupt):
        desk.finish(name_of(file), None, ())
    assert vault.get(name_of(file)) == file.read_bytes()


def test_what_lies_wrong_is_sent_again_though_it_had_counted(desk, vault, station, seaweed, file):
    """Whoever keeps account sets it aside first; then it is removed like what never counted."""
    key, name = vault.address.blob(name_of(file)), name_of(file)
    seaweed.client().put_object(Bucket=seaweed.bucket, Key=key, Body=damaged(file.read_bytes()))
    version = seaweed.client().head_object(Bucket=seaweed.bucket, Key=key).get("VersionId")
    vault._objects.note(vault.address.mark(name), {"size": "1"} | ({"version": version} if version else {}))
    with pytest.raises(BlobCorrupt):
        desk.finish(name, None, ())
    assert vault.has(name)
    vault.set_aside(name)
    station.send(file, name)
    assert vault.get(name) == file.read_bytes()


# --- whose a file is


def bring(station, desk, owner, file):
    """As a station sends it that was offered it in its own name."""
    own = dataclasses.replace(station, desk=OwnDesk(desk, owner))
    own.send(file, name_of(file))
    return own.desk.arrived


class OwnDesk:
    def __init__(self, desk, owner):
        self.desk, self.owner, self.arrived = desk, owner, None

    def offer(self, name, size):
        return self.desk.offer(name, size, owner=self.owner)

    def finish(self, name, upload_id, parts):
        self.arrived = self.desk.finish(name, upload_id, parts)
        return self.arrived


def test_the_store_knows_whose_offer_brought_a_file(desk, station, vault, file):
    size = file.stat().st_size
    assert bring(station, desk, "one", file) == Arrived(size=size, owner="one")
    assert desk.finish(name_of(file), None, ()) == Arrived(size=size, owner="one")  # whoever asks
    assert vault.get(name_of(file)) == file.read_bytes()


def test_a_page_that_lay_there_before_is_brought_by_nobody(desk, station, file):
    station.send(file, name_of(file))
    expected = "" if file.stat().st_size == len(PAGE) else "one"  # a drawing was sent once more, and is its own
    assert bring(station, desk, "one", file).owner == expected


def test_an_address_takes_no_other_owner(desk, http):
    part = desk.offer(sha(PAGE), len(PAGE), owner="one").parts[0]
    plain = desk.offer(sha(PAGE), len(PAGE)).parts[0]
    for url, headers in ((part.url, plain.headers), (plain.url, part.headers)):
        assert http.put(url, content=PAGE, headers=headers).is_client_error
    assert http.put(part.url, content=PAGE, headers={**part.headers, "x-amz-meta-owner": "two"}).is_client_error


def test_nobody_goes_on_with_the_upload_of_another(desk, vault, http):
    """Else somebody would send the bytes in another's name."""
    uploads = {owner: desk.offer(sha(DRAWING), len(DRAWING), owner=owner).upload_id for owner in ("", "one", "two")}
    assert len(set(uploads.values())) == 3
    first = desk.offer(sha(DRAWING), len(DRAWING), owner="one").parts[0]
    http.put(first.url, content=DRAWING[: first.length]).raise_for_status()
    again = {owner: desk.offer(sha(DRAWING), len(DRAWING), owner=owner) for owner in uploads}
    assert {owner: offer.upload_id for owner, offer in again.items()} == uploads
    assert {owner: len(offer.there) for owner, offer in again.items()} == {"": 0, "one": 1, "two": 0}


def test_parts_that_never_came_are_asked_for(desk, vault, http):
    offer = desk.offer(sha(DRAWING), len(DRAWING))
    first = offer.parts[0]
    tag = http.put(first.url, content=DRAWING[: first.length]).headers["etag"]
    never = SentPart(number=2, etag='"00000000000000000000000000000000"')
    with pytest.raises(UploadUnfinished):
        desk.finish(sha(DRAWING), offer.upload_id, [SentPart(number=1, etag=tag), never])
    assert not vault.has(sha(DRAWING))
    assert [part.number for part in desk.offer(sha(DRAWING), len(DRAWING)).there] == [1]


def test_finishing_twice_is_finishing_once(desk, vault, http):
    offer = desk.offer(sha(DRAWING), len(DRAWING))
    tags = [
        SentPart(number=p.number, etag=http.put(p.url, content=DRAWING[p.start : p.start + p.length]).headers["etag"])
        for p in offer.parts
    ]
    desk.finish(sha(DRAWING), offer.upload_id, tags)
    desk.finish(sha(DRAWING), offer.upload_id, tags)
    assert vault.get(sha(DRAWING)) == DRAWING


def test_a_long_upload_is_offered_bit_by_bit(desk, station, vault, file, monkeypatch):
    monkeypatch.setattr("muni_archive.store.direct_uploads.PARTS_AT_A_TIME", 3)
    if file.stat().st_size > PART_SIZE:
        assert len(desk.offer(name_of(file), file.stat().st_size).parts) == 3
    station.send(file, name_of(file))
    assert vault.get(name_of(file)) == file.read_bytes()


def test_a_full_store_is_told(station, proxy, file):
    proxy.break_next(faulty_store.FULL)
    with pytest.raises(CentreDiskFull):
        station.send(file, name_of(file))


def test_cancelling_stops_between_parts(desk, vault, http, tmp_path):
    place = tmp_path / "file"
    place.write_bytes(DRAWING)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        DirectUpload(desk=desk, http=http, cancel=token).send(place, sha(DRAWING))
    assert not vault.has(sha(DRAWING))


def test_uploads_left_behind_are_given_up(desk, vault):
    offer = desk.offer(sha(DRAWING), len(DRAWING))
    assert desk.give_up_older(datetime.now(UTC) - timedelta(days=1)) == 0
    assert desk.give_up_older(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert desk.offer(sha(DRAWING), len(DRAWING)).upload_id != offer.upload_id


@pytest.mark.parametrize("name", ["", "../../x", "A" * 64, hashlib.md5(b"").hexdigest()])
def test_what_is_no_name_gets_no_offer(desk, name):
    with pytest.raises(WrongUse):
        desk.offer(name, 5)


def test_a_store_that_refuses_the_keys_is_told_apart(seaweed, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(ObjectStoreRefused):
        S3Vault.open(seaweed.url("keys"), tmp_path).put(PAGE)
