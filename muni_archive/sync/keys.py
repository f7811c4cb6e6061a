"""Where a station's private key is kept: the system's own key store, or a file that only its owner reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import keyring
from keyring.errors import KeyringError

SERVICE = "muni-archive"
FILE = "station.key"


def keep_key(folder: Path, station_id: str, key: str) -> bool:
    """Keep the key; True when the system's key store took it, False when it lies in a file in the archive's folder."""
    try:
        keyring.set_password(SERVICE, station_id, key)
        if keyring.get_password(SERVICE, station_id) == key:
            return True
    except KeyringError:
        pass
    _write(folder / FILE, key)
    return False


def find_key(folder: Path, station_id: str) -> str | None:
    """The station's key, from wherever it is kept."""
    place = folder / FILE
    if place.is_file():
        return place.read_text(encoding="ascii").strip()
    try:
        return keyring.get_password(SERVICE, station_id)
    except KeyringError:
        return None


def _write(place: Path, key: str) -> None:
    """Whole or not at all, and never in a file that was there before, which others may be able to read."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f"{FILE}.")  # for its owner only
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
