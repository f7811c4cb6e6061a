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
    after: str = ""
    """Id of the entry that led the case on last, as whoever decided knew it; empty in journals from before."""


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
    after: str = ""
    """As in `StepTaken`."""


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
class CaseCorrected(Event):
    """The centre says what becomes of a move (`entry`) that reached it when the case had gone on, or that it refuses.

    What was `undone` counts no more: steps from `first` on are gone, those `reopened` wait again. With a `number` the
    move counts now, as a move at the step of that number, and leads to `opened`, `lapsed`, `end`. `refused` says why it
    never counts (`cases.Refusal`).
    """

    kind = "case-corrected"
    case_id: str
    department: str
    entry: str
    document_id: str | None = None
    refused: str = ""
    undone: tuple[str, ...] = ()
    first: int = 0
    reopened: tuple[int, ...] = ()
    number: int = 0
    opened: tuple[StepOpened, ...] = ()
    lapsed: tuple[int, ...] = ()
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class StepDisputed(Event):
    """The centre found that two people decided one step before they heard of each other.

    `counted` (an entry's id) came first and stands, `late` came second and waits for a person to settle it.
    """

    kind = "step-disputed"
    conflict_id: str
    case_id: str
    department: str
    number: int
    element: str
    counted: str
    late: str
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepSettled(Event):
    """A third person says which of the two decisions counts: `chosen`, an entry's id."""

    kind = "step-settled"
    conflict_id: str
    case_id: str
    department: str
    chosen: str
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
    CaseCorrected,
    StepDisputed,
    StepSettled,
    PersonKeyMade,
    SampleDrawn,
)
