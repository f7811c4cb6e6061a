"""Which conflict is shown: the first that can be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from muni_archive.domain.cases import Dispute
from muni_archive.domain.centre_errors import ConflictSettled
from muni_archive.domain.errors import ArchiveBusy, ArchiveError, DatabaseUnreachable
from muni_archive.domain.together import Conflict
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.together.casework import workplace_with
from muni_archive.services.together.conflicts import OpenConflict, open_conflicts, show_conflict
from muni_archive.services.together.disputes import OpenDispute, open_disputes, show_dispute
from muni_archive.services.together.place import Together
from muni_archive.services.view_document import DocumentView, view_document
from muni_archive.services.workplace import Workplace

_log = logging.getLogger(__name__)

Each = TypeVar("Each")
Shown = TypeVar("Shown")
Found = tuple[OpenConflict, DocumentView, Workplace, int]
"""A conflict of a document, its pages, where they are, and how many wait."""


def first_to_show(
    place: Workplace, case_place: Workplace, together: Together, skipped: Collection[str], current: str = ""
) -> Found | tuple[OpenDispute, int] | None:
    """The `current` one as long as it waits, for somebody may be at it; else of documents first, then of steps. One
    that cannot be shown (its class is of a newer program, the file of its procedure is away) stands in nobody's way.
    """
    waiting = [conflict for conflict in open_conflicts(place, together) if conflict.id not in skipped]
    disputes = [each for each in open_disputes(case_place) if each.id not in skipped]
    waiting.sort(key=lambda each: each.id != current)
    disputes.sort(key=lambda each: each.id != current)

    def versions(conflict: Conflict) -> Found:
        shown = show_conflict(together, conflict.id)
        where = workplace_with(place, together, conflict.document_id)
        return shown, view_document(where, conflict.document_id), where, len(waiting) + len(disputes)

    def decisions(dispute: Dispute) -> tuple[OpenDispute, int]:
        return show_dispute(case_place, together, dispute.id, actor=actor_of(case_place)), len(disputes)

    mine = [each for each in disputes if each.id == current]
    return _first(decisions, mine) or _first(versions, waiting) or _first(decisions, disputes)


def _first(show: Callable[[Each], Shown], each_of: Iterable[Each]) -> Shown | None:
    for each in each_of:
        try:
            return show(each)
        except ConflictSettled:  # just now, elsewhere
            continue
        except (ArchiveBusy, DatabaseUnreachable):
            raise
        except ArchiveError as error:
            _log.warning("%s cannot be shown: %s", each, error)
    return None
