"""Public holidays: those of each year from `resources/holidays.toml`, the others from a file beside the archive.

The second is the administrator's: what goes by the moon is announced for one year at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from hijridate import Gregorian, Hijri

from muni_archive.data_file import DataTable
from muni_archive.domain.holidays import MOST_DAYS, Holiday, Holidays
from muni_archive.paths import resource_path

FILE = "holidays.toml"
_LEAP_YEAR = 2000
_BY_THE_MOON = (
    (1, 1, 1, "رأس السنة الهجرية", "Islamic New Year"),
    (3, 12, 1, "المولد النبوي الشريف", "Birthday of the Prophet"),
    (7, 27, 1, "الإسراء والمعراج", "Isra and Mi'raj"),
    (10, 1, 3, "عيد الفطر", "Eid al-Fitr"),
    (12, 9, 4, "وقفة عرفات وعيد الأضحى", "Arafat and Eid al-Adha"),
)
"""Hijri month and day, how many days, and the name."""


class HolidayBook:
    """The holidays of one archive; a file that was changed is read again."""

    def __init__(self, archive: Path) -> None:
        self._own = archive / FILE
        self._fixed = read_holidays(resource_path(FILE))
        self._read: tuple[tuple[int, int], Holidays] | None = None

    def __call__(self) -> Holidays:
        """Raises `DataFileInvalid`."""
        stamp = self._stamp()
        if self._read is None or self._read[0] != stamp:
            own = read_holidays(self._own) if stamp != (0, 0) else ()
            self._read = stamp, Holidays(known=(*self._fixed, *own))
        return self._read[1]

    def load(self, path: Path) -> Holidays:
        """This file from now on, if nothing in it is wrong. Raises `DataFileInvalid`."""
        read_holidays(path)
        part = self._own.with_suffix(".part")
        part.write_bytes(path.read_bytes())
        part.replace(self._own)
        return self()

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._own.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_size


def read_holidays(path: Path) -> tuple[Holiday, ...]:
    """In the order of the file. Raises `DataFileInvalid`."""
    data = DataTable.load(path)
    found = tuple(map(_holiday, data.tables("holidays")))
    data.finish()
    return found


def calculated(year: int) -> Iterator[Holiday]:
    """What goes by the moon in that year, by the calendar of Umm al-Qura: to be corrected when it is announced."""
    first, last = (Gregorian(year, *day).to_hijri().year for day in ((1, 1), (12, 31)))
    for hijri in range(first, last + 1):
        for month, day, days, arabic, english in _BY_THE_MOON:
            begins = Hijri(hijri, month, day).to_gregorian()
            at = date(begins.year, begins.month, begins.day)
            if at.year == year:
                yield Holiday(label={"ar": arabic, "en": english}, first=at, last=at + timedelta(days=days - 1))


def as_toml(holiday: Holiday) -> str:
    """One that is of one year, as the file has it."""
    return (
        f"[[holidays]]\nfirst = {holiday.first}\nlast = {holiday.last}\n"
        f'label = {{ ar = "{holiday.label["ar"]}", en = "{holiday.label["en"]}" }}\n'
    )


def _holiday(data: DataTable) -> Holiday:
    label = data.label("label")
    month = data.number("month", 13)
    if month <= 12:
        holiday = Holiday(label=label, yearly=(month, data.number("day", None)))
        if not _is_day(*holiday.yearly or (0, 0)):
            raise data.invalid("there is no such day")
    else:
        first = data.day("first")
        holiday = Holiday(label=label, first=first, last=data.day("last", first))
        if not 0 <= (holiday.last - holiday.first).days < MOST_DAYS:
            raise data.invalid(f"last must be the same day as first, or one of the {MOST_DAYS - 1} after it")
    data.finish()
    return holiday


def _is_day(month: int, day: int) -> bool:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True
