"""Events to canonical JSON and back."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

import cattrs

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import EVENT_TYPES, Event
from muni_archive.domain.journal import canonical_json

_converter = cattrs.Converter()
_converter.register_structure_hook_func(
    lambda wanted: getattr(wanted, "__origin__", None) is Mapping, lambda value, _type: dict(value)
)


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""As JSON writes it; behind an even number of backslashes, as two of them are one that was meant."""


def holds_nul(payload: str) -> bool:
    """Whether `decode` gives another event than was encoded."""
    return "\\u0000" in payload


def encode(event: Event) -> str:
    """The event's canonical JSON. Enumerations are written as their values."""
    return canonical_json(dataclasses.asdict(event))


def decode(kind: str, payload: str) -> Event:
    """The event that was written; fields that it did not have yet take their defaults.

    A NUL, which a pasted text or a barcode may hold and PostgreSQL's texts cannot, is read as the sign for what cannot
    be shown; the journal keeps what was said. Raises `ArchiveDamaged` for a kind or a form that this program does not
    know.
    """
    wanted = EVENT_TYPES.get(kind)
    if wanted is None:
        raise ArchiveDamaged(detail=f"journal entry of unknown kind {kind}")
    try:
        raw: dict[str, Any] = json.loads(_NUL.sub(r"\1\\ufffd", payload) if holds_nul(payload) else payload)
        return _converter.structure(raw, wanted)
    except (ValueError, TypeError, KeyError, cattrs.BaseValidationError) as exc:
        raise ArchiveDamaged(detail=f"journal entry of kind {kind} cannot be understood") from exc
