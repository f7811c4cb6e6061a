"""Vaults that stand for an object store which is slow, away, or wrong for a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from muni_archive.bootstrap import OpenCentre
from muni_archive.store.central_opening import DATABASE


class Telling:
    """Says this of every file whose bytes are asked for."""

    def __init__(self, vault, error) -> None:
        self._vault, self._error = vault, error

    def __getattr__(self, name):
        return getattr(self._vault, name)

    def get(self, sha):
        raise self._error


class NobodyWaits:
    """Refuses who asks for a file while holding the write lock: the answer may take a minute. Whether one is there may
    be asked under it as well, by who has seen before that the store answers.
    """

    def __init__(self, vault, database) -> None:
        self._vault, self._database, self.asked = vault, database, []

    def __getattr__(self, name):
        return getattr(self._vault, name)

    def get(self, sha):
        self._look()
        self.asked.append(sha)
        return self._vault.get(sha)

    def has(self, sha):
        if sha not in self.asked:
            self._look()
            self.asked.append(sha)
        return self._vault.has(sha)

    def _look(self):
        with closing(sqlite3.connect(self._database, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")


@contextmanager
def telling(centre: OpenCentre, error) -> Iterator[None]:
    """For a while, the vault of this centre says so."""
    with _in_front(centre, Telling(centre.centre.place.vault, error)):
        yield


@contextmanager
def nobody_waits(centre: OpenCentre) -> Iterator[NobodyWaits]:
    """For a while, nobody may read this centre's vault under the write lock; SQLite only."""
    vault = NobodyWaits(centre.centre.place.vault, centre.folder / DATABASE)
    with _in_front(centre, vault):
        yield vault


@contextmanager
def _in_front(centre: OpenCentre, vault) -> Iterator[None]:
    before = centre.centre
    centre.centre = replace(before, place=replace(before.place, vault=vault))
    yield
    centre.centre = before
