"""The station's private key, under the station's id."""

from __future__ import annotations

from pathlib import Path

from muni_archive.key_store import find_private, keep_private

FILE = "station.key"


def keep_key(folder: Path, station_id: str, key: str) -> bool:
    """Keep the key; True when the system's key store took it, False when it lies in a file in the archive's folder."""
    return keep_private(station_id, key, folder / FILE)


def find_key(folder: Path, station_id: str) -> str | None:
    """The station's key, from wherever it is kept."""
    return find_private(station_id, folder / FILE)
