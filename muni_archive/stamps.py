"""The stamps of this installation: data in `resources/stamps.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from muni_archive.data_file import DataTable
from muni_archive.paths import resource_path


class StampColour(StrEnum):
    """What a stamp's colour says."""

    APPROVAL = "approval"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A stamp; `label` is what it says, by language."""

    id: str
    colour: StampColour
    label: Mapping[str, str]


def load_stamps(path: Path | None = None) -> Mapping[str, Stamp]:
    """By id, in the order of the file. Raises `DataFileInvalid`."""
    data = DataTable.load(path or resource_path("stamps.toml"))
    stamps = [_stamp(table) for table in data.tables("stamps")]
    data.finish()
    by_id = {stamp.id: stamp for stamp in stamps}
    if not by_id or len(by_id) != len(stamps):
        raise data.invalid("stamps need at least one entry and different ids")
    return by_id


def _stamp(data: DataTable) -> Stamp:
    stamp = Stamp(
        id=data.text("id"),
        colour=data.member("colour", StampColour, StampColour.NOTICE),
        label=data.label("label"),
    )
    data.finish()
    return stamp
