"""Stations with their line to a centre, kept open: what the programs put together for a user, made cheaply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from muni_archive.bootstrap import OpenCentre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.finding import IndexedPage
from muni_archive.domain.merging import Description
from muni_archive.domain.together import from_wire, to_wire
from muni_archive.domain.uploading import FileOffer
from muni_archive.domain.versions import PROTOCOL
from muni_archive.ports import SyncTransport
from muni_archive.services.centre.enrolling import enrol_station, invite_station, readmit_station
from muni_archive.services.centre.feeding_back import feed, own_journal, standing
from muni_archive.services.centre.files import offer_files, read_file, read_small_files, take_part
from muni_archive.services.centre.missing import wanted_files
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.services.together.following import take_over_versions
from muni_archive.services.together.place import Together
from muni_archive.services.together.rejoining import Rejoined, fetch_files, find_branch, joined_journal
from muni_archive.services.together.synchronising import follow_once, synchronise_once
from muni_archive.services.workplace import Workplace
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.central_opening import CopyBeside, open_copy
from muni_archive.store.fetched_vault import FetchedVault
from muni_archive.store.rebuilding import rebuild_archive
from muni_archive.store.tables import versions
from muni_archive.sync.client import CentreClient
from muni_archive.sync.keys import FILE as KEY_FILE
from muni_archive.sync.signing import new_key, public_half
from muni_archive.sync.state import CentreLink, load_link, save_link
from tests.helpers.centres import PlainStation
from tests.helpers.stores import record


class MemoryIndex:
    """Implements as much of `ports.SearchIndex` as following needs."""

    name = "memory"

    def __init__(self) -> None:
        self.at = 0, ""
        self.pages: dict[str, IndexedPage] = {}

    @property
    def cursor(self) -> int:
        return self.at[0]

    def update(
        self, pages: Iterable[IndexedPage], *, removed: Iterable[str] = (), cursor: int, link: str = "", since=None
    ) -> bool:
        if since not in (None, self.at):
            return False
        for page_id in removed:
            self.pages.pop(page_id, None)
        self.pages |= {page.page_id: page for page in pages}
        self.at = cursor, link
        return True

    def clear(self, *, since=None, link: str = "") -> bool:
        if since not in (None, self.at):
            return False
        self.pages.clear()
        self.at = 0, link
        return True

    def close(self) -> None:
        """Nothing is open."""


class DirectLine:
    """Implements `ports.SyncTransport` without a network: the centre's services are called in this process."""

    def __init__(self, centre, station_id: str) -> None:
        """`centre` is called for the open centre, which may be another after a restore."""
        self._centre, self._id = centre, station_id

    def _here(self):
        return self._centre().centre

    def _station(self):
        with self._here().unit_of_work() as unit:
            return unit.station(self._id)

    def spoken(self):
        return PROTOCOL

    def standing(self):
        own, last = standing(self._here(), self._id)
        return own, self._station().state, last

    def centre_time(self):
        return datetime.now(UTC)

    def wanted(self):
        return wanted_files(self._here(), self._station())

    def send_entries(self, entries, lost=()):
        return receive_entries(self._here(), self._id, [from_wire(to_wire(entry)) for entry in entries], lost=lost)

    def feed(self, *, after, link, wait=0):
        return feed(self._here(), self._station(), after=after, link=link, again=True, held=True)

    def own_journal(self, *, after):
        return own_journal(self._here(), self._id, after=after)

    def offers(self, files):
        return offer_files(self._here(), self._station(), files)

    def send_file(self, file: Path, offer: FileOffer, cancel: CancelToken, _pace=None) -> bool:
        take_part(
            self._here(), self._station(), sha=offer.sha, size=offer.size, offset=offer.offset,
            data=file.read_bytes()[offer.offset :],
        )  # fmt: skip
        return True

    def read_files(self, shas):
        return read_small_files(self._here(), self._station().sight, shas)

    def read_file(self, sha: str) -> bytes:
        return b"".join(read_file(self._here(), self._station().sight, sha, bringer=self._id)[1])

    def ask_readmission(self, standing) -> None:
        readmit_station(self._here(), self._id, sequence=standing.sequence, link=standing.hash)

    def close(self) -> None:
        """Nothing is open."""


class LinkedStation(PlainStation):
    """A station's own store, its copy of the centre and its line, all open."""

    def __init__(self, folder: Path, name: str, line: SyncTransport | None = None, *, clock=None) -> None:
        super().__init__(folder, name, clock=clock)
        self.folder = folder
        self.line = line
        self.departments: Sequence[str] | None = None
        """For which it was enrolled, where it remembers."""
        self.index = MemoryIndex()
        vault = FetchedVault(BlobCache(folder / "centre" / "files", 2**30), self._read_file, self._read_files)
        self.copy = open_copy(folder / "centre", vault=vault, clock=clock or SystemClock(), ids=Uuid7Ids())
        self.copied = Workplace(
            unit_of_work=self.copy.unit_of_work, vault=vault, index=self.index, clock=clock or SystemClock(),
            ids=Uuid7Ids(), record_classes=None, recognizer=None, drivers={}, integrity=self.copy.integrity,
            station="CENTRE",
        )  # fmt: skip

    def enrol(self, centre: OpenCentre, departments: tuple[str, ...] = ()) -> None:
        super().enrol(centre, departments)
        self.departments = departments

    def works_for(self, departments: Sequence[str]) -> None:
        self.departments = departments

    @property
    def together(self) -> Together:
        return Together(
            own=self.store.unit_of_work, own_vault=self.store.vault, copy=self.copy.unit_of_work, copied=self.copied,
            kept=self.copied, line=self.line,
            anew=CopyBeside(
                folder=self.folder / "centre" / "anew", vault=self.copied.vault, clock=SystemClock(), ids=Uuid7Ids()
            ),
            departments=lambda: self.departments, works_for=self.works_for,
        )  # fmt: skip

    def sync(self, told=lambda _: None) -> None:
        """Send, follow, take over, and send what was taken over."""
        synchronise_once(self.together, cancel=CancelToken(), told=told)
        if self.take_over():
            synchronise_once(self.together, cancel=CancelToken(), told=told)

    def take_over(self):
        return take_over_versions(self.store.unit_of_work, self.copy.unit_of_work, departments=lambda: self.departments)

    def _read_file(self, sha: str) -> bytes:
        return self.line.read_file(sha)

    def _read_files(self, shas):
        return self.line.read_files(shas)

    def sees(self, document_id: str):
        """The document's version here: (entry, version, description); else the copy's; None where neither has it."""
        for store in (self.store, self.copy):
            found = current_version(store.engine, document_id)
            if found is not None:
                return found
        return None

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.copy.close()
        super().close()


def rejoin(station: LinkedStation) -> Rejoined:
    """What `bootstrap.rejoin_archive` does, over the station's own line; closes the station."""
    own, line = station.store.unit_of_work, station.line
    branch = find_branch(own, line)
    follow_once(station.together, cancel=CancelToken())
    fetch_files(station.store.vault, line, branch.theirs, destroyed=lambda _sha: False)
    planned, done = joined_journal(
        own, branch, clock=SystemClock(), ids=Uuid7Ids(), actor=f"clerk-{station.name}", station=station.name
    )
    entries = list(planned)
    station.close()
    if branch.theirs or branch.ours:
        rebuild_archive(station.folder, entries, ends=branch.ends)
    line.ask_readmission(line.standing()[0])
    return done


def reopened(station: LinkedStation) -> LinkedStation:
    """The same station, as a program that is started anew finds it in its folder."""
    station.close()
    link = load_link(station.folder)
    again = LinkedStation(station.folder, station.name)
    again.line = CentreClient(
        link.url, station_id=link.station_id, key=(station.folder / KEY_FILE).read_text(encoding="ascii"),
        centre_id=link.centre_id,
    )  # fmt: skip
    return again


def revise_document(station: LinkedStation, document_id: str, seen=None, **changes) -> None:
    """The station's clerk edits the version that he sees, or that he saw then."""
    entry, version, said = seen or station.sees(document_id)
    values = {**said.values(), "registered": True, **changes}
    values["metadata"] = {**said.metadata, **changes.get("metadata", {})}
    record(station.store, DocumentRevised(document_id=document_id, version=version + 1, base=entry, **values))


def current_version(engine, document_id: str):
    query = select(versions).where(versions.c.document_id == document_id).order_by(versions.c.version.desc())
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else (row.entry, row.version, description_of_row(row))


def description_of_row(row) -> Description:
    said = {name: getattr(row, name) for name in Description.__dataclass_fields__}
    said |= {"metadata": json.loads(row.metadata), "page_ids": tuple(json.loads(row.page_ids))}
    return Description(**said)


def linked_directly(folder: Path, opened: OpenCentre, name: str, *departments: str) -> LinkedStation:
    """A station that is enrolled and has its line, without a network."""
    station = LinkedStation(folder / name, name)
    station.enrol(opened, departments)
    station.line = DirectLine(lambda: opened, station.id)
    return station


def enrol_cheaply(station: LinkedStation, opened: OpenCentre, url: str, departments=()) -> str:
    """Enrol without asking over the network, with the files that the program looks for; returns the key."""
    key = new_key()
    with opened.centre.unit_of_work() as unit:
        centre_id = unit.records.archive().archive_id
    code = invite_station(opened.centre, departments)
    enrol_station(opened.centre, code=code, station_id=station.id, name=station.name, public_key=public_half(key))
    (station.folder / KEY_FILE).write_text(key, encoding="ascii")
    save_link(station.folder, CentreLink(url=url, centre_id=centre_id, centre_name="CENTRE", station_id=station.id))
    station.line = CentreClient(url, station_id=station.id, key=key, centre_id=centre_id)
    return key
