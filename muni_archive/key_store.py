"""Where private keys are kept: the system's own key store, or a file that only its owner reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import keyring
from keyring.errors import KeyringError

SERVICE = "muni-archive"


def keep_private(account: str, key: str, place: Path) -> bool:
    """Keep the key; True when the system's key store took it, False when it lies in the file `place`."""
    try:
        keyring.set_password(SERVICE, account, key)
        if keyring.get_password(SERVICE, account) == key:
            return True
    except KeyringError:
        pass
    _write(place, key)
    return False


def find_private(account: str, place: Path) -> str | None:
    """The key, from wherever it is kept."""
    if place.is_file():
        return place.read_text(encoding="ascii").strip()
    try:
        return keyring.get_password(SERVICE, account)
    except KeyringError:
        return None


def _write(place: Path, key: str) -> None:
    """Whole or not at all, and never in a file that was there before, which others may be able to read."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name}.")  # for its owner only
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
