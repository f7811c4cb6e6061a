"""The description of the protocol (OpenAPI): an example of every message, and how errors are answered."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from muni_archive.domain.versions import PROTOCOL, SPOKEN
from muni_archive.server import messages as say

_SHA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_CENTRE, _STATION = "01939f6c-7e4a-7d2c-9a51-2f0d7e3b9c11", "01939f6c-9b02-7c11-8f00-6a5d1f0c2e77"
_ENTRY: list[int | str] = [
    1, "01939f6c-9b02-7c11-8f00-000000000001", "2026-11-25T07:00:00.000000+00:00", "maryam", "S1", "archive-created",
    f'{{"archive_id":"{_STATION}","station":"S1"}}', "0" * 64, _SHA,
]  # fmt: skip
_SENT = {"number": 1, "etag": '"9b2cf535f27731c974343645a3985328"'}
_PART = {"number": 1, "start": 0, "length": 8388608, "url": "https://objects.example/archive/…", "headers": {}}
_FILE = {"sha": _SHA, "size": 48213}
_HELLO = {"centre_id": _CENTRE, "name": "CENTRE", "program": "0.1.0", "oldest": SPOKEN[0], "newest": SPOKEN[1]}
_DOCUMENT: dict[str, Any] = {
    "id": _CENTRE, "number": "S1-2026-000042", "version": 2, "record_class": "building_file", "department": "licences",
    "title": "رخصة بناء للقسيمة ٩٣١", "file_reference": "ب/931", "date": "2026-11-20", "metadata": {"parcel": "931"},
    "page_ids": [_STATION], "registered": True, "created_at": "2026-11-25T07:00:00+00:00",
    "changed_at": "2026-11-25T07:30:00+00:00", "changed_by": "maryam", "entry": _STATION, "batch_id": _CENTRE,
    "level": "",
}  # fmt: skip
_PAGE: dict[str, Any] = {
    "id": _STATION, "batch_id": _CENTRE, "position": 0, "blob": _SHA, "media_type": "image/png", "width": 1654,
    "height": 2339, "dpi": 200, "state": "kept", "captured_at": "2026-11-25T06:58:00+00:00", "side": "front",
    "rotation": 0, "fingerprint": "c3d1e0f8a5b69704", "origin": "scanner:1", "separator": "", "note": "",
    "document_id": _CENTRE, "number": 1, "read": True, "unreadable": False, "confidence": 0.93, "doubtful": 2,
    "reading": _SHA,
}  # fmt: skip
_BOX = {"x": 1180, "y": 402, "width": 96, "height": 41}
_SNIPPET: list[dict[str, Any]] = [{"text": "رخصة بناء", "marked": False}, {"text": "للقسيمة ٩٣١", "marked": True}]
_HIT: dict[str, Any] = {
    "number": _DOCUMENT["number"], "document_id": _CENTRE, "page_id": _STATION, "title": _DOCUMENT["title"],
    "record_class": "building_file", "page": 1, "score": 11.4, "date": "2026-11-20", "snippet": _SNIPPET,
    "boxes": [_BOX],
}  # fmt: skip

_POWER = {
    "actions": ["capture", "describe", "view"], "highest": "internal", "departments": ["licences"],
    "record_classes": None,
}  # fmt: skip
_LEAVE = {"file_reference": "F-1", "until": "2026-11-26T07:00:00.000000+00:00", "actions": ["view"]}
_RIGHTS = {
    "roles": [["clerk", "licences"]], "delegated": [["clerk", "licences", "سالم"]], "powers": [_POWER],
    "grants": [_LEAVE],
}  # fmt: skip

EXAMPLES: dict[type[say.Message], dict[str, Any]] = {
    say.Told: {
        "code": "journal-gap", "params": {"sequence": 41},
        "message": "The centre has this station's journal up to entry 41; what follows must be sent first.",
    },
    say.Hello: {**_HELLO, "time": "2026-11-25T07:00:00+00:00"},
    say.EnrolRequest: {
        "code": "4f1c77 d092ab 0c3e55 aa10d2 7b9ee1", "station_id": _STATION, "name": "S1", "public_key": "5f" * 32,
    },
    say.Enrolled: {"centre_id": _CENTRE, "departments": ["licences"]},
    say.ChallengeRequest: {"station_id": _STATION},
    say.Challenge: {"challenge": "c0ffee" * 10},
    say.SessionRequest: {"station_id": _STATION, "challenge": "c0ffee" * 10, "signature": "ab" * 64},
    say.SessionBegun: {"session": "0f" * 16, "seconds": 3600},
    say.SignInRequest: {"name": "مريم العنزي", "password": "four words and a river"},
    say.AccountNonce: {"nonce": "c0ffee" * 10},
    say.AccountRequest: {"id_token": "eyJhbGciOiJSUzI1NiJ9.e30.AA", "nonce": "c0ffee" * 10},
    say.PowerTold: _POWER,
    say.LeaveTold: _LEAVE,
    say.RightsTold: _RIGHTS,
    say.SignedIn: {
        "token": "1e" * 16, "person_id": _STATION, "name": "مريم العنزي", "role": "clerk", "departments": ["licences"],
        "all_departments": False, "rights": _RIGHTS, "seconds": 900,
    },
    say.SignedOut: {},
    say.StandingAnswer: {"sequence": 41, "hash": _SHA, "state": "active", "central_sequence": 90210, "wanted": []},
    say.EntriesRequest: {"entries": [_ENTRY], "lost": []},
    say.Acknowledged: {"sequence": 42, "hash": _SHA},
    say.Feed: {"entries": [_ENTRY], "last": 1},
    say.FileSize: _FILE,
    say.OffersRequest: {"files": [_FILE]},
    say.BundleRequest: {"files": [_SHA]},
    say.Bundle: {"files": {_SHA: ""}},
    say.Part: _PART,
    say.Sent: _SENT,
    say.Offer: {**_FILE, "stored": False, "offset": 8192},
    say.Offers: {"offers": [{**_FILE, "stored": True}, {**_FILE, "upload_id": "VXBsb2Fk", "parts": [_PART]}]},
    say.Finish: {**_FILE, "upload_id": "VXBsb2Fk", "parts": [_SENT]},
    say.FinishRequest: {"files": [{**_FILE, "upload_id": "VXBsb2Fk", "parts": [_SENT]}]},
    say.Finished: {"stored": [_SHA], "failed": {}},
    say.PartTaken: {"offset": 48213, "stored": True},
    say.SearchQuestion: {"query": "قسيمة:931 AND رخصة", "department": "licences", "limit": 20},
    say.SnippetPart: _SNIPPET[1],
    say.Box: _BOX,
    say.Hit: _HIT,
    say.SearchAnswer: {
        "query": "قسيمة:931 AND رخصة", "total": 1, "took_ms": 12.5, "hits": [_HIT],
        "facets": {"department": [("licences", 1)]}, "estimated": False,
    },
    say.DocumentTold: _DOCUMENT,
    say.PageTold: _PAGE,
    say.DocumentAnswer: {"document": _DOCUMENT, "pages": [_PAGE]},
    say.HealthAnswer: {"status": "ok", "sequence": 90210, "database": "ok", "files": "ok", "disk": "ok"},
    say.Readmit: {"sequence": 41, "hash": _SHA},
}  # fmt: skip
OF_PARAMETERS: dict[str, Any] = {
    "sha": _SHA, "document_id": _CENTRE, "offset": 8192, "size": 48213, "start": 0, "after": 90210, "link": _SHA,
    "wait": 20, "again": True, "held": True, "Muni-Protocol": str(PROTOCOL), "Muni-Counter": "1",
    "Muni-Signature": "ab" * 64,
}  # fmt: skip
"""By name, what may stand in an address or a header."""
OF_BYTES = {
    "application/octet-stream": "%PDF-1.7 …",
    "text/plain": "# TYPE muni_entries_taken_total counter\nmuni_entries_taken_total 90210.0\n",
}
"""What may be answered or sent that is no JSON."""

KNOCK_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": say.Told, "description": why}
    for status, why in {
        400: "Refused, or no JSON", 401: "Not enrolled, or the session is unknown", 403: "Not allowed",
        404: "Nothing is there, as far as this station may know", 409: "Not in this order; see the code",
        413: "More than is taken, or too slowly", 422: "Malformed; `message` tells where", 426: "Another version",
        429: "Too often, or locked for a while", 500: "A fault of the centre", 503: "Come again later",
        507: "The centre's disk is full",
    }.items()
}  # fmt: skip
"""How every route may answer beside what it is for: always `Told`."""
ERRORS = KNOCK_ERRORS | {410: {"model": say.Told, "description": "The centre was restored: begin the copy anew"}}
BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}
"""A part of a file as it is."""
STATION = {
    "type": "apiKey", "in": "header", "name": "Muni-Session",
    "description": "A station's session; `Muni-Counter` and `Muni-Signature` with it. `Muni-Person` for who signed in.",
}  # fmt: skip


def describe(app: FastAPI) -> None:
    """Let the app describe itself in full."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the framework's own way of extending it


def _described(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made["components"]["schemas"]
    for kind, example in EXAMPLES.items():
        if kind.__name__ in schemas:
            schemas[kind.__name__]["examples"] = [example]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    made["components"]["securitySchemes"] = {"station": STATION}
    for path, methods in made["paths"].items():
        for said in methods.values():
            if path.startswith("/v1/"):
                said.setdefault("parameters", []).append(dict(_VERSION))
            for status, answer in said["responses"].items():
                if status != "200" and "content" in answer:  # errors are JSON where files are not
                    answer["content"] = {"application/json": next(iter(answer["content"].values()))}
            if "410" in said["responses"]:
                said["security"] = [{"station": []}]
                said["parameters"] += [dict(_COUNTER), {**_SIGNATURE, "required": True}]
            elif path == "/v1/enrol":
                said["parameters"].append({**_SIGNATURE, "required": False})
            _exemplify(said)
    return made


def _exemplify(said: dict[str, Any]) -> None:
    """Give examples to what no message describes: parameters, and bytes that are asked for or answered."""
    for parameter in said.get("parameters", ()):
        parameter["example"] = OF_PARAMETERS[parameter["name"]]
    for content in (said.get("requestBody", {}), said["responses"]["200"]):
        for kind, body in content.get("content", {}).items():
            if kind in OF_BYTES:
                body["example"] = OF_BYTES[kind]


_VERSION = {
    "name": "Muni-Protocol", "in": "header", "required": True,
    "schema": {"type": "string", "enum": [str(version) for version in range(SPOKEN[0], SPOKEN[1] + 1)]},
    "description": "The version of the protocol that the station speaks.",
}  # fmt: skip
_COUNTER = {
    "name": "Muni-Counter", "in": "header", "required": True, "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
    "description": "A number above 0 that was not used before in this session.",
}  # fmt: skip
_SIGNATURE = {
    "name": "Muni-Signature", "in": "header", "schema": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
    "description": "Ed25519 by the station's key, in hex; what is signed stands in docs/protocol.md, «Who speaks».",
}  # fmt: skip
