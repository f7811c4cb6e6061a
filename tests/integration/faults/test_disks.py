"""Disks that are full, files that change on the way or where they lie, files that are gone."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import BlobCorrupt, BlobMissing, DiskFull
from muni_archive.services.centre import arriving
from muni_archive.services.centre.arriving import part_of
from muni_archive.services.verify_archive import verify_archive
from tests.helpers.linked import DirectLine, LinkedStation, enrol_cheaply
from tests.helpers.proofs import prove_all, prove_clean
from tests.helpers.proxy import Fault, Place, proxied
from tests.helpers.serving import served_here
from tests.helpers.stores import problems


class Pair:
    """A centre and one station, by default without a network between them."""

    def __init__(self, centre_folder, station_folder):
        self.centre = open_centre(centre_folder)
        self.station = LinkedStation(station_folder, "A1")
        enrol_cheaply(self.station, self.centre, "http://127.0.0.1:9")
        self.station.line.close()
        self.station.line = DirectLine(lambda: self.centre, self.station.id)
        self.made = 0

    def add(self, pages=1):
        self.made += 1
        return self.station.add_document(f"d{self.made}", self.made, pages=pages)

    def rest(self):
        self.station.sync()
        self.station.sync()

    def prove(self):
        prove_all(self.centre, [self.station])

    def place(self, sha, side="centre"):
        root = self.centre.folder if side == "centre" else self.station.folder
        return root / "vault" / sha[:2] / sha[2:4] / sha

    def blobs(self):
        with self.station.store.unit_of_work() as unit:
            return [
                page.blob
                for document in unit.records.documents()
                for page in unit.records.pages_of_document(document.id)
            ]

    def close(self):
        self.station.close()
        self.centre.close()


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A file system of that size, where we may mount one; else the test is skipped."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.name == "nt" or os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount can fill a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder, leave):
    """Leave so many bytes free."""
    place = folder / "ballast"
    with suppress(OSError), place.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    size = place.stat().st_size
    os.truncate(place, max(0, size - leave))
    return place


@pytest.fixture
def pair(tmp_path):
    made = Pair(tmp_path / "centre", tmp_path / "A1")
    made.add()
    made.rest()
    yield made
    made.close()


LEFT = (0, 8_192, 40_000, 120_000, 300_000)


@pytest.mark.parametrize("side", ["centre", "station"])
def test_a_full_disk_stops_work_and_loses_nothing(tmp_path, side, many, figures, monkeypatch):
    """Without the room that the centre keeps free, so that the disk does fill."""
    monkeypatch.setattr(arriving, "SPARE", 0)
    stopped = 0
    with small_disk(tmp_path / "small", 48) as small:
        places = {"centre": tmp_path / "centre", "station": tmp_path / "A1", side: small / side}
        pair = Pair(places["centre"], places["station"])
        try:
            pair.rest()
            for leave in LEFT * many(1, 6):
                if side == "centre":
                    pair.add(pages=3)
                ballast = fill(small, leave)
                try:
                    if side == "station":
                        pair.add(pages=3)
                    pair.rest()
                except DiskFull:
                    stopped += 1
                finally:
                    ballast.unlink()
                pair.rest()
                pair.prove()
            assert stopped
            figures(side=side, filled=len(LEFT) * many(1, 6), stopped=stopped)
        finally:
            pair.close()


class Full(OSError):
    def __init__(self, *_):
        super().__init__(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.mkdir", "tempfile.mkstemp"])
def test_a_vault_without_room_says_that_the_disk_is_full(pair, monkeypatch, call):
    """Where nobody may mount a small disk, every call that writes says what the system would."""

    def full(*_, **__):
        raise Full

    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        with pytest.raises(DiskFull):
            pair.station.store.vault.put(os.urandom(10))
    pair.add()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(DiskFull):
            pair.rest()
    pair.rest()
    pair.prove()


def test_a_file_changed_at_the_centre_is_found_and_not_taken_by_a_station(pair):
    (sha,) = pair.blobs()
    spoil(pair.place(sha))
    report = verify_archive(pair.centre.centre.place, cancel=CancelToken(), progress=lambda *_: None)
    assert [(problem.kind, sha in problem.detail) for problem in report.problems] == [("vault-corrupt", True)]
    with served_here(pair.centre) as port:
        talking(pair, port)
        with pytest.raises(BlobCorrupt):
            pair.station.copied.vault.get(sha)
    assert not pair.station.copied.vault.has(sha)


def test_a_file_gone_from_the_centre_is_found_and_told(pair, capsys):
    (sha,) = pair.blobs()
    pair.place(sha).unlink()
    report = verify_archive(pair.centre.centre.place, cancel=CancelToken(), progress=lambda *_: None)
    assert [(problem.kind, sha in problem.detail) for problem in report.problems] == [("vault-missing", True)]
    with served_here(pair.centre) as port:
        talking(pair, port)
        with pytest.raises(BlobMissing):
            pair.station.copied.vault.get(sha)
    pair.centre.close()
    assert main(["centre", "--data", str(pair.centre.folder), "verify"]) == 3
    pair.centre = open_centre(pair.centre.folder)


def test_a_file_cut_short_at_the_centre_is_told_to_be_missing_and_sent_again(pair):
    """As a power cut may leave it. Its answer would be shorter than announced, which reads as a line that failed."""
    (sha,) = pair.blobs()
    whole = pair.place(sha).read_bytes()
    pair.place(sha).chmod(0o600)
    pair.place(sha).write_bytes(b"")
    with served_here(pair.centre) as port:
        talking(pair, port)
        with pytest.raises(BlobMissing):
            pair.station.copied.vault.get(sha)
        pair.rest()
    assert pair.place(sha).read_bytes() == whole
    pair.prove()


def test_a_reading_gone_from_the_centre_stops_neither_its_index_nor_that_of_a_copy(pair):
    from muni_archive.domain.events import PageRead
    from muni_archive.services.follow_journal import follow_journal
    from tests.helpers.stores import record
    from tests.helpers.workplaces import PlainPool

    reading = pair.station.store.vault.put(PlainPool().reading().to_json())
    with pair.station.store.unit_of_work() as unit:
        (document,) = unit.records.documents()
        (page_id,) = document.page_ids
    record(pair.station.store, PageRead(page_id=page_id, reading=reading, engine="plain", confidence=0.9))
    from muni_archive.services.together.sending import Outbox, send_all

    outbox = Outbox(
        unit_of_work=pair.station.store.unit_of_work, vault=pair.station.store.vault, line=pair.station.line
    )
    send_all(outbox, cancel=CancelToken(), told=lambda _: None)
    pair.place(reading).unlink()
    pair.add()
    pair.rest()
    follow_journal(pair.centre.centre.place)
    with pair.centre.centre.unit_of_work() as unit:
        assert pair.centre.centre.place.index.cursor == unit.records.last_sequence() == pair.station.index.cursor
    report = verify_archive(pair.centre.centre.place, cancel=CancelToken(), progress=lambda *_: None)
    assert report.problems == ()
    assert pair.place(reading).exists(), "the station was asked for it, and has sent it again"


def test_a_file_changed_at_the_station_is_named_there_and_refused_at_the_centre(pair):
    pair.add()
    sha = pair.blobs()[-1]
    whole = pair.place(sha, "station").read_bytes()
    spoil(pair.place(sha, "station"))
    with served_here(pair.centre) as port:
        talking(pair, port)
        pair.station.sync()
        assert not pair.place(sha).exists()
        found = problems(pair.station.store)
        assert [(problem.kind, problem.file) for problem in found] == [("vault-corrupt", sha)]
        pair.place(sha, "station").write_bytes(whole)
        pair.rest()
    pair.prove()


def test_a_file_changed_on_the_way_is_refused_and_sent_again(pair, many, figures):
    flipped = 0
    with served_here(pair.centre) as port, proxied(port) as proxy:
        talking(pair, proxy.port, proxy.url)
        for at in range(many(4, 60)):
            pair.add(pages=2)
            proxy.arm(Fault(Place.REQUEST_FLIPPED, at=at % 2, fraction=(at % 10) / 10, within="/parts/"))
            pair.rest()
            flipped += proxy.struck
            proxy.struck = 0
        pair.prove()
    assert flipped
    figures(flipped=flipped)


@pytest.mark.parametrize("lying", [b"?", b"longer than the whole file is"])
def test_parts_that_lie_damaged_at_the_centre_are_thrown_away_and_sent_anew(pair, lying):
    pair.add()
    sha = pair.blobs()[-1]
    size = pair.place(sha, "station").stat().st_size
    part = part_of(pair.centre.centre.arriving, pair.station.id, sha, size)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(lying)
    with served_here(pair.centre) as port:
        talking(pair, port)
        pair.rest()
    assert not part.exists()
    pair.prove()
    prove_clean(pair.centre.centre.place.integrity())


def talking(pair, port, url=""):
    """From here on over HTTP."""
    from muni_archive.sync.client import CentreClient
    from muni_archive.sync.keys import find_key
    from muni_archive.sync.state import load_link

    link = load_link(pair.station.folder)
    pair.station.line = CentreClient(
        url or f"http://127.0.0.1:{port}",
        station_id=link.station_id,
        key=find_key(pair.station.folder, link.station_id),
        centre_id=link.centre_id,
    )


def spoil(place):
    """Change one byte, as a disk does."""
    data = bytearray(place.read_bytes())
    data[0] ^= 1
    place.chmod(0o600)
    place.write_bytes(bytes(data))
