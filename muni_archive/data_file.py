"""Reading our TOML data files: every mistake in one becomes an error that names the file and the place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from muni_archive.domain.errors import DataFileInvalid

E = TypeVar("E", bound=StrEnum)
LANGUAGES = ("ar", "en")


class DataTable:
    """One table of a data file; what is read is checked, and what nobody read is a mistake."""

    def __init__(self, path: Path, values: Mapping[str, Any], place: str = "") -> None:
        self._path = path
        self._values = values
        self._place = place
        self._read: set[str] = set()

    @classmethod
    def load(cls, path: Path) -> DataTable:
        """The whole file. Raises `DataFileInvalid`."""
        try:
            return cls(path, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
            raise DataFileInvalid(path=str(path), detail=str(exc)) from exc

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self.invalid(f"{key} must be a text")
        return value

    def number(self, key: str, default: int | None) -> int:
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self.invalid(f"{key} must be a positive number")
        return value

    def day(self, key: str, default: date | None = None) -> date:
        value = self._get(key, default)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.invalid(f"{key} must be a day, written 2027-03-09")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.invalid(f"{key} must be true or false")
        return value

    def member(self, key: str, kinds: type[E], default: E | None) -> E:
        value = self.text(key, None if default is None else str(default))
        try:
            return kinds(value)
        except ValueError as exc:
            raise self.invalid(f"{key} = {value} is none of {', '.join(kinds)}") from exc

    def members(self, key: str, kinds: type[E]) -> Sequence[E]:
        """A list of values of an enumeration."""
        values = self._get(key, [])
        if not isinstance(values, list) or not all(value in set(kinds) for value in values):
            raise self.invalid(f"{key} must be a list of {', '.join(kinds)}")
        return [kinds(value) for value in values]

    def label(self, key: str) -> Mapping[str, str]:
        """A text in every language."""
        return self.table(key).languages()

    def languages(self) -> Mapping[str, str]:
        """This table itself as a text in every language."""
        label = {language: self.text(language) for language in LANGUAGES}
        self.finish()
        return label

    def holds_table(self, key: str) -> bool:
        """Whether a table stands there, where a text may stand as well."""
        return isinstance(self._values.get(key), Mapping)

    def table(self, key: str) -> DataTable:
        value = self._get(key, None)
        if not isinstance(value, Mapping):
            raise self.invalid(f"{key} must be a table")
        return DataTable(self._path, value, f"{self._place}{key}.")

    def tables(self, key: str) -> Sequence[DataTable]:
        values = self._get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
            raise self.invalid(f"{key} must be a list of tables")
        return [DataTable(self._path, value, f"{self._place}{key}[{at}].") for at, value in enumerate(values, start=1)]

    def finish(self) -> None:
        """Raise `DataFileInvalid` for a key that nobody read: it is a slip of the pen."""
        unknown = sorted(set(self._values) - self._read)
        if unknown:
            raise self.invalid(f"{', '.join(unknown)} is not known here")

    def invalid(self, detail: str) -> DataFileInvalid:
        return DataFileInvalid(path=str(self._path), detail=f"{self._place} {detail}".strip())

    def _get(self, key: str, default: object) -> object:
        self._read.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.invalid(f"{key} is missing")
        return value
