"""Events to canonical JSON and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import cattrs

from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.events import EVENT_TYPES, Event
from muni_archive.domain.journal import canonical_json
from muni_archive.domain.saying import without_nul

_converter = cattrs.Converter()
_converter.register_structure_hook_func(
    lambda wanted: getattr(wanted, "__origin__", None) is Mapping, lambda value, _type: dict(value)
)


def encode(event: Event) -> str:
    """The event's canonical JSON. Enumerations are written as their values."""
    return canonical_json(dataclasses.asdict(event))


def decode(kind: str, payload: str) -> Event:
    """The event that was written; fields that it did not have yet take their defaults, and a NUL is read as
    `saying.without_nul` tells. Raises `ArchiveDamaged` for a kind or a form that this program does not know.
    """
    wanted = EVENT_TYPES.get(kind)
    if wanted is None:
        raise ArchiveDamaged(detail=f"journal entry of unknown kind {kind}")
    try:
        raw: dict[str, Any] = json.loads(without_nul(payload))
        return _converter.structure(raw, wanted)
    except (ValueError, TypeError, KeyError, cattrs.BaseValidationError) as exc:
        raise ArchiveDamaged(detail=f"journal entry of kind {kind} cannot be understood") from exc
