"""How connections to PostgreSQL notice that the other side has gone: by libpq's defaults that takes hours."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

_CLIENT: Mapping[str, int] = {
    "connect_timeout": 10,  # seconds, for each host of the address
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}
"""What this side does: a database that says nothing is given up a minute later, in the middle of a question too."""
_SERVER: Mapping[str, str] = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60s",
}
"""What the database does for it: the lock of a centre whose machine lost its power is free a minute later.

No `idle_in_transaction_session_timeout`: `verify` hashes all files within the transaction that shows it one state.
"""
_ENVIRONMENT = {"connect_timeout": "PGCONNECT_TIMEOUT"}


def connect_args(said: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """For the driver; `said` is the query of the database's URL, and what it (or libpq's environment) says counts.

    What a service file says cannot be asked for, and would be overruled: nothing is added to it.
    """
    if "service" in said or "PGSERVICE" in os.environ:
        return {}
    own: dict[str, Any] = {
        name: value
        for name, value in _CLIENT.items()
        if name not in said and _ENVIRONMENT.get(name, "") not in os.environ
    }
    theirs = said.get("options") or [os.environ.get("PGOPTIONS", "")]
    own["options"] = " ".join([*(f"-c {name}={value}" for name, value in _SERVER.items()), *theirs]).strip()
    return own
