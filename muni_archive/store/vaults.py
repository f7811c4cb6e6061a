"""Opens the vault that a place names: a folder, or an object store."""

from __future__ import annotations

from pathlib import Path

from muni_archive.ports import Vault
from muni_archive.store.s3_vault import S3Vault
from muni_archive.store.vault import DiskVault

OBJECT_STORE = "s3://"


def open_vault(place: str, cache: Path) -> Vault:
    """`cache` is a folder that may be lost; only an object store uses it. Raises `ObjectStoreRefused`."""
    return S3Vault.open(place, cache) if place.startswith(OBJECT_STORE) else DiskVault(Path(place))
