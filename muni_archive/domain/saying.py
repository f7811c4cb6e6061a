"""What a journal's entry says, read without making the event: as the tables took it, whoever wrote it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from muni_archive.domain.events import EVENT_TYPES

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""As JSON writes it; behind an even number of backslashes, as two of them are one that was meant."""


def holds_nul(payload: str) -> bool:
    """Whether it is read otherwise than it was written, see `without_nul`."""
    return "\\u0000" in payload


def without_nul(payload: str) -> str:
    """A NUL, which a pasted text or a barcode may hold and PostgreSQL's texts cannot, is read as the sign for what
    cannot be shown; the journal keeps what was said.
    """
    return _NUL.sub(r"\1\\ufffd", payload) if holds_nul(payload) else payload


def said_in(kind: str, payload: str) -> dict[str, Any]:
    """The fields that the kind has, as far as they are there. Its texts, and lists of texts, are what the event's are,
    so tables can be asked for them; of a kind that this program does not know it is all that stands there.

    A journal may hold what no centre admits any more: one entry must not stop who reads the others.
    """
    raw: dict[str, Any] = json.loads(without_nul(payload))
    wanted: type | None = EVENT_TYPES.get(kind)
    if wanted is None:
        return raw
    return {name: read(raw[name]) for name, read in _readers(wanted).items() if name in raw}


@cache
def fields_of(wanted: type) -> Mapping[str, tuple[Any, Any]]:
    """By name, the type and the default."""
    hints = get_type_hints(wanted)
    return {field.name: (hints[field.name], field.default) for field in dataclasses.fields(wanted)}


@cache
def _readers(wanted: type) -> Mapping[str, Callable[[Any], Any]]:
    return {name: _reader(hint) for name, (hint, _default) in fields_of(wanted).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if hint is str:
        return str
    if get_args(hint) == (str, type(None)):
        return lambda value: None if value is None else str(value)
    if get_origin(hint) is tuple and get_args(hint) == (str, ...):
        return lambda value: [str(each) for each in value] if isinstance(value, list) else value
    return lambda value: value
