"""What a bucket needs beside bytes: addresses signed for others, uploads in parts, removal of one version."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from muni_archive.domain.errors import DiskFull, ObjectStoreFailed, ObjectStoreRefused
from muni_archive.store.s3_address import S3Address
from muni_archive.store.s3_objects import FULL, Patience

REFUSALS = (401, 403)
NO_UPLOAD = "NoSuchUpload"
PARTS_WRONG = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML", "InvalidRequest"})


class PartsWrong(Exception):
    """The store will not put an upload together: parts are missing, or others than we think."""


@dataclass(frozen=True, kw_only=True)
class StoredPart:
    """A part that the store has."""

    number: int
    etag: str
    size: int


class S3Control:
    """One bucket, reached through `boto3`; safe to use from several threads."""

    def __init__(self, address: S3Address, patience: Patience) -> None:
        self._bucket = address.bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=address.endpoint,
            region_name=address.region,
            aws_access_key_id=address.key,
            aws_secret_access_key=address.secret,
            aws_session_token=address.token,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if address.endpoint else "auto"},
                connect_timeout=patience.connect_s,
                read_timeout=patience.silence_s,
                retries={"mode": "standard", "total_max_attempts": patience.retries + 1},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def sign(self, method: str, key: str, valid_s: int, **values: object) -> str:
        """An address that lets its holder do this one thing; asks nobody."""
        params = {"Bucket": self._bucket, "Key": key, **values}
        return str(self._client.generate_presigned_url(method, Params=params, ExpiresIn=valid_s))

    def remove(self, key: str, version: str | None) -> None:
        """Remove this version; where a lock keeps it, hide it."""
        name = {"Bucket": self._bucket, "Key": key}
        with translated():
            try:
                self._client.delete_object(**name, **({"VersionId": version} if version else {}))
            except ClientError as exc:
                if version is None or _status(exc) not in REFUSALS:
                    raise
                self._client.delete_object(**name)

    def remove_all(self, key: str) -> int:
        """Remove every version of the object; how many a lock keeps. What hides it goes only when none is kept."""
        with translated():
            versions, hiding = self._versions(key)
            kept = sum(not self._remove_unlocked(key, version) for version in versions)
            for version in () if kept else hiding:
                self._remove_unlocked(key, version)
        return kept

    def _remove_unlocked(self, key: str, version: str) -> bool:
        """Whether it is gone: a lock may keep it."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
        except ClientError as exc:
            if _status(exc) not in REFUSALS:
                raise
            return False
        return True

    def _versions(self, key: str) -> tuple[Sequence[str], Sequence[str]]:
        """Versions, and marks that hide them. Of a bucket without versions there is one, called null."""
        pages = list(self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key))

        def found(kind: str) -> Sequence[str]:
            return [each["VersionId"] for page in pages for each in page.get(kind, ()) if each["Key"] == key]

        return found("Versions"), found("DeleteMarkers")

    def begin(self, key: str, notes: Mapping[str, str] | None = None) -> str:
        """`notes` are those of the object that it becomes."""
        with translated():
            begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, Metadata=dict(notes or {}))
            return str(begun["UploadId"])

    def put_part(self, key: str, upload: str, number: int, data: bytes) -> None:
        summed = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        with translated():
            self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=data, ContentMD5=summed
            )

    def under_way(self, key: str) -> Sequence[str]:
        """Uploads of this object that were begun and not put together, the newest first."""
        begun = [(when, upload) for found, upload, when in self.uploads(key) if found == key]
        return [upload for _, upload in sorted(begun, reverse=True)]

    def uploads(self, prefix: str) -> Iterator[tuple[str, str, datetime]]:
        """Key, upload and beginning of every upload under way."""
        with translated():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for upload in page.get("Uploads", ()):
                    yield upload["Key"], upload["UploadId"], upload["Initiated"]

    def parts(self, key: str, upload: str) -> Mapping[int, StoredPart]:
        """The latest of each number."""
        found: dict[int, tuple[datetime, StoredPart]] = {}
        with translated():
            pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload)
            for page in pages:
                for part in page.get("Parts", ()):
                    stored = StoredPart(number=part["PartNumber"], etag=part["ETag"], size=part["Size"])
                    when = part["LastModified"]
                    if stored.number not in found or when >= found[stored.number][0]:
                        found[stored.number] = (when, stored)
        return {number: stored for number, (_, stored) in sorted(found.items())}

    def put_together(self, key: str, upload: str, parts: Mapping[int, str]) -> None:
        """An upload that is not known (any more) is no error here. Raises `PartsWrong`."""
        listed = [{"PartNumber": number, "ETag": etag} for number, etag in sorted(parts.items())]
        with translated():
            try:
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": listed}
                )
            except ClientError as exc:
                if _code(exc) in PARTS_WRONG:
                    raise PartsWrong(_code(exc)) from exc
                if _code(exc) != NO_UPLOAD:
                    raise

    def give_up(self, key: str, upload: str) -> None:
        with translated():
            try:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
            except ClientError as exc:
                if _code(exc) != NO_UPLOAD:
                    raise


@contextmanager
def translated() -> Iterator[None]:
    """Foreign errors become ours."""
    try:
        yield
    except ClientError as exc:
        code, status = _code(exc), _status(exc)
        if status == 507 or any(sign in code for sign in FULL):
            raise DiskFull from exc
        if status in REFUSALS or code == "NoSuchBucket":
            raise ObjectStoreRefused(detail=code) from exc
        raise ObjectStoreFailed(detail=code) from exc
    except BotoCoreError as exc:
        raise ObjectStoreFailed(detail=str(exc)[:200]) from exc


def _code(exc: ClientError) -> str:
    return str(exc.response.get("Error", {}).get("Code", ""))


def _status(exc: ClientError) -> int:
    return int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
