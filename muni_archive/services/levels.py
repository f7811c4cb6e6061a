"""The access level of a single document: raised above its class's, or lowered to it again, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import LevelSet
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.records import Document, LevelGiven
from muni_archive.ports import UnitOfWork
from muni_archive.services.organisation.changing import reason_given
from muni_archive.services.subjects import about_document
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class DocumentLevel:
    """Which level counts for a document, and why; `history` is what it was given of its own, the latest last."""

    document: Document
    of_class: AccessLevel
    counts: AccessLevel
    may_set: tuple[AccessLevel, ...]
    """Those that who asks may give it now, the one that counts left out; none below its class's."""
    history: tuple[LevelGiven, ...]


def level_of(place: Workplace, document_id: str) -> DocumentLevel:
    """Raises `NotFound`, `NotPermitted`."""
    with place.unit_of_work() as unit:
        document = unit.records.document(document_id)
        place.guard.require(Action.VIEW, about_document(document))
        return describe_level(place, document, unit.records.levels_given(document_id))


def describe_level(place: Workplace, document: Document, history: Sequence[LevelGiven]) -> DocumentLevel:
    """Of a document that may be seen, wherever it is kept."""
    of_class = level_of_class(place, document.record_class)
    counts = of_class.at_least(document.level)
    may_set = tuple(
        level
        for level in AccessLevel
        if level is not counts and level.rank >= of_class.rank and _may(place, document, counts, level)
    )
    return DocumentLevel(document=document, of_class=of_class, counts=counts, may_set=may_set, history=tuple(history))


def set_level(place: Workplace, document_id: str, level: AccessLevel, *, reason: str) -> None:
    """From now on the document is for those alone who reach this level; that of its class takes an own one away.

    Nobody raises it beyond what they reach themselves; lowering is a right of its own. Raises `FieldsMissing` without a
    reason, `NotFound`, `NotPermitted`.
    """
    why = reason_given(reason)
    with place.unit_of_work() as unit:
        unit.lock()
        document = unit.records.document(document_id)
        standing = unit.records.levels_standing([document_id]).get(document_id)
        record_level(place, unit, document, level, why, base=standing.entry if standing else "")
        unit.commit()


def record_level(
    place: Workplace, unit: UnitOfWork, document: Document, level: AccessLevel, reason: str, *, base: str
) -> None:
    """Within a use case. `base` is the entry by which its level stands. Raises `NotPermitted`."""
    of_class = level_of_class(place, document.record_class)
    counts = of_class.at_least(document.level)
    action = Action.CLASSIFY if level.rank >= counts.rank else Action.DECLASSIFY
    higher = level if level.rank >= counts.rank else counts
    place.guard.require(action, replace(about_document(document), access_level=higher))
    unit.record(
        LevelSet(
            document_id=document.id, level="" if level.rank <= of_class.rank else level.value, reason=reason,
            department=document.department, record_class=document.record_class, base=base,
        )
    )  # fmt: skip


def level_of_class(place: Workplace, class_id: str) -> AccessLevel:
    """What the class asks for; a class that nobody knows is secret."""
    try:
        return AccessLevel.of(place.record_classes.get(class_id).access_level)
    except NotFound:
        return AccessLevel.SECRET


def _may(place: Workplace, document: Document, counts: AccessLevel, level: AccessLevel) -> bool:
    action = Action.CLASSIFY if level.rank > counts.rank else Action.DECLASSIFY
    higher = max(level, counts, key=lambda each: each.rank)
    return place.guard.may(action, replace(about_document(document), access_level=higher))
