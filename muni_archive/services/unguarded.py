"""Nobody is asked who they are: the machine's operator at the command line, and archives without people."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.acting import Acting
from muni_archive.domain.permissions import ANYWHERE, Action, Subject
from muni_archive.domain.scope import Scope


@dataclass(frozen=True)
class Unguarded:
    """Implements `ports.Guard`: everything is allowed, as the operating system allows it to who can read the folder."""

    acting: Acting | None = None

    def require(self, action: Action, subject: Subject = ANYWHERE) -> None:
        """Nothing is refused."""

    def may(self, action: Action, subject: Subject = ANYWHERE) -> bool:
        return True

    def scope(self, action: Action = Action.VIEW) -> Scope | None:
        return None
