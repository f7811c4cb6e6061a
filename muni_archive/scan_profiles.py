"""The scan profiles of this installation: data in `resources/scan_profiles.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from muni_archive.data_file import DataTable
from muni_archive.domain.scanning import ColorMode, ScanProfile, Source
from muni_archive.paths import resource_path


def load_profiles(path: Path | None = None) -> tuple[ScanProfile, ...]:
    """Every profile, the default first. Raises `DataFileInvalid`."""
    return tuple(profile for profile, _ in _load(path))


def profile_labels(path: Path | None = None) -> Mapping[str, Mapping[str, str]]:
    """What people call each profile: by its name, then by language (`ar`, `en`)."""
    return {profile.name: label for profile, label in _load(path)}


def _load(path: Path | None) -> list[tuple[ScanProfile, Mapping[str, str]]]:
    data = DataTable.load(path or resource_path("scan_profiles.toml"))
    profiles = [_profile(table) for table in data.tables("profiles")]
    data.finish()
    names = [profile.name for profile, _ in profiles]
    if not names or len(set(names)) != len(names):
        raise data.invalid("profiles need at least one entry and different names")
    return profiles


def _profile(data: DataTable) -> tuple[ScanProfile, Mapping[str, str]]:
    profile = ScanProfile(
        name=data.text("name"),
        source=data.member("source", Source, Source.FEEDER),
        mode=data.member("mode", ColorMode, ColorMode.GRAY),
        resolution=data.number("resolution", 300),
        skip_blanks=data.flag("skip_blanks", default=True),
        split_on_separators=data.flag("split_on_separators", default=True),
    )
    label = data.label("label")
    data.finish()
    return profile, label
