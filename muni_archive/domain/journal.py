"""The journal's entry and its chain: each entry's hash covers the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

GENESIS = "0" * 64
"""What stands in the place of the hash before the first entry."""
LONGEST_PART = 8_000_000
"""Characters of entries that are read, and told to a station, at once: a few long ones must fit into memory as well as
thousands of usual ones, which have some hundred.
"""


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One fact. `at` is UTC in ISO 8601 with microseconds; `payload` is canonical JSON."""

    sequence: int
    id: str
    at: str
    actor: str
    station: str
    kind: str
    payload: str
    previous: str
    hash: str
    received_at: str = field(default="", compare=False)
    """When the centre took it from a station, by the centre's clock, where that is told; no part of the chain."""


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, no escapes beyond JSON's own."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def entry_hash(
    *, sequence: int, id: str, at: str, actor: str, station: str, kind: str, payload: str, previous: str
) -> str:
    """SHA-256 in hex over the canonical JSON array of everything in the entry."""
    text = canonical_json([sequence, id, at, actor, station, kind, payload, previous])
    return hashlib.sha256(text.encode()).hexdigest()
