"""Speaks the protocol to a centre over HTTP: sessions, signatures, and the centre's errors as ours."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import httpx

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import (
    AuthorityMissing,
    BytesWrong,
    CentreDiskFull,
    CentreError,
    CentreUnreachable,
    CentreUntrusted,
    LineOpen,
    SessionUnknown,
)
from muni_archive.domain.entitled import Entitled, entitled_from_wire
from muni_archive.domain.errors import (
    ArchiveBusy,
    ArchiveError,
    BlobCorrupt,
    DatabaseUnreachable,
    DiskFull,
    IndexUnavailable,
    ObjectStoreRefused,
)
from muni_archive.domain.errors_by_code import BY_CODE
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.lines import is_private
from muni_archive.domain.pacing import UNLIMITED, Pace
from muni_archive.domain.together import Standing, from_wire, to_wire, with_times
from muni_archive.domain.uploading import Arrived, FileOffer, PartOffer, SentPart, UploadOffer
from muni_archive.domain.versions import PROTOCOL, SPOKEN, version_of
from muni_archive.sync.agreeing import agree
from muni_archive.sync.direct import DirectUpload, OfferStale
from muni_archive.sync.signing import enrolment_text, public_half, request_text, session_text, sign
from muni_archive.sync.trusting import distrust, trust, trust_also

READ_S, LONG_S = 30.0, 300.0
"""Seconds to wait for an ordinary answer, and for one that moves or verifies a file."""
PART = 8 * 2**20
"""Bytes of a file sent at once."""
CONNECT_S = 10.0
TIMEOUT = httpx.Timeout(READ_S, connect=CONNECT_S)
WAIT_S = 25.0
_AWAY = (DatabaseUnreachable, IndexUnavailable, ArchiveBusy)
"""What the centre cannot do without: it answers, and is as good as away until they are back."""

_BY_CODE = {**BY_CODE, DiskFull.code: CentreDiskFull}
"""What the centre tells of itself, as errors at a station: its disk is not ours."""


class CentreClient:
    """One station's line to its centre; may be used by several threads at once."""

    def __init__(
        self,
        url: str,
        *,
        station_id: str,
        key: str,
        centre_id: str,
        authority: Path | None = None,
        patience: float = LONG_S,
    ) -> None:
        """`patience`: seconds for which the line may be silent, whatever is asked; less where somebody looks on."""
        self._station_id, self._key, self._centre_id = station_id, key, centre_id
        self._patience = patience
        self._url, self._authority = url, authority
        self._made: tuple[httpx.Client, httpx.Client] | None = None
        self._making = threading.Lock()
        with suppress(AuthorityMissing):  # told to who asks; it may be there by then
            self._clients()
        self._session: tuple[str, Iterator[int]] | None = None
        self._version = PROTOCOL
        self._person = ""
        self._is_private = is_private(url)
        self._lock = threading.Lock()

    def close(self) -> None:
        for http in self._made or ():
            http.close()

    @property
    def _http(self) -> httpx.Client:
        """To the centre. Raises `AuthorityMissing`."""
        return self._clients()[0]

    @property
    def _store(self) -> httpx.Client:
        """To the object store. Raises `AuthorityMissing`."""
        return self._clients()[1]

    def _clients(self) -> tuple[httpx.Client, httpx.Client]:
        with self._making:
            if self._made is None:
                limits, base = httpx.Limits(max_connections=16), f"{self._url.rstrip('/')}/v1"
                verify, verify_store = trust(self._authority), trust_also(self._authority)
                self._made = (
                    httpx.Client(base_url=base, timeout=TIMEOUT, verify=verify, limits=limits),
                    httpx.Client(timeout=LONG_S, verify=verify_store, limits=limits),
                )
            return self._made

    def spoken(self) -> int:
        """The version of the protocol that was agreed on last; before anything was asked, this program's own.

        Each session begins with that again: a centre that was updated has forgotten the sessions from before.
        """
        return self._version

    def standing(self) -> tuple[Standing, str, int]:
        """How far the centre has this station's journal, the station's state, the central journal's end."""
        said = self._ask("GET", "/standing")
        return Standing(sequence=said["sequence"], hash=said["hash"]), said["state"], said["central_sequence"]

    def centre_time(self) -> datetime:
        """The centre's clock."""
        with _told():
            return datetime.fromisoformat(_answer(self._request("GET", "/hello"))["time"]).astimezone(UTC)

    def wanted(self) -> Sequence[str]:
        """An older centre wants nothing."""
        return [str(sha) for sha in self._ask("GET", "/standing").get("wanted", ())]

    def send_entries(self, entries: Sequence[JournalEntry], lost: Sequence[str] = ()) -> Standing:
        """Raises `JournalGap`, `StationParted`, `BytesMissing` and other `CentreError`s.

        Entries that cannot be said in the version that is spoken are never sent: `ProtocolTooNew`.
        """
        listed = {"lost": list(lost)} if lost else {}  # a centre that does not know the word is told it only at need
        said = self._ask(
            "POST", "/entries", {"entries": [to_wire(entry) for entry in entries], **listed},
            least=max(map(version_of, entries), default=SPOKEN[0]),
        )  # fmt: skip
        return Standing(sequence=said["sequence"], hash=said["hash"])

    def feed(self, *, after: int, link: str, wait: float = 0) -> Sequence[JournalEntry]:
        """The central journal past `after`; held by the centre for `wait` seconds while there is nothing new."""
        query = urlencode({"after": after, "link": link, "wait": wait, "again": "true", "held": "true"})
        said = self._ask("GET", f"/feed?{query}", timeout=READ_S + wait)
        return with_times(_entries(said), said.get("received", {}))  # an older centre does not say

    def own_journal(self, *, after: int) -> Sequence[JournalEntry]:
        """This station's journal as the centre has it."""
        return _entries(self._ask("GET", f"/own?after={after}"))

    def ask_readmission(self, standing: Standing) -> str:
        """Show the last entry taken over; returns the station's state."""
        return str(self._ask("POST", "/readmission", {"sequence": standing.sequence, "hash": standing.hash})["state"])

    def offers(self, files: Sequence[tuple[str, int]]) -> Sequence[FileOffer]:
        """How each file (name, size) may be sent, if it must be."""
        said = self._ask("POST", "/files/offers", {"files": [{"sha": sha, "size": size} for sha, size in files]})
        with _told():
            offers = [_offer(offer) for offer in said["offers"]]
        if [(offer.sha, offer.size) for offer in offers] != list(files):
            raise CentreUnreachable(detail="the answer speaks of other files")
        self._check_lines(offers)
        return offers

    def _check_lines(self, offers: Sequence[FileOffer]) -> None:
        """Files that a centre is told behind TLS go to its store behind TLS, too. Raises `ObjectStoreRefused`."""
        direct = (offer.direct for offer in offers if offer.direct is not None)
        if self._is_private and not all(is_private(part.url) for upload in direct for part in upload.parts):
            raise ObjectStoreRefused(detail="its address begins with http, the centre's line is encrypted")

    def send_file(self, file: Path, offer: FileOffer, cancel: CancelToken, pace: Pace = UNLIMITED) -> bool:
        if offer.direct is not None:
            return self._send_direct(file, offer.direct, cancel, pace)
        if not offer.stored:
            self._send_parts(file, offer, cancel, pace)
        return True

    def finish_files(self, files: Sequence[tuple[str, int]]) -> Sequence[str]:
        listed = [{"sha": sha, "size": size} for sha, size in files]
        return list(self._ask("POST", "/files/finish", {"files": listed}, timeout=LONG_S)["failed"])

    def finish(self, sha: str, size: int, upload_id: str | None, parts: Sequence[SentPart]) -> None:
        """The file went straight to the store. Raises what is wrong with it there."""
        listed = [{"number": part.number, "etag": part.etag} for part in parts]
        file = {"sha": sha, "size": size, "upload_id": upload_id, "parts": listed}
        failed = self._ask("POST", "/files/finish", {"files": [file]}, timeout=LONG_S)["failed"]
        if failed:
            code = str(failed[sha])
            raise _BY_CODE.get(code, CentreError)(sha=sha, detail=code)

    def read_file(self, sha: str) -> bytes:
        """For the station, which keeps a copy of the centre."""
        return self._file(sha, "")

    def read_files(self, shas: Sequence[str]) -> Mapping[str, bytes]:
        """Small files, as many as the centre gives at once; what is missing here is asked for by itself."""
        given = self._ask("POST", "/files/bundle", {"files": list(shas)}, timeout=LONG_S)["files"]
        with _told():
            found = {sha: base64.b64decode(text) for sha, text in given.items()}
        return {sha: data for sha, data in found.items() if hashlib.sha256(data).hexdigest() == sha}

    def read_page_file(self, sha: str) -> bytes:
        """For the person who has signed in. Raises `NotFound`, `SignInNeeded`."""
        return self._file(sha, self._person)

    def _file(self, sha: str, person: str) -> bytes:
        data = self._send("GET", f"/files/{sha}", b"", timeout=LONG_S, person=person).content
        if hashlib.sha256(data).hexdigest() != sha:
            raise BlobCorrupt(sha=sha)
        return data

    def _send_direct(self, file: Path, offer: UploadOffer, cancel: CancelToken, pace: Pace) -> bool:
        """A file of one request is told of later, together with others."""
        upload = DirectUpload(desk=_Desk(self, offer), http=self._store, cancel=cancel, pace=pace)
        if offer.upload_id is None and len(offer.parts) == 1:
            try:
                upload.put(file, offer.parts[0])
                return False
            except OfferStale:
                pass
        upload.send(file, offer.sha)
        return True

    def _send_parts(self, file: Path, offer: FileOffer, cancel: CancelToken, pace: Pace) -> None:
        """Through the centre, part by part, from where it stands."""
        offset, stored, anew = offer.offset, False, False
        with file.open("rb") as source:
            while not stored:
                cancel.raise_if_cancelled()
                source.seek(offset)
                piece = source.read(pace.piece(PART))
                if not piece and offset != offer.size:
                    raise BytesWrong(sha=offer.sha)  # the centre waits for more than there is
                target = f"/files/{offer.sha}/parts/{offset}?size={offer.size}"
                try:
                    said = self._ask(
                        "PUT", target, piece, timeout=LONG_S, before=partial(pace.wait, len(piece), cancel)
                    )
                except BytesWrong:
                    # What lay at the centre from an earlier try was damaged; it has been thrown away there.
                    if anew:
                        raise
                    said, anew = {"offset": 0, "stored": False}, True
                offset, stored = int(said["offset"]), bool(said["stored"])

    def sign_in(self, name: str, password: str) -> Mapping[str, Any]:
        """From now on questions are asked for this person: `search`, `document`, `read_page_file`.

        Returns `name`, `role`, `departments`, `all_departments`, `rights` (see `rights_in`). Raises `SignInRefused`,
        `SignInLocked`, `LineOpen`.
        """
        if not self._is_private:
            raise LineOpen
        said = self._ask("POST", "/sign-in", {"name": name, "password": password})
        return self._entered(said)

    def account_nonce(self) -> str:
        """A text for an ID token to repeat: good once, at this station. Raises `LineOpen`."""
        if not self._is_private:
            raise LineOpen
        return str(self._ask("POST", "/sign-in/account/nonce", {})["nonce"])

    def sign_in_with_account(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """As `sign_in`, by an ID token of the municipality's sign-in service. Raises `AccountError`s, `LineOpen`."""
        if not self._is_private:
            raise LineOpen
        said = self._ask("POST", "/sign-in/account", {"id_token": id_token, "nonce": nonce})
        return self._entered(said)

    def _entered(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was told of the person, without the token, which is kept here."""
        self._person = str(said["token"])
        return _Answer({name: value for name, value in said.items() if name != "token"})

    def sign_out(self) -> None:
        """From now on questions are the station's own again."""
        person, self._person = self._person, ""
        if person:
            with suppress(CentreError):
                self._ask("POST", "/sign-out", {}, person=person)

    def search(self, question: Mapping[str, object], *, seconds: float = READ_S) -> Mapping[str, Any]:
        """What the centre finds; the answer's form is that of `services.find_pages.Found`. Raises `SignInNeeded`."""
        return self._ask("POST", "/search", dict(question), person=self._person, timeout=seconds)

    def document(self, document_id: str) -> Mapping[str, Any]:
        """A document and its pages as plain values. Raises `NotFound`, `SignInNeeded`."""
        return self._ask("GET", f"/documents/{document_id}", person=self._person)

    def _ask(
        self,
        method: str,
        target: str,
        said: Mapping[str, object] | bytes = b"",
        *,
        timeout: float | None = None,
        person: str = "",
        before: Callable[[], None] | None = None,
        least: int = SPOKEN[0],
    ) -> dict[str, Any]:
        body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
        response = self._send(method, target, body, timeout=timeout, person=person, before=before, least=least)
        with _told():
            return _answer(response)

    def _send(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        timeout: float | None = None,
        person: str = "",
        before: Callable[[], None] | None = None,
        least: int = SPOKEN[0],
    ) -> httpx.Response:
        """Send it signed; a session that the centre has forgotten is begun anew, once. `before` is called each time."""
        for again in (False, True):
            if before is not None:
                before()  # ahead of the number: one that waited would have grown old
            session, counter = self._next(timeout)
            text = request_text(method, f"/v1{target}", session, counter, body, person)
            headers = {
                "muni-session": session, "muni-counter": str(counter), "muni-signature": sign(self._key, text),
                "content-type": "application/json" if method == "POST" else "application/octet-stream",
            }  # fmt: skip
            if person:
                headers["muni-person"] = person
            try:
                with _told():
                    waits = self._waits(timeout)
                    return self._request(method, target, least=least, content=body, headers=headers, timeout=waits)
            except SessionUnknown:
                with self._lock:
                    if self._session and self._session[0] == session:
                        self._session = None
                if again:
                    raise
        raise AssertionError("not reached")

    def _request(
        self,
        method: str,
        target: str,
        *,
        least: int = SPOKEN[0],
        headers: Mapping[str, str] = MappingProxyType({}),
        **said: Any,
    ) -> httpx.Response:
        """Ask in the version that both sides speak. The signature does not cover that: it is the same in each."""

        def ask(version: int) -> httpx.Response:
            spoken = {**headers, "muni-protocol": str(version)}
            return _checked(self._http.request(method, target, headers=spoken, **said))

        begun = self._version
        response, agreed = agree(ask, begun, least=least)
        if agreed != begun:
            self._version = agreed
        return response

    def _waits(self, seconds: float | None) -> httpx.Timeout:
        longest = min(seconds or READ_S, self._patience)
        return httpx.Timeout(longest, connect=min(longest, CONNECT_S))

    def _next(self, seconds: float | None) -> tuple[str, int]:
        """The session's name and its next number."""
        with self._lock:
            if self._session is None:
                self._session = (self._begin(self._waits(seconds)), itertools.count(1))
            return self._session[0], next(self._session[1])

    def _begin(self, waits: httpx.Timeout) -> str:
        self._version = PROTOCOL  # the centre may have been updated
        with _told():
            asked = {"station_id": self._station_id}
            challenge = _answer(self._request("POST", "/challenges", json=asked, timeout=waits))["challenge"]
            signature = sign(self._key, session_text(self._centre_id, self._station_id, challenge))
            said = {**asked, "challenge": challenge, "signature": signature}
            return str(_answer(self._request("POST", "/sessions", json=said, timeout=waits))["session"])


class _Answer(dict[str, Any]):
    """An object in what the centre said. A part that is missing was damaged on the way."""

    def __missing__(self, key: str) -> Any:
        raise CentreUnreachable(detail=f"the answer has no {key}")


def _answer(response: httpx.Response) -> _Answer:
    """Raises `ValueError`, `TypeError` for what is no answer; see `_told`."""
    said = response.json(object_hook=_Answer)
    if not isinstance(said, _Answer):
        raise TypeError("the answer is no object")
    return said


def rights_in(said: Mapping[str, Any]) -> Entitled | None:
    """What somebody who signed in may do, as the answer says; None of an older centre, which does not."""
    if "rights" not in said:
        return None
    with _told():
        return entitled_from_wire(said["rights"], person_id=str(said["person_id"]), name=str(said["name"]))


class _Desk:
    """Implements `ports.UploadDesk` at the centre; the first offer was made already."""

    def __init__(self, client: CentreClient, first: UploadOffer) -> None:
        self._client, self._first, self._size = client, first, first.size
        self._asked = False

    def offer(self, sha: str, size: int) -> UploadOffer:
        if not self._asked:
            self._asked = True
            return self._first
        offer = self._client.offers([(sha, size)])[0]
        return offer.direct or UploadOffer(sha=sha, size=size, stored=offer.stored)

    def finish(self, sha: str, upload_id: str | None, parts: Sequence[SentPart]) -> Arrived:
        self._client.finish(sha, self._size, upload_id, parts)
        return Arrived(size=self._size)


def say_hello(url: str, authority: Path | None = None) -> Mapping[str, Any]:
    """Who answers at this address. Raises `CentreUnreachable`, `ProtocolTooOld`, `ProtocolTooNew`."""
    return _once("GET", url, "/hello", authority)


def enrol(
    url: str,
    *,
    code: str,
    station_id: str,
    name: str,
    key: str,
    centre_id: str,
    authority: Path | None = None,
    alone_until: int = 0,
) -> Mapping[str, Any]:
    """Enrol with the centre, under this private key. Raises `CodeInvalid`, `NameTaken`, `StationKnown`, `LineOpen`.

    Whoever reads a code on the way, or changes the key that goes with it, would be the station from then on.
    """
    if not is_private(url):
        raise LineOpen
    said: dict[str, object] = {
        "code": code, "station_id": station_id, "name": name, "public_key": public_half(key)
    }  # fmt: skip
    if alone_until:  # only then: a centre that does not know the word refuses it
        said["alone_until"] = alone_until
    return _once("POST", url, "/enrol", authority, said, sign(key, enrolment_text(centre_id, code, station_id, name)))


def _once(
    method: str,
    url: str,
    target: str,
    authority: Path | None,
    said: Mapping[str, object] | None = None,
    signature: str = "",
) -> Mapping[str, Any]:
    with _told(), httpx.Client(verify=trust(authority), timeout=TIMEOUT) as http:

        def ask(version: int) -> Mapping[str, Any]:
            headers = {"muni-protocol": str(version), **({"muni-signature": signature} if signature else {})}
            answer = http.request(method, f"{url.rstrip('/')}/v1{target}", json=said, headers=headers)
            return _answer(_checked(answer))

        return agree(ask, PROTOCOL)[0]


@contextmanager
def _told() -> Iterator[None]:
    """A line that fails, in our words."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as exc:
        if why := distrust(exc):
            raise CentreUntrusted(detail=why) from exc
        raise CentreUnreachable(detail=str(exc) or type(exc).__name__) from exc


def _checked(response: httpx.Response) -> httpx.Response:
    """Raises the error that the centre tells; for a fault of its own, which it has no name for, `CentreError`."""
    if response.is_success:
        return response
    try:
        said = response.json()
        kind, params = _BY_CODE.get(said["code"], CentreError), dict(said.get("params") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise CentreUnreachable(detail=f"HTTP {response.status_code}") from exc
    if kind in (CentreError, ArchiveError):
        raise CentreError(detail=said.get("message", response.status_code))
    if kind in _AWAY:
        raise CentreUnreachable(detail=params.get("detail", kind.code))
    raise kind(**params)


def _entries(said: Mapping[str, Any]) -> Sequence[JournalEntry]:
    with _told():
        return [from_wire(values) for values in said["entries"]]


def _offer(said: Mapping[str, Any]) -> FileOffer:
    direct = None
    if said["parts"] or said["upload_id"]:
        direct = UploadOffer(
            sha=said["sha"], size=said["size"], upload_id=said["upload_id"],
            parts=tuple(PartOffer(**part) for part in said["parts"]),
            there=tuple(SentPart(**sent) for sent in said["there"]), valid_s=said["valid_s"],
        )  # fmt: skip
    return FileOffer(sha=said["sha"], size=said["size"], stored=said["stored"], offset=said["offset"], direct=direct)
