"""What an entry of the journal says, in people's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muni_archive.domain.accounts import METHOD
from muni_archive.domain.events import (
    AccountLinked,
    AccountUnlinked,
    CheckpointSigned,
    ConflictFound,
    ConflictResolved,
    DataExported,
    DocumentCreated,
    DocumentExported,
    DocumentPrinted,
    DocumentRevised,
    DocumentSeen,
    FieldDecided,
    FileOpened,
    PagesSearched,
    PersonAdmitted,
    PersonDisabled,
    ProviderRemoved,
    ProviderSet,
    RenditionMade,
    RevisionMerged,
    SignedIn,
    SignedOut,
    SignInFailed,
    StationEnrolled,
    StationFenced,
    StationInvited,
    StationReadmitted,
    StationRevoked,
    VersionReceived,
    WordReviewed,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.permissions import LEVEL_TEXTS, AccessLevel
from muni_archive.domain.saying import said_in
from muni_archive.messages import N_, _, current_language, isolate, ngettext
from muni_archive.services.retention.wording import CONTESTS, REFUSALS

Said = Mapping[str, Any]
Number = Callable[[int], str]
Tell = Callable[[Said, Number], str]

KINDS: Mapping[str, str] = {
    "archive-created": N_("archive begun"),
    "batch-opened": N_("batch opened"),
    "page-captured": N_("page captured"),
    "page-examined": N_("page examined"),
    "feed-counted": N_("feed counted"),
    "page-state-changed": N_("page set aside or brought back"),
    "page-rotated": N_("page turned"),
    "pages-ordered": N_("pages put in order"),
    "batch-closed": N_("batch closed"),
    "file-opened": N_("file opened"),
    "document-created": N_("document created"),
    "document-revised": N_("description changed"),
    "page-read": N_("page read"),
    "word-reviewed": N_("word reviewed"),
    "field-decided": N_("field decided"),
    "rendition-made": N_("access copy made"),
    "revision-merged": N_("changes merged"),
    "version-received": N_("change received"),
    "conflict-found": N_("conflict found"),
    "conflict-resolved": N_("conflict decided"),
    "station-invited": N_("station invited"),
    "station-enrolled": N_("station enrolled"),
    "station-revoked": N_("station revoked"),
    "station-fenced": N_("station fenced"),
    "station-readmitted": N_("station readmitted"),
    "file-returned": N_("lost file is there again"),
    "person-admitted": N_("person admitted"),
    "person-disabled": N_("person disabled"),
    "branch-planted": N_("branch taken over"),
    "withheld": N_("withheld"),
    "document-seen": N_("seen"),
    "pages-searched": N_("searched"),
    "document-printed": N_("printed"),
    "document-exported": N_("exported"),
    "data-exported": N_("taken out"),
    "signed-in": N_("signed in"),
    "sign-in-failed": N_("sign-in failed"),
    "signed-out": N_("signed out"),
    "checkpoint-signed": N_("checkpoint signed"),
    "unit-opened": N_("unit opened"),
    "unit-changed": N_("unit changed"),
    "unit-closed": N_("unit closed"),
    "place-given": N_("role given"),
    "place-ended": N_("role ended"),
    "roles-delegated": N_("roles handed over"),
    "delegation-ended": N_("delegation ended"),
    "file-granted": N_("access to a file granted"),
    "glass-broken": N_("glass broken"),
    "grant-ended": N_("access to a file ended"),
    "glass-acknowledged": N_("broken glass looked at"),
    "procedure-loaded": N_("procedure brought in"),
    "case-started": N_("case begun"),
    "step-taken": N_("step decided"),
    "timer-passed": N_("time passed in a case"),
    "case-reassigned": N_("step passed on"),
    "case-withdrawn": N_("case withdrawn"),
    "case-corrected": N_("move of a case put right"),
    "step-disputed": N_("step decided twice"),
    "step-settled": N_("step settled"),
    "person-key-made": N_("signing key made"),
    "sample-drawn": N_("sample drawn"),
    "file-closed": N_("file closed"),
    "file-reopened": N_("file opened again"),
    "hold-placed": N_("legal hold placed"),
    "hold-lifted": N_("legal hold lifted"),
    "retention-extended": N_("kept longer"),
    "disposal-proposed": N_("destruction proposed"),
    "disposal-withdrawn": N_("proposal to destroy withdrawn"),
    "disposal-confirmed": N_("destruction confirmed"),
    "document-destroyed": N_("document destroyed"),
    "disposal-refused": N_("destruction refused by the centre"),
    "hearing-opened": N_("stations asked by the centre"),
    "hearing-answered": N_("stations' answer to the centre"),
    "hearing-ended": N_("stations waited for no more"),
    "disposal-received": N_("decision about a proposal received"),
    "destruction-received": N_("destruction received from the centre"),
    "destruction-contested": N_("something came after the destruction"),
    "mark-added": N_("mark added"),
    "mark-changed": N_("mark changed"),
    "mark-removed": N_("mark removed"),
    "redaction-proposed": N_("redaction proposed"),
    "redaction-decided": N_("redaction decided"),
    "provider-set": N_("sign-in service named"),
    "provider-removed": N_("sign-in service removed"),
    "account-linked": N_("account linked to a person"),
    "account-unlinked": N_("link of an account ended"),
    "level-set": N_("access level set"),
    "level-received": N_("access level received"),
}
"""Every kind of entry, as people call it; a test holds it against the events."""

GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "seen": (N_("Seen"), (DocumentSeen.kind,)),
    "searched": (N_("Searched"), (PagesSearched.kind,)),
    "out": (N_("Printed and taken out"), (DocumentPrinted.kind, DocumentExported.kind, DataExported.kind)),
    "signed": (N_("Sign-ins"), (SignedIn.kind, SignInFailed.kind, SignedOut.kind)),
    "changed": (
        N_("Descriptions changed"),
        (
            DocumentCreated.kind, DocumentRevised.kind, FieldDecided.kind, WordReviewed.kind, RevisionMerged.kind,
            VersionReceived.kind, ConflictFound.kind, ConflictResolved.kind, FileOpened.kind,
        ),
    ),
    "pages": (
        N_("Pages"),
        (
            "batch-opened", "page-captured", "page-examined", "feed-counted", "page-state-changed", "page-rotated",
            "pages-ordered", "batch-closed", "page-read", RenditionMade.kind,
        ),
    ),
    "together": (
        N_("Stations and people"),
        (
            StationInvited.kind, StationEnrolled.kind, StationRevoked.kind, StationFenced.kind, StationReadmitted.kind,
            PersonAdmitted.kind, PersonDisabled.kind, ProviderSet.kind, ProviderRemoved.kind, AccountLinked.kind,
            AccountUnlinked.kind, "file-returned",
        ),
    ),
    "proof": (N_("Checkpoints"), (CheckpointSigned.kind,)),
    "rights": (
        N_("Units, roles and access"),
        (
            "unit-opened", "unit-changed", "unit-closed", "place-given", "place-ended", "roles-delegated",
            "delegation-ended", "file-granted", "grant-ended", "glass-broken", "glass-acknowledged", "level-set",
            "level-received",
        ),
    ),
    "cases": (
        N_("Cases and decisions"),
        (
            "case-started", "step-taken", "timer-passed", "case-reassigned", "case-withdrawn", "procedure-loaded",
            "case-corrected", "step-disputed", "step-settled", "person-key-made", "sample-drawn",
        ),
    ),
    "kept": (
        N_("Retention and destruction"),
        (
            "file-closed", "file-reopened", "hold-placed", "hold-lifted", "retention-extended", "disposal-proposed",
            "disposal-withdrawn", "disposal-confirmed", "document-destroyed", "disposal-refused", "hearing-opened",
            "hearing-answered", "hearing-ended", "disposal-received", "destruction-received", "destruction-contested",
        ),
    ),
    "marks": (
        N_("Marks and redactions"),
        ("mark-added", "mark-changed", "mark-removed", "redaction-proposed", "redaction-decided"),
    ),
}  # fmt: skip
"""What one looks for, by a short name: its label, and the kinds of entries that belong to it."""

TAKEN_OUT: Mapping[str, str] = {
    "corrections": N_("corrected words, to train a reader on"),
    "journal": N_("the journal"),
    "audit": N_("a list of the audit trail"),
    "dashboard": N_("figures of the work"),
}
FORMS: Mapping[str, str] = {"access-pdf": N_("access copy (PDF)"), "page-text": N_("text of a page")}
METHODS: Mapping[str, str] = {
    "password": N_("with a password"),
    METHOD: N_("with the municipality's account"),
}
REASONS: Mapping[str, str] = {
    "wrong": N_("wrong name or password"),
    "locked": N_("locked after too many tries"),
    "disabled": N_("access was ended"),
    "unknown": N_("an account that is linked to nobody"),
    "unproven": N_("an answer that did not prove who it was"),
    "asked": N_("at their request"),
    "idle": N_("nothing was done for a while"),
    "closed": N_("the program was closed"),
}


def label_of_kind(kind: str) -> str:
    """What happened, in the user's language; a kind of a later program stands as it is."""
    return _(KINDS[kind]) if kind in KINDS else kind


def details(entry: JournalEntry, number: Number = str) -> str:
    """What there is to know beyond who, what and which record; often nothing. `number` writes counts."""
    said = said_in(entry.kind, entry.payload)
    tell = _DETAILS.get(entry.kind)
    return tell(said, number) if tell else ""


def _searched(said: Said, number: Number) -> str:
    asked = " · ".join(part for part in (said["query"], *said["filters"].values()) if part)
    found = ngettext("{count} page found", "{count} pages found", said["found"]).format(count=number(said["found"]))
    return f"«{isolate(asked)}» — {found}"


def _printed(said: Said, number: Number) -> str:
    count = said["pages"]
    return ngettext("{count} page to the printer", "{count} pages to the printer", count).format(count=number(count))


def _taken_out(said: Said, number: Number) -> str:
    return f"{_named(TAKEN_OUT, said['what'])} ({number(said['count'])})"


def _signed_in(said: Said, _number: Number) -> str:
    return _named(METHODS, said.get("method", "password"))


def _account(said: Said, _number: Number) -> str:
    return f"{isolate(said['subject'])} @ {isolate(said['issuer'])}"


def _reason(said: Said, _number: Number) -> str:
    return _named(REASONS, said["reason"])


def _named(table: Mapping[str, str], value: str) -> str:
    return _(table[value]) if value in table else value


def _word(said: Said, _number: Number) -> str:
    return f"{isolate(said['read'])} → {isolate(said['decided'])}"


def _field(said: Said, _number: Number) -> str:
    return f"{isolate(said['field'])}: {isolate(said['decided'])}"


def _file_why(said: Said, _number: Number) -> str:
    return f"{isolate(said['file_reference'])}: {isolate(said['reason'])}"


def _level(said: Said, _number: Number) -> str:
    """What it is from now on: a level of its own, or that of its class."""
    level = _(LEVEL_TEXTS[AccessLevel.of(said["level"])]) if said["level"] else _("as its record class")
    return f"{level}: {isolate(said['reason'])}"


def _step(said: Said, _number: Number) -> str:
    """The step's and the outcome's ids, as they stand in the procedure's file, and the note."""
    told = f"{isolate(said['element'])}: {isolate(said['outcome'])}"
    return f"{told} — {isolate(said['note'])}" if said["note"] else told


def _contest(said: Said) -> str:
    what = _named(CONTESTS, said["what"])
    return f"{what} — {isolate(said['detail'])}" if said["detail"] else what


def _label(label: Mapping[str, str]) -> str:
    """In the user's language, or whatever there is."""
    return label.get(current_language()) or next(iter(label.values()), "")


def _text(name: str) -> Tell:
    return lambda said, _number: isolate(said.get(name) or "")


_DETAILS: Mapping[str, Tell] = {
    PagesSearched.kind: _searched,
    DocumentPrinted.kind: _printed,
    DocumentExported.kind: lambda said, _number: _named(FORMS, said["form"]),
    DataExported.kind: _taken_out,
    SignedIn.kind: _signed_in,
    SignInFailed.kind: _reason,
    SignedOut.kind: _reason,
    CheckpointSigned.kind: lambda said, number: _("up to entry {sequence}").format(sequence=number(said["sequence"])),
    DocumentCreated.kind: _text("title"),
    DocumentRevised.kind: _text("title"),
    RevisionMerged.kind: _text("title"),
    VersionReceived.kind: _text("title"),
    ConflictResolved.kind: _text("note"),
    FieldDecided.kind: _field,
    WordReviewed.kind: _word,
    FileOpened.kind: _text("reference"),
    StationEnrolled.kind: _text("name"),
    StationRevoked.kind: _text("reason"),
    PersonAdmitted.kind: _text("name"),
    PersonDisabled.kind: _text("reason"),
    ProviderSet.kind: _text("issuer"),
    ProviderRemoved.kind: _text("issuer"),
    AccountLinked.kind: _account,
    AccountUnlinked.kind: _account,
    "unit-opened": lambda said, _number: isolate(_label(said["label"])),
    "unit-changed": lambda said, _number: isolate(_label(said["label"])),
    "place-given": _text("role"),
    "file-granted": _file_why,
    "glass-broken": _file_why,
    "glass-acknowledged": _text("note"),
    "procedure-loaded": _text("procedure_id"),
    "case-started": _text("title"),
    "step-taken": _step,
    "level-set": _level,
    "level-received": _level,
    "case-reassigned": _text("to"),
    "case-withdrawn": _text("note"),
    "case-corrected": _text("refused"),
    "step-disputed": _text("element"),
    "step-settled": _text("note"),
    "sample-drawn": _text("clerk"),
    "disposal-refused": lambda said, _number: _named(REFUSALS, said["code"]),
    "destruction-contested": lambda said, _number: _contest(said),
    "file-closed": _text("reference"),
    "hold-placed": _text("reason"),
    "mark-added": _text("text"),
    "redaction-decided": _text("note"),
    **dict.fromkeys(
        (
            "unit-closed", "place-ended", "roles-delegated", "delegation-ended", "grant-ended", "file-reopened",
            "hold-lifted", "retention-extended", "disposal-proposed", "disposal-withdrawn", "document-destroyed",
            "hearing-ended", "destruction-received",
        ),
        _text("reason"),
    ),
}  # fmt: skip
