"""What a decision must say: a reason, the checklist, the fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from muni_archive.domain.cases import Case
from muni_archive.domain.digits import western
from muni_archive.domain.errors import DecisionIncomplete, NotFound
from muni_archive.domain.procedures import CheckItem, Outcome, OutcomeKind, Step, checklist_of
from muni_archive.domain.record_class import FieldKind, FieldSpec
from muni_archive.messages import _, current_language
from muni_archive.ports import UnitOfWork
from muni_archive.services.procedures.matters import document_of
from muni_archive.services.workplace import Workplace

_BACK = (OutcomeKind.RETURN, OutcomeKind.REJECT)
LONGEST = 4000
"""Signs of a note or a field."""


def checklist_for(place: Workplace, unit: UnitOfWork, case: Case, step: Step) -> tuple[CheckItem, ...]:
    """What is ticked off at this step for this case."""
    document = document_of(unit, case.document_id)
    metadata = document.metadata if document else {}
    try:
        lines = place.record_classes.get(case.record_class).checklist
    except NotFound:
        lines = ()
    return checklist_of(step, record_class=case.record_class, metadata=metadata, class_lines=lines)


def require_complete(
    step: Step, outcome: Outcome, items: Collection[CheckItem], *, note: str, ticked: Collection[str],
    fields: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    """The fields as they are kept. Raises `DecisionIncomplete`.

    A decision that sends back needs its reason and nothing else; every other one the checklist and the fields.
    """
    if outcome.kind in _BACK and not note.strip():
        raise DecisionIncomplete(detail=_("say why, so that others know what to do."))
    if len(note) > LONGEST or any(len(value) > LONGEST for value in fields.values()):
        raise DecisionIncomplete(detail=_("what was written is too long."))
    if unknown := set(ticked) - {item.id for item in items}:
        raise DecisionIncomplete(detail=_("{items} is not on the checklist.").format(items=", ".join(sorted(unknown))))
    going_on = outcome.kind not in _BACK
    open_items = [item for item in items if item.required and item.id not in ticked]
    if going_on and open_items:
        names = " · ".join(_label(item.label) for item in open_items)
        raise DecisionIncomplete(detail=_("not ticked yet: {items}.").format(items=names))
    return _kept(step, fields, going_on=going_on)


def _kept(step: Step, fields: Mapping[str, str], *, going_on: bool) -> dict[str, str]:
    if unknown := set(fields) - {spec.name for spec in step.fields}:
        raise DecisionIncomplete(
            detail=_("{fields} is no field of this step.").format(fields=", ".join(sorted(unknown)))
        )
    values = {spec.name: _value(spec, fields.get(spec.name, "")) for spec in step.fields}
    missing = [spec for spec in step.fields if spec.required and not values[spec.name]]
    if going_on and missing:
        names = " · ".join(_label(spec.label) for spec in missing)
        raise DecisionIncomplete(detail=_("fill in: {fields}.").format(fields=names))
    return {name: value for name, value in values.items() if value}


def _value(spec: FieldSpec, said: str) -> str:
    value = western(said.strip()) if spec.kind is FieldKind.NUMBER else said.strip()
    if value and spec.kind is FieldKind.NUMBER:
        value = value.replace("٫", ".")
        try:
            float(value)
        except ValueError as exc:
            text = _("{field} must be a number.").format(field=_label(spec.label))
            raise DecisionIncomplete(detail=text) from exc
    if value and spec.choices and value not in {choice.value for choice in spec.choices}:
        raise DecisionIncomplete(detail=_("{field} has no such choice.").format(field=_label(spec.label)))
    return value


def _label(labels: Mapping[str, str]) -> str:
    return labels.get(current_language()) or labels.get("en", "")
