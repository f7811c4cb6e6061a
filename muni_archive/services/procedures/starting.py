"""A case begins: a document or a file is put on its way through a procedure."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.cases import Case, CaseActor
from muni_archive.domain.errors import CaseOpen, NotFound, ProcedureUnfit
from muni_archive.domain.events import CaseStarted
from muni_archive.domain.permissions import Action, Subject
from muni_archive.domain.procedures import Procedure, Starts
from muni_archive.messages import _, current_language
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.acting import record_as
from muni_archive.services.procedures.library import find_procedure, list_procedures
from muni_archive.services.procedures.opening import opened_steps
from muni_archive.services.subjects import about_document, about_file
from muni_archive.services.workplace import Workplace
from muni_archive.workflow.running import CaseRun


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a case is about: a document, or a file by its reference."""

    title: str
    subject: Subject
    department: str
    record_class: str
    document_id: str | None = None
    file_reference: str | None = None


def start_case(
    place: Workplace, procedure_id: str, *, actor: CaseActor, document_id: str | None = None,
    file_reference: str | None = None, note: str = "",
) -> Case:  # fmt: skip
    """Begin; the procedure's file is kept in the vault, so that the case finishes under it whatever comes later.

    Raises `NotFound`, `ProcedureUnfit`, and `CaseOpen` when the same is on its way in this procedure already.
    """
    place.guard.require(Action.START_CASE)
    procedure, data = find_procedure(place, procedure_id)
    place.vault.put(data)
    with place.unit_of_work() as unit:
        unit.lock()
        matter = _matter(unit, document_id, file_reference)
        place.guard.require(Action.START_CASE, matter.subject)
        _require_fit(unit, procedure, matter)
        event = _event(place, unit, procedure, matter, note)
        record_as(unit, event, actor)
        unit.commit()
        return unit.cases.case(event.case_id)


def procedures_for(place: Workplace, record_class: str, *, document: bool) -> tuple[Procedure, ...]:
    """Those in which a case about such a document, or such a file, can begin."""
    place.guard.require(Action.START_CASE, Subject(record_class=record_class))
    wanted = Starts.DOCUMENT if document else Starts.FILE
    return tuple(
        procedure
        for procedure in list_procedures(place)
        if procedure.starts in (Starts.EITHER, wanted) and procedure.fits(record_class)
    )


def _matter(unit: UnitOfWork, document_id: str | None, file_reference: str | None) -> Matter:
    if document_id is not None:
        document = unit.records.document(document_id)
        return Matter(
            title=f"{document.title} · {document.number}", subject=about_document(document),
            department=document.department,
            record_class=document.record_class, document_id=document.id, file_reference=document.file_reference,
        )  # fmt: skip
    file = unit.records.file(file_reference) if file_reference else None
    if file is None:
        raise NotFound(key=file_reference or "")
    return Matter(
        title=file.reference, subject=about_file(file), department=file.department, record_class=file.record_class,
        file_reference=file.reference,
    )  # fmt: skip


def _require_fit(unit: UnitOfWork, procedure: Procedure, matter: Matter) -> None:
    name = procedure.label.get(current_language(), procedure.id)
    wanted = Starts.DOCUMENT if matter.document_id else Starts.FILE
    if procedure.starts not in (Starts.EITHER, wanted):
        raise ProcedureUnfit(procedure=name, detail=_("it begins with something else."))
    if not procedure.fits(matter.record_class):
        raise ProcedureUnfit(procedure=name, detail=_("it is for other record classes."))
    same = unit.cases.cases(document_id=matter.document_id, file_reference=matter.file_reference, open_only=True)
    if any(case.procedure_id == procedure.id and case.document_id == matter.document_id for case in same):
        raise CaseOpen(procedure=name)


def _event(place: Workplace, unit: UnitOfWork, procedure: Procedure, matter: Matter, note: str) -> CaseStarted:
    began = CaseRun(procedure).began
    return CaseStarted(
        case_id=place.ids.new(), procedure_id=procedure.id, version=procedure.version, title=matter.title,
        department=matter.department, record_class=matter.record_class, document_id=matter.document_id,
        file_reference=matter.file_reference, note=note.strip(),
        opened=opened_steps(place, unit, procedure, began.opened, document_id=matter.document_id,
                            now=place.clock.now()),
        end=began.end,
    )  # fmt: skip
