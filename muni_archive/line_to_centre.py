"""A station's line to its centre and its copy of the central archive, put together. A part of `bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from muni_archive.domain.entitled import Entitled
from muni_archive.search import open_followed
from muni_archive.services.picture_cache import forget_tiles
from muni_archive.services.together.place import Together
from muni_archive.services.together.synchronising import hear_departments
from muni_archive.services.workplace import Workplace
from muni_archive.store import Store
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.central_opening import CopyBeside, open_copy
from muni_archive.store.closing import closed_on_error
from muni_archive.store.fetched_vault import FetchedVault
from muni_archive.sync.client import LONG_S, CentreClient, rights_in
from muni_archive.sync.state import (
    CentreLink,
    keep_acknowledged,
    keep_departments,
    keep_people,
    keep_whole,
    known_departments,
    own_authority,
)

PATIENCE_S = 10.0
"""Seconds for which a window lets the line be silent."""
COPY_BYTES = 8 * 2**30
"""Room for files of the central archive on a station."""


class OpenTogether:
    """A station's line to its centre and its copy of the central archive. A context manager."""

    def __init__(self, link: CentreLink, together: Together, line: CentreClient, store: Store[Any]) -> None:
        self.link, self.together = link, together
        self.entitled: dict[str, Entitled] = {}
        """By person who signed in over this line, what the centre said that they may do."""
        self._line, self._store = line, store

    def who_is(self, name: str, password: str) -> str:
        """The id of the person whom the centre lets in with these. Raises `SignInRefused`, `CentreError`."""
        return self._entered(self._line.sign_in(name, password))

    def nonce(self) -> str:
        """For the next sign-in with an account. Raises `CentreError`."""
        return self._line.account_nonce()

    def owner_of(self, id_token: str, nonce: str) -> str:
        """The id of the person whom the centre lets in with this token. Raises `AccountError`, `CentreError`."""
        return self._entered(self._line.sign_in_with_account(id_token, nonce))

    def _entered(self, said: Mapping[str, Any]) -> str:
        self._line.sign_out()
        person_id, told = str(said["person_id"]), rights_in(said)
        self.entitled.pop(person_id, None)
        if told is not None:
            self.entitled[person_id] = told
        return person_id

    def close(self) -> None:
        self._line.close()
        self.together.copied.index.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_line(
    archive: Path, own: Workplace, link: CentreLink, key: str, *, bytes_per_s: int = 0, read_only: bool = False
) -> OpenTogether:
    """As `bootstrap.open_together`, with a centre that nothing is remembered of yet."""
    clock, ids = own.clock, own.ids
    folder = archive / "centre"
    line = CentreClient(
        link.url,
        station_id=link.station_id,
        key=key,
        centre_id=link.centre_id,
        authority=own_authority(archive, link),
        patience=PATIENCE_S if read_only else LONG_S,
    )
    with closed_on_error(line):
        cache = BlobCache(folder / "files", COPY_BYTES, tidy=not read_only)
        vault = FetchedVault(cache, line.read_file, line.read_files)
        store = open_copy(folder, vault=vault, clock=clock, ids=ids, read_only=read_only)
        with closed_on_error(store):
            index = open_followed(folder / "index" / "tantivy", read_only=read_only)
    copied = Workplace(
        unit_of_work=store.unit_of_work,
        vault=vault,
        index=index,
        clock=clock,
        ids=ids,
        record_classes=own.record_classes,
        roles=own.roles,
        recognizer=own.recognizer,
        drivers={},
        integrity=store.integrity,
        station=link.centre_name,
        copied=True,
        words=own.words,
        guard=own.guard,
        forget_pictures=lambda sha: forget_tiles(archive / "cache", sha),
    )
    together = Together(
        own=own.unit_of_work, own_vault=own.vault, copy=store.unit_of_work, copied=copied,
        kept=replace(copied, vault=FetchedVault(cache, None)), line=line,
        anew=CopyBeside(folder=folder / "anew", vault=vault, clock=clock, ids=ids),
        acknowledge=lambda standing: keep_acknowledged(archive, standing),
        has_people=lambda there_are: keep_people(archive, there_are),
        is_whole=lambda whole: keep_whole(archive, whole),
        departments=lambda: known_departments(archive),
        works_for=lambda departments: keep_departments(archive, departments), bytes_per_s=bytes_per_s,
    )  # fmt: skip
    return OpenTogether(link, together, line, store)


def hear_copy(archive: Path, link: CentreLink, together: Together) -> None:
    """What was not kept when the centre said it, by an older program or because of a cut: whether it has people, and
    the departments. Half a copy may know those of an earlier enrolment, and is heard only where nothing else is known.
    """
    with together.copy() as unit:
        if unit.people.all():
            keep_people(archive, True)
    if link.whole or link.departments is None:
        hear_departments(together)
