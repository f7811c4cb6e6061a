"""Every error that the archive raises on purpose.

Each has a stable `code`, the `exit_code` that the command line ends with, and a `message` in English
that says what to do. `muni_archive.messages.explain` turns it into the user's language: the message
is a catalogue key with `{placeholders}` that are filled from `params`.
"""

from __future__ import annotations

from typing import ClassVar

from muni_archive.domain.marking import N_


class ArchiveError(Exception):
    """Base of all errors that have an explanation for the user."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    message: ClassVar[str] = N_("Something went wrong: {detail}")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        return self.message.format_map(_Known(self.params))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.params))


class _Known(dict[str, object]):
    """Formats a message even when a parameter is missing: an error must never hide behind another."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _rebuild(kind: type[ArchiveError], params: dict[str, object]) -> ArchiveError:
    return kind(**params)


class Cancelled(ArchiveError):
    """Somebody asked the work to stop."""

    code = "cancelled"
    message = N_("Stopped at your request. What was finished before is kept.")


class WrongUse(ArchiveError):
    """The request itself makes no sense."""

    code = "wrong-use"
    exit_code = 2
    message = N_("{detail}")


class StationNameInvalid(WrongUse):
    """A name that no centre would take: said before an archive begins under it, for it keeps it for ever."""

    code = "station-name-invalid"
    message = N_("«{name}» cannot be a station's name: 1 to 12 capital letters (A to Z) and digits, such as A1.")


class DataFileInvalid(ArchiveError):
    """A data file of the installation (record class, scan profiles) that cannot be used."""

    code = "data-file-invalid"
    exit_code = 2
    message = N_("The data file {path} cannot be used: {detail}. Correct it, or install the program again.")


class NotPermitted(ArchiveError):
    """Who has signed in has no role, and no grant, that allows it."""

    code = "not-permitted"
    exit_code = 2
    message = N_("You may not {action}. Ask an administrator, or the department that keeps the records.")


# --- the archive on this machine -------------------------------------------------------------


class ArchiveInUse(ArchiveError):
    code = "archive-in-use"
    exit_code = 2
    message = N_(
        "The archive {path} is open in another program on this machine. "
        "Close that program first, or open another archive."
    )


class ArchiveBusy(ArchiveError):
    code = "archive-busy"
    message = N_(
        "The archive is busy: another program has been writing to it for long. "
        "Nothing is damaged; try again in a minute."
    )


class ArchiveNotFound(ArchiveError):
    code = "archive-not-found"
    exit_code = 2
    message = N_(
        "There is no archive in {path}. Check the folder, or begin one there: open the window on it, or import "
        "something."
    )


class ArchiveTooNew(ArchiveError):
    code = "archive-too-new"
    exit_code = 2
    message = N_("The archive {path} was written by a newer version of this program. Update the program to open it.")


class ArchiveDamaged(ArchiveError):
    code = "archive-damaged"
    exit_code = 3
    message = N_("The archive is damaged: {detail}. Do not add anything; restore a backup and run «verify».")


class IndexDamaged(ArchiveError):
    code = "index-damaged"
    exit_code = 3
    message = N_(
        "The search index in {path} is damaged ({detail}). "
        "Nothing is lost: run «muni-archive reindex» to build it again."
    )


class IndexUnavailable(ArchiveError):
    code = "index-unavailable"
    exit_code = 1
    message = N_("The search index cannot be reached: {detail}. Check that the database is running, then try again.")


class BlobMissing(ArchiveDamaged):
    code = "blob-missing"
    message = N_("The file {sha} is missing from the vault. Restore it from a backup and run «verify».")


class BlobCorrupt(ArchiveDamaged):
    code = "blob-corrupt"
    message = N_(
        "The file {sha} in the vault has changed since it was stored. Restore it from a backup and run «verify»."
    )


class ReadingInvalid(BlobCorrupt):
    code = "reading-invalid"
    message = N_(
        "What was read on this page cannot be understood ({detail}). Find it by its title, and tell the administrator."
    )


class KeyStoreFailed(ArchiveError):
    """It may have the key: making another one would cost the archive its identity."""

    code = "key-store-failed"
    exit_code = 2
    message = N_(
        "A key of this archive may lie in the system's key store, which does not answer ({detail}). Unlock the key "
        "store, or work under the account that began with this archive, then try again. Nothing is lost."
    )


class KeyMissing(ArchiveError):
    code = "key-missing"
    exit_code = 2
    message = N_(
        "This station is enrolled with a centre, and its key is neither in its folder nor in the key store of this "
        "account. Work under the account that enrolled it. Only if the key is lost: let the administrator end its "
        "access (muni-archive centre revoke), and enrol again with a new code (muni-archive enrol)."
    )


class SigningKeyElsewhere(ArchiveError):
    """Checkpoints of two keys would look like tampering for ever: see `docs/operating.md`."""

    code = "signing-key-elsewhere"
    exit_code = 2
    message = N_(
        "The journal of this archive is signed already, and the key that signs it is not here. Bring the file "
        "station.key from the folder of the process that signed, to {path}. Nothing is signed here until then."
    )


class DiskFull(ArchiveError):
    code = "disk-full"
    message = N_("The disk is full. Free some space, then continue: everything stored so far is safe.")


class DatabaseUnreachable(ArchiveError):
    """The central database does not answer."""

    code = "database-unreachable"
    message = N_("The central database does not answer ({detail}). Nothing is lost; it is tried again.")


class ObjectStoreFailed(ArchiveError):
    code = "object-store-failed"
    message = N_(
        "The object store does not answer as it should: {detail}. "
        "Nothing is lost: check that it runs and can be reached, then continue."
    )


class ObjectStoreRefused(ObjectStoreFailed):
    """It answers, but not to us: wrong key, no permission, no such bucket. Trying again does not help."""

    code = "object-store-refused"
    exit_code = 2
    message = N_("The object store refuses: {detail}. Check its address, the bucket and the access keys.")


class UploadUnfinished(ArchiveError):
    code = "upload-unfinished"
    message = N_("Not all of the file {sha} has arrived in the object store. Send the missing parts again.")


class NotFound(ArchiveError):
    code = "not-found"
    message = N_("Nothing was found under «{key}». Check the number and try again.")


class OperatorUnknown(ArchiveError):
    """The centre knows who works here: it would refuse what a command records under this name, and all behind it."""

    code = "operator-unknown"
    exit_code = 2
    message = N_(
        "Nobody is called «{name}» at the centre, which would refuse what this command records. Set"
        " MUNI_ARCHIVE_OPERATOR to the name of a person who may do it."
    )


class DepartmentElsewhere(ArchiveError):
    """The centre would not take it from this station, nor anything that was done here after it."""

    code = "department-elsewhere"
    exit_code = 2
    message = N_(
        "This station works for: {own}. Records of «{department}» are entered at a station that works for that"
        " department. Choose another class."
    )


class DepartmentUnknown(ArchiveError):
    """A station invited, or a person admitted, for it would see nothing and could send nothing."""

    code = "department-unknown"
    exit_code = 2
    message = N_("No record class is of a department «{name}». Choose among: {known}.")


# --- capture -------------------------------------------------------------------------------


class LedgerMismatch(ArchiveError):
    code = "ledger-mismatch"
    message = N_(
        "The batch does not add up: {fed} pages were fed, but {counted} are accounted for. "
        "Rescan the missing page, or record the count with a reason."
    )


class BatchClosed(ArchiveError):
    code = "batch-closed"
    message = N_("This batch is closed already. Open a new batch to add pages.")


class FolderNotEmpty(ArchiveError):
    code = "folder-not-empty"
    exit_code = 2
    message = N_("Something lies in {path} already, and nothing is overwritten. Name a folder that is new or empty.")


class BatchEmpty(ArchiveError):
    code = "batch-empty"
    message = N_("No page of this batch is kept, so there is nothing to archive. Scan pages first, or restore one.")


class ScanError(ArchiveError):
    """Base of what can go wrong at a device; pages delivered before are kept."""

    code = "scan-failed"
    message = N_("The scanner reported a problem: {detail}. Check the device and continue.")


class PaperJam(ScanError):
    code = "paper-jam"
    message = N_("Paper is jammed in the feeder. Clear it, put the jammed page back on top and press «Continue».")


class FeederEmpty(ScanError):
    code = "feeder-empty"
    message = N_("The feeder is empty. Load pages and press «Continue».")


class CoverOpen(ScanError):
    code = "cover-open"
    message = N_("The scanner's cover is open. Close it and press «Continue».")


class DeviceBusy(ScanError):
    code = "device-busy"
    message = N_("The scanner is busy with another job. Wait a moment and try again.")


class DeviceLost(ScanError):
    code = "device-lost"
    message = N_("The connection to the scanner was lost. Check its cable or network, then press «Continue».")


class DeviceNotFound(ScanError):
    code = "device-not-found"
    message = N_("No scanner «{device}» was found. Switch it on, or choose another from the list of devices.")


class DeviceHung(ScanError):
    code = "device-hung"
    message = N_("The scanner did not answer within {seconds} seconds. Switch it off and on, then press «Continue».")


class DriverMissing(ScanError):
    code = "driver-missing"
    message = N_("Scanners of kind «{driver}» need software that is not installed: {detail}.")


class UnsupportedSetting(ScanError):
    code = "unsupported-setting"
    message = N_("The scanner cannot scan with {setting} = {value}. Choose another value.")


# --- files from outside ----------------------------------------------------------------------


class Refused(ArchiveError):
    """A file that cannot be taken in; others go on. `name` is the file's name."""

    code = "refused"
    message = N_("«{name}» was refused: {detail}")


class FileMissing(Refused):
    code = "file-missing"
    message = N_("«{name}» does not exist or cannot be opened. Check the path and the permissions.")


class FileEmpty(Refused):
    code = "file-empty"
    message = N_("«{name}» is empty. Copy or scan it again.")


class FileUnknown(Refused):
    code = "file-unknown"
    message = N_("«{name}» is not a PDF, TIFF, JPEG, PNG or JPEG 2000 file. Convert it to one of these.")


class FileBroken(Refused):
    code = "file-broken"
    message = N_("«{name}» is damaged or incomplete: {detail}. Copy or scan it again.")


class FileEncrypted(Refused):
    code = "file-encrypted"
    message = N_("«{name}» is protected by a password. Remove the protection and import it again.")


class FileTooLarge(Refused):
    code = "file-too-large"
    message = N_("«{name}» is too large to open safely: {detail}.")


# --- reading, describing, finding ------------------------------------------------------------


class EngineMissing(ArchiveError):
    code = "engine-missing"
    exit_code = 2
    message = N_("The reading engine is not complete: {detail}. Run installer/run.sh again.")


class ReadingFailed(ArchiveError):
    code = "reading-failed"
    message = N_("The page could not be read: {detail}. It is kept and marked.")


class AccessCopyRefused(ArchiveError):
    code = "access-copy-refused"
    message = N_("The access copy was refused because its text does not match what was read: {detail}.")


class FieldsMissing(ArchiveError):
    code = "fields-missing"
    message = N_("Fill in: {fields}.")


class FieldInvalid(ArchiveError):
    code = "field-invalid"
    message = N_("«{value}» does not fit the field {field}: {detail}.")


class ChangedMeanwhile(ArchiveError):
    """Both changed the same thing since it was shown; `now`: the `Document` as it is."""

    code = "changed-meanwhile"
    message = N_(
        "Somebody else changed this document while it was open here. Nothing was recorded, and nothing that you typed "
        "is lost: look at what it says now, then record what holds."
    )


class QueryMalformed(ArchiveError):
    code = "query-malformed"
    exit_code = 2
    message = N_("The query cannot be understood: {detail}")


# --- procedures and cases --------------------------------------------------------------------


class ProcedureInvalid(ArchiveError):
    """`detail` names each element at fault and says what is wrong with it."""

    code = "procedure-invalid"
    exit_code = 2
    message = N_("The procedure {name} cannot be used. {detail}")


class ProcedureUnfit(ArchiveError):
    code = "procedure-unfit"
    exit_code = 2
    message = N_("The procedure «{procedure}» is not for this: {detail}")


class CaseOpen(ArchiveError):
    code = "case-open"
    message = N_("This is under way in the procedure «{procedure}» already. Finish that case first, or withdraw it.")


class StepGone(ArchiveError):
    code = "step-gone"
    message = N_("This step does not wait any more: somebody has taken it, or the case has gone on. Look at it again.")


class NotYours(ArchiveError):
    code = "not-yours"
    message = N_("This step is not for you: {detail}")


class FourEyes(ArchiveError):
    """No setting turns this off."""

    code = "four-eyes"
    message = N_("Somebody else must approve this: {detail}")


class DecisionIncomplete(ArchiveError):
    code = "decision-incomplete"
    message = N_("This decision is not complete: {detail}")


class NoCheckpoint(ArchiveError):
    """There is nothing that a reader of the exported journal could hold it against."""

    code = "no-checkpoint"
    message = N_(
        "This archive has no signed checkpoint yet, and none can be signed while it is only read. "
        "Close the window that has it open and try again."
    )


class JournalNotWhole(ArchiveError):
    code = "journal-not-whole"
    exit_code = 3
    message = N_("{count} places in the journal are not what they were. The first: {detail}")
