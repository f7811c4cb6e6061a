"""The bytes of destroyed records go, after the entry that says so; what a kill left is finished here.

Looked at and removed under the write lock, file by file: nobody can take a file back into use in between.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from muni_archive.domain.retention_errors import BytesLocked
from muni_archive.services.workplace import Workplace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Removal:
    """How many files went, and which the object store's lock still keeps: they are tried again later."""

    removed: int
    locked: tuple[str, ...] = ()


def remove_destroyed(place: Workplace, *, thorough: bool = False, but: Collection[str] = ()) -> Removal:
    """Remove destroyed files that no record names; `but` these are left alone.

    `thorough` looks for every file that was ever destroyed, not only for those that nobody has looked for yet. Raises
    `ObjectStoreFailed`; what was removed until then is.
    """
    with place.unit_of_work() as unit:
        waiting = unit.retention.files_to_remove()
        shas = unit.retention.files_destroyed() if thorough and not place.copied else waiting
    removed, locked = 0, list[str]()
    for sha in _there(place, [sha for sha in shas if sha not in but], frozenset(waiting)):
        try:
            removed += _remove(place, sha)
        except BytesLocked as error:
            _log.warning("%s: %s", sha, error)
            locked.append(sha)
    return Removal(removed=removed, locked=tuple(locked))


def _there(place: Workplace, shas: Sequence[str], waiting: frozenset[str]) -> Sequence[str]:
    """Those that wait to be looked for, and those that should be gone and are not."""
    return [sha for sha in shas if sha in waiting or place.vault.has(sha)]


def _remove(place: Workplace, sha: str) -> bool:
    """Whether there was something. Raises `BytesLocked`: no record counts the file any more, and it waits.

    The vault is asked before the lock is taken: a store that does not answer is noticed while nobody waits.
    """
    there = place.vault.has(sha)
    with place.unit_of_work() as unit:
        unit.lock()
        if unit.retention.is_named(sha):
            unit.retention.note_removed(sha)
            unit.commit()
            return False
        place.forget_pictures(sha)
        place.words.remove(sha)
        unit.retention.forget_file(sha)
        try:
            place.vault.remove(sha)
        except BytesLocked:
            unit.commit()
            raise
        unit.retention.note_removed(sha)
        unit.commit()
    return there
