"""The procedures of this archive: those that are shipped, and those that an administrator brought in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from muni_archive.domain.errors import NotFound, ProcedureInvalid
from muni_archive.domain.events import ProcedureLoaded
from muni_archive.domain.permissions import Action
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _
from muni_archive.paths import resource_path
from muni_archive.services.workplace import Workplace
from muni_archive.workflow import read_procedure


def list_procedures(place: Workplace) -> tuple[Procedure, ...]:
    """The version of each under which a case would begin now, by id."""
    with place.unit_of_work() as unit:
        loaded = {each.id: each.version for each in unit.cases.procedures()}
    found: dict[str, Procedure] = {procedure.id: procedure for procedure in map(read_procedure, _shipped().values())}
    found |= {name: read_procedure(place.vault.get(version), name) for name, version in loaded.items()}
    return tuple(found[name] for name in sorted(found))


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
    return read_procedure(place.vault.get(version), procedure_id)


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
