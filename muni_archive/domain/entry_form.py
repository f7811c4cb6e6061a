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
from typing import Any, get_args, get_origin

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.centre_errors import EntryInvalid
from muni_archive.domain.events import (
    EVENT_TYPES,
    ArchiveCreated,
    BranchPlanted,
    CheckpointSigned,
    DocumentCreated,
    FeedCounted,
    HoldPlaced,
    PageCaptured,
    PageExamined,
    PageRead,
    PageStateChanged,
    RenditionMade,
    RetentionExtended,
    VersionReceived,
)
from muni_archive.domain.geometry import Box
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.organisation_events import FileGranted, GlassBroken
from muni_archive.domain.records import PageState, RenditionKind, Side
from muni_archive.domain.retention import is_day
from muni_archive.domain.saying import fields_of

MOST_IN_YEAR = 10**9
"""Documents of one station; its serials are below this."""
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of signs, which JSON can say and nothing can write."""
_FIRST_YEAR = 1000
_ID = re.compile("(?!withheld-)[0-9A-Za-z-]+")
"""An entry's id; the stub of what a station may not see has one that begins with this word."""
_MOMENT = "a moment in UTC such as 2026-11-25T07:00:00.000000+00:00"
_OF_ANY_PRECISION = "a moment in UTC, such as 2026-11-25T07:00:00+00:00"
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


def _is_in_utc(text: str) -> bool:
    """Of any precision: programs of before wrote some, and wrote UTC always."""
    at = _time(text)
    return at is not None and at.utcoffset() == timedelta()


def _is_file(text: str) -> bool:
    return _SHA.fullmatch(text) is not None


_FORMS: Mapping[type, Mapping[str, tuple[Callable[[str], bool], str]]] = {
    VersionReceived: {"changed_at": (_is_in_utc, _OF_ANY_PRECISION)},
    StepOpened: {"due": (is_moment, _MOMENT)},
    FileGranted: {"until": (_is_in_utc, _OF_ANY_PRECISION)},
    GlassBroken: {"until": (_is_in_utc, _OF_ANY_PRECISION)},
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
_MOST, _MOST_SEQUENCE, _MOST_PIXELS = 10**9 - 1, 2**62 - 1, 2**31
COUNTED, _LONG = (0, _MOST), (0, _MOST_SEQUENCE)
RANGES: Mapping[type, Mapping[str, tuple[int, int]]] = {
    FeedCounted: {"pages": (-_MOST, _MOST)},
    BranchPlanted: {"entries": _LONG},
    CheckpointSigned: {"sequence": _LONG},
    PageCaptured: dict.fromkeys(("width", "height", "dpi"), (-_MOST_SEQUENCE, _MOST_SEQUENCE)),
    Box: dict.fromkeys(("x", "y", "width", "height"), (-_MOST_PIXELS, _MOST_PIXELS)),
}
"""The least and the largest of whole numbers that are no usual counts. Tables add to those, and keep 2^31. To how a
page's file says that it is large nothing is added; nobody looked at what it says. Boxes are as large as in a reading.
"""
_SIGNS_TOLD = 40
"""Of a name that nobody knows."""
_NAMING = frozenset(
    {
        "base", "ours", "theirs", "entry", "after", "document_entry", "counted", "late", "chosen", "undone", "first",
        "last",
    }
)  # fmt: skip
"""Fields that name an entry. Those in `_id` and `_ids` name something too, but for what a sign-in service gave."""


def check_form(entry: JournalEntry) -> None:
    """Raises `EntryInvalid`, which names the field. What is missing, or of a kind that nobody knows, `decode` tells."""
    wrong = "" if is_moment(entry.at) else f"at must be {_MOMENT}"
    if not _ID.fullmatch(entry.id):
        wrong = "id must be letters, digits and hyphens, and not begin with withheld-"
    wanted = EVENT_TYPES.get(entry.kind)
    if wanted and not wrong:
        said = json.loads(entry.payload)
        if wanted is DocumentCreated and not _is_own_number(entry.station, said):
            wrong = "number must be the station's name, the year and the serial, such as A1-2026-000001"
        wrong = wrong or next(_wrong(wanted, said), "")
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
    """What each field that is there and does not fit should be.

    A field that the kind does not have may be there if it says nothing: a newer program writes those that came later.
    """
    forms, choices, ranges = _FORMS.get(wanted, {}), _CHOICES.get(wanted, {}), RANGES.get(wanted, {})
    known = fields_of(wanted)
    strange = (name[:_SIGNS_TOLD] for name, value in said.items() if value and name not in known)
    yield from (f"{within}{name!r}, which its kind does not have, must be empty" for name in strange)
    for name, (hint, default) in known.items():
        if name not in said:
            continue
        value = said[name]
        if wants := _wanting(hint, value, ranges.get(name, COUNTED)):
            yield f"{within}{name} must be {wants}"
        elif name in forms and value != default and not forms[name][0](value):
            yield f"{within}{name} must be {forms[name][1]}"
        elif name in choices and value not in list(choices[name]):
            yield f"{within}{name} must be one of {', '.join(choices[name])}"
        elif _names(name) and any("\0" in each for each in ((value,) if isinstance(value, str) else value or ())):
            yield f"{within}{name} must be without U+0000"


def _names(field: str) -> bool:
    return field in _NAMING or (field.endswith(("_id", "_ids")) and field != "client_id")


def _wanting(hint: Any, value: Any, within: tuple[int, int]) -> str:
    """What the value should be, empty where it is that; as JSON has it. Whole numbers are `within` these two."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is types.UnionType:  # or None
        return "" if value is None else _wanting(parts[0], value, within)
    if origin is tuple:
        return _wanting_list(parts, value, within)
    if hint is int:
        whole = isinstance(value, int) and not isinstance(value, bool) and within[0] <= value <= within[1]
        return "" if whole else f"a whole number from {within[0]} to {within[1]}"
    if origin is Mapping:
        texts = isinstance(value, dict) and all(_is_text(each) for pair in value.items() for each in pair)
        return "" if texts else "texts by their names"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return next(_wrong(hint, value, "an object whose "), "") if isinstance(value, dict) else "an object"
    fits, name = _PLAIN[hint]
    return "" if fits(value) else name


def _wanting_list(parts: tuple[Any, ...], value: Any, within: tuple[int, int]) -> str:
    if not isinstance(value, list):
        return "a list"
    each = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
    if len(each) != len(value):
        return f"a list of {len(each)}"
    wants = next(filter(None, (_wanting(hint, one, within) for hint, one in zip(each, value, strict=True))), "")
    return f"a list, of which each is {wants}" if wants else ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not _HALVES.search(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_PLAIN = {
    str: (_is_text, "a text"),
    float: (_is_number, "a number"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
}
