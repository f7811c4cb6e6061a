"""What goes wrong with marks and redactions."""

from __future__ import annotations

from muni_archive.domain.errors import ArchiveError, WrongUse
from muni_archive.domain.marking import N_


class MarkInvalid(WrongUse):
    """A mark that would show nothing, or lies beside its page."""

    code = "mark-invalid"
    message = N_("The mark cannot be laid there: {detail}")


class OnlyLookedAt(WrongUse):
    """A document of another station is shown from a copy, in which nothing can be recorded."""

    code = "only-looked-at"
    message = N_("This document is kept at another station or at the centre. It can be marked and redacted only there.")


class RedactionInvalid(WrongUse):
    """A proposal that hides nothing, or names what is not there."""

    code = "redaction-invalid"
    message = N_("This redaction cannot be proposed: {detail}")


class RedactionSettled(WrongUse):
    """Somebody decided it before."""

    code = "redaction-settled"
    message = N_("This redaction has been decided already, by {name}. Propose a new one to change it.")


class OwnProposal(WrongUse):
    """Four eyes: nobody approves what they proposed. No setting turns this off."""

    code = "own-proposal"
    message = N_("{name} proposed this redaction, so another person must look at it and approve it.")


class NotProposer(WrongUse):
    """A proposal is withdrawn by whoever made it; others refuse it, with a reason."""

    code = "not-proposer"
    message = N_("Only {name}, who proposed this redaction, can withdraw it. Refuse it, and say why.")


class RedactionNotApproved(WrongUse):
    """Nothing is given out that nobody approved."""

    code = "redaction-not-approved"
    message = N_(
        "There is no approved redacted copy of {number}. Propose what to hide, and have another person approve it."
    )


class RedactedCopyRefused(ArchiveError):
    """The copy was made and looked into, and it was not what it has to be; it was thrown away."""

    code = "redacted-copy-refused"
    message = N_("The redacted copy was thrown away, because it might show what is to be hidden: {detail}")
