"""A centre that is put back to an earlier copy of itself, as after a lost disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from muni_archive.bootstrap import OpenCentre, open_centre


class PutBack:
    """`centre` is the open one: another after each `back`."""

    def __init__(self, folder: Path, opening: Callable[[Path], OpenCentre] = open_centre) -> None:
        self._folder, self._kept, self._opening = folder, folder.with_name("backup"), opening
        self.centre = opening(folder)

    def keep(self) -> None:
        """Take the backup."""
        self.centre.close()
        shutil.copytree(self._folder, self._kept)
        self.centre = self._opening(self._folder)

    def back(self) -> None:
        """Put it in the place of all that came since."""
        self.centre.close()
        shutil.rmtree(self._folder)
        shutil.copytree(self._kept, self._folder)
        self.centre = self._opening(self._folder)

    def __enter__(self) -> PutBack:
        return self

    def __exit__(self, *_: object) -> None:
        self.centre.close()
