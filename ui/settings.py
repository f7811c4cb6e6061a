"""What the program remembers of its user: one JSON file, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from muni_archive.paths import settings_folder


class Settings:
    """Values by name; a file that cannot be read is started anew, it holds nothing that would be missed."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_folder() / "window.json"
        try:
            self._values: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._values = {}

    def get(self, key: str, default: Any) -> Any:
        value = self._values.get(key, default)
        return value if default is None or isinstance(value, type(default)) else default

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def set(self, key: str, value: Any) -> None:
        if self._values.get(key) == value:
            return
        self._values[key] = value
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(self._path)
