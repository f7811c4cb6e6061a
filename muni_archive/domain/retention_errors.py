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
    """The centre and copies of it are no place where people propose or confirm."""

    code = "decided-at-centre"
    message = N_(
        "People propose and confirm at stations; the centre decides about what they send. Do this at a station."
    )


class InProcedure(RetentionRefused):
    """A case of the disposal procedure runs on the record, and decides about it alone."""

    code = "in-disposal-procedure"
    message = N_(
        "{number} is on its way through «{case}», which {name} began. It is decided there, by the steps that wait on "
        "the desk, and not directly."
    )


class ThroughProcedure(RetentionRefused):
    """The municipality brought in a disposal procedure of its own."""

    code = "through-disposal-procedure"
    message = N_("{number} can be destroyed through the procedure «{procedure}» only. Begin a case about it.")


class CentreDeciding(RetentionRefused):
    """A step that certifies what was carried out, before it was."""

    code = "centre-deciding"
    message = N_("{number} is not destroyed yet: the centre decides when every station has been heard. Wait for that.")


class KeptByCentre(RetentionRefused):
    """A step that certifies what the centre refused to carry out."""

    code = "kept-by-centre"
    message = N_("The centre did not destroy {number}: {reason} Return the step, or carry it out again later.")


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
        "The object store's lock still keeps {count} files that were destroyed, or versions of them. The decision "
        "stands, and no record counts them; the centre tries again until the lock's time is over."
    )
