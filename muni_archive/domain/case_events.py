"""Events of procedures and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class ProcedureLoaded(Event):
    """An administrator brought a procedure in; from now on cases of that id begin under this version.

    `version` is the SHA-256 of its file, which lies in the vault.
    """

    kind = "procedure-loaded"
    procedure_id: str
    version: str


@dataclass(frozen=True, kw_only=True)
class CaseStarted(Event):
    """A document or a file began its way through a procedure, whose file (`version`) lies in the vault."""

    kind = "case-started"
    case_id: str
    procedure_id: str
    version: str
    title: str
    department: str
    record_class: str
    document_id: str | None = None
    file_reference: str | None = None
    note: str = ""
    opened: tuple[StepOpened, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class StepTaken(Event):
    """A person took a step of a case: a decision, signed with their key.

    What followed from it stands here too (`opened`, `lapsed`, `end`), though the procedure gives it: so tables need no
    engine, and the engine can be held against the journal.
    """

    kind = "step-taken"
    case_id: str
    number: int
    element: str
    outcome: str
    version: str
    """Of the procedure."""
    department: str
    """Of the case: who may not see the one does not hear of the other."""
    role: str
    decided_at: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    stands_in_for: str = ""
    document_id: str | None = None
    document_entry: str = ""
    """Id of the entry that made the version of the document which was looked at."""
    key: str = ""
    """The public half of the key that signed."""
    signature: str = ""
    opened: tuple[StepOpened, ...] = ()
    lapsed: tuple[int, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class TimerPassed(Event):
    """A case waited long enough."""

    kind = "timer-passed"
    case_id: str
    department: str
    number: int
    element: str
    document_id: str | None = None
    opened: tuple[StepOpened, ...] = ()
    lapsed: tuple[int, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReassigned(Event):
    """A step waits for this person from now on; for whoever has the role when `to` is empty."""

    kind = "case-reassigned"
    case_id: str
    department: str
    number: int
    to: str
    note: str
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(Event):
    """Whoever began the case took it back."""

    kind = "case-withdrawn"
    case_id: str
    department: str
    note: str
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonKeyMade(Event):
    """The person who wrote this entry signs with this key (public half, Ed25519, hex) from now on."""

    kind = "person-key-made"
    public_key: str


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(Event):
    """Pages of a clerk were drawn for a look: see `domain.sampling`.

    `first` and `last` are ids of entries of this station's journal, between which the pages came in: ids, because an
    entry has another number at the centre.
    """

    kind = "sample-drawn"
    sample_id: str
    clerk: str
    percent: int
    seed: str
    first: str
    last: str
    page_ids: tuple[str, ...]


CASE_EVENTS: tuple[type[Event], ...] = (
    ProcedureLoaded,
    CaseStarted,
    StepTaken,
    TimerPassed,
    CaseReassigned,
    CaseWithdrawn,
    PersonKeyMade,
    SampleDrawn,
)
