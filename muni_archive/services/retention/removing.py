"""The bytes of destroyed records go, after the entry that says so; what a kill left is finished here.

Looked at and removed under the write lock, file by file: nobody can take a file back into use in between.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from muni_archive.domain.retention_errors import BytesLocked
from muni_archive.services.workplace import Workplace

_log = logging.getLogger(__name__)


def remove_destroyed(place: Workplace, *, thorough: bool = False) -> int:
    """Remove destroyed files that no record names; returns how many were removed.

    `thorough` looks for every file that was ever destroyed, not only for those that nobody has looked for yet.
    """
    with place.unit_of_work() as unit:
        waiting = unit.retention.files_to_remove()
        shas = unit.retention.files_destroyed() if thorough and not place.copied else waiting
    return sum(_remove(place, sha) for sha in _there(place, shas, frozenset(waiting)))


def _there(place: Workplace, shas: Sequence[str], waiting: frozenset[str]) -> Sequence[str]:
    """Those that wait to be looked for, and those that should be gone and are not."""
    return [sha for sha in shas if sha in waiting or place.vault.has(sha)]


def _remove(place: Workplace, sha: str) -> bool:
    with place.unit_of_work() as unit:
        unit.lock()
        named = unit.retention.is_named(sha)
        there = not named and place.vault.has(sha)
        if not named:
            place.forget_pictures(sha)
            try:
                place.vault.remove(sha)
            except BytesLocked as error:
                _log.warning("%s: %s", sha, error)
                return False
        unit.retention.note_removed(sha)
        unit.commit()
    return there
