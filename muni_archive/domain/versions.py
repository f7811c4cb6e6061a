"""Versions of the protocol: what each brought, and so which one an entry needs.

A program that does not know a kind of entry cannot apply it, and one that does not know a field loses it in its tables.
So whoever speaks an older version is given neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from muni_archive.domain.journal import JournalEntry

PROTOCOL = 3
"""The version of the protocol that this program speaks."""
SPOKEN = (1, PROTOCOL)
"""The oldest and the newest version that this program understands, as a centre and as a station."""
_FIRST = """
    archive-created batch-opened page-captured page-examined feed-counted page-state-changed page-rotated
    pages-ordered batch-closed file-opened document-created document-revised page-read word-reviewed
    field-decided rendition-made revision-merged version-received conflict-found conflict-resolved
    station-invited station-enrolled station-revoked station-fenced station-readmitted person-admitted
    person-disabled branch-planted withheld unit-opened unit-changed unit-closed place-given place-ended
    roles-delegated delegation-ended file-granted glass-broken grant-ended glass-acknowledged procedure-loaded
    case-started step-taken timer-passed case-reassigned case-withdrawn person-key-made sample-drawn
    document-seen pages-searched document-printed document-exported data-exported signed-in sign-in-failed
    signed-out checkpoint-signed mark-added mark-changed mark-removed redaction-proposed redaction-decided
    """
_SECOND = """
    file-closed file-reopened hold-placed hold-lifted retention-extended disposal-proposed disposal-withdrawn
    disposal-confirmed document-destroyed disposal-refused hearing-opened hearing-answered hearing-ended
    disposal-received destruction-received destruction-contested provider-set provider-removed account-linked
    account-unlinked level-set level-received
    """
_THIRD = "case-corrected step-disputed step-settled file-returned"
KINDS: Mapping[int, frozenset[str]] = {
    version: frozenset(kinds.split()) for version, kinds in enumerate((_FIRST, _SECOND, _THIRD), start=1)
}
"""By version, the kinds of entries that came with it. A new kind is a new version."""
FIELDS: Mapping[int, Mapping[str, frozenset[str]]] = {
    2: {"file-granted": frozenset({"role", "unit_id"}), "station-enrolled": frozenset({"alone_until"})},
    3: {
        "step-taken": frozenset({"after"}),
        "timer-passed": frozenset({"after"}),
        "conflict-resolved": frozenset({"theirs"}),
    },
}
"""By version, fields that it added to kinds of earlier ones. Their defaults (empty, 0) need no version."""
_BY_KIND = {kind: version for version, kinds in KINDS.items() for kind in kinds}


def version_of(entry: JournalEntry) -> int:
    """The version in which this can be said; one past this program's for a kind that it does not know."""
    needed = _BY_KIND.get(entry.kind, PROTOCOL + 1)
    for version, kinds in FIELDS.items():
        if version > needed and (fields := kinds.get(entry.kind)):
            said = json.loads(entry.payload)
            needed = version if any(said.get(field) for field in fields) else needed
    return needed


def sayable(entries: Sequence[JournalEntry], version: int) -> Sequence[JournalEntry]:
    """The entries before the first that cannot be said in this version."""
    strange = (at for at, entry in enumerate(entries) if not _is_sayable(entry, version))
    return entries[: next(strange, len(entries))]


def tellable(entries: Sequence[JournalEntry], version: int, *, after: int) -> tuple[Sequence[JournalEntry], str]:
    """As `sayable`, of a part of the central journal past `after`; and the kind at which it stops, if it does.

    What is told again belongs to the new entry behind it: where that cannot be told, neither is.
    """
    known, end = sayable(entries, version), 0
    if len(known) == len(entries):
        return entries, ""
    for at, entry in enumerate(known, start=1):
        if entry.sequence > after:
            after, end = entry.sequence, at
    return known[:end], entries[len(known)].kind


def _is_sayable(entry: JournalEntry, version: int) -> bool:
    """In this program's own version without a look at what it says, which may be of anybody."""
    return entry.kind in _BY_KIND if version >= PROTOCOL else version_of(entry) <= version
