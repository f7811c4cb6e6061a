"""What a station signs with its key, and how the centre checks it."""

from __future__ import annotations

import hashlib

from muni_archive.ed25519 import is_signed, new_key, public_half, sign

__all__ = ["enrolment_text", "is_signed", "new_key", "public_half", "request_text", "session_text", "sign"]


def enrolment_text(centre_id: str, code: str, station_id: str, name: str) -> bytes:
    """What a station signs with the key that it enrols with: it has that key, and means this code at this centre."""
    return f"muni-archive enrolment\n{centre_id}\n{code}\n{station_id}\n{name}".encode()


def session_text(centre_id: str, station_id: str, challenge: str) -> bytes:
    """What a station signs to begin a session: bound to this centre and to the centre's own random challenge."""
    return f"muni-archive session\n{centre_id}\n{station_id}\n{challenge}".encode()


def request_text(method: str, target: str, session: str, counter: int, body: bytes, person: str = "") -> bytes:
    """What a station signs for each request: nothing in it depends on a clock. `target` is path and query.

    `person` is the token of who has signed in, when the request is made for a person: it cannot be taken off on the
    way, which would make the station's own rights of a person's.
    """
    digest = hashlib.sha256(body).hexdigest()
    of_person = f"\n{person}" if person else ""
    return f"muni-archive request\n{method}\n{target}\n{session}\n{counter}\n{digest}{of_person}".encode()
