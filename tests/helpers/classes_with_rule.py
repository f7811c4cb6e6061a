"""The shipped record classes keep everything; here building files may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from muni_archive.domain.record_class import RecordClass
from muni_archive.domain.retention import Action, CountedFrom, RetentionRule, Trigger
from muni_archive.ports import RecordClasses
from muni_archive.record_classes import FileRecordClasses

FIVE_YEARS = RetentionRule(
    trigger=Trigger.DATED, years=5, counted_from=CountedFrom.DAY, action=Action.DESTROY,
    label={"ar": "خمس سنوات من تاريخها", "en": "Five years from its date"},
)  # fmt: skip


class ClassesWithRule:
    """The shipped record classes, where building files may go five years after their date."""

    def __init__(self, shipped: RecordClasses) -> None:
        self._shipped = shipped

    def all(self) -> tuple[RecordClass, ...]:
        return tuple(self.get(each.id) for each in self._shipped.all())

    def get(self, class_id: str) -> RecordClass:
        found = self._shipped.get(class_id)
        return replace(found, retention=FIVE_YEARS) if class_id == "building_file" else found


def rule_everywhere(change: Callable[[object, str, object], None] = setattr) -> None:
    """Building files may go in every program of this process; `change` does what `setattr` does."""
    known = {each.id: each for each in ClassesWithRule(FileRecordClasses()).all()}
    change(FileRecordClasses, "all", lambda _self: tuple(known.values()))
    change(FileRecordClasses, "get", lambda _self, class_id: known[class_id])
