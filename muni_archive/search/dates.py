"""Dates in queries: a year, a month or a day, in the forms that people write."""

from __future__ import annotations

import calendar
import re

from muni_archive.domain.errors import QueryMalformed
from muni_archive.messages import _
from muni_archive.search.folding import fold

EARLIEST, LATEST = 1000_01_01, 2999_12_31
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def day_range(first: str, last: str) -> tuple[int, int]:
    """Both ends, inclusive, as yyyymmdd; an empty end is open. Raises `QueryMalformed`."""
    start = _bounds(first)[0] if first.strip() else EARLIEST
    end = _bounds(last)[1] if last.strip() else LATEST
    if start > end:
        raise QueryMalformed(detail=_("the first date is after the last; swap them."))
    return start, end


def day_number(iso: str) -> int:
    """An ISO date as the number yyyymmdd; 0 for none."""
    digits = iso[:10].replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdecimal() else 0


def _bounds(text: str) -> tuple[int, int]:
    """The first and last day of what the text names."""
    plain = fold(text).strip().strip("'")
    day_first, year_first = _DAY_FIRST.fullmatch(plain), _YEAR_FIRST.fullmatch(plain)
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
    elif year_first:
        year, month, day = (int(part or 0) for part in year_first.groups())
    else:
        raise _bad(text)
    if not 1000 <= year <= 2999 or month > 12 or (day and day > calendar.monthrange(year, month)[1]):
        raise _bad(text)
    first = year * 10000 + (month or 1) * 100 + (day or 1)
    last_month = month or 12
    return first, year * 10000 + last_month * 100 + (day or calendar.monthrange(year, last_month)[1])


def _bad(text: str) -> QueryMalformed:
    detail = _("«{date}» is not a date; write 2024, 2024-03 or 2024-03-01.").format(date=text.strip())
    return QueryMalformed(detail=detail)
