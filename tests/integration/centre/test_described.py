"""The protocol's description is true: what may be sent is answered as it says, whatever it is (schemathesis)."""

from __future__ import annotations

import itertools

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
from muni_archive.server import messages, speaking
from muni_archive.server.app import create_app
from muni_archive.server.described import EXAMPLES
from muni_archive.sync.signing import request_text, sign
from tests.helpers.asking import enrolled
from tests.helpers.centres import PlainStation
from tests.helpers.fuzzing import FULL, examples
from tests.helpers.in_process import AppClient
from tests.integration.centre.test_routes import TABLE

EXAMPLES_EACH = examples(12)
"""Requests a route; more are worth an hour now and then: `MUNI_ARCHIVE_FUZZ=full`."""
NOTHING_TO_SAY = {"/health", "/metrics", "/v1/hello", "/v1/standing", "/v1/sign-out"}
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class Signing:
    """ASGI middleware of a test: what passes is signed as a station signs it, so that it gets beyond the door."""

    def __init__(self, app, asker):
        self._app, self._asker, self._counter = app, asker, itertools.count(1000)

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
            b"muni-protocol": b"1",
            b"muni-session": self._asker.session.encode(),
            b"muni-counter": str(number).encode(),
            b"muni-signature": sign(self._asker.key, text).encode(),
        }
        kept = [pair for pair in scope["headers"] if pair[0] not in made]

        async def again():
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app({**scope, "headers": [*kept, *made.items()]}, again, send)


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
        plain.add_document("x")
        plain.send(centre)
        plain.close()
        with AppClient(app) as http:
            asker = enrolled(centre, http, "A1", "station-a")
            yield schemathesis.openapi.from_asgi("/openapi.json", Signing(app, asker))
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
    asked()
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
