"""The procedures of this archive: those that are shipped, and those that an administrator brought in."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from muni_archive.domain.cases import Case
from muni_archive.domain.errors import ArchiveBusy, ArchiveError, DatabaseUnreachable, NotFound, ProcedureInvalid
from muni_archive.domain.events import ProcedureLoaded
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _
from muni_archive.paths import resource_path
from muni_archive.services.workplace import Workplace
from muni_archive.workflow import read_procedure

_log = logging.getLogger(__name__)


def list_procedures(place: Workplace) -> tuple[Procedure, ...]:
    """The version of each under which a case would begin now, by id; without those that cannot be read now.

    One that was loaded and cannot be read is not replaced by the one that is shipped: its cases begin otherwise here.
    """
    with place.unit_of_work() as unit:
        loaded = {each.id: each.version for each in unit.cases.procedures()}
    shipped = {procedure.id: procedure for procedure in map(read_procedure, _shipped().values())}
    found = shipped | {name: readable_procedure(place, version, name) for name, version in loaded.items()}
    return tuple(procedure for _name, procedure in sorted(found.items()) if procedure)


def find_procedure(place: Workplace, procedure_id: str) -> tuple[Procedure, bytes]:
    """The current version and its file. Raises `NotFound`."""
    with place.unit_of_work() as unit:
        loaded = {each.id: each.version for each in unit.cases.procedures()}
    if procedure_id in loaded:
        data = place.vault.get(loaded[procedure_id])
    elif procedure_id in _shipped():
        data = _shipped()[procedure_id]
    else:
        raise NotFound(key=procedure_id)
    return read_procedure(data, procedure_id), data


def procedure_of_version(place: Workplace, version: str, procedure_id: str = "") -> Procedure:
    """The procedure as it was when cases under this version began. Raises `BlobMissing`."""
    if place.procedure_at_hand:
        return place.procedure_at_hand(version, procedure_id)
    return read_procedure(place.vault.get(version), procedure_id)


def readable_procedure(place: Workplace, version: str, procedure_id: str = "") -> Procedure | None:
    """As `procedure_of_version`, for who looks at many: None, and logged, where the file cannot be had now, or is no
    procedure for this program. That the archive itself is away is raised.
    """
    try:
        return procedure_of_version(place, version, procedure_id)
    except (ArchiveBusy, DatabaseUnreachable):
        raise
    except ArchiveError as error:
        _log.warning("procedure %s (%s): %s", procedure_id, version, error)
        return None


def procedures_of(place: Workplace, found: Iterable[Case]) -> Mapping[str, Procedure]:
    """By case, for those whose procedure can be read now; each version is read once."""
    cases = tuple(found)
    versions = {case.version: case.procedure_id for case in cases}
    read = {version: readable_procedure(place, version, name) for version, name in versions.items()}
    return {case.id: procedure for case in cases if (procedure := read[case.version])}


def load_procedure(place: Workplace, data: bytes, *, name: str = "") -> Procedure:
    """Bring a procedure in: cases begin under it from now on, running ones finish as they began.

    Raises `ProcedureInvalid`, which names every element at fault; nothing has changed then.
    """
    place.guard.require(Action.ADMINISTER)
    procedure = read_procedure(data, name)
    version = place.vault.put(data)
    with place.unit_of_work() as unit:
        unit.lock()
        latest = {each.id: each.version for each in unit.cases.procedures()}
        if latest.get(procedure.id) != version:
            unit.record(ProcedureLoaded(procedure_id=procedure.id, version=version))
        unit.commit()
    return procedure


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises `ProcedureInvalid` when it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as exc:
        detail = _("The file cannot be opened: {detail}").format(detail=exc.strerror)
        raise ProcedureInvalid(name=path.name, detail=detail) from exc


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, bytes]:
    """By id, which is the file's name."""
    files = sorted(resource_path("procedures").glob("*.bpmn"))
    return {path.stem: path.read_bytes() for path in files}
