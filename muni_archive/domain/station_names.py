"""What a station may be called: its name begins the number of each of its documents."""

from __future__ import annotations

import re

from muni_archive.domain.errors import StationNameInvalid

STATION_NAME = re.compile(r"[A-Z0-9]{1,12}")


def checked_station_name(name: str) -> str:
    """The name. Raises `StationNameInvalid`."""
    if not STATION_NAME.fullmatch(name):
        raise StationNameInvalid(name=name)
    return name
