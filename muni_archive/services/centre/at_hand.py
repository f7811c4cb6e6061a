"""Procedures for who decides under the write lock: their files are read before it is taken.

An object store may be silent for a minute, and everybody who writes would wait for it. What nobody could know to be
needed, as a case was begun elsewhere meanwhile, is read when the lock was let go, and all is decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from muni_archive.domain.errors import ArchiveError, BlobCorrupt, BlobMissing, ObjectStoreFailed, ProcedureInvalid
from muni_archive.domain.procedures import Procedure
from muni_archive.services.centre.place import Centre
from muni_archive.services.procedures.library import procedure_of_version

_Decided = TypeVar("_Decided")


class NotAtHand(Exception):
    """A procedure is needed that was not read: the lock is let go, and nothing of what was done is kept."""

    def __init__(self, version: str, name: str) -> None:
        super().__init__(version, name)
        self.version, self.name = version, name


class ProceduresAtHand:
    """For one request, or one look at what waits."""

    def __init__(self, centre: Centre) -> None:
        self._place = centre.place
        self._centre = replace(centre, place=replace(centre.place, procedure_at_hand=self._find))
        self._known = dict[tuple[str, str], Procedure | ArchiveError]()

    def fetch(self, named: Iterable[tuple[str, str]]) -> None:
        """By version and name, ahead of `decide`. One that is not to be had is looked at again when something rests on
        it: it may come meanwhile. Raises `ObjectStoreFailed`.
        """
        for version, name in named:
            with suppress(BlobMissing, BlobCorrupt):
                self._known[version, name] = self._read(version, name)

    def decide(self, under_lock: Callable[[Centre], _Decided]) -> _Decided:
        """What `under_lock` returns, which takes the lock itself, and has procedures by the centre that it is given.

        Raises `ObjectStoreFailed`.
        """
        while True:
            try:
                return under_lock(self._centre)
            except NotAtHand as needed:
                self._known[needed.version, needed.name] = self._looked_for(needed.version, needed.name)

    def _find(self, version: str, name: str) -> Procedure:
        found = self._known.get((version, name))
        if found is None:
            raise NotAtHand(version, name)
        if isinstance(found, ArchiveError):
            raise found
        return found

    def _looked_for(self, version: str, name: str) -> Procedure | ArchiveError:
        """Whoever hears that the file is gone or damaged decides for good: so that is looked at once more."""
        try:
            return self._read(version, name)
        except (BlobMissing, BlobCorrupt) as told:
            try:
                self._place.vault.check(version)
            except (BlobMissing, BlobCorrupt) as confirmed:
                return confirmed
            raise ObjectStoreFailed(detail=str(told)) from told

    def _read(self, version: str, name: str) -> Procedure | ProcedureInvalid:
        try:
            return procedure_of_version(self._place, version, name)
        except ProcedureInvalid as invalid:
            return invalid
