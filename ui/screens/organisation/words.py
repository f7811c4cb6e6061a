"""What kinds of units, states and levels are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from muni_archive.domain.organisation import EVERYWHERE, Organisation, UnitKind
from muni_archive.domain.roles import RoleBook
from muni_archive.messages import N_, _, isolate
from ui.i18n import label_of, short_date

KINDS: Mapping[UnitKind, str] = {
    UnitKind.SECTOR: N_("Sector"),
    UnitKind.DEPARTMENT: N_("Department"),
    UnitKind.CONTROL: N_("Control"),
    UnitKind.SECTION: N_("Section"),
}


def unit_name(organisation: Organisation, unit_id: str) -> str:
    """In the user's language; an id that is no unit is shown as it is."""
    if unit_id == EVERYWHERE:
        return _("The whole municipality")
    unit = organisation.units.get(unit_id)
    return label_of(unit.label) if unit else isolate(unit_id)


def role_name(roles: RoleBook, role: str) -> str:
    known = roles.get(role)
    return label_of(known.label) if known else isolate(role)


def day_of(moment: str) -> str:
    """The day of an ISO moment; empty for none."""
    return short_date(datetime.fromisoformat(moment)) if moment else ""
