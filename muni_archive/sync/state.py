"""What a station remembers of its centre: where it is, and how far both are. Kept in one small file beside the archive.

All but the address can be asked again, so an old file costs time and loses nothing. Only who holds the copy of the
centre writes it, so one process at a time; its threads take turns.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from muni_archive.domain.centre_errors import LinkDamaged, NotEnrolled
from muni_archive.domain.together import BEGINNING, Standing

FILE = "centre.json"
AUTHORITY = "authority.pem"
"""The archive's own copy of the file that vouches for its centre: whoever enrols may have it on a stick."""
TAKEN = "centre/taken-over"
_turn = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class CentreLink:
    """The centre that an archive is enrolled with; `authority`: a PEM file that its certificate is checked against, in
    the archive's folder; by an older program, wherever it lay.
    """

    url: str
    centre_id: str
    centre_name: str
    station_id: str
    authority: str = ""
    acknowledged: int = 0
    """Last entry of this station's journal that the centre has acknowledged."""
    acknowledged_hash: str = ""
    departments: Sequence[str] | None = None
    """For which this station works; none of them means all. None in a file of an older program, until it is known."""
    people: bool | None = None
    """Whether the centre has people: then somebody must sign in, even while the copy does not know them. None until the
    copy was as far as the centre."""
    whole: bool = True
    """Whether the copy was ever as far as the centre. Half of one tells of the past: nobody comes in by its word."""


def is_enrolled(archive: Path) -> bool:
    return (archive / FILE).exists()


def load_link(archive: Path) -> CentreLink:
    """Raises `NotEnrolled`, `LinkDamaged`."""
    try:
        return CentreLink(**json.loads((archive / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError as exc:
        raise NotEnrolled from exc
    except (OSError, ValueError, TypeError) as exc:
        raise LinkDamaged(path=archive / FILE, detail=exc) from exc


def own_authority(archive: Path, link: CentreLink) -> Path | None:
    """The PEM file that the centre's certificate is checked against, which may be missing; None for the system's.

    One that lies elsewhere is copied into the archive as soon as it can be read.
    """
    if not link.authority:
        return None
    own, elsewhere = archive / AUTHORITY, archive / link.authority
    if own.exists():
        return own
    try:
        pem = elsewhere.read_bytes()
    except OSError:
        return own
    try:
        save_authority(archive, pem)
    except OSError:  # a medium that is locked, or full
        return elsewhere
    return own


def save_authority(archive: Path, pem: bytes) -> None:
    """Whole or not at all."""
    _write(archive / AUTHORITY, pem)


def keep_acknowledged(archive: Path, standing: Standing) -> None:
    """Remember how far the centre has this station's journal; whoever looks next need not ask."""
    _keep(archive, acknowledged=standing.sequence, acknowledged_hash=standing.hash)


def keep_departments(archive: Path, departments: Sequence[str]) -> None:
    """Remember for which departments the centre says that this station works."""
    _keep(archive, departments=list(departments))


def keep_people(archive: Path, there_are: bool) -> None:
    """Remember whether the centre has people."""
    _keep(archive, people=there_are)


def keep_whole(archive: Path, whole: bool) -> None:
    """Remember whether the copy was ever as far as the centre."""
    _keep(archive, whole=whole)


def is_whole(archive: Path) -> bool:
    """Whether what the copy of the centre tells is no past, as far as the station knows."""
    try:
        return load_link(archive).whole
    except NotEnrolled:
        return True
    except LinkDamaged:
        return False


def known_people(archive: Path, centre_id: str) -> bool | None:
    """Whether that centre has people, as far as the station knows."""
    try:
        link = load_link(archive)
    except (NotEnrolled, LinkDamaged):
        return None
    return link.people if link.centre_id == centre_id else None


def known_departments(archive: Path) -> Sequence[str] | None:
    """Those for which this station works; none means all, None that it is not known. Raises as `load_link` does."""
    return load_link(archive).departments


def own_departments(archive: Path) -> Sequence[str]:
    """Those for which this station works; none means all, as for an archive without a centre. Raises `LinkDamaged`."""
    try:
        return tuple(load_link(archive).departments or ())
    except NotEnrolled:
        return ()


def load_taken(archive: Path) -> Standing:
    """The entry of the central journal up to which changes of this station's documents were taken over."""
    try:
        number, link, *departments = (archive / TAKEN).read_text(encoding="ascii").split(maxsplit=2)
        if departments and json.loads(departments[0]) != _as_told(own_departments(archive)):
            return BEGINNING
        return Standing(sequence=int(number), hash=link)
    except (OSError, ValueError):  # an older program wrote no hash: all is looked at once more
        return BEGINNING


def save_taken(archive: Path, taken: Standing, departments: Sequence[str] | None = None) -> None:
    """An older one, or one of another journal, costs looking again, and loses nothing.

    `departments`: for which the station worked when it began to look. Enrolled for others meanwhile it begins again,
    for another copy has the same numbers and hashes, and tells of other documents.
    """
    told = "" if departments is None else f" {json.dumps(_as_told(departments))}"
    (archive / TAKEN).write_text(f"{taken.sequence} {taken.hash}{told}", encoding="ascii")


def _as_told(departments: Sequence[str]) -> list[str]:
    return sorted(set(departments))


def save_link(archive: Path, link: CentreLink) -> None:
    """Whole or not at all."""
    _write(archive / FILE, json.dumps(asdict(link), ensure_ascii=False, indent=1).encode())


def _write(place: Path, data: bytes) -> None:
    part = place.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)


def _keep(archive: Path, **said: Any) -> None:
    with _turn:
        link = load_link(archive)
        changed = replace(link, **said)
        if changed != link:
            save_link(archive, changed)
