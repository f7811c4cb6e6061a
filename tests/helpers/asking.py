"""A station that speaks to a centre's application by hand: every part of a request can be made wrong."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from muni_archive.bootstrap import OpenCentre
from muni_archive.domain.versions import PROTOCOL
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.sync.signing import new_key, public_half, request_text, session_text, sign

SPOKEN = {"muni-protocol": str(PROTOCOL)}


@dataclass(kw_only=True)
class Asker:
    """A station's id and key, and a client (of the application itself, or of a server) to speak through."""

    http: Any
    centre_id: str
    station_id: str
    key: str
    session: str = ""
    version: int = PROTOCOL
    counter: Any = field(default_factory=lambda: itertools.count(1))

    def begin(self) -> Asker:
        asked = {"station_id": self.station_id}
        spoken = {"muni-protocol": str(self.version)}
        challenge = self.http.post("/v1/challenges", json=asked, headers=spoken).json()["challenge"]
        signature = sign(self.key, session_text(self.centre_id, self.station_id, challenge))
        said = {**asked, "challenge": challenge, "signature": signature}
        self.session = self.http.post("/v1/sessions", json=said, headers=spoken).json()["session"]
        return self

    def headers(self, method: str, target: str, body: bytes, *, person: str = "", counter: int = 0) -> dict[str, str]:
        number = counter or next(self.counter)
        text = request_text(method, target, self.session, number, body, person)
        made = {"muni-session": self.session, "muni-counter": str(number), "muni-signature": sign(self.key, text)}
        return {"muni-protocol": str(self.version)} | made | ({"muni-person": person} if person else {})

    def ask(self, method: str, target: str, said: object = None, *, person: str = "") -> httpx.Response:
        body = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        kind = "application/json" if not isinstance(said, bytes) else "application/octet-stream"
        headers = {**self.headers(method, target, body, person=person), "content-type": kind}
        return self.http.request(method, target, content=body, headers=headers)

    def with_other_key(self) -> Asker:
        return replace(self, key=new_key())


def enrolled(centre: OpenCentre, http: Any, name: str, station_id: str, *departments: str) -> Asker:
    """Enrol a station and begin its session."""
    with centre.centre.unit_of_work() as unit:
        centre_id = unit.records.archive().archive_id
    key = new_key()
    code = invite_station(centre.centre, departments)
    enrol_station(centre.centre, code=code, station_id=station_id, name=name, public_key=public_half(key))
    return Asker(http=http, centre_id=centre_id, station_id=station_id, key=key).begin()
