"""Who may call which route: a table that every route must stand in, and tries to get past it at each of them."""

from __future__ import annotations

import hashlib
import json

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.centre_errors import StationParted
from muni_archive.domain.events import StationFenced
from muni_archive.domain.together import from_wire
from muni_archive.server.app import create_app
from muni_archive.server.watching import Watcher
from muni_archive.services.centre.enrolling import invite_station, revoke_station
from muni_archive.sync.signing import enrolment_text, new_key, public_half, session_text, sign
from tests.helpers.asking import SPOKEN, Asker, enrolled
from tests.helpers.centres import PlainStation
from tests.helpers.in_process import AppClient

OPEN, KNOCK, SIGNED = "open", "knock", "signed"
SHA = hashlib.sha256(b"x").hexdigest()
NOBODY = "01939f6c-7e4a-7d2c-9a51-2f0d7e3b9c11"

TABLE: dict[tuple[str, str], str] = {
    ("GET", "/health"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/v1/hello"): KNOCK,
    ("POST", "/v1/enrol"): KNOCK,
    ("POST", "/v1/challenges"): KNOCK,
    ("POST", "/v1/sessions"): KNOCK,
    ("POST", "/v1/sign-in"): SIGNED,
    ("POST", "/v1/sign-in/account/nonce"): SIGNED,
    ("POST", "/v1/sign-in/account"): SIGNED,
    ("POST", "/v1/sign-out"): SIGNED,
    ("GET", "/v1/standing"): SIGNED,
    ("POST", "/v1/entries"): SIGNED,
    ("GET", "/v1/feed"): SIGNED,
    ("GET", "/v1/own"): SIGNED,
    ("POST", "/v1/readmission"): SIGNED,
    ("POST", "/v1/files/offers"): SIGNED,
    ("PUT", "/v1/files/{sha}/parts/{offset}"): SIGNED,
    ("POST", "/v1/files/finish"): SIGNED,
    ("POST", "/v1/files/bundle"): SIGNED,
    ("GET", "/v1/files/{sha}"): SIGNED,
    ("POST", "/v1/search"): SIGNED,
    ("GET", "/v1/documents/{document_id}"): SIGNED,
}
"""What each route demands: nothing; to speak the protocol, not too often; a signed request in a station's session."""

CALLS: dict[tuple[str, str], tuple[str, object]] = {
    ("POST", "/v1/sign-in"): ("/v1/sign-in", {"name": "Maryam", "password": "four words and a river"}),
    ("POST", "/v1/sign-in/account/nonce"): ("/v1/sign-in/account/nonce", {}),
    ("POST", "/v1/sign-in/account"): ("/v1/sign-in/account", {"id_token": "a.b.c", "nonce": "n"}),
    ("POST", "/v1/sign-out"): ("/v1/sign-out", {}),
    ("GET", "/v1/standing"): ("/v1/standing", None),
    ("POST", "/v1/entries"): ("/v1/entries", {"entries": []}),
    ("GET", "/v1/feed"): ("/v1/feed?after=0", None),
    ("GET", "/v1/own"): ("/v1/own?after=0", None),
    ("POST", "/v1/readmission"): ("/v1/readmission", {"sequence": 0, "hash": "0" * 64}),
    ("POST", "/v1/files/offers"): ("/v1/files/offers", {"files": [{"sha": SHA, "size": 1}]}),
    ("PUT", "/v1/files/{sha}/parts/{offset}"): (f"/v1/files/{SHA}/parts/0?size=1", b"x"),
    ("POST", "/v1/files/finish"): ("/v1/files/finish", {"files": []}),
    ("POST", "/v1/files/bundle"): ("/v1/files/bundle", {"files": [SHA]}),
    ("GET", "/v1/files/{sha}"): (f"/v1/files/{SHA}", None),
    ("POST", "/v1/search"): ("/v1/search", {"query": "x"}),
    ("GET", "/v1/documents/{document_id}"): (f"/v1/documents/{NOBODY}", None),
}
"""A request to each signed route that is well-formed: what is refused is refused for who asks."""

signed_routes = pytest.mark.parametrize("route", sorted(CALLS), ids=" ".join)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with open_centre(tmp_path_factory.mktemp("centre") / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def app(centre):
    return create_app(centre.centre)


@pytest.fixture(scope="module")
def http(app):
    with AppClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def asker(centre, http) -> Asker:
    return enrolled(centre, http, "A1", "station-a")


@pytest.fixture(scope="module")
def other(centre, http) -> Asker:
    return enrolled(centre, http, "B2", "station-b")


def all_routes(routes):
    """Every method and path, through included routers and mounts."""
    for route in routes:
        inner = getattr(route, "routes", None)
        if inner:
            yield from all_routes(inner)
        for method in sorted(getattr(route, "methods", None) or ()):
            if method != "HEAD":
                yield method, route.path


def test_every_route_stands_in_the_table(app):
    described = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert set(all_routes(app.routes)) | described == set(TABLE)
    assert {route for route, demand in TABLE.items() if demand == SIGNED} == set(CALLS)


def test_every_answer_is_of_no_use_to_a_browser(http, asker):
    """Also what is refused before anything of it was looked at."""
    answers = [http.get("/health"), http.get("/v1/nothing"), asker.ask("GET", "/v1/standing")]
    answers.append(http.post("/v1/challenges", content=b" " * 100_000, headers=SPOKEN))
    assert [answer.status_code for answer in answers] == [200, 404, 200, 413]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "strict-transport-security" not in answer.headers, "the line is not encrypted here"
        assert "server" not in answer.headers


def refused(answer, *codes, status):
    assert (answer.status_code, answer.json()["code"] in codes) == (status, True), answer.text


@pytest.mark.parametrize("route", sorted(route for route in TABLE if TABLE[route] == OPEN), ids=" ".join)
def test_open_routes_answer_anybody(http, route):
    assert http.request(*route).status_code == 200


@pytest.mark.parametrize("route", sorted(route for route in TABLE if TABLE[route] == KNOCK), ids=" ".join)
def test_who_knocks_must_speak_the_protocol(http, route):
    answer = http.request(*route, json={}, headers={"muni-protocol": "99"})
    refused(answer, "protocol-too-new", status=426)


@pytest.mark.parametrize("route", sorted(route for route in TABLE if TABLE[route] != OPEN), ids=" ".join)
def test_without_the_version_nobody_gets_past(http, route):
    answer = http.request(*route)
    refused(answer, "malformed", status=422)
    assert "Muni-Protocol: it is missing" in answer.json()["message"]


@pytest.mark.parametrize(
    ("said", "code", "status"),
    [
        ("three", "malformed", 422), ("3.0", "malformed", 422), ("-1", "malformed", 422), ("", "malformed", 422),
        ("9" * 19, "malformed", 422), ("9" * 5000, "malformed", 422), ("0", "protocol-too-old", 426),
        ("9" * 18, "protocol-too-new", 426),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_is_no_version_is_not_taken_for_an_old_one(http, said, code, status):
    answer = http.get("/v1/hello", headers={"muni-protocol": said})
    refused(answer, code, status=status)
    assert len(answer.text) < 300
    assert len(said) > 30 or (repr(said) in answer.text or f"version {said} " in answer.text), answer.text


def test_each_thing_that_may_be_wrong_with_a_request_is_told_apart(http, asker):
    """Under the code that old stations know; a station's program that signs wrongly would begin sessions for ever."""
    route = ("GET", "/v1/standing")
    asked = {"station_id": asker.station_id}
    challenge = http.post("/v1/challenges", json=asked, headers=SPOKEN).json()["challenge"]

    def begin(signature, challenge=challenge):
        said = {**asked, "challenge": challenge, "signature": signature}
        return http.post("/v1/sessions", json=said, headers=SPOKEN)

    used = asker.headers(*route, b"")
    http.get("/v1/standing", headers=used)
    answers = {
        "Muni-Session names no session": send(asker, route, **{"muni-session": "0" * 32}),
        "Muni-Signature is not by": send(asker.with_other_key(), route),
        "Muni-Counter must be a number from 1": send(asker, route, **{"muni-counter": "-1"}),
        "Muni-Counter was used before": http.get("/v1/standing", headers=used),
        "the signature is not by": begin("00" * 64),
        "the challenge was not given": begin("00" * 64),
    }
    for wants, answer in answers.items():
        refused(answer, "session-unknown", status=401)
        assert answer.json()["params"]["detail"].startswith(wants)


@signed_routes
def test_it_answers_the_station(asker, route):
    target, said = CALLS[route]
    answer = asker.ask(route[0], target, said)
    assert answer.status_code in {200, 401, 403, 404}, answer.text
    assert answer.status_code == 200 or answer.json()["code"] in {
        "not-found",
        "sign-in-refused",
        "account-not-proven",
        "not-allowed",
    }


def send(asker, route, *, body=None, **headers):
    """The right request, with something of it changed."""
    target, said = CALLS[route]
    right = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
    made = asker.headers(route[0], target, right)
    changed = headers.pop("target", target)
    made = {**made, "content-type": "application/json", **headers}
    return asker.http.request(route[0], changed, content=right if body is None else body, headers=made)


@signed_routes
def test_no_session(http, route):
    target, said = CALLS[route]
    body = {"content": said} if isinstance(said, bytes) else {"json": said}
    refused(http.request(route[0], target, headers=SPOKEN, **body), "session-unknown", status=401)


@signed_routes
def test_a_session_that_is_not_there(asker, route):
    refused(send(asker, route, **{"muni-session": "0" * 32}), "session-unknown", status=401)


@signed_routes
def test_another_station_in_this_session(asker, other, route):
    """What B signs does not count in the session of A, whatever it names."""
    refused(send(other, route, **{"muni-session": asker.session}), "session-unknown", status=401)


@signed_routes
def test_another_key(asker, route):
    refused(send(asker.with_other_key(), route), "session-unknown", status=401)


@signed_routes
def test_no_signature(asker, route):
    for wrong in ("", "00", "zz" * 64, "0" * 128):
        refused(send(asker, route, **{"muni-signature": wrong}), "session-unknown", status=401)


@signed_routes
def test_the_same_request_again(asker, route):
    target, said = CALLS[route]
    body = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
    headers = {**asker.headers(route[0], target, body), "content-type": "application/json"}
    asker.http.request(route[0], target, content=body, headers=headers)
    again = asker.http.request(route[0], target, content=body, headers=headers)
    refused(again, "session-unknown", status=401)


@signed_routes
def test_another_counter_than_was_signed(asker, route):
    refused(send(asker, route, **{"muni-counter": "999999"}), "session-unknown", status=401)


@signed_routes
def test_another_body_than_was_signed(asker, route):
    _, said = CALLS[route]
    other_body = (
        b"y" if isinstance(said, bytes) else b"[]" if said is None else b" " + str(said).replace("'", '"').encode()
    )
    answer = send(asker, route, body=other_body)
    refused(answer, "session-unknown", status=401)


@signed_routes
def test_another_path_or_query_than_was_signed(asker, route):
    target, _ = CALLS[route]
    changed = target + ("&after=1" if "?" in target else "?after=1")
    refused(send(asker, route, target=changed), "session-unknown", status=401)


@signed_routes
def test_a_person_put_on_or_taken_off_on_the_way(asker, route):
    refused(send(asker, route, **{"muni-person": "0" * 32}), "session-unknown", status=401)


@signed_routes
def test_a_person_who_is_not_signed_in(asker, route):
    target, said = CALLS[route]
    refused(asker.ask(route[0], target, said, person="0" * 32), "sign-in-needed", status=401)


@pytest.fixture(scope="module")
def revoked(centre, http):
    asker = enrolled(centre, http, "R3", "station-r")
    revoke_station(centre.centre, "R3", reason="stolen")
    return asker


@signed_routes
def test_a_revoked_station(revoked, route):
    target, said = CALLS[route]
    refused(revoked.ask(route[0], target, said), "station-refused", status=403)


def test_a_station_that_is_revoked_while_its_question_for_news_is_held(centre, http, monkeypatch):
    asker = enrolled(centre, http, "R4", "station-r4")
    news = asker.ask("GET", "/v1/feed").json()
    target = f"/v1/feed?after={news['last']}&link={from_wire(news['entries'][-1]).hash}&wait=30"

    async def meanwhile(_watcher, _after, _wait):
        revoke_station(centre.centre, "R4", reason="stolen")

    monkeypatch.setattr(Watcher, "news", meanwhile)
    refused(asker.ask("GET", target), "station-refused", status=403)


def test_why_a_station_was_revoked_is_told_to_itself_only(http, revoked):
    """Who knows a station's id, but has not its key, learns nothing of it; in its session neither."""
    for asker, code, status in ((revoked.with_other_key(), "session-unknown", 401), (revoked, "station-refused", 403)):
        asked = {"station_id": revoked.station_id}
        challenge = http.post("/v1/challenges", json=asked, headers=SPOKEN).json()["challenge"]
        signature = sign(asker.key, session_text(asker.centre_id, asker.station_id, challenge))
        answer = http.post(
            "/v1/sessions", json={**asked, "challenge": challenge, "signature": signature}, headers=SPOKEN
        )
        refused(answer, code, status=status)
        assert ("stolen" in answer.text) == (asker is revoked)
        answer = asker.ask("GET", "/v1/standing")
        refused(answer, code, status=status)


def test_a_signature_that_is_there_when_a_station_enrols_must_be_its_key_s(centre, http):
    """Without one a program from before it was asked for may enrol once; a wrong one proves that something is wrong."""
    key = new_key()
    said = {"code": invite_station(centre.centre), "station_id": "station-e", "name": "E7"}
    said["public_key"] = public_half(key)
    centre_id = http.get("/v1/hello", headers=SPOKEN).json()["centre_id"]
    right = sign(key, enrolment_text(centre_id, said["code"], "station-e", "E7"))
    for wrong in ("00" * 64, "zz", ""):
        answer = http.post("/v1/enrol", json=said, headers={**SPOKEN, "muni-signature": wrong})
        refused(answer, "not-allowed", status=403)
        assert "Muni-Signature" in answer.json()["params"]["detail"]
    answer = http.post("/v1/enrol", json=said, headers={**SPOKEN, "muni-signature": right})
    assert answer.status_code == 200, "the code is spent by what counts"


def test_a_station_s_name_that_is_none_is_told_as_that(http):
    said = {"code": "4f1c77", "station_id": "station-e", "name": "e1", "public_key": "5f" * 32}
    answer = http.post("/v1/enrol", json=said, headers=SPOKEN)
    refused(answer, "station-name-invalid", status=422)
    assert "«e1»" in answer.json()["message"]


def test_what_was_refused_is_in_the_log(http, asker, revoked, shared, caplog):
    """An administrator sees who tried what; no signature, token or session stands there."""
    send(asker.with_other_key(), ("GET", "/v1/standing"))
    headers = asker.headers("GET", "/v1/standing", b"")
    for _ in range(2):
        http.get("/v1/standing", headers=headers)
    revoked.ask("GET", "/v1/own")
    said = {"code": "4f1c77", "station_id": "s", "name": "S", "public_key": "5f" * 32}
    http.post("/v1/enrol", json=said, headers=SPOKEN)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("muni_archive.server")]
    assert told[:2] == [
        "A1: a request that it did not sign, of 127.0.0.1, for /v1/standing",
        "A1: a request that came before, of 127.0.0.1, for /v1/standing",
    ]
    assert told[2].startswith("GET /v1/own of 127.0.0.1 refused: ")
    assert told[3].startswith("POST /v1/enrol of 127.0.0.1 refused: ")
    assert not any(secret in caplog.text for secret in (asker.session, headers["muni-signature"], "4f1c77"))


@pytest.fixture(scope="module")
def fenced(centre, http):
    asker = enrolled(centre, http, "F4", "station-f")
    with centre.centre.unit_of_work() as unit:
        unit.record(StationFenced(station_id="station-f", sequence=1))
        unit.commit()
    return asker


def test_a_fenced_station_is_answered_but_writes_nothing(fenced):
    target, said = CALLS["POST", "/v1/entries"]
    refused(fenced.ask("POST", target, said), StationParted.code, status=409)
    assert fenced.ask("GET", "/v1/standing").json()["state"] == "fenced"


@pytest.fixture(scope="module")
def shared(centre, http, tmp_path_factory):
    """A document of licences, and a station of personnel only."""
    plain = PlainStation(tmp_path_factory.mktemp("plain"), "P5")
    plain.enrol(centre)
    document_id = plain.add_document("shared")
    plain.send(centre)
    sha = plain.store.vault.put(b"P5 shared 0")
    plain.close()
    return document_id, sha, enrolled(centre, http, "L6", "station-l", "personnel")


def test_a_limited_station_is_told_nothing_of_other_departments(asker, shared):
    document_id, sha, limited = shared
    assert asker.ask("GET", f"/v1/documents/{document_id}").status_code == 200
    assert asker.ask("GET", f"/v1/files/{sha}").content == b"P5 shared 0"
    refused(limited.ask("GET", f"/v1/documents/{document_id}"), "not-found", status=404)
    refused(limited.ask("GET", f"/v1/files/{sha}"), "not-found", status=404)
    both = {"files": [sha, "0" * 64]}
    assert list(asker.ask("POST", "/v1/files/bundle", both).json()["files"]) == [sha]
    assert limited.ask("POST", "/v1/files/bundle", both).json()["files"] == {}
    offer = limited.ask("POST", "/v1/files/offers", {"files": [{"sha": sha, "size": 11}]}).json()["offers"][0]
    assert not offer["stored"], "a file that one may not see must look like one that is not there"
    told = limited.ask("GET", "/v1/feed?after=0").json()["entries"]
    assert "licences" not in str(told)
    assert limited.ask("GET", "/v1/standing").json()["sequence"] == 0
    assert limited.ask("GET", "/v1/own").json()["entries"] == []
    assert limited.ask("POST", "/v1/search", {"query": "*"}).json()["total"] == 0
