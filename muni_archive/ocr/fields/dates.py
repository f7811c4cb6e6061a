"""Dates of both calendars, in figures and with month names, as ISO dates of the Gregorian one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from hijridate import Hijri

from muni_archive.domain.reading import FieldProposal
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.labels import bare, propose
from muni_archive.ocr.fields.passages import Passage

_FIGURES = re.compile(r"(\d{1,4})[/\-.](\d{1,2})[/\-.](\d{1,4})(?:ه|هـ|م)?")
_YEAR = re.compile(r"(\d{4})(?:ه|م)?")
_GREGORIAN_YEARS, _HIJRI_YEARS = range(1900, 2101), range(1343, 1501)
_GREGORIAN_MONTHS = (
    ("يناير", "كانون الثاني"), ("فبراير", "شباط"), ("مارس", "اذار"), ("ابريل", "نيسان"), ("مايو", "ايار"),
    ("يونيو", "حزيران"), ("يوليو", "تموز"), ("اغسطس", "اب"), ("سبتمبر", "ايلول"), ("اكتوبر", "تشرين الاول"),
    ("نوفمبر", "تشرين الثاني"), ("ديسمبر", "كانون الاول"),
)  # fmt: skip
_HIJRI_MONTHS = (
    ("محرم", "المحرم"), ("صفر",), ("ربيع الاول",), ("ربيع الاخر", "ربيع الثاني"), ("جمادي الاولي", "جمادي الاول"),
    ("جمادي الاخره", "جمادي الثانيه"), ("رجب",), ("شعبان",), ("رمضان",), ("شوال",), ("ذو القعده", "ذي القعده"),
    ("ذو الحجه", "ذي الحجه"),
)  # fmt: skip
_MONTHS = {
    tuple(name.split()): (calendar, at)
    for calendar, months in (("g", _GREGORIAN_MONTHS), ("h", _HIJRI_MONTHS))
    for at, names in enumerate(months, start=1)
    for name in names
}


def dates(passage: Passage) -> Iterator[FieldProposal]:
    """Every date that exists; the calendar is told by the year."""
    words = passage.words
    keys = [fold(bare(word.text.rpartition(":")[2])) for word in words]
    for at, key in enumerate(keys[: passage.own]):
        if value := _in_figures(key):
            yield propose("date", value, (words[at],), likeness=1.0)
        elif key.isdigit() and len(key) <= 2 and (named := _with_month(keys, at)):
            value, length = named
            yield propose("date", value, words[at : at + length], likeness=1.0)


def iso_date(day: int, month: int, year: int) -> str | None:
    """The ISO date of a day of either calendar; None when there is no such day."""
    try:
        if year in _HIJRI_YEARS:
            return str(Hijri(year, month, day).to_gregorian().isoformat())
        if year in _GREGORIAN_YEARS:
            return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return None
    return None


def _in_figures(key: str) -> str | None:
    if not (match := _FIGURES.fullmatch(western_digits(key))):
        return None
    first, month, last = (int(part) for part in match.groups())
    if first > 31:
        return iso_date(last, month, first)
    return iso_date(first, month, last)


def _with_month(keys: list[str], at: int) -> tuple[str, int] | None:
    """`12 ربيع الأول 1445`, `3 مايو 2024`."""
    for length in (2, 1):
        month = _MONTHS.get(tuple(keys[at + 1 : at + 1 + length]))
        end = at + 1 + length
        year = _YEAR.fullmatch(keys[end]) if month and end < len(keys) else None
        if month and year and (value := iso_date(int(keys[at]), month[1], int(year[1]))):
            return value, end - at + 1
    return None
