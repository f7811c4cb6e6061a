"""What a document's description says, and what becomes of two that were changed apart from one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from muni_archive.domain.events import DocumentCreated, Revision
from muni_archive.domain.records import Document

META = "metadata."
"""Before the name of a field of the record class, where fields are named."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """Everything that a version of a document says."""

    record_class: str
    department: str
    title: str
    page_ids: tuple[str, ...] = ()
    file_reference: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    registered: bool = False

    def fields(self) -> dict[str, object]:
        """Each thing said, by name; those of the record class as `metadata.NAME`."""
        said: dict[str, object] = dict(asdict(self))
        del said["metadata"]
        return said | {f"{META}{name}": value for name, value in self.metadata.items() if value}

    def values(self) -> dict[str, Any]:
        """As the events that carry a description take it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, kw_only=True)
class Merge:
    """`merged` holds both sides' changes; in the fields named in `disputed` (sorted) it says what ours says."""

    merged: Description
    disputed: tuple[str, ...]


def description_of(said: DocumentCreated | Revision | Document) -> Description:
    """What the event makes of its document, or what the document says as it is."""
    return Description(**{name: getattr(said, name, default) for name, default in _DEFAULTS.items()})


def merge(base: Description, ours: Description, theirs: Description) -> Merge:
    """Three-way: what only one side changed is taken from it; what both changed differently is disputed."""
    before, mine, yours = base.fields(), ours.fields(), theirs.fields()
    merged: dict[str, object] = {}
    disputed = []
    for name in sorted({*before, *mine, *yours}):
        old, one, other = before.get(name), mine.get(name), yours.get(name)
        merged[name] = other if one == old else one
        if one not in (old, other) and other != old:
            disputed.append(name)
    return Merge(merged=_from_fields(merged), disputed=tuple(disputed))


def combine(whole: Description, fields: Mapping[str, object]) -> Description:
    """The description with these fields (named as in `Description.fields`) saying something else; None takes away."""
    return _from_fields({**whole.fields(), **fields})


def differences(one: Description, other: Description) -> tuple[str, ...]:
    """Names of the fields in which they differ, sorted."""
    mine, yours = one.fields(), other.fields()
    return tuple(sorted(name for name in {*mine, *yours} if mine.get(name) != yours.get(name)))


_DEFAULTS: dict[str, Any] = {
    "record_class": "", "department": "", "title": "", "page_ids": (), "file_reference": None, "date": None,
    "metadata": {}, "registered": False,
}  # fmt: skip


def _from_fields(said: Mapping[str, Any]) -> Description:
    metadata = {name.removeprefix(META): value for name, value in said.items() if name.startswith(META) and value}
    plain = {name: value for name, value in said.items() if not name.startswith(META)}
    return Description(**plain, metadata=metadata)
