"""Why a record is not destroyed, and what is said of one that was. Part of the one hierarchy in `domain/errors.py`."""

from __future__ import annotations

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.marking import N_


class RetentionRefused(ArchiveError):
    """Base of all reasons for keeping a record."""

    code = "retention-refused"
    message = N_("This record is kept: {detail}")


class UnderHold(RetentionRefused):
    """A hold beats every rule and every decision."""

    code = "under-hold"
    message = N_(
        "{number} is under a legal hold ({reason}; {authority}) and is not destroyed. The hold must be lifted first."
    )


class KeptForEver(RetentionRefused):
    """Its class has no rule, and without one nothing is ever destroyed."""

    code = "kept-for-ever"
    message = N_("{number} is of a class that is kept for ever. Nothing of it is destroyed.")


class NotDue(RetentionRefused):
    """The years are not over."""

    code = "not-due"
    message = N_("{number} is kept until {due}. It cannot be proposed for destruction before.")


class NotBegun(RetentionRefused):
    """Nobody knows yet when the years are over."""

    code = "not-begun"
    message = N_("The time of {number} has not begun: it is not registered, not dated, or its file is still open.")


class SamePerson(RetentionRefused):
    """Four eyes; no setting turns this off."""

    code = "same-person"
    message = N_("{name} proposed this, so another person must confirm it. Nobody confirms what they proposed.")


class DisposalSettled(RetentionRefused):
    """It does not wait any more."""

    code = "disposal-settled"
    message = N_("This proposal does not wait any more: it was confirmed or withdrawn. Look at the list again.")


class DisposalWaiting(RetentionRefused):
    """One proposal a document."""

    code = "disposal-waiting"
    message = N_(
        "{number} is proposed for destruction already, by {name}. Another person confirms it or turns it down."
    )


class HoldOver(ArchiveError):
    """Lifted twice."""

    code = "hold-over"
    message = N_("This hold was lifted already.")


class FileStateKnown(ArchiveError):
    """Closed twice, or opened while open."""

    code = "file-state-known"
    message = N_("The file {reference} is {state} already.")


class DecidedAtCentre(RetentionRefused):
    """Stations with a centre destroy nothing by themselves: a hold may be on its way from elsewhere."""

    code = "decided-at-centre"
    message = N_(
        "This archive works with a centre. What is destroyed is decided there, when every station has been heard, "
        "and this version of the centre cannot do that yet. Nothing was destroyed. "
        "Holds and closed files are kept and sent."
    )


class CannotJoin(ArchiveError):
    """A centre asks for every file that a journal names."""

    code = "cannot-join"
    exit_code = 2
    message = N_(
        "Documents were destroyed in this archive ({count}), so it cannot join a centre, which would ask for "
        "their files. Begin a new archive for the station and keep this one as it is."
    )


class DocumentGone(ArchiveError):
    """The document was destroyed; the message says what remains."""

    code = "document-destroyed"
    message = N_(
        "{number} was destroyed on {day}: proposed by {proposed_by}, confirmed by {confirmed_by} ({reason}). "
        "Its pages, what was read on them and its description are gone; this and the hashes of its files remain."
    )


class BytesLocked(ArchiveError):
    """An object store that keeps versions until a day."""

    code = "bytes-locked"
    message = N_(
        "The object store's lock still keeps {count} files that were destroyed. The decision stands; the next «verify» "
        "removes them when the lock's time is over."
    )
