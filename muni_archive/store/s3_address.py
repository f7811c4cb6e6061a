"""Where an object store is: `s3://bucket/prefix?endpoint=http://…&region=…`; the keys come from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, urlsplit

from muni_archive.domain.errors import ObjectStoreRefused

KEY_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@dataclass(frozen=True, kw_only=True)
class S3Address:
    """A bucket, the part of it that is ours, and how to get in."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    key: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Raises `ObjectStoreRefused` for an address that is none, and without keys."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ObjectStoreRefused(detail=f"«{url}» is not s3://bucket/prefix?endpoint=…&region=…")
        missing = [name for name in KEY_NAMES if not environment.get(name)]
        if missing:
            raise ObjectStoreRefused(detail=f"{' and '.join(missing)} not set in the environment")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return cls(
            bucket=parts.netloc,
            prefix=parts.path.strip("/"),
            endpoint=options.get("endpoint"),
            region=options.get("region", "us-east-1"),
            key=environment[KEY_NAMES[0]],
            secret=environment[KEY_NAMES[1]],
            token=environment.get("AWS_SESSION_TOKEN"),
        )

    def blob(self, sha: str) -> str:
        """The key of the bytes."""
        return f"{self.start_of('blobs')}{sha[:2]}/{sha[2:4]}/{sha}"

    def mark(self, sha: str) -> str:
        """The key of the mark that says that these bytes were read back and are right."""
        return f"{self.start_of('verified')}{sha[:2]}/{sha[2:4]}/{sha}"

    def start_of(self, kind: str) -> str:
        return f"{self.prefix}/{kind}/" if self.prefix else f"{kind}/"
