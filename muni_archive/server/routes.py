"""The routes of the protocol. Each does one thing: read the message, call a service, answer."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from muni_archive import __version__
from muni_archive.domain.account_errors import AccountNotProven
from muni_archive.domain.centre_errors import CentreError, NotAllowed, SessionUnknown
from muni_archive.domain.entitled import entitled_to_wire
from muni_archive.domain.errors import NotFound
from muni_archive.domain.finding import SearchRequest, SortBy
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.people import Person
from muni_archive.domain.together import Station, from_wire, to_wire
from muni_archive.domain.uploading import FileOffer, SentPart
from muni_archive.domain.versions import SPOKEN
from muni_archive.server import messages as say
from muni_archive.server.described import BYTES, ERRORS, KNOCK_ERRORS
from muni_archive.server.sessions import IDLE_SECONDS
from muni_archive.server.speaking import Caller, CentreHere, Knock, Speaker, check_not_revoked, door, tell_forgery
from muni_archive.server.watching import watcher
from muni_archive.services.centre.enrolling import enrol_station, readmit_station
from muni_archive.services.centre.feeding_back import feed, own_journal, standing
from muni_archive.services.centre.files import finish_files, offer_files, read_file, read_small_files, take_part
from muni_archive.services.centre.finding import answer_question, show_document
from muni_archive.services.centre.missing import wanted_files
from muni_archive.services.centre.people import entitled_at, seen_by, sign_in, sign_in_with_token
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.sync.signing import enrolment_text, is_signed, session_text

NO_CHALLENGE = "the challenge was not given to this station, or was used already"
NOT_SIGNED = "the signature is not by the station's key over this challenge"
NOT_ENROLLING = "Muni-Signature is not by this key over this enrolment"
_log = logging.getLogger(__name__)
api = APIRouter(prefix="/v1")
knock = APIRouter(dependencies=[Knock], responses=KNOCK_ERRORS)
"""Before a station has shown who it is."""
signed = APIRouter(responses=ERRORS)
"""Each asks for a `Speaker`: a signed request in a station's session. A test holds that against a table."""
LONGEST_WAIT = 30.0
"""Seconds that a station's question for news is held."""
Sequence_ = Annotated[int, Query(ge=0, lt=2**62)]


class FileBytes(StreamingResponse):
    """A file as it is; never a page that a browser would show."""

    media_type = "application/octet-stream"


@knock.get("/hello")
def hello(request: Request, centre: CentreHere) -> say.Hello:
    """Who this centre is."""
    oldest, newest = SPOKEN
    return say.Hello(
        centre_id=door(request).centre_id, name=centre.place.station, program=__version__, oldest=oldest, newest=newest,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip


@knock.post("/enrol")
def enrol(request: Request, centre: CentreHere, asked: say.EnrolRequest) -> say.Enrolled:
    """A station uses its code, signed with its key. Programs from before that do not sign."""
    said = enrolment_text(door(request).centre_id, asked.code, asked.station_id, asked.name)
    signature = request.headers.get("muni-signature")
    holds_key = signature is not None and is_signed(asked.public_key, said, signature)
    if signature is not None and not holds_key:
        raise NotAllowed(detail=NOT_ENROLLING)
    station = enrol_station(
        centre,
        code=asked.code,
        station_id=asked.station_id,
        name=asked.name,
        public_key=asked.public_key,
        alone_until=asked.alone_until,
        holds_key=holds_key,
    )
    return say.Enrolled(centre_id=door(request).centre_id, departments=list(station.departments))


@knock.post("/challenges")
def challenge(request: Request, asked: say.ChallengeRequest) -> say.Challenge:
    """A random text to sign. Whether the station exists is not told."""
    return say.Challenge(challenge=door(request).sessions.challenge(asked.station_id))


@knock.post("/sessions")
def begin_session(request: Request, asked: say.SessionRequest) -> say.SessionBegun:
    """A session for who signed the challenge with the station's key."""
    doorkeeper = door(request)
    station = doorkeeper.station(asked.station_id)
    text = session_text(doorkeeper.centre_id, station.id, asked.challenge)
    given = doorkeeper.sessions.redeem(asked.challenge, station.id)
    if not given or not is_signed(station.public_key, text, asked.signature):
        tell_forgery(request, station, "a session that it did not ask for")
        raise SessionUnknown(detail=NOT_SIGNED if given else NO_CHALLENGE)
    check_not_revoked(station)
    return say.SessionBegun(session=doorkeeper.sessions.begin(station.id), seconds=3600)


@signed.post("/sign-in")
def let_sign_in(request: Request, centre: CentreHere, caller: Speaker, asked: say.SignInRequest) -> say.SignedIn:
    """A person signs in within the station's session."""
    return _signed_in(request, centre, caller, lambda: sign_in(centre, caller.station, asked.name, asked.password))


@signed.post("/sign-in/account/nonce")
def give_nonce(request: Request, caller: Speaker) -> say.AccountNonce:
    """A person is about to sign in at the municipality's sign-in service."""
    return say.AccountNonce(nonce=door(request).sessions.nonce(caller.station.id))


@signed.post("/sign-in/account")
def let_sign_in_with_account(
    request: Request, centre: CentreHere, caller: Speaker, asked: say.AccountRequest
) -> say.SignedIn:
    """A person signs in within the station's session, by the word of that service; each nonce serves once."""

    def signing_in() -> Person:
        if not door(request).sessions.redeem_nonce(asked.nonce, caller.station.id):
            raise AccountNotProven(detail="nonce")
        return sign_in_with_token(centre, caller.station, asked.id_token, asked.nonce)

    return _signed_in(request, centre, caller, signing_in)


def _signed_in(request: Request, centre: Centre, caller: Caller, signing_in: Callable[[], Person]) -> say.SignedIn:
    """The answer about who comes in, whichever way; refusals are counted and logged without a name."""
    door(request).try_signing_in(caller.station.id)
    try:
        person = signing_in()
    except CentreError as refused:
        watcher(request).sign_ins.labels(refused.code).inc()
        _log.warning("%s: somebody could not sign in (%s)", caller.station.name, refused.code)
        raise
    watcher(request).sign_ins.labels("ok").inc()
    _log.info("%s: %s signed in", caller.station.name, person.id)
    sight = caller.station.sight & seen_by(centre, person)
    return say.SignedIn(
        token=caller.session.sign_in(person.id, person.password_since),
        person_id=person.id, name=person.name, role=person.role,
        departments=sorted(sight.departments or ()), all_departments=sight.departments is None,
        rights=say.RightsTold.model_validate(entitled_to_wire(entitled_at(centre, caller.station, person))),
        seconds=IDLE_SECONDS,
    )  # fmt: skip


@signed.post("/sign-out")
def let_sign_out(caller: Speaker) -> say.SignedOut:
    """The person whose token came with this is signed out."""
    caller.session.sign_out(caller.token)
    return say.SignedOut()


@signed.get("/standing")
def tell_standing(centre: CentreHere, caller: Speaker) -> say.StandingAnswer:
    """How far the centre has this station's journal."""
    own, central = standing(centre, caller.station.id)
    return say.StandingAnswer(
        sequence=own.sequence, hash=own.hash, state=caller.station.state, central_sequence=central,
        wanted=list(wanted_files(centre, caller.station)),
    )  # fmt: skip


@signed.post("/entries")
def take_entries(request: Request, centre: CentreHere, caller: Speaker, asked: say.EntriesRequest) -> say.Acknowledged:
    """The next part of the station's journal."""
    entries = [from_wire(values) for values in asked.entries]
    acknowledged = receive_entries(centre, caller.station.id, entries, lost=asked.lost)
    watcher(request).entries_taken(len(asked.entries))
    return say.Acknowledged(sequence=acknowledged.sequence, hash=acknowledged.hash)


@signed.get("/feed")
async def tell_news(
    request: Request,
    centre: CentreHere,
    caller: Speaker,
    after: Sequence_ = 0,
    link: Annotated[str, Query(max_length=64)] = GENESIS,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0,
    again: bool = False,
    held: bool = False,
) -> say.Feed:
    """The central journal past `after`, up to about 2,000 entries: asked until none come. Held for `wait` seconds while
    there is nothing new.
    """

    def read(station: Station) -> Sequence[JournalEntry]:
        return feed(centre, station, after=after, link=link, again=again, held=held, version=caller.version)

    def read_again() -> Sequence[JournalEntry]:
        station = door(request).station(caller.station.id)
        check_not_revoked(station)
        return read(station)

    entries = await run_in_threadpool(read, caller.station)
    if not entries and wait:
        await watcher(request).news(after, wait)
        entries = await run_in_threadpool(read_again)
    return _feed(entries, after)


@signed.get("/own")
def tell_own(centre: CentreHere, caller: Speaker, after: Sequence_ = 0) -> say.Feed:
    """The station's own journal as the centre has it, past `after`: up to 2,000 entries, asked until none come."""
    return _feed(own_journal(centre, caller.station.id, after=after), after)


@signed.post("/readmission")
def readmit(centre: CentreHere, caller: Speaker, asked: say.Readmit) -> say.StandingAnswer:
    """The station has taken over what the centre has of it, and shows its last entry. Where that is another, `state`
    stays `fenced`.
    """
    readmit_station(centre, caller.station.id, sequence=asked.sequence, link=asked.hash)
    own, central = standing(centre, caller.station.id)
    with centre.unit_of_work() as unit:
        state = unit.station(caller.station.id).state
    return say.StandingAnswer(sequence=own.sequence, hash=own.hash, state=state, central_sequence=central)


@signed.post("/files/offers")
def offers(centre: CentreHere, caller: Speaker, asked: say.OffersRequest) -> say.Offers:
    """How each of these files may be sent, if it must be."""
    found = offer_files(centre, caller.station, [(file.sha, file.size) for file in asked.files])
    return say.Offers(offers=[_offer(offered) for offered in found])


@signed.put("/files/{sha}/parts/{offset}", openapi_extra=BYTES)
def part(
    request: Request,
    centre: CentreHere,
    caller: Speaker,
    sha: say.Sha,
    offset: say.Size,
    size: Annotated[say.Size, Query()],
) -> say.PartTaken:
    """Bytes of a file from `offset` on, for centres that keep files themselves; `size` is the whole file's."""
    here, stored = take_part(centre, caller.station, sha=sha, size=size, offset=offset, data=caller.body)
    watcher(request).bytes_taken(len(caller.body))
    return say.PartTaken(offset=here, stored=stored)


@signed.post("/files/finish")
def finish(request: Request, centre: CentreHere, caller: Speaker, asked: say.FinishRequest) -> say.Finished:
    """Files that went straight to the object store are read back, hashed and counted."""
    files = [
        (file.sha, file.size, file.upload_id, [SentPart(number=sent.number, etag=sent.etag) for sent in file.parts])
        for file in asked.files
    ]
    results = finish_files(centre, caller.station, files)
    stored = [sha for sha, error in results.items() if error is None]
    watcher(request).bytes_taken(sum(size for sha, size, *_ in files if sha in set(stored)))
    return say.Finished(stored=stored, failed={sha: error.code for sha, error in results.items() if error})


@signed.post("/files/bundle")
def give_bundle(centre: CentreHere, caller: Speaker, asked: say.BundleRequest) -> say.Bundle:
    """Small files together: a copy of the archive needs the reading of every page."""
    bringer = "" if caller.person else caller.station.id
    found = read_small_files(centre, caller.sight, asked.files, bringer=bringer, scope=caller.scope)
    return say.Bundle(files={sha: base64.b64encode(data).decode() for sha, data in found.items()})


@signed.get("/files/{sha}", response_class=FileBytes)
def give_file(centre: CentreHere, caller: Speaker, sha: say.Sha, start: Annotated[say.Size, Query()] = 0) -> FileBytes:
    """A file's bytes from `start` on; whoever takes them checks the hash."""
    bringer = "" if caller.person else caller.station.id
    size, pieces = read_file(centre, caller.sight, sha, start=start, bringer=bringer, scope=caller.scope)
    headers = {"content-length": str(max(0, size - start))}
    return FileBytes(pieces, headers=headers)


@signed.post("/search", response_model=None, responses={200: {"model": say.SearchAnswer}})
def search(centre: CentreHere, caller: Speaker, asked: say.SearchQuestion) -> JSONResponse:
    """Pages of the whole archive, as far as the station may see them."""
    try:
        sort = SortBy(asked.sort)
    except ValueError:
        sort = SortBy.RELEVANCE
    question = SearchRequest(**{**asked.model_dump(exclude={"sort"}), "sort": sort})
    # Written here, off the event loop and as it is: `jsonable_encoder` would look at each of a thousand boxes.
    return JSONResponse(answer_question(centre, caller.sight, question, scope=caller.scope))


@signed.get("/documents/{document_id}", response_model=None, responses={200: {"model": say.DocumentAnswer}})
def document(centre: CentreHere, caller: Speaker, document_id: say.Id) -> dict[str, Any]:
    """A document, its pages and the names of their files and readings."""
    found = show_document(centre, caller.sight, document_id, scope=caller.scope)
    if found is None:
        raise NotFound(key=document_id)
    return found


def _feed(entries: Sequence[JournalEntry], after: int) -> say.Feed:
    return say.Feed(
        entries=[to_wire(entry) for entry in entries],
        last=entries[-1].sequence if entries else after,
        received={entry.id: entry.received_at for entry in entries if entry.received_at},
    )


def _offer(offered: FileOffer) -> say.Offer:
    if offered.direct is None:
        return say.Offer(sha=offered.sha, size=offered.size, stored=offered.stored, offset=offered.offset)
    direct = offered.direct
    return say.Offer(
        sha=offered.sha,
        size=offered.size,
        upload_id=direct.upload_id,
        parts=[
            say.Part(number=p.number, start=p.start, length=p.length, url=p.url, headers=dict(p.headers))
            for p in direct.parts
        ],
        there=[say.Sent(number=sent.number, etag=sent.etag) for sent in direct.there],
        valid_s=direct.valid_s,
    )


api.include_router(knock)
api.include_router(signed)
