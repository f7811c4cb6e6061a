"""The station's side of a direct upload: sends a file to the addresses that it was offered, and goes on after a cut."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreDiskFull
from muni_archive.domain.errors import (
    ArchiveError,
    BlobCorrupt,
    BlobMissing,
    ObjectStoreFailed,
    ObjectStoreRefused,
    UploadUnfinished,
)
from muni_archive.domain.lines import is_private
from muni_archive.domain.pacing import UNLIMITED, Pace, pause
from muni_archive.domain.uploading import PartOffer, SentPart, UploadOffer
from muni_archive.ports import UploadDesk

PIECE = 256 * 1024
ROUNDS = 3
"""So often a file is begun anew when the store kept something else than was sent."""
TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 5, 0.3, 5.0
TAKEN_ALREADY, FULL, SLOW_DOWN = 412, 507, (408, 429)
CHECKSUM = "x-amz-checksum-sha256"
SUM_WANTED = "Content-MD5"
"""Named in the refusal of a store that wants a sum with every part, as one does whose objects are locked."""
TIMEOUT = httpx.Timeout(60, connect=5)


class OfferStale(Exception):
    """The address is no longer good: its time is over, or the upload is gone. A new offer helps."""


@dataclass(frozen=True, kw_only=True)
class DirectUpload:
    """Sends files one after another; use several at once for more speed."""

    desk: UploadDesk
    http: httpx.Client
    cancel: CancelToken
    pace: Pace = UNLIMITED
    first_wait_s: float = FIRST_WAIT_S

    def send(self, file: Path, sha: str) -> None:
        """When this returns, the vault has the file, verified.

        Raises `ObjectStoreFailed` (try again later, what arrived is kept), `ObjectStoreRefused`,
        `BlobCorrupt` or `BlobMissing` (the store keeps losing or changing it), `CentreDiskFull`, `Cancelled`.
        """
        failure: ArchiveError | None = None
        for _ in range(ROUNDS):
            try:
                self._send_once(file, sha)
                return
            except (BlobCorrupt, BlobMissing, UploadUnfinished) as exc:
                failure = exc
            except OfferStale as exc:
                failure = ObjectStoreRefused(detail=str(exc))
        assert failure is not None
        raise failure

    def _send_once(self, file: Path, sha: str) -> None:
        size = file.stat().st_size
        sent: dict[int, str] = {}
        while True:
            offer = self.desk.offer(sha, size)
            if offer.stored:
                return
            sent |= {part.number: part.etag for part in offer.there}
            todo = [part for part in offer.parts if part.number not in sent]
            if not todo:
                break
            for part in todo:
                sent[part.number] = self.put(file, part)
            if offer.upload_id is None:
                break
        self.desk.finish(sha, offer.upload_id, _parts(offer, sent))

    def put(self, file: Path, part: PartOffer) -> str:
        """Send one part; returns the store's tag of it. Raises `OfferStale` when a new offer is needed."""
        headers = {**part.headers, "Content-Length": str(part.length)}
        summed = CHECKSUM in part.headers
        if not summed and not is_private(part.url):
            headers["Content-MD5"], summed = _md5(file, part), True
        detail = ""
        for attempt in range(TRIES):
            self.cancel.raise_if_cancelled()
            if attempt and self.cancel.wait(self._pause(attempt - 1)):
                self.cancel.raise_if_cancelled()
            try:
                answer = self.http.put(part.url, content=self._paced(file, part), headers=headers, timeout=TIMEOUT)
            except httpx.TransportError as exc:
                detail = str(exc) or type(exc).__name__
                continue
            if answer.is_success or answer.status_code == TAKEN_ALREADY:
                return str(answer.headers.get("etag", ""))
            if not summed and SUM_WANTED in answer.text:
                headers["Content-MD5"], summed = _md5(file, part), True
                continue
            detail = _told(answer)
        raise ObjectStoreFailed(detail=detail)

    def _pause(self, failures: int) -> float:
        return pause(failures, first_s=self.first_wait_s, longest_s=LONGEST_WAIT_S)

    def _paced(self, file: Path, part: PartOffer) -> Iterator[bytes]:
        for piece in _pieces(file, part, self.pace.piece(PIECE)):
            self.pace.wait(len(piece), self.cancel)
            yield piece


def _told(answer: httpx.Response) -> str:
    """What an answer says that may be better the next time; raises for one that stays."""
    detail = f"{answer.status_code} {answer.reason_phrase}"
    if answer.status_code == FULL:
        raise CentreDiskFull
    if answer.status_code >= 500 or answer.status_code in SLOW_DOWN or "BadDigest" in answer.text:
        return detail
    raise OfferStale(detail)


def _parts(offer: UploadOffer, sent: dict[int, str]) -> tuple[SentPart, ...]:
    if offer.upload_id is None:
        return ()
    return tuple(SentPart(number=number, etag=etag) for number, etag in sorted(sent.items()))


def _pieces(file: Path, part: PartOffer, size: int = PIECE) -> Iterator[bytes]:
    left = part.length
    with file.open("rb") as source:
        source.seek(part.start)
        while left and (piece := source.read(min(size, left))):
            left -= len(piece)
            yield piece


def _md5(file: Path, part: PartOffer) -> str:
    """Lets the store refuse what was damaged on an open line, part by part; no question of security.

    It costs a station half of its time for a drawing. TLS refuses damage by itself, and whatever the store keeps is
    read back and hashed before it counts.
    """
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(file, part):
        digest.update(piece)
    return base64.b64encode(digest.digest()).decode()
