"""The form of what an entry says, asked where entries of others come in.

What has another form could be kept and chained, and then never be read again: by the index, by copies, by people. A
journal cannot be mended afterwards.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import MAXYEAR, UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.events import (
    EVENT_TYPES,
    ArchiveCreated,
    BranchPlanted,
    DocumentCreated,
    HoldPlaced,
    PageCaptured,
    PageExamined,
    PageRead,
    PageStateChanged,
    RenditionMade,
    RetentionExtended,
    VersionReceived,
)
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import FileGranted, GlassBroken
from muni_archive.domain.records import PageState, RenditionKind, Side
from muni_archive.domain.retention import is_day

MOST_IN_YEAR = 10**9
"""Documents of one station; its serials are below this."""
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of signs, which JSON can say and nothing can write."""
_FIRST_YEAR = 1000
_MOMENT = "a moment in UTC such as 2026-11-25T07:00:00.000000+00:00"
_DAY = "a day such as 2031-05-04"
_FILE = "a SHA-256 in hex"
_SHA = re.compile("[0-9a-f]{64}")


def is_moment(text: str) -> bool:
    """Whether it is a moment as journals write it: such texts compare as the moments do."""
    at = _time(text)
    return at is not None and at.tzinfo is not None and _written(at) == text


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime | None:
    """Of any form that can be read again, and is a time in every zone."""
    try:
        at = datetime.fromisoformat(text)
        days = (at - timedelta(days=1), at + timedelta(days=1))
    except (ValueError, OverflowError):
        return None
    return at if days[0].year >= _FIRST_YEAR else None


def _is_readable(text: str) -> bool:
    return _time(text) is not None


def _is_file(text: str) -> bool:
    return _SHA.fullmatch(text) is not None


_FORMS: Mapping[type, Mapping[str, tuple[Callable[[str], bool], str]]] = {
    VersionReceived: {"changed_at": (_is_readable, _MOMENT)},
    StepOpened: {"due": (is_moment, _MOMENT)},
    FileGranted: {"until": (_is_readable, _MOMENT)},
    GlassBroken: {"until": (_is_readable, _MOMENT)},
    RetentionExtended: {"until": (is_day, _DAY)},
    PageCaptured: {"blob": (_is_file, _FILE)},
    PageRead: {"reading": (_is_file, _FILE)},
}
"""Texts that are moments, days or names of files, and what they must be. Those with a default may be empty."""
_CHOICES: Mapping[type, Mapping[str, type[StrEnum]]] = {
    PageCaptured: {"state": PageState, "side": Side},
    PageExamined: {"state": PageState},
    PageStateChanged: {"state": PageState},
    RenditionMade: {"rendition": RenditionKind},
    HoldPlaced: {"scope": HoldScope},
}
"""Fields of which tables know some values, and could show no other."""


def check_form(entry: JournalEntry) -> None:
    """Raises `EntryInvalid`, which names the field. What is missing, or of a kind that nobody knows, `decode` tells."""
    wrong = "" if is_moment(entry.at) else f"at must be {_MOMENT}"
    wanted = EVENT_TYPES.get(entry.kind)
    if wanted and not wrong:
        said = json.loads(entry.payload)
        wrong = next(_wrong(wanted, said), "")
        if wanted is DocumentCreated and not wrong and not _is_own_number(entry.station, said):
            wrong = "number must be the station's name, the year and the serial, such as A1-2026-000001"
    if wrong:
        raise _faulty(entry, wrong)


def check_beginning(entry: JournalEntry, archive_id: str) -> None:
    """A journal begins with its own archive: one that began otherwise is fenced when the right first entry comes.

    One that was written again (`rejoin`) before anything of it was at the centre says so first. Raises `EntryInvalid`.
    """
    if entry.kind == ArchiveCreated.kind:
        wrong = json.loads(entry.payload).get("archive_id") != archive_id
    else:
        wrong = entry.sequence == 1 and entry.kind != BranchPlanted.kind
    if wrong:
        raise _faulty(entry, "a journal begins with archive-created, which names the station's own id")


def _faulty(entry: JournalEntry, wrong: str) -> EntryInvalid:
    detail = f"{wrong}. Only a faulty program writes this: update the station's program, ask the administrator"
    return EntryInvalid(sequence=entry.sequence, detail=detail)


def _is_own_number(station: str, said: Mapping[str, Any]) -> bool:
    year, serial = said.get("year"), said.get("serial")
    if not isinstance(year, int) or not isinstance(serial, int):
        return False
    fits = _FIRST_YEAR <= year <= MAXYEAR and 0 < serial < MOST_IN_YEAR
    return fits and said.get("number") == f"{station}-{year}-{serial:06d}"


def _wrong(wanted: type, said: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """What each field that is there and does not fit should be."""
    forms, choices = _FORMS.get(wanted, {}), _CHOICES.get(wanted, {})
    for name, (hint, default) in _fields(wanted).items():
        if name not in said:
            continue
        value = said[name]
        if wants := _wanting(hint, value):
            yield f"{within}{name} must be {wants}"
        elif name in forms and value != default and not forms[name][0](value):
            yield f"{within}{name} must be {forms[name][1]}"
        elif name in choices and value not in list(choices[name]):
            yield f"{within}{name} must be one of {', '.join(choices[name])}"


@lru_cache
def _fields(wanted: type) -> Mapping[str, tuple[Any, Any]]:
    """By name, the type and the default."""
    hints = get_type_hints(wanted)
    return {field.name: (hints[field.name], field.default) for field in dataclasses.fields(wanted)}


def _wanting(hint: Any, value: Any) -> str:
    """What the value should be, empty where it is that; as JSON has it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is types.UnionType:  # or None
        return "" if value is None else _wanting(parts[0], value)
    if origin is tuple:
        return _wanting_list(parts, value)
    if origin is Mapping:
        texts = isinstance(value, dict) and all(_is_text(each) for pair in value.items() for each in pair)
        return "" if texts else "texts by their names"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return next(_wrong(hint, value, "an object whose "), "") if isinstance(value, dict) else "an object"
    fits, name = _PLAIN[hint]
    return "" if fits(value) else name


def _wanting_list(parts: tuple[Any, ...], value: Any) -> str:
    if not isinstance(value, list):
        return "a list"
    each = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
    if len(each) != len(value):
        return f"a list of {len(each)}"
    wants = next(filter(None, map(_wanting, each, value)), "")
    return f"a list, of which each is {wants}" if wants else ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not _HALVES.search(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_PLAIN = {
    str: (_is_text, "a text"),
    int: (_is_number, "a number"),
    float: (_is_number, "a number"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
}
