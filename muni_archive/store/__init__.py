"""The journal, the tables, the vault: the only package that speaks SQL."""

from muni_archive.store.identity import SystemClock, Uuid7Ids
from muni_archive.store.opening import Store, open_store

__all__ = ["Store", "SystemClock", "Uuid7Ids", "open_store"]
