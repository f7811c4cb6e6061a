"""Passwords of people: how they are kept (argon2id), compared, and which are too easy."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from muni_archive.domain.centre_errors import PasswordWeak
from muni_archive.domain.people import LONGEST_PASSWORD, SHORTEST_PASSWORD, plain_name
from muni_archive.messages import _

AT_ONCE = 4
"""Comparisons at once; each takes 64 MiB, so nobody can exhaust the memory by guessing."""
_hasher = PasswordHasher()
_room = threading.BoundedSemaphore(AT_ONCE)
_FEW_SIGNS = 5


def hash_password(password: str) -> str:
    with _room:
        return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is; takes as long when there is no hash to compare with."""
    with _room:
        try:
            return _hasher.verify(password_hash or nobodys_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def is_old(password_hash: str) -> bool:
    """Whether it was made with weaker settings than those of today."""
    return _hasher.check_needs_rehash(password_hash)


def check_strength(password: str, name: str) -> None:
    """Length counts, not kinds of signs. Raises `PasswordWeak`."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordWeak(detail=_("it has fewer than {count} signs").format(count=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise PasswordWeak(detail=_("it has more than {count} signs").format(count=LONGEST_PASSWORD))
    if plain_name(name) in plain_name(password):
        raise PasswordWeak(detail=_("it contains the name"))
    if len(set(password)) < _FEW_SIGNS:
        raise PasswordWeak(detail=_("it repeats few signs"))


_nobody = ""


def nobodys_hash() -> str:
    """A hash that nobody's password has, made once.

    Who serves makes it first: otherwise the first unknown name would take longer than a known one.
    """
    global _nobody  # noqa: PLW0603  # making it at import would slow down every command
    if not _nobody:
        _nobody = _hasher.hash("nobody")
    return _nobody
