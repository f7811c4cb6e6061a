"""Stations whose archives are enrolled with a served centre."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muni_archive.bootstrap import enrol_archive, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.events import PageRead
from muni_archive.domain.reading import Reading
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.together.following import take_over_versions
from muni_archive.services.together.place import Together
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.services.workplace import Workplace
from tests.helpers.centres import PlainStation
from tests.helpers.serving import ServedCentre
from tests.helpers.stores import record
from tests.helpers.workplaces import PlainPool


class JoinedStation:
    """A station's archive and its line."""

    def __init__(self, folder: Path, name: str, centre: ServedCentre, *departments: str) -> None:
        self.folder, self.name = folder, name
        PlainStation(folder, name).close()
        enrol_archive(folder, url=centre.url, code=centre.invite(*departments))

    def work(self, do):
        """Do something in the station's archive."""
        plain = PlainStation(self.folder, self.name)
        try:
            return do(plain)
        finally:
            plain.close()

    def scan(self, key: str, serial: int = 1, text: str = "رخصة بناء للقسيمة ١٢٣") -> str:
        """A document of two pages that were read; returns its id."""

        def do(station: PlainStation) -> str:
            document_id = station.add_document(key, serial)
            reading: Reading = PlainPool(text).reading()
            for at in range(2):
                blob = station.store.vault.put(reading.to_json())
                record(station.store, PageRead(page_id=f"{key}-p{at}", reading=blob, engine="plain", confidence=0.9))
            return document_id

        return self.work(do)

    @contextmanager
    def open(self, *, read_only: bool = False) -> Iterator[tuple[Workplace, Together]]:
        """The archive and its line; `read_only` as a window has the line while a process beside it synchronises."""
        with (
            open_workplace(self.folder) as own,
            open_together(self.folder, own.place, read_only=read_only) as line,
        ):
            follow_journal(own.place)
            yield own.place, line.together

    def sync(self) -> None:
        with self.open() as (own, together):
            for _ in range(2):
                synchronise_once(together, cancel=CancelToken(), told=lambda _: None)
                take_over_versions(own.unit_of_work, together.copy)


class NoLine:
    """A line on which nobody answers, or that with an error of its own; counts how often it was asked."""

    def __init__(self, error: ArchiveError | None = None) -> None:
        self.asked, self._error = 0, error

    def __getattr__(self, name: str):
        def ask(*_args: object, **_more: object) -> None:
            self.asked += 1
            raise self._error or CentreUnreachable(detail=name)

        return ask
