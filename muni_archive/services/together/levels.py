"""Access levels of documents wherever they are kept: set here for all, and taken over from where others set them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from muni_archive.domain.events import LevelReceived
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.records import Document, LevelGiven
from muni_archive.ports import UnitOfWork
from muni_archive.services import levels
from muni_archive.services.levels import DocumentLevel, describe_level, record_level
from muni_archive.services.organisation.changing import reason_given
from muni_archive.services.subjects import about_document
from muni_archive.services.together.place import Together
from muni_archive.services.together.viewing import workplace_showing
from muni_archive.services.workplace import Workplace


def level_anywhere(place: Workplace, together: Together | None, document_id: str) -> DocumentLevel:
    """As `levels.level_of`, of the centre's documents too. Raises `OnlyElsewhere` besides."""
    if together is None or _is_here(place, document_id):
        return levels.level_of(place, document_id)
    document, given = _there(place, together, document_id)
    return describe_level(place, document, given)


def set_level_anywhere(
    place: Workplace, together: Together | None, document_id: str, level: AccessLevel, *, reason: str
) -> None:
    """As `levels.set_level`. Of a document that is elsewhere it is recorded here, and counts when the centre has it."""
    if together is None or _is_here(place, document_id):
        levels.set_level(place, document_id, level, reason=reason)
        return
    why = reason_given(reason)
    document, given = _there(place, together, document_id)
    with place.unit_of_work() as unit:
        unit.lock()
        record_level(place, unit, document, level, why, base=given[-1].entry if given else "")
        unit.commit()


def take_over_levels(
    own: Callable[[], UnitOfWork], copy: Callable[[], UnitOfWork], documents: Collection[str] | None = None
) -> Sequence[str]:
    """Record in the station's journal which levels its documents were given at the centre; returns their ids.

    Looks at these documents, or at all. One whose own last word has not come back from the centre waits for it.
    """
    with copy() as seen, own() as unit:
        there = seen.records.levels_standing(documents)
        here = unit.records.levels_standing(sorted(there))
        mine = unit.records.documents_by_id(sorted(there))
        changed = [given for key, given in there.items() if key in mine and _is_news(seen, here.get(key), given)]
    taken = list[str]()
    if changed:
        with own() as unit:
            unit.lock()
            now = unit.records.levels_standing([given.document_id for given in changed])
            for given in changed:
                if now.get(given.document_id) == here.get(given.document_id):  # else somebody set one in that moment
                    unit.record(_received(given))
                    taken.append(given.document_id)
            unit.commit()
    return taken


def _is_news(seen: UnitOfWork, known: LevelGiven | None, given: LevelGiven) -> bool:
    return known is None or (known.entry != given.entry and seen.records.knows_entry(known.entry))


def _received(given: LevelGiven) -> LevelReceived:
    return LevelReceived(
        document_id=given.document_id, level=given.level, reason=given.reason, entry=given.entry, set_at=given.set_at,
        set_by=given.set_by,
    )  # fmt: skip


def _is_here(place: Workplace, document_id: str) -> bool:
    with place.unit_of_work() as unit:
        return bool(unit.records.documents_by_id([document_id]))


def _there(place: Workplace, together: Together, document_id: str) -> tuple[Document, Sequence[LevelGiven]]:
    """Raises `NotFound`, `OnlyElsewhere`, `NotPermitted`."""
    with workplace_showing(together, document_id).unit_of_work() as unit:
        document = unit.records.document(document_id)
        place.guard.require(Action.VIEW, about_document(document))
        return document, unit.records.levels_given(document_id)
