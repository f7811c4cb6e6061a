"""Every request's first questions: which version of the protocol, whose session, is it signed, is it too much."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from muni_archive.domain.centre_errors import (
    NotEnrolled,
    ProtocolTooNew,
    ProtocolTooOld,
    SessionUnknown,
    SignInNeeded,
    StationRefused,
    TooOften,
)
from muni_archive.domain.errors import NotFound
from muni_archive.domain.people import Person, PersonState, Sight
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Station, StationState
from muni_archive.domain.versions import SPOKEN
from muni_archive.server.sessions import Session, Sessions
from muni_archive.services.centre.people import scope_of
from muni_archive.services.centre.place import Centre
from muni_archive.sync.signing import is_signed, request_text

KNOCKING: RateLimitItem = parse("120/minute")
"""Requests by one address before it has said who it is."""
SPEAKING: RateLimitItem = parse("600/second")
"""Requests by one station."""
SIGNING_IN: RateLimitItem = parse("30/minute")
"""Tries to sign in at one station."""
LARGEST_NUMBER = 10**18 - 1
"""Of a counter and of a version."""
NO_SESSION = "Muni-Session names no session that this process knows"
NO_COUNTER = f"Muni-Counter must be a number from 1 to {LARGEST_NUMBER}, in digits alone"
NOT_SIGNED = "Muni-Signature is not by the station's key over this request"
COUNTED_BEFORE = "Muni-Counter was used before in this session, or is too far behind"
_VERSION = "the version of the protocol that is spoken, in digits alone"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The station that sent a request, whose signature was checked, for whom, and the request's body."""

    station: Station
    body: bytes
    session: Session
    version: int
    """Of the protocol, in which it speaks."""
    person: Person | None = None
    token: str = ""
    scope: Scope | None = None
    """Of the person: what may be seen at this moment."""

    @property
    def sight(self) -> Sight:
        """What the station may be told; of that the person only what the scope holds."""
        return self.station.sight


class Doorkeeper:
    """What all routes ask first; one a process."""

    def __init__(self, centre: Centre, centre_id: str) -> None:
        self.centre, self.centre_id = centre, centre_id
        self.sessions = Sessions()
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def knock(self, request: Request) -> None:
        """For requests without a session. Raises `TooOften`, and as `check_version`."""
        check_version(request)
        address = request.client.host if request.client else "-"
        if not self._limiter.hit(KNOCKING, address):
            raise TooOften

    async def caller(self, request: Request) -> Caller:
        """The station behind a signed request. Raises `SessionUnknown`, whose `detail` is for who writes a station's
        program: what is wrong is in the request alone, so it tells a stranger nothing. Raises `StationRefused`,
        `TooOften`, and as `check_version`.
        """
        version = check_version(request)
        session = self.sessions.find(request.headers.get("muni-session", ""))
        if session is None:
            raise SessionUnknown(detail=NO_SESSION)
        if not self._limiter.hit(SPEAKING, session.station_id):
            raise TooOften
        body = await request.body()
        station = await run_in_threadpool(self.station, session.station_id)
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        counter = _number(request.headers.get("muni-counter", "")) or 0
        token = request.headers.get("muni-person", "")
        text = request_text(request.method, target, request.headers["muni-session"], counter, body, token)
        if not is_signed(station.public_key, text, request.headers.get("muni-signature", "")):
            tell_forgery(request, station, "a request that it did not sign")
            raise SessionUnknown(detail=NOT_SIGNED if counter else NO_COUNTER)
        if not session.use(counter):
            tell_forgery(request, station, "a request that came before")
            raise SessionUnknown(detail=COUNTED_BEFORE if counter else NO_COUNTER)
        check_not_revoked(station)
        person = await run_in_threadpool(self.person, session, token) if token else None
        scope = await run_in_threadpool(scope_of, self.centre, person) if person else None
        return Caller(
            station=station, body=body, session=session, version=version, person=person, token=token, scope=scope
        )  # fmt: skip

    def person(self, session: Session, token: str) -> Person:
        """Who has signed in with this token in this session. Raises `SignInNeeded`."""
        signed = session.signed(token)
        if signed is None:
            raise SignInNeeded
        with self.centre.unit_of_work() as unit:
            person = unit.people.person(signed.person_id)
        if person.state is not PersonState.ACTIVE or person.password_since != signed.since:
            session.sign_out(token)
            raise SignInNeeded
        return person

    def try_signing_in(self, station_id: str) -> None:
        """Raises `TooOften` for a station at which too many try."""
        if not self._limiter.hit(SIGNING_IN, "sign-in", station_id):
            raise TooOften

    def station(self, station_id: str) -> Station:
        """The station, unless it was never enrolled. Why one was revoked is for itself: see `check_not_revoked`."""
        try:
            with self.centre.unit_of_work() as unit:
                return unit.station(station_id)
        except NotFound as exc:
            raise NotEnrolled from exc


def tell_forgery(request: Request, station: Station, what: str) -> None:
    """For the log: somebody tries to be the station, or something on the way repeats or changes what it says."""
    address = request.client.host if request.client else "-"
    _log.warning("%s: %s, of %s, for %s", station.name, what, address, request.url.path)


def check_not_revoked(station: Station) -> None:
    """For a station that has shown its key. Raises `StationRefused` with the administrator's words."""
    if station.state is StationState.REVOKED:
        raise StationRefused(detail=station.note or "revoked")


def check_version(request: Request) -> int:
    """The version that is spoken. Raises `ProtocolTooOld` or `ProtocolTooNew` for those that are not spoken here, and
    `RequestValidationError` for what is no version.
    """
    said = request.headers.get("muni-protocol")
    version = _number(said or "")
    if version is None:
        wrong = "is missing" if said is None else "is no number" if len(said) > 30 else f"is {said!r}"
        raise RequestValidationError([{"loc": ("header", "Muni-Protocol"), "msg": f"it {wrong}; must be {_VERSION}"}])
    oldest, newest = SPOKEN
    if version < oldest:
        raise ProtocolTooOld(have=version, need=oldest)
    if version > newest:
        raise ProtocolTooNew(have=version, need=newest)
    return version


def door(request: Request) -> Doorkeeper:
    found = request.app.state.door
    assert isinstance(found, Doorkeeper)
    return found


async def known_caller(request: Request) -> Caller:
    return await door(request).caller(request)


def knocking(request: Request) -> None:
    door(request).knock(request)


def the_centre(request: Request) -> Centre:
    return door(request).centre


Speaker = Annotated[Caller, Depends(known_caller)]
Knock = Depends(knocking)
CentreHere = Annotated[Centre, Depends(the_centre)]


def _number(text: str) -> int | None:
    """None for what is no number, or larger than `LARGEST_NUMBER`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
