"""A centre and stations in temporary folders, spoken to without a network."""

from __future__ import annotations

from pathlib import Path

from muni_archive.bootstrap import OpenCentre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.naming import files_named
from muni_archive.domain.records import Document
from muni_archive.ports import Clock, Problem
from muni_archive.services.centre.enrolling import enrol_station, invite_station
from muni_archive.services.centre.receiving import receive_entries
from muni_archive.store import Store, SystemClock, Uuid7Ids, open_store
from tests.helpers.stores import batch, document, page, record


class PlainStation:
    """A station's store, and what its clerk does in it."""

    def __init__(self, folder: Path, name: str, *, clock: Clock | None = None) -> None:
        self.store: Store = open_store(
            folder,
            create=True,
            read_only=False,
            station=name,
            actor=f"clerk-{name}",
            clock=clock or SystemClock(),
            ids=Uuid7Ids(),
        )
        self.name = name
        with self.store.unit_of_work() as unit:
            self.id = unit.records.archive().archive_id

    def enrol(self, centre: OpenCentre, departments: tuple[str, ...] = ()) -> None:
        code = invite_station(centre.centre, departments)
        said = {"station_id": self.id, "name": self.name, "public_key": "00" * 32}
        enrol_station(centre.centre, code=code, **said, holds_key=True)

    def entries(self, after: int = 0):
        with self.store.unit_of_work() as unit:
            return unit.records.journal(after=after, limit=100_000)

    def send(self, centre: OpenCentre, after: int = 0) -> None:
        entries = self.entries(after)
        give_blobs(centre, self.store, files_named(entries))
        receive_entries(centre.centre, self.id, entries)

    def add_document(self, key: str, serial: int = 1, pages: int = 2) -> str:
        """A batch of pages in one document; returns its id."""
        blobs = [self.store.vault.put(f"{self.name} {key} {n}".encode()) for n in range(pages)]
        made = [page(f"{key}-p{n}", f"{key}-b", blob, n) for n, blob in enumerate(blobs)]
        created = document(f"{key}-d", serial, *(p.page_id for p in made))
        number = created.number.replace("T1", self.name)
        record(self.store, batch(f"{key}-b"), *made, _renumbered(created, number))
        return created.document_id

    def revise(self, seen: Document, **changes) -> None:
        """A clerk edits the version that he sees."""
        said = {
            "record_class": seen.record_class, "department": seen.department, "title": seen.title,
            "page_ids": seen.page_ids, "file_reference": seen.file_reference, "date": seen.date,
            "metadata": seen.metadata, "registered": True,
        }  # fmt: skip
        record(
            self.store,
            DocumentRevised(document_id=seen.id, version=seen.version + 1, base=seen.entry, **{**said, **changes}),
        )

    def close(self) -> None:
        self.store.close()


def _renumbered(created, number):
    from dataclasses import replace

    return replace(created, number=number)


def give_blobs(centre: OpenCentre, store: Store, shas) -> None:
    with centre.centre.unit_of_work() as unit:
        for sha in unit.missing_blobs(tuple(shas)):
            data = store.vault.get(sha)
            centre.centre.place.vault.put(data)
            unit.add_blob(sha, len(data))
        unit.commit()


def seen(centre: OpenCentre, document_id: str) -> Document:
    with centre.centre.unit_of_work() as unit:
        return unit.records.document(document_id)


def centre_problems(centre: OpenCentre) -> list[Problem]:
    integrity = centre.centre.place.integrity()
    return list(integrity.problems(cancel=CancelToken(), progress=lambda *_: None))
