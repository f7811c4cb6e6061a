"""Two people may propose and confirm directly, unless the disposal procedure has the record, or is how it is done here.

A case of it and the direct way would decide about one record past each other. An administrator who loads a disposal
procedure of the municipality's own has said that records go through that, and no other way.
"""

from __future__ import annotations

from collections.abc import Iterator

from muni_archive.domain.errors import ProcedureInvalid
from muni_archive.domain.procedures import Procedure
from muni_archive.domain.retention_errors import InProcedure, ThroughProcedure
from muni_archive.messages import current_language
from muni_archive.ports import UnitOfWork
from muni_archive.retention_ports import Kept
from muni_archive.services.procedures.library import procedure_of_version
from muni_archive.services.workplace import Workplace


def require_direct_way(place: Workplace, unit: UnitOfWork, kept: Kept) -> None:
    """Raises `InProcedure`, which names the case, and `ThroughProcedure`."""
    for case in unit.cases.cases(document_id=kept.document_id, open_only=True):
        if _disposes(procedure := procedure_of_version(place, case.version, case.procedure_id)):
            raise InProcedure(number=kept.number, case=_name(procedure), name=case.started_by)
    if only := the_only_way(place, unit, kept):
        raise ThroughProcedure(number=kept.number, procedure=_name(only))


def the_only_way(place: Workplace, unit: UnitOfWork, kept: Kept) -> Procedure | None:
    """The municipality's own procedure through which this record goes; None where two people may do it directly."""
    return next((each for each in _loaded(place, unit) if _disposes(each) and each.fits(kept.record_class)), None)


def _loaded(place: Workplace, unit: UnitOfWork) -> Iterator[Procedure]:
    """Those that an administrator brought in; what came with the program says nothing about this house."""
    latest = {each.id: each.version for each in unit.cases.procedures()}
    for procedure_id, version in latest.items():
        try:
            yield procedure_of_version(place, version, procedure_id)
        except ProcedureInvalid:  # of an older program: cases cannot begin under it either
            continue


def _disposes(procedure: Procedure) -> bool:
    return any(step.does for step in procedure.steps)


def _name(procedure: Procedure) -> str:
    return procedure.label.get(current_language(), procedure.id)
