"""Lets a station write straight into the object store, and counts what it wrote only when it was read back."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from muni_archive.domain.errors import UploadUnfinished, WrongUse
from muni_archive.domain.uploading import MOST_PARTS, Arrived, PartOffer, SentPart, UploadOffer, part_size
from muni_archive.store.s3_control import PartsWrong, StoredPart
from muni_archive.store.s3_objects import OWNER
from muni_archive.store.s3_vault import S3Vault

ONE_REQUEST = 16 * 1024 * 1024
"""Up to here a file goes in one request; begun anew after a cut, it costs little."""
VALID_S = 15 * 60
PARTS_AT_A_TIME = 64
"""So many parts are offered at once: as many as a slow line sends while the addresses are valid."""
SEALS = (10_000 - MOST_PARTS, 4_096)
"""Numbers and lengths of the part that says whose an upload is; no file has so many parts, and none is made of it."""


class DirectUploads:
    """Implements `ports.UploadDesk` for one vault. Keeps nothing: where an upload stands, the store knows."""

    def __init__(self, vault: S3Vault, *, valid_s: int = VALID_S) -> None:
        self._vault = vault
        self._control = vault.control
        self._valid_s = valid_s

    def offer(self, sha: str, size: int, *, owner: str = "") -> UploadOffer:
        """Only a large file is looked for: a small one costs no more to send than to ask for, and is taken once.

        An `owner` sends in any case: the store keeps with the bytes whose they are, where it takes them.

        Raises `WrongUse` for what is no name of a blob, `ObjectStoreFailed`, `ObjectStoreRefused`.
        """
        if not re.fullmatch("[0-9a-f]{64}", sha) or size < 0:
            raise WrongUse(detail=f"no file can be called {sha} and have {size} bytes")
        if size <= ONE_REQUEST:
            return self._whole(sha, size, owner)
        if not owner and self._vault.has(sha):
            return UploadOffer(sha=sha, size=size, stored=True)
        return self._in_parts(sha, size, owner)

    def finish(self, sha: str, upload_id: str | None, parts: Sequence[SentPart]) -> Arrived:
        if upload_id is not None:
            try:
                self._control.put_together(self._key(sha), upload_id, {part.number: part.etag for part in parts})
            except PartsWrong as exc:
                raise UploadUnfinished(sha=sha) from exc
        return self._vault.verify(sha)

    def give_up_older(self, before: datetime) -> int:
        """Drop uploads that were begun before then and never finished; how many there were."""
        old = [
            (key, upload)
            for key, upload, begun in self._control.uploads(self._vault.address.start_of("blobs"))
            if begun < before
        ]
        for key, upload in old:
            self._control.give_up(key, upload)
        return len(old)

    def _key(self, sha: str) -> str:
        return self._vault.address.blob(sha)

    def _whole(self, sha: str, size: int, owner: str) -> UploadOffer:
        """Length, hash and owner are part of the signature, so the address takes these very bytes, once."""
        checksum = base64.b64encode(bytes.fromhex(sha)).decode()
        signed = {"ChecksumSHA256": checksum, "ContentLength": size, "IfNoneMatch": "*", "Metadata": _notes(owner)}
        url = self._control.sign("put_object", self._key(sha), self._valid_s, **signed)
        headers = {"x-amz-checksum-sha256": checksum, "If-None-Match": "*"}
        headers |= {f"x-amz-meta-{name}": value for name, value in _notes(owner).items()}
        part = PartOffer(number=1, start=0, length=size, url=url, headers=headers)
        return UploadOffer(sha=sha, size=size, parts=(part,), valid_s=self._valid_s)

    def _in_parts(self, sha: str, size: int, owner: str) -> UploadOffer:
        upload, stored = self._going_on(sha, owner)
        there = {n: stored[n].etag for n, _, length in _cut(size) if n in stored and stored[n].size == length}
        missing = [part for part in _cut(size) if part[0] not in there][:PARTS_AT_A_TIME]
        return UploadOffer(
            sha=sha,
            size=size,
            upload_id=upload,
            parts=tuple(self._part(sha, upload, *part) for part in missing),
            there=tuple(SentPart(number=number, etag=etag) for number, etag in there.items()),
            valid_s=self._valid_s,
        )

    def _going_on(self, sha: str, owner: str) -> tuple[str, Mapping[int, StoredPart]]:
        """The owner's upload of the file and what is there of it; begun if there is none.

        Never another's: who goes on with it would bring bytes in the other's name.
        """
        key, seal = self._key(sha), self._seal(owner)
        for upload in self._control.under_way(key):
            stored = self._control.parts(key, upload)
            if {(number, part.size) for number, part in stored.items() if number > MOST_PARTS} == seal:
                return upload, stored
        upload = self._control.begin(key, _notes(owner))
        for number, length in seal:
            self._control.put_part(key, upload, number, bytes(length))
        return upload, {}

    def _seal(self, owner: str) -> set[tuple[int, int]]:
        """Number and length of the part by which an owner's uploads are known: nobody can guess another's."""
        if not owner:
            return set()
        digest = hmac.digest(self._vault.address.secret.encode(), owner.encode(), "sha256")
        numbers, lengths = SEALS
        return {(MOST_PARTS + 1 + int.from_bytes(digest[:4]) % numbers, 1 + int.from_bytes(digest[4:8]) % lengths)}

    def _part(self, sha: str, upload: str, number: int, start: int, length: int) -> PartOffer:
        values = {"UploadId": upload, "PartNumber": number, "ContentLength": length}
        url = self._control.sign("upload_part", self._key(sha), self._valid_s, **values)
        return PartOffer(number=number, start=start, length=length, url=url)


def _notes(owner: str) -> dict[str, str]:
    return {OWNER: owner} if owner else {}


def _cut(size: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and length of every part."""
    step = part_size(size)
    for at, start in enumerate(range(0, size, step), start=1):
        yield at, start, min(step, size - start)
