"""The centre's own lines, to its database and its object store: which of them somebody on the way could read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

HERE = {"127.0.0.1", "::1", "localhost"}
PROVEN = {"verify-ca", "verify-full"}
"""What PostgreSQL calls a line on which the other side has shown a certificate; without, anybody may answer."""


def open_lines(database: str, objects: str, environment: Mapping[str, str] = os.environ) -> Sequence[str]:
    """What to warn of, for the addresses that `serve` was given."""
    found = []
    to_database, mode = urlsplit(database), _last(database, "sslmode") or environment.get("PGSSLMODE", "")
    if to_database.hostname not in {None, *HERE} and mode not in PROVEN:
        found.append("the database's certificate is not checked: give sslmode=verify-full in its address")
    store = urlsplit(_last(objects, "endpoint"))
    if store.scheme == "http" and store.hostname not in HERE:
        found.append("the object store is spoken to without TLS: give it an endpoint that begins with https")
    return found


def _last(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[-1]
