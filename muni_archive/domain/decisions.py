"""What a person signs: one text for one decision."""

from __future__ import annotations

from muni_archive.domain.events import StepTaken
from muni_archive.domain.journal import canonical_json

_SIGNED = (
    "case_id", "number", "element", "outcome", "note", "fields", "ticked", "role", "stands_in_for", "version",
    "document_id", "document_entry", "decided_at",
)  # fmt: skip


def decision_text(event: StepTaken, *, person: str, station: str) -> bytes:
    """Everything that was decided, by whom and where, and on which version of which document; not the signature."""
    said = {name: getattr(event, name) for name in _SIGNED}
    said |= {"fields": dict(event.fields), "ticked": list(event.ticked)}
    return f"muni-archive decision\n{canonical_json([person, station, said])}".encode()
