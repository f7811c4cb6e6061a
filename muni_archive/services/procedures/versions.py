"""Every version of every procedure: since when cases begin under it, who brought it in, how many still run under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from muni_archive.domain.cases import LoadedProcedure
from muni_archive.domain.errors import BlobMissing
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.services.procedures.library import list_procedures, procedure_of_version, read_file
from muni_archive.services.workplace import Workplace
from muni_archive.workflow import read_procedure


@dataclass(frozen=True, kw_only=True)
class ProcedureVersion:
    """One version. `procedure` is None where its file is not here. Shipped ones were brought in by nobody."""

    id: str
    version: str
    procedure: Procedure | None
    current: bool
    running: int
    loaded_at: datetime | None = None
    loaded_by: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file that is a procedure, and how many cases run under earlier versions of it."""

    data: bytes
    procedure: Procedure
    known: bool
    """It is the version under which cases begin already."""
    running: int


def procedure_versions(place: Workplace) -> tuple[ProcedureVersion, ...]:
    """By procedure, the current version first, then the others, the latest first."""
    place.guard.require(Action.ADMINISTER)
    current = {procedure.id: procedure for procedure in list_procedures(place)}
    with place.unit_of_work() as unit:
        loaded = {(each.id, each.version): each for each in unit.cases.procedures()}
        running = Counter((case.procedure_id, case.version) for case in unit.cases.cases(open_only=True))
    found = list(_versions(place, current, loaded, running))
    by_time = sorted(found, key=lambda one: one.loaded_at.isoformat() if one.loaded_at else "", reverse=True)
    return tuple(sorted(by_time, key=lambda one: (one.id, not one.current)))


def check_file(place: Workplace, path: Path) -> CheckedFile:
    """What bringing the file in would do. Raises `ProcedureInvalid`, which names every element at fault."""
    place.guard.require(Action.ADMINISTER)
    data = read_file(path)
    procedure = read_procedure(data, path.name)
    known = {each.id: each.version for each in list_procedures(place)}
    with place.unit_of_work() as unit:
        running = sum(case.procedure_id == procedure.id for case in unit.cases.cases(open_only=True))
    return CheckedFile(
        data=data, procedure=procedure, known=known.get(procedure.id) == procedure.version, running=running
    )


def _versions(
    place: Workplace,
    current: Mapping[str, Procedure],
    loaded: Mapping[tuple[str, str], LoadedProcedure],
    running: Mapping[tuple[str, str], int],
) -> Iterator[ProcedureVersion]:
    now = {(procedure.id, procedure.version): procedure for procedure in current.values()}
    for key in dict.fromkeys((*now, *loaded, *running)):
        said = loaded.get(key)
        yield ProcedureVersion(
            id=key[0], version=key[1], procedure=now.get(key) or _as_it_was(place, *key), current=key in now,
            running=running.get(key, 0), loaded_at=said.loaded_at if said else None,
            loaded_by=said.loaded_by if said else "",
        )  # fmt: skip


def _as_it_was(place: Workplace, procedure_id: str, version: str) -> Procedure | None:
    try:
        return procedure_of_version(place, version, procedure_id)
    except BlobMissing:
        return None
