"""What a station remembers of its centre: where it is, and how far both are. Kept in one small file beside the archive.

All but the address can be asked again, so an old file costs time and loses nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from muni_archive.domain.errors import NotEnrolled

FILE = "centre.json"


@dataclass(frozen=True, kw_only=True)
class CentreLink:
    """The centre that an archive is enrolled with; `authority`: a PEM file that its certificate is checked against."""

    url: str
    centre_id: str
    centre_name: str
    station_id: str
    authority: str = ""
    acknowledged: int = 0
    """Last entry of this station's journal that the centre has acknowledged."""
    acknowledged_hash: str = ""


def load_link(archive: Path) -> CentreLink:
    """Raises `NotEnrolled`."""
    try:
        return CentreLink(**json.loads((archive / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as exc:
        raise NotEnrolled from exc


def save_link(archive: Path, link: CentreLink) -> None:
    """Whole or not at all."""
    place = archive / FILE
    part = place.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(link), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)
