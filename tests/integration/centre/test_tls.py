"""TLS by a local authority: who proves to be the centre is spoken to, and nobody else."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
from contextlib import nullcontext
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import httpx
import pytest
import trustme

from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import AuthorityMissing, CentreUntrusted, LineOpen
from muni_archive.domain.errors import ObjectStoreFailed, ObjectStoreRefused, WrongUse
from muni_archive.domain.uploading import PartOffer
from muni_archive.server.lines import open_lines
from muni_archive.server.serving import configured
from muni_archive.services.centre.people import add_person
from muni_archive.sync.client import CentreClient, enrol, is_private, say_hello
from muni_archive.sync.direct import DirectUpload
from muni_archive.sync.state import AUTHORITY, load_link, save_link
from tests.helpers.centres import PlainStation
from tests.helpers.serving import ServedCentre, free_port

SECRET = "four words and a river"
NUMBERS = count(2)
"""Of stations: no two have the same name."""


class ServedByTls(ServedCentre):
    """The same, at an address that begins with https."""

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory, authority):
    """PEM files: the authority, another one, a certificate for this machine with its key."""
    folder = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    for number, pem in enumerate(issued.cert_chain_pems):
        pem.write_to_path(folder / "cert.pem", append=number > 0)
    (folder / "nonsense.pem").write_text("this is no certificate")
    return folder


@pytest.fixture(scope="module")
def centre(tmp_path_factory, certificates):
    options = ("--tls-cert", str(certificates / "cert.pem"), "--tls-key", str(certificates / "key.pem"))
    running = ServedByTls(tmp_path_factory.mktemp("centre") / "data", options)
    running.verify = str(certificates / "authority.pem")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kept(certificates):
    """A store behind TLS that takes whatever is put there."""

    class Store(BaseHTTPRequestHandler):
        def do_PUT(self):
            server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        bodies = []

        def handle_error(self, *_):
            """A client that trusts nobody here hangs up."""

    server = Server(("127.0.0.1", 0), Store)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_station_enrols_and_a_person_signs_in(tmp_path, centre, certificates):
    PlainStation(tmp_path / "A1", "A1").close()
    enrol_archive(tmp_path / "A1", url=centre.url, code=centre.invite(), authority=certificates / "authority.pem")
    with open_centre(centre.folder, beside=True) as opened:
        add_person(opened.centre, "مريم", SECRET)
    with open_workplace(tmp_path / "A1", read_only=True) as own, open_together(tmp_path / "A1", own.place) as line:
        client = line.together.line
        client.standing()
        assert client.sign_in("مريم", SECRET)["name"] == "مريم"
        assert client.search({"query": "x"})["total"] == 0
        client.sign_out()


@pytest.fixture
def on_a_stick(tmp_path, certificates):
    return Path(shutil.copy(certificates / "authority.pem", tmp_path / "stick.pem"))


@pytest.fixture
def enrolled(tmp_path, centre, on_a_stick):
    PlainStation(tmp_path / "A", f"A{next(NUMBERS)}").close()
    enrol_archive(tmp_path / "A", url=centre.url, code=centre.invite(), authority=on_a_stick)
    return tmp_path / "A"


def is_trusted(archive):
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place, read_only=True) as line:
        return bool(line.together.line.standing())


def test_the_authority_of_a_stick_that_was_drawn_still_counts(enrolled, on_a_stick):
    on_a_stick.unlink()
    assert is_trusted(enrolled)


def test_an_authority_that_an_older_program_left_elsewhere_is_taken_along(enrolled, on_a_stick):
    (enrolled / AUTHORITY).unlink()
    save_link(enrolled, replace(load_link(enrolled), authority=str(on_a_stick)))
    assert is_trusted(enrolled)
    on_a_stick.unlink()
    assert is_trusted(enrolled)


def test_an_authority_that_is_lost_is_named_and_counts_again_when_it_is_back(enrolled, on_a_stick):
    (enrolled / AUTHORITY).unlink()
    with open_workplace(enrolled, read_only=True) as own, open_together(enrolled, own.place, read_only=True) as line:
        with pytest.raises(AuthorityMissing) as told:
            line.together.line.standing()
        assert str(enrolled / AUTHORITY) in str(told.value)
        shutil.copy(on_a_stick, enrolled / AUTHORITY)
        assert line.together.line.standing()


@pytest.mark.parametrize("trusted", ["other.pem", None])
def test_an_authority_that_did_not_sign_is_not_enough(centre, certificates, trusted):
    with pytest.raises(CentreUntrusted) as told:
        say_hello(centre.url, certificates / trusted if trusted else None)
    assert "self-signed" in str(told.value) or "issuer" in str(told.value)
    assert "--authority" in str(told.value)


def test_an_object_store_with_a_certificate_of_the_same_authority_is_trusted(tmp_path, certificates, kept):
    file = tmp_path / "page"
    file.write_bytes(b"page")
    url = f"https://127.0.0.1:{kept.server_port}/page"
    part = PartOffer(number=1, start=0, length=4, url=url, headers={"x-amz-checksum-sha256": "-"})
    for authority, arrived in (("other.pem", []), ("authority.pem", [b"page"])):
        line = CentreClient(
            "https://127.0.0.1:9", station_id="s", key="0" * 64, centre_id="c", authority=certificates / authority
        )
        upload = DirectUpload(desk=None, http=line._store, cancel=CancelToken(), first_wait_s=0)
        with nullcontext() if arrived else pytest.raises(ObjectStoreFailed, match="certificate verify failed"):
            upload.put(file, part)
        line.close()
        assert kept.bodies == arrived


def test_another_name_than_the_certificates_is_refused(centre, certificates):
    with pytest.raises(CentreUntrusted) as told:
        say_hello(centre.url.replace("127.0.0.1", "localhost"), certificates / "authority.pem")
    assert "localhost" in str(told.value)


def test_a_file_that_names_no_authority_is_said(centre, certificates):
    with pytest.raises(CentreUntrusted, match="nonsense"):
        say_hello(centre.url, certificates / "nonsense.pem")


def test_nothing_below_tls_1_2_is_spoken(centre, certificates):
    old = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    with pytest.warns(DeprecationWarning, match="deprecated"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{centre.url}/health", verify=old)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_only_ciphers_with_forward_secrecy_are_spoken(centre, certificates, version):
    context = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    context.minimum_version = context.maximum_version = version
    with context.wrap_socket(socket.create_connection(("127.0.0.1", centre.port)), server_hostname="127.0.0.1") as line:
        name, _, bits = line.cipher()
    assert bits >= 128
    assert "GCM" in name or "CHACHA20" in name
    assert name.startswith(("ECDHE-", "TLS_"))


@pytest.mark.parametrize(
    "old", ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256", "aNULL:eNULL"]
)
def test_old_ciphers_are_refused(centre, certificates, old):
    context = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{old}:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", centre.port)) as line, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(line, server_hostname="127.0.0.1")


def test_a_browser_is_told_to_come_back_by_tls_only(centre, certificates):
    trusted = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    assert "max-age=" in httpx.get(f"{centre.url}/health", verify=trusted).headers["strict-transport-security"]


def test_plain_http_is_not_answered(centre):
    with pytest.raises(httpx.HTTPError):
        httpx.get(centre.url.replace("https", "http"))


def test_passwords_go_over_no_open_line():
    assert is_private("https://archive.example")
    assert is_private("http://127.0.0.1:8470")
    assert not is_private("http://archive.example")
    client = CentreClient("http://archive.example", station_id="a", key="00" * 32, centre_id="c")
    with pytest.raises(LineOpen):
        client.sign_in("Maryam", SECRET)
    client.close()


def test_codes_go_over_no_open_line():
    with pytest.raises(LineOpen):
        enrol("http://archive.example", code="4f1c77", station_id="a", name="A1", key="5f" * 32, centre_id="c")


@pytest.mark.parametrize("secure", [True, False])
def test_files_go_to_no_open_store_when_the_centres_line_is_encrypted(monkeypatch, secure):
    sha = "5f" * 32
    part = {"number": 1, "start": 0, "length": 1, "url": f"http{'s' * secure}://store.example/x", "headers": {}}
    said = {
        "sha": sha, "size": 1, "stored": False, "offset": 0, "upload_id": None, "parts": [part], "there": [],
        "valid_s": 9,
    }  # fmt: skip
    client = CentreClient("https://archive.example", station_id="a", key="00" * 32, centre_id="c")
    monkeypatch.setattr(client, "_ask", lambda *_: {"offers": [said]})
    if secure:
        assert client.offers([(sha, 1)])[0].direct is not None
    else:
        with pytest.raises(ObjectStoreRefused, match="http"):
            client.offers([(sha, 1)])
    client.close()


@pytest.mark.parametrize(("cert", "key"), [("cert.pem", None), (None, "key.pem"), ("nonsense.pem", "key.pem")])
def test_a_certificate_that_is_of_no_use_is_said_before_serving(certificates, cert, key):
    async def app(_scope, _receive, _send):
        raise AssertionError

    with pytest.raises(WrongUse):
        configured(
            app,
            host="127.0.0.1",
            port=free_port(),
            certificate=certificates / cert if cert else None,
            key=certificates / key if key else None,
        )


@pytest.mark.parametrize(
    ("database", "objects", "warned"),
    [
        ("", "", []),
        ("postgresql+psycopg://u:p@db.example/archive", "", ["database"]),
        ("postgresql+psycopg://u:p@db.example/archive?sslmode=require", "", ["database"]),
        ("postgresql+psycopg://u:p@db.example/archive?sslmode=verify-full", "", []),
        ("postgresql+psycopg://u:p@127.0.0.1:5433/archive", "", []),
        ("postgresql+psycopg:///archive?host=/run/postgresql", "", []),
        ("", "s3://bucket/a?endpoint=http://store.example:8333", ["store"]),
        ("", "s3://bucket/a?endpoint=http://127.0.0.1:8333", []),
        ("", "s3://bucket/a?endpoint=https://store.example", []),
        ("", "s3://bucket/a?region=me-central-1", []),
    ],
)
def test_the_centres_own_lines_are_looked_at(database, objects, warned):
    found = open_lines(database, objects, {})
    assert [word in text for word, text in zip(warned, found, strict=True)] == [True] * len(warned)
    assert not any("u:p" in text for text in found)


def test_how_postgresql_is_told_by_the_environment_counts():
    assert open_lines("postgresql+psycopg://db.example/archive", "", {"PGSSLMODE": "verify-full"}) == []
