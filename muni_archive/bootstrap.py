"""The composition root: the only place that knows which adapter stands behind which port.

What decodes pictures or reads them is imported where it is used: a centre takes files of others, and must have no
code in its process that could be made to open one.
"""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from muni_archive.capture.registry import load_drivers
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import NotEnrolled, PeopleAwaited
from muni_archive.domain.entitled import Entitled
from muni_archive.domain.errors import ArchiveError, KeyMissing, OperatorUnknown
from muni_archive.domain.people import Person
from muni_archive.domain.recent import Recent
from muni_archive.domain.station_names import checked_station_name
from muni_archive.domain.together import BEGINNING
from muni_archive.holiday_files import HolidayBook
from muni_archive.line_to_centre import OpenTogether, hear_copy, open_line
from muni_archive.openid import desk_in
from muni_archive.organisation_files import read_roles
from muni_archive.person_keys import FolderPersonKeys
from muni_archive.ports import CentralDesk, ReadingPool, Recognizer, SearchIndex, UnitOfWork
from muni_archive.record_classes import FileRecordClasses
from muni_archive.search import open_followed, open_index
from muni_archive.services.centre.place import Centre, NoReader
from muni_archive.services.people.entering import Door, OwnDoor
from muni_archive.services.people.guarding import PersonGuard
from muni_archive.services.picture_cache import forget_tiles
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.together.casework import case_workplace
from muni_archive.services.together.entering import CentreDoor, ShutDoor
from muni_archive.services.together.place import Together
from muni_archive.services.together.rejoining import Rejoined, fetch_files, find_branch, joined_journal
from muni_archive.services.together.synchronising import follow_once, forget_copy
from muni_archive.services.workplace import Workplace
from muni_archive.store import Store, SystemClock, Uuid7Ids, open_store
from muni_archive.store.central_opening import open_central_store
from muni_archive.store.closing import closed_on_error
from muni_archive.store.opening import DATABASE, can_be_written, open_beside
from muni_archive.store.rebuilding import rebuild_archive
from muni_archive.store.vault import DiskVault
from muni_archive.sync.archive_key import ArchiveKey
from muni_archive.sync.client import enrol, say_hello
from muni_archive.sync.keys import find_key, own_key
from muni_archive.sync.state import (
    AUTHORITY,
    CentreLink,
    is_enrolled,
    is_whole,
    known_people,
    load_link,
    own_departments,
    save_authority,
    save_link,
    save_taken,
)
from muni_archive.sync.trusting import read_authority

if TYPE_CHECKING:
    from muni_archive.store.s3_vault import S3Vault

CENTRAL_WORDS_BYTES = 64 * 2**20
"""Memory for the words of some twelve thousand pages that answers have shown."""
ENGINE = "MUNI_ARCHIVE_ENGINE"
"""Environment variable that chooses the search engine: `tantivy` (default) or `whoosh`."""
READER = "MUNI_ARCHIVE_READER"
"""Environment variable that chooses what reads: `lines` (our own networks, default) or `tesseract`."""
STATION = "MUNI_ARCHIVE_STATION"
"""Environment variable that names the station of a new archive."""
OPERATOR = "MUNI_ARCHIVE_OPERATOR"
"""Environment variable that names who works here; else the system's user name."""


class OpenArchive:
    """An archive that is open, with everything that use cases need. A context manager."""

    def __init__(self, folder: Path, store: Store[Any], place: Workplace) -> None:
        self.folder = folder
        self.place = place
        self._store = store
        self._pool: ReadingPool | None = None
        self._together: OpenTogether | None = None
        self._entitled: dict[str, Entitled] = {}
        """By person, what the centre said at the sign-in that they may do."""
        self._guards: dict[tuple[str, bool], PersonGuard] = {}
        """By person, and whether their rights stand in this archive: the last one, from which the next goes on."""

    def pool(self) -> ReadingPool:
        """The worker processes that read; started on first use."""
        if self._pool is None:
            from muni_archive.ocr.pool import ProcessPool

            self._pool = ProcessPool(self.place.recognizer)
        return self._pool

    def door(self) -> Door:
        """The way in, for who sits before the window: the centre's people where there is one that has some.

        Where that cannot be told, nobody comes in before it can. The door of before is used no more.
        """
        try:
            return self._door()
        except ArchiveError as error:
            return ShutDoor(error, self._door)

    def _door(self) -> Door:
        """Raises what `_people_elsewhere` raises."""
        together = self._people_elsewhere()
        if together is None:
            return OwnDoor(self.place)
        door = CentreDoor(
            self.place, together.together.copy, together.who_is, together,
            awaited=bool(together.link.people), is_whole=lambda: load_link(self.folder).whole,
            is_told=self._entitled.__contains__,
        )  # fmt: skip
        return door if door.has_people() else OwnDoor(self.place)

    def _people_elsewhere(self) -> OpenTogether | None:
        """Where the centre's people are read and asked for; None where the archive has only its own.

        What was opened before is closed. Raises what `open_together` raises.
        """
        self._close_together()
        try:
            link = load_link(self.folder)
        except NotEnrolled:
            return None
        try:
            self._together = open_together(self.folder, self.place, read_only=True)
            self._together.entitled = self._entitled
        except ArchiveError:
            if link.people is not False:
                raise
        return self._together

    def _close_together(self) -> None:
        together, self._together = self._together, None
        if together is not None:
            together.close()

    def as_operator(self) -> Workplace:
        """The archive as it may be used by whoever is named as acting at the command line.

        Where the centre knows who works here, as that person: what it would refuse is refused before it is recorded,
        for it refuses all that comes behind that. Raises `OperatorUnknown`, and where a centre that has people cannot
        be asked who it is, why.
        """
        together = self._people_elsewhere()
        if together is None:
            return self.place
        with together.together.copy() as unit:
            known = bool(unit.people.all())
            if (together.link.people or known) and not (together.link.whole and known):
                raise PeopleAwaited
            if not unit.organisation.all().places:
                return self.place
            person = unit.people.named(self.place.operator)
        if person is None:
            raise OperatorUnknown(name=self.place.operator)
        return self.as_person(person, together.together.copy)

    def as_person(self, person: Person, people: Callable[[], UnitOfWork] | None = None) -> Workplace:
        """The archive as this person may use it: what they do stands under their name.

        `people` tells what they may, where that does not stand in the archive itself.
        """
        place, store, key = self.place, self._store, (person.id, people is None)
        guard = PersonGuard(
            person.id, unit_of_work=people or place.unit_of_work, roles=place.roles, classes=place.record_classes,
            clock=place.clock, grants=place.unit_of_work if people else None,
            is_whole=(lambda: is_whole(self.folder)) if people else (lambda: True), told=self._entitled.get(person.id),
            before=self._guards.get(key),
        )  # fmt: skip
        self._guards[key] = guard
        own = partial(store.unit_of_work, person.name)
        return replace(place, unit_of_work=own, guard=guard, operator=person.name, people=people)

    def close(self) -> None:
        """Stop the workers and let the archive go."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self._close_together()
        self.place.index.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def reader() -> Recognizer:
    """The recogniser that reads by default, for work without an archive."""
    from muni_archive.imaging.preparation import PagePreparation

    if os.environ.get(READER) == "tesseract":
        from muni_archive.ocr.tesseract import TesseractRecognizer

        return TesseractRecognizer(preparation=PagePreparation())
    from muni_archive.ocr.own import LINES_DPI, LineRecognizer

    return LineRecognizer(preparation=PagePreparation(dpi=LINES_DPI))


def open_workplace(
    archive: Path, *, create: bool = True, read_only: bool = False, fresh_index: bool = False
) -> OpenArchive:
    """Open (or begin) the archive in that folder.

    A writer holds the archive for itself. `fresh_index` throws the index away unseen, for one that is
    damaged; the caller builds it again. Raises `ArchiveInUse`, `ArchiveNotFound`, `ArchiveTooNew`,
    `ArchiveDamaged`, `StationNameInvalid`.
    """
    clock, ids = SystemClock(), Uuid7Ids()
    store = open_store(
        archive,
        create=create and not read_only,
        read_only=read_only,
        station=_station(archive, ids),
        actor=_operator(),
        clock=clock,
        ids=ids,
    )
    engine = os.environ.get(ENGINE, "tantivy")
    index_folder = archive / "index" / engine
    if fresh_index:
        shutil.rmtree(index_folder, ignore_errors=True)
    with closed_on_error(store):
        index = open_index(index_folder, engine=engine, read_only=read_only)
    place = Workplace(
        unit_of_work=store.unit_of_work,
        vault=store.vault,
        index=index,
        clock=clock,
        ids=ids,
        record_classes=FileRecordClasses(),
        roles=read_roles(),
        recognizer=reader(),
        drivers=load_drivers(),
        integrity=store.integrity,
        station=store.station,
        keys=FolderPersonKeys(archive),
        operator=_operator(),
        read_only=read_only,
        signer=ArchiveKey(archive, store.archive_id),
        accounts=desk_in(archive, store.archive_id, clock),
        holidays=HolidayBook(archive),
        alone=lambda: not is_enrolled(archive),
        departments=partial(own_departments, archive),
        forget_pictures=lambda sha: forget_tiles(archive / "cache", sha),
    )
    if not read_only:
        remove_destroyed(place)
    return OpenArchive(archive, store, place)


def open_at_command(archive: Path, *, create: bool = False) -> OpenArchive:
    """As `open_workplace`, for a command that records what somebody does under their name. Raises `OperatorUnknown`."""
    opened = open_workplace(archive, create=create)
    try:
        opened.place = opened.as_operator()
    except BaseException:
        opened.close()
        raise
    return opened


@contextmanager
def recording_beside(opened: OpenArchive) -> Iterator[Workplace]:
    """An archive that is open to be read only, so that what somebody does in it is recorded all the same.

    Beside the process that holds the archive: a single entry is appended under the database's own lock. Where the
    archive cannot be written at all, the place records nothing.
    """
    if not can_be_written(opened.folder):
        yield opened.place
        return
    store = open_beside(opened.folder, actor=_operator(), clock=opened.place.clock, ids=opened.place.ids)
    try:
        yield replace(opened.place, unit_of_work=store.unit_of_work, read_only=False)
    finally:
        store.close()


@contextmanager
def casework(opened: OpenArchive) -> Iterator[Workplace]:
    """Where cases are worked on: those of the archive, and with a centre those of all stations that it may see."""
    with ExitStack() as open_line:
        try:
            load_link(opened.folder)
            line = open_line.enter_context(open_together(opened.folder, opened.place, read_only=True))
        except ArchiveError:  # not enrolled, or no copy yet
            yield opened.place
            return
        yield case_workplace(opened.place, line.together)


class OpenCentre:
    """The central archive, open. A context manager."""

    def __init__(self, folder: Path, store: Store[Any], centre: Centre) -> None:
        self.folder, self.centre = folder, centre
        self._store = store

    def close(self) -> None:
        self.centre.place.index.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_centre(
    folder: Path, *, database: str = "", objects: str = "", name: str = "CENTRE", beside: bool = False
) -> OpenCentre:
    """Open (or begin) the central archive: on SQLite and a folder, or on a PostgreSQL and an S3 URL.

    `beside` a process that serves it: without the lock on the folder, and the index only to read.

    Raises `ArchiveInUse`, `ArchiveTooNew`, `DatabaseUnreachable`, `ObjectStoreFailed`, `WrongUse`.
    """
    clock, ids = SystemClock(), Uuid7Ids()
    vault, desk = _objects(folder, objects)
    store = open_central_store(
        folder, database=database, vault=vault, name=name, actor=name.lower(), clock=clock, ids=ids, beside=beside
    )
    with closed_on_error(store):
        index = _central_index(folder, database, read_only=beside)
    place = Workplace(
        unit_of_work=store.unit_of_work,
        vault=store.vault,
        index=index,
        clock=clock,
        ids=ids,
        record_classes=FileRecordClasses(),
        roles=read_roles(),
        recognizer=NoReader(),
        drivers={},
        integrity=store.integrity,
        station=store.station,
        accounts=desk_in(folder, store.archive_id, clock),
        alone=lambda: False,
        signer=ArchiveKey(folder, store.archive_id),
        central=True,
        words=Recent(CENTRAL_WORDS_BYTES),
    )
    centre = Centre(
        place=place, unit_of_work=store.unit_of_work, arriving=folder / "arriving", desk=desk,
        probe=(vault or DiskVault(folder / "vault")).probe,
    )  # fmt: skip
    return OpenCentre(folder, store, centre)


def open_together(archive: Path, own: Workplace, *, bytes_per_s: int = 0, read_only: bool = False) -> OpenTogether:
    """A station's side of the line, for the archive in that folder. Only one writer follows the centre at a time;
    who reads beside it (a window) waits for the line a few seconds only.

    Raises `NotEnrolled`, `LinkDamaged`, `KeyMissing`, `KeyStoreFailed`, `ArchiveInUse` when somebody else follows
    already.
    """
    link = load_link(archive)
    key = find_key(archive, link.station_id)
    if key is None:
        raise KeyMissing
    opened = open_line(archive, own, link, key, bytes_per_s=bytes_per_s, read_only=read_only)
    if not read_only:
        hear_copy(archive, link, opened.together)
    return opened


def enrol_archive(archive: Path, *, url: str, code: str, authority: Path | None = None) -> CentreLink:
    """Enrol the archive's station with a centre. The code is spent when nothing here is in the way any more.

    Raises `CodeInvalid`, `NameTaken`, `CentreUnreachable`, `KeyStoreFailed`, `ArchiveInUse` while somebody follows the
    centre of before.
    """
    with open_workplace(archive, read_only=True) as opened:
        with opened.place.unit_of_work() as unit:
            info, alone_until = unit.records.archive(), unit.retention.destroyed_alone_until()
        hello = say_hello(url, authority)
        pem = read_authority(authority) if authority else b""
        link = CentreLink(
            url=url,
            centre_id=str(hello["centre_id"]),
            centre_name=str(hello["name"]),
            station_id=info.archive_id,
            authority=AUTHORITY if authority else "",
        )
        key = own_key(archive, info.archive_id)  # the one under which it enrolled before, where it did
        with open_line(archive, opened.place, link, key) as line:
            enrolled = enrol(
                url,
                code=code,
                station_id=info.archive_id,
                name=info.station,
                key=key,
                centre_id=link.centre_id,
                authority=authority,
                alone_until=alone_until,
            )
            link = replace(
                link,
                centre_id=str(enrolled["centre_id"]),
                departments=[str(each) for each in enrolled["departments"]],
                people=known_people(archive, str(enrolled["centre_id"])),
                whole=False,
            )
            forget_copy(line.together)
            save_taken(archive, BEGINNING)
            if pem:
                save_authority(archive, pem)
            save_link(archive, link)
    return link


def rejoin_archive(archive: Path) -> Rejoined:
    """Bring a station back whose journal and the centre's part; what it did alone is written again and can be sent.

    Nobody else may have the archive open. The database as it was stays beside it. Raises `ArchiveInUse`, also where
    another process has recorded something meanwhile, and what the line raises; until the very last step nothing has
    changed.
    """
    with (
        open_workplace(archive, create=False) as opened,
        open_together(archive, opened.place) as line,
    ):
        place, transport = opened.place, line.together.line
        branch = find_branch(place.unit_of_work, transport)
        follow_once(line.together, cancel=CancelToken())
        lost = fetch_files(
            place.vault, transport, branch.theirs, destroyed=lambda sha: _was_destroyed(line.together, sha)
        )
    with (
        open_workplace(archive, read_only=True) as reading,
        open_together(archive, reading.place) as line,
    ):
        entries, rejoined = joined_journal(
            reading.place.unit_of_work, branch, clock=place.clock, ids=place.ids, actor=_operator(),
            station=place.station,
        )  # fmt: skip
        if branch.theirs or branch.ours:
            save_taken(archive, BEGINNING)  # what was received before may not be in the journal any more
            rebuild_archive(archive, entries, ends=branch.ends)
            shutil.rmtree(archive / "index", ignore_errors=True)
        standing, _state, _central = line.together.line.standing()
        line.together.line.ask_readmission(standing)
    return replace(rejoined, lost=lost)


def _was_destroyed(together: Together, sha: str) -> bool:
    with together.copy() as unit:
        return unit.retention.was_destroyed(sha)


def _central_index(folder: Path, database: str, *, read_only: bool) -> SearchIndex:
    if not database:
        return open_followed(folder / "index" / "tantivy", read_only=read_only)
    from muni_archive.search.postgres_engine import PostgresIndex

    return PostgresIndex(database, read_only=read_only)


def _objects(folder: Path, url: str) -> tuple[S3Vault | None, CentralDesk | None]:
    """The object store at the URL; none for the vault in the folder."""
    if not url:
        return None, None
    from muni_archive.store.direct_uploads import DirectUploads
    from muni_archive.store.s3_vault import S3Vault

    vault = S3Vault.open(url, folder / "cache")
    return vault, DirectUploads(vault)


def _operator() -> str:
    return os.environ.get(OPERATOR) or getpass.getuser()


def _station(archive: Path, ids: Uuid7Ids) -> str:
    """What a new archive's station is called; one that exists keeps its name, whatever the environment says."""
    named = os.environ.get(STATION)
    if not named:
        return f"S{ids.new()[-5:].upper()}"  # the random end of an id: no other station has it, without asking anybody
    return named if (archive / DATABASE).exists() else checked_station_name(named)
