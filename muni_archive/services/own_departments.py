"""The departments for which a station works: its centre takes records of no others from it, so it offers no others."""

from __future__ import annotations

from collections.abc import Sequence

from muni_archive.domain.errors import DepartmentElsewhere, DepartmentUnknown
from muni_archive.domain.people import Sight
from muni_archive.domain.record_class import RecordClass
from muni_archive.messages import current_language
from muni_archive.services.workplace import Workplace


def offered_classes(place: Workplace, *, besides: str = "") -> Sequence[RecordClass]:
    """The record classes under which something may be entered here. `besides` is the class of what was entered
    before, which is offered whatever it is, or a form that shows it would show another. Where no class is of these
    departments, all are: whoever chooses one is told.
    """
    own, every = Sight.of(place.departments()), place.record_classes.all()
    offered = [each for each in every if own.covers(each.department)] or list(every)
    return offered if not besides else [each for each in every if each in offered or each.id == besides]


def require_own(place: Workplace, record_class: RecordClass) -> None:
    """Raises `DepartmentElsewhere` for a class of a department for which this station does not work."""
    own = place.departments()
    if not Sight.of(own).covers(record_class.department):
        labels = {each.department: _label(each) for each in place.record_classes.all()}
        joint = "، " if current_language() == "ar" else ", "
        here = joint.join(labels.get(department, department) for department in own)
        raise DepartmentElsewhere(own=here, department=_label(record_class))


def require_known(place: Workplace, departments: Sequence[str]) -> None:
    """Raises `DepartmentUnknown` for one that no record class is of: a slip of the hand."""
    known = sorted({each.department for each in place.record_classes.all()})
    for department in departments:
        if department not in known:
            raise DepartmentUnknown(name=department, known=", ".join(known))


def _label(record_class: RecordClass) -> str:
    labels = record_class.department_label
    return labels.get(current_language()) or labels.get("en") or record_class.department
