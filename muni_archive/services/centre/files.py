"""Files of stations come in: through the centre in parts, or straight into the object store; none counts unverified."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import FileLock

from muni_archive.domain.centre_errors import BytesWrong, NotAllowed
from muni_archive.domain.errors import ArchiveError, BlobCorrupt, BlobMissing, NotFound
from muni_archive.domain.full_disk import disk_full_told
from muni_archive.domain.people import Sight
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import Station
from muni_archive.domain.uploading import Arrived, FileOffer, SentPart
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.arriving import check_disk, make_room, part_of
from muni_archive.services.centre.missing import notice_damaged, notice_missing
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.rights import may_read, not_shown

VERIFIERS = 4
"""Files read back from the object store at once."""
SMALL, BUNDLE = 256 * 1024, 4 * 2**20
"""Bytes of a file, and of all files, that are given together."""


def offer_files(centre: Centre, station: Station, files: Sequence[tuple[str, int]]) -> Sequence[FileOffer]:
    """What is left to send of each file (name, size).

    A file that is here, but is nothing that the station may know, is asked for all the same, through the centre: so a
    station learns nothing by asking, and a hash is no key to a file.
    """
    shas = [sha for sha, _ in files]
    with centre.unit_of_work() as unit:
        missing = set(unit.missing_blobs(shas))
        hidden = set(not_shown(unit, station, [sha for sha in shas if sha not in missing]))
    return [
        _offer(centre, station, sha, size, stored=sha not in missing | hidden, direct=sha not in hidden)
        for sha, size in files
    ]


def take_part(centre: Centre, station: Station, *, sha: str, size: int, offset: int, data: bytes) -> tuple[int, bool]:
    """Append a part of a file; returns how much is here and whether the whole is stored.

    A part that does not begin where the file ends changes nothing: the answer tells where to go on. Raises `BytesWrong`
    when the whole is not what was announced; it must be sent anew then. Raises `UploadsFull`, `DiskFull`.
    """
    part = part_of(centre.arriving, station.id, sha, size)
    with disk_full_told(), _alone(part):
        if _stored(centre, station, sha):
            return size, True
        here = _here(part, size)
        if not here:
            make_room(part, size)
        if offset != here or here + len(data) > size:
            return here, False
        check_disk(part, len(data))
        with part.open("ab") as file:
            file.write(data)
        here += len(data)
        if here < size:
            return here, False
        _store(centre, station, part, sha, size)
    return size, True


def finish_files(
    centre: Centre, station: Station, files: Sequence[tuple[str, int, str | None, Sequence[SentPart]]]
) -> Mapping[str, ArchiveError | None]:
    """Verify files that went straight into the object store, and count those that are whole; by name, what is wrong.

    A station of some departments that finishes what is whole, but was neither brought by its own offer nor is for it to
    see, hears the same as of what is not there, and sends it through the centre. So a hash is no key here either.
    """
    desk = centre.desk
    if desk is None:
        raise NotAllowed(detail="this centre takes files itself")

    def finish(file: tuple[str, int, str | None, Sequence[SentPart]]) -> Arrived | ArchiveError:
        try:
            arrived = desk.finish(file[0], file[2], file[3])
        except ArchiveError as error:
            return error
        return arrived if arrived.size == file[1] else BytesWrong(sha=file[0])  # nobody could read it with a wrong size

    with ThreadPoolExecutor(VERIFIERS) as pool:
        results = dict(zip((sha for sha, *_ in files), pool.map(finish, files), strict=True))
    for sha, result in results.items():
        if isinstance(result, BlobCorrupt):
            notice_damaged(centre, sha)
    with centre.unit_of_work() as unit:
        unit.lock()
        found = _count(centre, unit, station, results)
        unit.commit()
    return found


def read_file(
    centre: Centre, sight: Sight, sha: str, *, start: int = 0, bringer: str = "", scope: Scope | None = None
) -> tuple[int, Iterator[bytes]]:
    """Size and bytes from `start` on, for who may see a document with this file. Raises `NotFound`; `BlobMissing` for
    one that was lost or cut short, which stations are asked for from then on.

    `bringer` is the id of a station that asks for itself: what it has sent, it may have back, though it be in no
    document (a blank page) or in one that was moved away. A station put back from a backup needs all of that.
    """
    with centre.unit_of_work() as unit:
        size = unit.blob_size(sha)
        own = bool(bringer) and not unit.not_brought([sha], bringer)
        if size is None or not (own or may_read(unit, sight, sha, scope)):
            raise NotFound(key=sha)
    try:
        return size, centre.place.vault.read(sha, start, size=size)
    except BlobMissing:
        notice_missing(centre, sha)
        raise
    except BlobCorrupt as cut_short:
        notice_damaged(centre, sha)
        raise BlobMissing(sha=sha) from cut_short


def read_small_files(
    centre: Centre, sight: Sight, shas: Sequence[str], *, bringer: str = "", scope: Scope | None = None
) -> Mapping[str, bytes]:
    """As `read_file`, of many: those that are there, may be seen and are small, as many as one answer holds."""
    found, room = dict[str, bytes](), BUNDLE
    for sha in shas:
        try:
            size, pieces = read_file(centre, sight, sha, bringer=bringer, scope=scope)
            if size <= min(SMALL, room):
                found[sha] = b"".join(pieces)
                room -= size
        except (NotFound, BlobMissing):
            continue
    return found


def _offer(centre: Centre, station: Station, sha: str, size: int, *, stored: bool, direct: bool) -> FileOffer:
    if stored:
        return FileOffer(sha=sha, size=size, stored=True)
    if centre.desk is not None and direct:
        owner = station.id if station.departments else ""
        upload = centre.desk.offer(sha, size, owner=owner)
        if not upload.stored:
            return FileOffer(sha=sha, size=size, direct=upload)
        _keep(centre, station, sha, centre.place.vault.size(sha))  # it was verified before the database was put back
        return FileOffer(sha=sha, size=size, stored=True)
    return FileOffer(sha=sha, size=size, offset=_here(part_of(centre.arriving, station.id, sha, size), size))


def _count(
    centre: Centre, unit: CentralUnit, station: Station, results: Mapping[str, Arrived | ArchiveError]
) -> dict[str, ArchiveError | None]:
    """Count what arrived whole, and note whom each file is from; by name, what is wrong."""
    found: dict[str, ArchiveError | None] = {}
    others = list[str]()
    for sha, result in results.items():
        if isinstance(result, ArchiveError):
            found[sha] = result
        elif not _stays(centre, unit, sha):
            found[sha] = BytesWrong(sha=sha)
        else:
            unit.add_blob(sha, result.size)
            found[sha] = None
            if station.departments and result.owner != station.id:
                others.append(sha)
    unit.add_brought([sha for sha, error in found.items() if error is None and sha not in others], station.id)
    return found | {sha: BlobMissing(sha=sha) for sha in not_shown(unit, station, others)}


def _store(centre: Centre, station: Station, part: Path, sha: str, size: int) -> None:
    """The whole is here: hash it, keep it, count it."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    if found != sha:
        part.unlink()
        raise BytesWrong(sha=sha)
    centre.place.vault.take(part, sha)
    _keep(centre, station, sha, size)


def _keep(centre: Centre, station: Station, sha: str, size: int) -> None:
    """It is in the vault, whole: count it. Raises `BytesWrong` when it was removed in the meantime."""
    with centre.unit_of_work() as unit:
        unit.lock()
        if not _stays(centre, unit, sha):
            raise BytesWrong(sha=sha)
        unit.add_blob(sha, size)
        unit.add_brought([sha], station.id)
        unit.commit()


def _stays(centre: Centre, unit: CentralUnit, sha: str) -> bool:
    """False for a file that was removed, as its like was destroyed, between its arrival and the write lock: it must
    come again.
    """
    return not unit.retention.was_destroyed(sha) or centre.place.vault.has(sha)


def _stored(centre: Centre, station: Station, sha: str) -> bool:
    """Whether it is here and the station may know that."""
    with centre.unit_of_work() as unit:
        return unit.blob_size(sha) is not None and not not_shown(unit, station, [sha])


def _alone(part: Path) -> FileLock:
    """One part of a file at a time. The locks stay (256 a station): one that is removed may be held by who waited."""
    part.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(part.parent / f"{part.name[:2]}.lock")


def _here(part: Path, size: int) -> int:
    """How much lies here; what is longer than the whole is none of it."""
    here = part.stat().st_size if part.is_file() else 0
    if here > size:
        part.unlink(missing_ok=True)
        return 0
    return here
