"""What goes wrong between a station, the people at it and the centre. Part of the hierarchy in `domain/errors.py`."""

from __future__ import annotations

from typing import ClassVar

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.marking import N_


class CentreError(ArchiveError):
    """Base of what goes wrong between a station and the centre. The station keeps everything and goes on."""

    code = "centre-error"
    message = N_("The centre refused: {detail}")
    status: ClassVar[int] = 400
    """The HTTP status that says it."""


class CentreUnreachable(CentreError):
    code = "centre-unreachable"
    message = N_("The centre does not answer ({detail}). Work goes on here; it is sent when the line is back.")
    status = 503


class CentreUntrusted(CentreUnreachable):
    """Somebody answers, but does not prove to be the centre."""

    code = "centre-untrusted"
    message = N_(
        "What answers does not prove to be the centre: {detail}. Nothing was sent. Check this computer's date and the "
        "address, or name the file of the authority that vouches for it when the station is enrolled (in the window's "
        "settings, or a command's --authority); if all is right, ask the administrator."
    )


class AuthorityMissing(CentreUntrusted):
    """Nobody can prove to be the centre: the file that says whose word counts is away, or names nobody."""

    code = "authority-missing"
    message = N_(
        "The file of the authority that vouches for the centre cannot be used: {path} ({detail}). Put the right one "
        "there. Until then nothing is sent; work goes on here."
    )


class LineOpen(CentreError):
    code = "line-open"
    message = N_("Passwords and codes go over encrypted lines only: the centre's address must begin with https.")


class SignInRefused(CentreError):
    """One answer for a wrong name, a wrong password and a person who may not: nobody learns which."""

    code = "sign-in-refused"
    message = N_("The name or the password is wrong. Try again, or ask the administrator.")
    status = 401


class CentreNotAsked(SignInRefused):
    """One answer for all whom this station cannot let in by itself: nobody learns who is known here. `why`: the error
    that kept the centre from being asked.
    """

    code = "centre-not-asked"
    message = N_(
        "The centre could not be asked. {why} Without the centre only those come in who have signed in here before, "
        "with the same password. If you have, the name or the password is wrong: look at the keyboard's language, and "
        "try again."
    )


class SignInLocked(CentreError):
    code = "sign-in-locked"
    message = N_("Too many tries under this name. Try again in {seconds} seconds.")
    status = 429


class SignInNeeded(CentreError):
    code = "sign-in-needed"
    message = N_("You are not signed in (any more). Sign in again.")
    status = 401


class PersonKnown(ArchiveError):
    code = "person-known"
    exit_code = 2
    message = N_("Somebody called {name} is admitted already. Choose another name.")


class PasswordWeak(ArchiveError):
    code = "password-weak"
    exit_code = 2
    message = N_("This password is too easy to guess: {detail}. Choose another; several words are easy to remember.")


class UploadsFull(CentreError):
    """So many unfinished files of one station lie at the centre that it takes no others before these are whole."""

    code = "uploads-full"
    message = N_("Too much of this station is unfinished at the centre ({detail}); it goes on when that is whole.")
    status = 429


class CentreDiskFull(CentreError):
    """What the centre tells as `disk-full`: where room must be made is not here."""

    code = "centre-disk-full"
    message = N_(
        "The centre's disk is full: tell the administrator of the centre. Nothing is lost: what was done here waits "
        "and is sent when there is room."
    )
    status = 507


class SyncEnded(CentreError):
    """The process that sends and follows beside the window dies before it tells anything, again and again."""

    code = "sync-ended"
    message = N_(
        "The process that synchronises with the centre ends each time it is started ({detail}). Nothing is lost and "
        "work goes on here, but nothing is sent. Start this computer again; if it stays so, tell the administrator."
    )


class OnlyElsewhere(CentreUnreachable):
    code = "only-elsewhere"
    message = N_(
        "This is at the centre only and was not looked at here before, and the centre does not answer now. "
        "Try again when the line is back."
    )


class CodeInvalid(CentreError):
    code = "code-invalid"
    message = N_("This code is unknown, was used before or is too old. Ask the administrator for a new one.")
    status = 403


class NameTaken(CentreError):
    code = "name-taken"
    message = N_("Another station is called {name}. Begin an archive with another name of the station.")
    status = 409


class StationKnown(CentreError):
    code = "station-known"
    message = N_(
        "The centre knows the station {name} with another key, which counts. Ask the administrator to end that key's "
        "access first (muni-archive centre revoke), then enrol again."
    )
    status = 409


class NotEnrolled(CentreError):
    code = "not-enrolled"
    message = N_("This station is not enrolled with a centre. Ask the administrator for a code: muni-archive enrol.")
    status = 401


class LinkDamaged(CentreError):
    code = "link-damaged"
    message = N_(
        "What this station remembers of its centre cannot be read ({path}: {detail}). Put that file back from a "
        "backup, or enrol again with a code of the administrator's: muni-archive enrol."
    )


class PeopleAwaited(CentreError):
    """The copy is made again; it will tell who may come in."""

    code = "people-awaited"
    message = N_(
        "This station does not know yet who may do what: the centre is telling it anew, over the line. Try again in a "
        "moment."
    )
    status = 503


class SessionUnknown(CentreError):
    code = "session-unknown"
    message = N_("The centre does not know this session (any more). A new one is begun.")
    status = 401


class StationRefused(CentreError):
    code = "station-refused"
    message = N_("The centre does not accept this station: {detail}. Ask the administrator.")
    status = 403


class StationParted(CentreError):
    code = "station-parted"
    message = N_(
        "From entry {sequence} on, this station's journal and what the centre has of it differ: it was restored from "
        "an old copy, or two stations share one key. Nothing is lost. Run «muni-archive rejoin»."
    )
    status = 409


class CopyParted(CentreError):
    code = "copy-parted"
    message = N_("The centre was restored from a backup: the copy of it here is made again. Your own work stays.")
    status = 410


class CentreTooNew(CentreError):
    code = "centre-too-new"
    message = N_(
        "The centre tells of something that this program does not know ({kind}): update the program. "
        "Your own work is sent all the same."
    )
    status = 426


class JournalGap(CentreError):
    code = "journal-gap"
    message = N_("The centre has this station's journal up to entry {sequence}; what follows must be sent first.")
    status = 409


class BytesMissing(CentreError):
    code = "bytes-missing"
    message = N_("{count} files must reach the centre before the entries that name them.")
    status = 409


class BytesWrong(CentreError):
    code = "bytes-wrong"
    message = N_("What arrived is not the file that was announced ({sha}). It is sent again.")
    status = 422


class EntryInvalid(CentreError):
    code = "entry-invalid"
    message = N_("Entry {sequence} cannot be accepted: {detail}")
    status = 422


class ProtocolTooOld(CentreError):
    code = "protocol-too-old"
    message = N_("This station speaks version {have} of the protocol, the centre needs {need}: update the program.")
    status = 426


class ProtocolTooNew(CentreError):
    code = "protocol-too-new"
    message = N_("This station speaks version {have} of the protocol, the centre knows {need}: update the centre.")
    status = 426


class TooMuch(CentreError):
    code = "too-much"
    message = N_("The request is larger than the centre takes ({limit}).")
    status = 413


class TooOften(CentreError):
    code = "too-often"
    message = N_("Too many requests; it is tried again in a moment.")
    status = 429


class NotAllowed(CentreError):
    code = "not-allowed"
    message = N_("This is not for you: {detail}")
    status = 403


class ConflictSettled(CentreError):
    code = "conflict-settled"
    message = N_("Somebody has decided this already. Look at the document again.")
    status = 409
