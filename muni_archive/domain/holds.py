"""Legal holds: as long as one rests on a record, nobody destroys it, whatever any rule or person says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldScope(StrEnum):
    """What a hold rests on."""

    DOCUMENT = "document"
    FILE = "file"
    RECORD_CLASS = "class"


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold; `target` is a document's id, a file's reference or a class's id. It rests until it is lifted."""

    id: str
    scope: HoldScope
    target: str
    reason: str
    authority: str
    """Who ordered it: a court, the legal department …, and under what number."""
    placed_at: datetime
    placed_by: str
    station: str = ""
    """Where it was placed."""
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lift_reason: str = ""

    @property
    def rests(self) -> bool:
        return self.lifted_at is None


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a document is and ever was: a hold on a file still covers what was moved out of it."""

    document_id: str
    files: Collection[str]
    record_classes: Collection[str]

    def covered_by(self, hold: Hold) -> bool:
        """Whether the hold rests on the document; one that was lifted rests on nothing."""
        within = {
            HoldScope.DOCUMENT: (self.document_id,),
            HoldScope.FILE: self.files,
            HoldScope.RECORD_CLASS: self.record_classes,
        }
        return hold.rests and hold.target in within[hold.scope]
