"""Where things lie: our own data files, and the user's folders."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

APPLICATION = "muni-archive"


def resource_path(*parts: str) -> Path:
    """A file or folder of `resources/`, in a checkout, an installed wheel or a frozen program."""
    return _resources().joinpath(*parts)


def _resources() -> Path:
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "resources"] if frozen else []
    candidates += [here / "_resources", here.parent / "resources"]
    return next((path for path in candidates if path.is_dir()), candidates[-1])


def default_archive() -> Path:
    """The archive that is opened when none is named."""
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "archive"


def default_centre() -> Path:
    """The centre's data when no folder is named."""
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "centre"


def settings_folder() -> Path:
    """Where the program keeps what it remembers of its user; made when missing."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False, ensure_exists=True))
