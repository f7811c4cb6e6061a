"""Values as they are kept: Western digits, ISO dates, choices by their value."""

from __future__ import annotations

import re
from datetime import date

from muni_archive.domain.digits import western
from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.record_class import FieldKind, FieldSpec
from muni_archive.messages import _, current_language

_DAY_FIRST = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})")


def canonical_value(spec: FieldSpec, value: str, *, check: bool = True) -> str:
    """The value in the form in which it is kept. Raises `FieldInvalid` unless `check` is off."""
    text = value.strip()
    if not text:
        return ""
    if spec.kind in (FieldKind.NUMBER, FieldKind.CIVIL_ID):
        text = western(text).replace(" ", "")
    elif spec.kind is FieldKind.DATE:
        return canonical_date(text) if check else western(text)
    if check and spec.kind is FieldKind.NUMBER and not re.search(r"\d", text):
        raise _invalid(spec, value, _("it needs at least one digit"))
    if check and spec.kind is FieldKind.CHOICE and text not in {choice.value for choice in spec.choices}:
        raise _invalid(spec, value, _("it is not one of the choices"))
    return text


def canonical_date(value: str) -> str:
    """An ISO date from `2024-03-01`, `1/3/2024` (day first) and the like, in any digits.

    An empty text stays empty. Raises `FieldInvalid` for anything else.
    """
    text = western(value.strip()).strip("\u200e\u200f")
    if not text:
        return ""
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if day_first:
        day, month, year = day_first.groups()
    elif year_first:
        year, month, day = year_first.groups()
    else:
        raise FieldInvalid(field=_("date"), value=value, detail=_("write it as day/month/year"))
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as exc:
        raise FieldInvalid(field=_("date"), value=value, detail=_("there is no such day")) from exc


def _invalid(spec: FieldSpec, value: str, detail: str) -> FieldInvalid:
    return FieldInvalid(field=spec.label.get(current_language()) or spec.name, value=value, detail=detail)
