"""Where a station's private key is kept: the system's own key store, or a file that only its owner reads."""

from __future__ import annotations

import os
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
    place = folder / FILE
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key)
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
