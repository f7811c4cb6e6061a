"""A station under a limit sends no burst: through the centre, straight to the store, or when it tries again."""

import hashlib
import os

import httpx
import pytest

from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ObjectStoreFailed
from muni_archive.domain.pacing import Pace
from muni_archive.domain.uploading import FileOffer, PartOffer, UploadOffer
from muni_archive.services.together.sending_files import FileSender
from muni_archive.sync.client import PART, CentreClient
from muni_archive.sync.direct import PIECE, TRIES, DirectUpload
from tests.helpers.spread import PassingTime, most_within

MB = 10**6
SIZE = 40 * MB
LIMIT = 20 * MB


@pytest.fixture
def drawing(tmp_path):
    place = tmp_path / "drawing"
    place.write_bytes(os.urandom(1000) * (SIZE // 1000))
    return place


@pytest.fixture
def time():
    return PassingTime()


class Store(httpx.BaseTransport):
    """Takes the pieces of an upload as they come, or refuses the whole so many times."""

    def __init__(self, time, *, failing=0):
        self.time, self.failing = time, failing
        self.sent = []
        self.whole = hashlib.sha256()

    def handle_request(self, request):
        self.whole = hashlib.sha256()
        for piece in request.stream:
            self.sent.append((self.time.at, len(piece)))
            self.whole.update(piece)
        self.failing -= 1
        return httpx.Response(500 if self.failing >= 0 else 200, headers={"etag": "e"})


class Centre:
    """As much of a centre as takes a file in parts; it forgets the session once."""

    def __init__(self, time):
        self.time, self.sent, self.file = time, [], bytearray()
        self.forgets = True

    def __call__(self, request):
        if request.url.path.endswith("/challenges"):
            return httpx.Response(200, json={"challenge": "c"})
        if request.url.path.endswith("/sessions"):
            return httpx.Response(200, json={"session": "s"})
        self.sent.append((self.time.at, len(request.content)))
        if len(self.sent) == 3 and self.forgets:
            self.forgets = False
            return httpx.Response(401, json={"code": "session-unknown", "params": {}})
        self.file += request.content
        return httpx.Response(200, json={"offset": len(self.file), "stored": len(self.file) == SIZE})


def upload(store, time, limit=LIMIT):
    return DirectUpload(desk=None, http=httpx.Client(transport=store), cancel=time, pace=Pace(limit, now=time.now))


def whole(_file):
    return PartOffer(number=1, start=0, length=SIZE, url="https://objects.example/x", headers={})


def test_straight_to_the_store_a_drawing_goes_piece_by_piece(time, drawing):
    store = Store(time)
    upload(store, time).put(drawing, whole(drawing))
    assert store.whole.digest() == hashlib.sha256(drawing.read_bytes()).digest()
    assert most_within(store.sent, 0.5) <= LIMIT / 2 + PIECE
    assert time.at >= SIZE / LIMIT - 0.1


def test_what_is_sent_again_counts_again(time, drawing):
    store = Store(time, failing=TRIES)
    with pytest.raises(ObjectStoreFailed):
        upload(store, time).put(drawing, whole(drawing))
    assert sum(size for _, size in store.sent) == TRIES * SIZE
    assert most_within(store.sent, 0.5) <= LIMIT / 2 + PIECE
    assert time.at >= TRIES * SIZE / LIMIT - 0.1


def test_without_a_limit_nothing_waits(time, drawing):
    store = Store(time)
    upload(store, time, limit=0).put(drawing, whole(drawing))
    assert time.at == 0.0
    assert {size for _, size in store.sent[:-1]} == {PIECE}


def through_the_centre(time, drawing, limit):
    centre = Centre(time)
    line = CentreClient("https://centre.example", station_id="a", key="00" * 32, centre_id="c")
    http = httpx.Client(base_url="https://centre.example/v1", transport=httpx.MockTransport(centre))
    line._store.close()
    line._http.close()
    line._made = (http, http)
    line.send_file(drawing, FileOffer(sha="a" * 64, size=SIZE), time, Pace(limit, now=time.now))
    line.close()
    assert bytes(centre.file) == drawing.read_bytes()
    return centre


def test_through_the_centre_parts_are_spread_the_repeated_one_too(time, drawing):
    centre = through_the_centre(time, drawing, LIMIT)
    sent = sum(size for _, size in centre.sent)
    assert sent > SIZE, "one part went twice"
    assert most_within(centre.sent, 1.0) <= LIMIT * 1.25
    assert time.at >= (sent - LIMIT / 4) / LIMIT - 0.1


def test_through_the_centre_without_a_limit_parts_are_whole(time, drawing):
    centre = through_the_centre(time, drawing, 0)
    assert time.at == 0.0
    assert centre.sent[0][1] == PART


def test_all_senders_share_one_limit(tmp_path):
    line = Line()
    FileSender(Folder(tmp_path), line, CancelToken(), bytes_per_s=LIMIT).send([str(n) for n in range(60)])
    assert len(line.paces) == 60
    assert len(set(line.paces)) == 1
    assert line.paces[0].piece(100 * MB) == LIMIT // 4


class Folder:
    """A vault of files of one byte."""

    def __init__(self, folder):
        self._folder = folder

    def size(self, _name):
        return 1

    def path(self, name):
        return self._folder / name


class Line:
    """Hears with which pace it is to send."""

    def __init__(self):
        self.paces = []

    def offers(self, files):
        return [FileOffer(sha=sha, size=size, direct=UploadOffer(sha=sha, size=size)) for sha, size in files]

    def send_file(self, _file, _offer, _cancel, pace):
        self.paces.append(pace)
        return True

    def finish_files(self, _files):
        return ()


def test_less_than_nothing_is_no_limit(tmp_path, capsys):
    assert main(["--archive", str(tmp_path / "a"), "sync", "--limit", "-1"]) == 2
    assert "--limit" in capsys.readouterr().err
