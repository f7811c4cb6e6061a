"""Where scanners are that do not announce themselves: lists beside the settings, a line each."""

from __future__ import annotations

from muni_archive.paths import settings_folder

SCAN_FOLDERS, SCAN_ADDRESSES = "scan_folders.txt", "scan_addresses.txt"
"""Watched folders; addresses of eSCL scanners (`http://host/eSCL`)."""


def read_lines(name: str) -> tuple[str, ...]:
    """The entries of a list, none when it was never written."""
    try:
        text = (settings_folder() / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def write_lines(name: str, text: str) -> None:
    """Replace a list, whole or not at all. Raises `OSError`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    target = settings_folder() / name
    part = target.with_suffix(".part")
    part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    part.replace(target)
