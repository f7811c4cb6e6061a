"""Every version of every procedure: since when cases begin under it, who brought it in, how many still run under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from muni_archive.domain.cases import LoadedProcedure
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.services.procedures.library import list_procedures, read_file, readable_procedure
from muni_archive.services.workplace import Workplace
from muni_archive.workflow import read_procedure


@dataclass(frozen=True, kw_only=True)
class ProcedureVersion:
    """One version. `procedure` is None where its file cannot be read here. Shipped ones were brought in by nobody."""

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
    read = {(procedure.id, procedure.version): procedure for procedure in list_procedures(place)}
    with place.unit_of_work() as unit:
        loaded = {(each.id, each.version): each for each in unit.cases.procedures()}
        latest = {each.id: each.version for each in unit.cases.procedures()}
        running = Counter((case.procedure_id, case.version) for case in unit.cases.cases(open_only=True))
    found = list(_versions(place, read, {*read, *latest.items()}, loaded, running))
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
    read: Mapping[tuple[str, str], Procedure],
    current: Collection[tuple[str, str]],
    loaded: Mapping[tuple[str, str], LoadedProcedure],
    running: Mapping[tuple[str, str], int],
) -> Iterator[ProcedureVersion]:
    for key in dict.fromkeys((*read, *loaded, *running)):
        said, procedure = loaded.get(key), read.get(key) or readable_procedure(place, key[1], key[0])
        yield ProcedureVersion(
            id=key[0], version=key[1], procedure=procedure, current=key in current,
            running=running.get(key, 0), loaded_at=said.loaded_at if said else None,
            loaded_by=said.loaded_by if said else "",
        )  # fmt: skip
