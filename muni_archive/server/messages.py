"""What stations and the centre say to one another, as JSON. `docs/protocol.md` explains each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Sha = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])
]
Id = Annotated[
    str,
    Field(min_length=1, max_length=36, pattern=r"^[0-9A-Za-z-]+$", examples=["01939f6c-7e4a-7d2c-9a51-2f0d7e3b9c11"]),
]
Count = Annotated[int, Field(ge=0, lt=2**62)]
LARGEST_FILE = 4 * 2**30
"""Bytes of a file that the centre takes."""
Size = Annotated[int, Field(ge=0, le=LARGEST_FILE)]


class Message(BaseModel):
    """Base: unknown fields are refused in requests, so that a slip is seen at once. What stands below a field is its
    description (OpenAPI).
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Told(Message):
    """What went wrong: a stable code, a text in English, and the values in it, to say it in another language."""

    code: str
    message: str
    params: dict[str, Any]


class Hello(Message):
    """Who the centre is and which versions of the protocol it speaks."""

    centre_id: Id
    """Stands in what a station signs when it enrols and begins a session."""
    name: str
    program: str
    oldest: int
    newest: int
    time: str
    """The centre's clock: UTC in ISO 8601, in whole seconds."""


class EnrolRequest(Message):
    """A station introduces itself with a code."""

    code: str = Field(max_length=100, examples=["4f1c 77d0 92ab 0c3e 55aa 10d2 7b9e e1"])
    """As it was printed, or without its spaces; signed is what stands here."""
    station_id: Id
    name: str = Field(max_length=12, examples=["S1"])
    """1 to 12 capital letters (A to Z) and digits."""
    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Ed25519, in hex."""
    alone_until: int = Field(default=0, ge=0, lt=2**62)
    """The station's last entry with which it destroyed a record by itself; 0 where it never did."""


class Enrolled(Message):
    """The station is taken in; empty departments mean all."""

    centre_id: Id
    departments: list[str]


class ChallengeRequest(Message):
    station_id: Id


class Challenge(Message):
    challenge: str


class SessionRequest(Message):
    station_id: Id
    challenge: str = Field(max_length=100)
    signature: str = Field(max_length=200)
    """Ed25519, 128 digits of hex."""


class SessionBegun(Message):
    session: str
    seconds: float


class SignInRequest(Message):
    """Somebody signs in at the station that sends this."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["مريم العنزي"])
    password: str = Field(min_length=1, max_length=256, examples=["four words and a river"])


class AccountNonce(Message):
    """What the ID token of the next sign-in at this station has to repeat; good once."""

    nonce: str


class AccountRequest(Message):
    """Somebody signed in at the municipality's sign-in service, from the station that sends this."""

    id_token: str = Field(min_length=1, max_length=32_768, pattern=r"^[A-Za-z0-9_.-]+$")
    nonce: str = Field(min_length=1, max_length=100)


class PowerTold(Message):
    """One role's part in what a person may do; null means all."""

    actions: list[str]
    highest: str
    """Up to this access level: public, internal, confidential or secret."""
    departments: list[str] | None
    record_classes: list[str] | None


class LeaveTold(Message):
    """Leave to use one file, until that moment (ISO 8601, UTC)."""

    file_reference: str
    until: str
    actions: list[str]


class RightsTold(Message):
    """What a person may do at this moment, for a station whose copy is not as far as the centre yet."""

    roles: list[list[str]]
    """Each a role and the unit in which it counts; an empty one means everywhere."""
    delegated: list[list[str]]
    """Of these, those that somebody lent: role, unit, and the name of who lent it."""
    powers: list[PowerTold]
    grants: list[LeaveTold]


class SignedIn(Message):
    """Sent as `Muni-Person` from now on; good in this session, and not longer than `seconds` without a request."""

    token: str
    person_id: Id
    name: str
    role: str
    departments: list[str]
    """What may be seen here: of the person's departments those that the station may see, too; see `all_departments`."""
    all_departments: bool
    rights: RightsTold
    seconds: float


class SignedOut(Message):
    """The token counts no more."""


class StandingAnswer(Message):
    """How far the centre has the station's journal, and its own journal's end."""

    sequence: Count
    hash: str
    state: str
    """active or fenced."""
    central_sequence: Count
    wanted: list[Sha] = []
    """Files that the journal names and that the centre lacks: the station sends those that it has."""


class EntriesRequest(Message):
    """The next part of the station's journal; each entry is a list of nine values."""

    entries: list[Any] = Field(max_length=2000)
    lost: list[Sha] = Field(default=[], max_length=2000)
    """Files that these entries name and that the station has lost."""


class Acknowledged(Message):
    sequence: Count
    hash: str


class Feed(Message):
    """The next part of the central journal, or of the station's own as the centre has it."""

    entries: list[list[int | str]]
    last: Count
    """Sequence of the last entry of this answer, not of the journal; `after` where there is none."""
    received: dict[str, str] = Field(default_factory=dict)
    """By id, when the centre took those of the entries from which years are counted."""


class FileSize(Message):
    sha: Sha
    size: Size


class OffersRequest(Message):
    files: list[FileSize] = Field(max_length=200)


class Part(Message):
    number: int
    start: int
    length: int
    url: str
    headers: dict[str, str]


class Sent(Message):
    number: int = Field(ge=1, le=10_000)
    etag: str = Field(max_length=200)


class Offer(Message):
    """What is left of a file: nothing (`stored`), straight to the store (`parts`), or to the centre (`offset`)."""

    sha: Sha
    size: Size
    stored: bool = False
    offset: int = 0
    upload_id: str | None = None
    parts: list[Part] = []
    there: list[Sent] = []
    valid_s: int = 0


class Offers(Message):
    offers: list[Offer]


class Finish(Message):
    sha: Sha
    size: Size
    upload_id: str | None = Field(default=None, max_length=2000)
    parts: list[Sent] = Field(default=[], max_length=10_000)


class FinishRequest(Message):
    files: list[Finish] = Field(max_length=200)


class Finished(Message):
    """The files that are stored and verified; why the others are not (error codes)."""

    stored: list[Sha]
    failed: dict[str, str]


class PartTaken(Message):
    """How much of the file is here; `stored` when all is, and was verified."""

    offset: int
    """From which byte on the next part is wanted."""
    stored: bool


class BundleRequest(Message):
    files: list[Sha] = Field(max_length=200)


class Bundle(Message):
    """Small files by name, in base64; what is missing here is asked for by itself."""

    files: dict[str, str]


class SearchQuestion(Message):
    """A question in the archive's query language, with filters beside it."""

    query: str = Field(max_length=1000, examples=["قسيمة:931 AND رخصة"])
    department: str = Field(default="", max_length=100)
    record_class: str = Field(default="", max_length=100)
    area: str = Field(default="", max_length=200)
    year: str = Field(default="", max_length=4)
    date_from: str = Field(default="", max_length=10)
    date_to: str = Field(default="", max_length=10)
    sort: str = Field(default="relevance", max_length=20)
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000)
    facets: bool = False


class SnippetPart(Message):
    """A run of words, marked or not."""

    text: str
    marked: bool


class Box(Message):
    """Pixels of the picture as it came, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


class Hit(Message):
    """A page that was found; `page` counts from 1 in its document."""

    number: str
    document_id: str
    page_id: str
    title: str
    record_class: str
    page: int
    score: float
    date: str
    snippet: list[SnippetPart]
    boxes: list[Box]


class SearchAnswer(Message):
    """What was found. `estimated`: total and facets were reckoned from a sample; the hits are true."""

    query: str
    total: Count
    took_ms: float
    hits: list[Hit]
    facets: dict[str, list[tuple[str, int]]]
    """By name, values and in how many pages they are."""
    estimated: bool


class DocumentTold(Message):
    """The latest version of a document; times are UTC in ISO 8601."""

    id: str
    number: str
    version: int
    record_class: str
    department: str
    title: str
    file_reference: str | None
    date: str | None
    metadata: dict[str, str]
    page_ids: list[str]
    registered: bool
    created_at: str
    changed_at: str
    changed_by: str
    entry: str
    """Id of the journal entry that made this version."""
    batch_id: str | None
    level: str


class PageTold(Message):
    """A page of a document; `blob` names its file, `reading` the file of what was read on it."""

    id: str
    batch_id: str
    position: int
    blob: Sha
    media_type: str
    width: int
    height: int
    dpi: int
    state: str
    captured_at: str
    side: str
    rotation: int
    fingerprint: str
    origin: str
    separator: str
    note: str
    document_id: str | None
    number: int | None
    read: bool
    unreadable: bool
    confidence: float | None
    doubtful: int
    reading: Sha | None


class DocumentAnswer(Message):
    """A document and its pages, in their order."""

    document: DocumentTold
    pages: list[PageTold]


class HealthAnswer(Message):
    """`status` is ok or ill; `sequence` is the journal's last entry, the others are ok or what is wrong with them."""

    status: str
    sequence: Count
    database: str
    files: str
    disk: str


class Readmit(Message):
    sequence: Count
    hash: Sha
