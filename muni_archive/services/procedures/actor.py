"""Who acts at this workplace, and as what."""

from __future__ import annotations

from typing import Any

from muni_archive.domain.case_roles import CASE_ROLES
from muni_archive.domain.cases import CaseActor
from muni_archive.services.workplace import Workplace


def actor_of(place: Workplace) -> CaseActor:
    """Whoever has signed in; else the machine's operator, who has every role as long as nobody was named for any.

    Four eyes count for the one as for the other.
    """
    acting: Any = getattr(getattr(place, "guard", None), "acting", None)
    if acting is None:
        return CaseActor(name=place.operator, roles=frozenset(CASE_ROLES))
    delegated = {role: by for (role, _unit), by in acting.delegated.items()}
    own = {role for role, unit in acting.roles if (role, unit) not in acting.delegated}
    return CaseActor(name=acting.name, roles=frozenset(own), delegated=delegated)
