"""The seams of procedures and cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from muni_archive.domain.case_course import Course
from muni_archive.domain.cases import Case, CaseStep, Dispute, LoadedProcedure, Move, PersonKey, Sample


class Cases(Protocol):
    """Reading cases and what belongs to them. Lists are in the order of the journal unless they say otherwise."""

    def case(self, case_id: str) -> Case:
        """Raises `NotFound`."""
        ...

    def cases(
        self, *, document_id: str | None = None, file_reference: str | None = None, open_only: bool = False
    ) -> Sequence[Case]: ...

    def steps(self, case_id: str) -> Sequence[CaseStep]:
        """All of them, timers too, by their number."""
        ...

    def waiting(self) -> Sequence[tuple[Case, CaseStep]]:
        """What waits for people, what is due first before the rest, what has no due time last."""
        ...

    def timers_due(self, at: datetime) -> Sequence[CaseStep]:
        """Timers of open cases whose time has come."""
        ...

    def moves(self, case_id: str) -> Sequence[Move]: ...

    def latest_moves(self, *, before: int, limit: int) -> Sequence[Move]:
        """Of every case, those of entries before that sequence, the latest first."""
        ...

    def moves_beside(self) -> Sequence[Move]:
        """Decisions of every case that do not count."""
        ...

    def disputes(self, case_id: str | None = None) -> Sequence[Dispute]:
        """Of one case or of all, settled ones too, oldest first."""
        ...

    def course(self, case_id: str) -> Course:
        """The whole case; an empty one where nothing is known of it."""
        ...

    def procedures(self) -> Sequence[LoadedProcedure]:
        """Every version that was brought in; of one id the last counts."""
        ...

    def person_keys(self) -> Sequence[PersonKey]: ...

    def samples(self) -> Sequence[Sample]: ...

    def pages_brought_by(self, clerk: str, *, first: str, last: str) -> Sequence[str]:
        """Ids of the pages that the clerk brought in, between two entries (their ids) of one station's journal."""
        ...


class PersonKeys(Protocol):
    """Where people's private keys (Ed25519, hex) are kept on this machine."""

    def find(self, archive_id: str, name: str) -> str | None: ...

    def keep(self, archive_id: str, name: str, key: str) -> None: ...
