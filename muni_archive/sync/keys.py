"""The station's private key, under the station's id."""

from __future__ import annotations

from pathlib import Path

from muni_archive.key_store import find_private, keep_private
from muni_archive.sync.signing import new_key

FILE = "station.key"


def keep_key(folder: Path, station_id: str, key: str) -> bool:
    """Keep the key; True when the system's key store took it, False when it lies in a file in the archive's folder."""
    return keep_private(station_id, key, folder / FILE)


def find_key(folder: Path, station_id: str) -> str | None:
    """The station's key, from wherever it is kept; None where there is none. Raises `KeyStoreFailed`."""
    return find_private(station_id, folder / FILE)


def own_key(folder: Path, station_id: str) -> str:
    """The station's key, made and kept now where there is none. Raises `KeyStoreFailed`."""
    key = find_key(folder, station_id)
    if key is None:
        key = new_key()
        keep_key(folder, station_id, key)
    return key
