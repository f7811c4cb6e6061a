"""The protocol's description is true: what may be sent is answered as it says, whatever it is (schemathesis)."""

from __future__ import annotations

import dataclasses
import itertools

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from limits import parse
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.requests import Request

from muni_archive.bootstrap import open_centre
from muni_archive.domain.events import PageRead
from muni_archive.domain.geometry import Box
from muni_archive.domain.records import Document, Page
from muni_archive.domain.versions import PROTOCOL, SPOKEN
from muni_archive.server import messages, speaking
from muni_archive.server.app import create_app
from muni_archive.server.described import EXAMPLES
from muni_archive.services.find_pages import Found, Hit, SnippetPart
from muni_archive.services.follow_journal import follow_journal
from muni_archive.sync.signing import request_text, sign
from tests.helpers.asking import enrolled
from tests.helpers.centres import PlainStation
from tests.helpers.fuzzing import FULL, examples
from tests.helpers.in_process import AppClient
from tests.helpers.stores import record
from tests.helpers.workplaces import PlainPool
from tests.integration.centre.test_routes import OPEN, SIGNED, TABLE

EXAMPLES_EACH = examples(12)
"""Requests a route; more are worth an hour now and then: `MUNI_ARCHIVE_FUZZ=full`."""
NOTHING_TO_SAY = {"/health", "/metrics", "/v1/hello", "/v1/standing", "/v1/sign-out"}
SPOKEN_VERSIONS = [str(version).encode() for version in range(SPOKEN[0], SPOKEN[1] + 1)]
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class Signing:
    """ASGI middleware of a test: what passes is signed as a station signs it, so that it gets beyond the door."""

    def __init__(self, app, asker):
        self._app, self._asker, self._counter = app, asker, itertools.count(1000)
        self.spoken = set()

    def _version(self, scope):
        """As the request says, where the centre speaks that: each version has its turn."""
        said = dict(scope["headers"]).get(b"muni-protocol", b"")
        version = said if said in SPOKEN_VERSIONS else str(PROTOCOL).encode()
        self.spoken.add(version)
        return version

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        number = next(self._counter)
        text = request_text(request.method, target, self._asker.session, number, body)
        made = {
            b"muni-protocol": self._version(scope),
            b"muni-session": self._asker.session.encode(),
            b"muni-counter": str(number).encode(),
            b"muni-signature": sign(self._asker.key, text).encode(),
        }
        if scope["path"] == "/v1/enrol":
            del made[b"muni-signature"]  # what enrols signs something else, or nothing
        kept = [pair for pair in scope["headers"] if pair[0] not in {*made, b"muni-signature"}]

        async def again():
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app({**scope, "headers": [*kept, *made.items()]}, again, send)


def read(station, document_id):
    """Its pages say something, so that they are found with snippets and boxes."""
    reading = PlainPool("رخصة بناء للقسيمة ١٢٣").reading()
    blob = station.store.vault.put(reading.to_json())
    with station.store.unit_of_work() as unit:
        pages = unit.records.document(document_id).page_ids
    record(
        station.store,
        *(PageRead(page_id=page, reading=blob, engine="plain", confidence=0.9) for page in pages),
    )


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre")
    patch = pytest.MonkeyPatch()
    for name in ("KNOCKING", "SIGNING_IN"):
        patch.setattr(speaking, name, parse("1000000/second"))
    with open_centre(folder / "data") as centre:
        app = create_app(centre.centre)

        async def no_waiting(*_):
            pass

        app.state.watcher.news = no_waiting
        plain = PlainStation(folder / "P5", "P5")
        plain.enrol(centre)
        read(plain, plain.add_document("x"))
        plain.send(centre)
        plain.close()
        follow_journal(centre.centre.place)
        with AppClient(app) as http:
            asker = enrolled(centre, http, "A1", "station-a")
            signing = Signing(app, asker)
            described = schemathesis.openapi.from_asgi("/openapi.json", signing)
            described.spoken = signing.spoken
            yield described
    patch.undo()


@pytest.mark.parametrize("route", sorted(route for route in TABLE if route[1] != "/openapi.json"), ids=" ".join)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_it_answers_as_it_says(api, route, mode):
    method, path = route
    if mode is GenerationMode.NEGATIVE and path in NOTHING_TO_SAY:
        pytest.skip("nothing can be said wrong")

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES_EACH, deadline=None, derandomize=not FULL, database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(case):
        answer = case.call()
        outcomes.append(answer.json()["code"] if answer.status_code >= 400 else "ok")
        case.validate_response(answer, checks=CHECKED)

    outcomes: list[str] = []
    api.spoken.clear()
    asked()
    if mode is GenerationMode.POSITIVE and path.startswith("/v1/"):
        assert {*SPOKEN_VERSIONS[-1:]} <= api.spoken, "the newest version was never spoken"
    assert path == "/v1/sessions" or set(outcomes) - {"session-unknown"}, "nothing got beyond the door"


def test_every_message_has_an_example_that_fits():
    kinds = {
        kind for kind in vars(messages).values()
        if isinstance(kind, type) and issubclass(kind, messages.Message) and kind is not messages.Message
    }  # fmt: skip
    assert set(EXAMPLES) == kinds
    for kind, example in EXAMPLES.items():
        kind.model_validate(example)


def test_every_route_tells_its_errors(api):
    for path, methods in api.raw_schema["paths"].items():
        for method, said in methods.items():
            if path.startswith("/v1/"):
                assert {"401", "413", "422", "426", "429"} <= set(said["responses"]), (method, path)
                assert said["description"], (method, path)


@pytest.mark.parametrize(
    ("kind", "told", "beside"),
    [
        (Document, messages.DocumentTold, set()),
        (Page, messages.PageTold, {"reading"}),
        (Found, messages.SearchAnswer, set()),
        (Hit, messages.Hit, set()),
        (SnippetPart, messages.SnippetPart, set()),
        (Box, messages.Box, set()),
    ],
)
def test_what_is_answered_as_it_is_here_is_described_whole(kind, told, beside):
    assert {field.name for field in dataclasses.fields(kind)} == set(told.model_fields) - beside


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_document_and_what_is_found_are_answered_as_described(api):
    case = api["/v1/documents/{document_id}"]["GET"].Case(
        path_parameters={"document_id": "x-d"}, headers={"Muni-Protocol": str(PROTOCOL)}
    )
    answer = case.call_and_validate(checks=CHECKED)
    assert [page["number"] for page in answer.json()["pages"]] == [1, 2]
    case = api["/v1/search"]["POST"].Case(
        body={"query": "رخصة", "facets": True}, media_type="application/json",
        headers={"Muni-Protocol": str(PROTOCOL)},
    )  # fmt: skip
    answer = case.call_and_validate(checks=CHECKED).json()
    assert answer["total"] == 2
    assert answer["hits"][0]["boxes"]
    assert answer["facets"]


def test_every_parameter_body_and_answer_has_an_example_that_fits(api):
    described = api.raw_schema
    kinds = described["components"]["schemas"]
    seen = 0
    for path, methods in described["paths"].items():
        for said in methods.values():
            for parameter in said.get("parameters", ()):
                jsonschema_rs.validate(parameter["schema"], parameter["example"])
            for content in (said.get("requestBody", {}), said["responses"]["200"]):
                for body in content.get("content", {}).values():
                    schema = body["schema"]
                    name = schema.get("$ref", "").rpartition("/")[2]
                    given = kinds[name]["examples"] if name else [body["example"]]
                    for example in given:
                        jsonschema_rs.validate({**schema, "components": described["components"]}, example)
                        seen += 1
            assert said["responses"]["200"]["content"], path
    assert seen > len(described["paths"])


def test_the_headers_that_show_who_asks_are_described(api):
    """Of each signed route; the session's is the scheme's own."""
    for (method, path), demand in TABLE.items():
        said = api.raw_schema["paths"].get(path, {}).get(method.lower(), {})
        told = {each["name"]: each["required"] for each in said.get("parameters", ()) if each["in"] == "header"}
        spoken = {"Muni-Protocol": True} if demand != OPEN else {}
        signs = {"Muni-Counter": True, "Muni-Signature": True} if demand == SIGNED else {}
        assert told == spoken | signs | ({"Muni-Signature": False} if path == "/v1/enrol" else {}), path
        assert (said.get("security") == [{"station": []}]) == (demand == SIGNED)
    assert api.raw_schema["components"]["securitySchemes"]["station"]["name"] == "Muni-Session"


def test_what_stands_below_a_field_describes_it(api):
    feed = api.raw_schema["components"]["schemas"]["Feed"]["properties"]
    assert "not of the journal" in feed["last"]["description"]


def test_the_versions_that_are_spoken_are_described(api):
    (said,) = [
        each["schema"] for each in api.raw_schema["paths"]["/v1/feed"]["get"]["parameters"]
        if each["name"] == "Muni-Protocol"
    ]  # fmt: skip
    assert [version.encode() for version in said["enum"]] == SPOKEN_VERSIONS
    assert (EXAMPLES[messages.Hello]["oldest"], EXAMPLES[messages.Hello]["newest"]) == SPOKEN
