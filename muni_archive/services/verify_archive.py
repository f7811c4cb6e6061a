"""Proof that the archive is whole: chain, checkpoints, vault, tables = replay of the journal, cases, index = tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveDamaged
from muni_archive.domain.finding import IndexedPage
from muni_archive.domain.permissions import Action
from muni_archive.messages import N_
from muni_archive.ports import FILE_LOST, Problem
from muni_archive.services.audit.checkpoints import checkpoint_problems
from muni_archive.services.follow_journal import follow_journal, indexed_pages
from muni_archive.services.procedures.proving import case_problems
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.workplace import Workplace

INDEX_STEP = N_("index")


@dataclass(frozen=True, kw_only=True)
class VerifyReport:
    """What was checked and what is wrong; no problems means that the archive is whole."""

    entries: int
    blobs: int
    pages: int
    problems: tuple[Problem, ...]
    strays: tuple[str, ...] = ()
    """Files in the vault that no entry names. Nothing is lost by them; they are named all the same."""

    locked: tuple[str, ...] = ()
    """Destroyed files that the object store's lock keeps. No record counts them; they go when its time is over."""

    @property
    def only_index(self) -> bool:
        """True when rebuilding the index mends everything."""
        return bool(self.problems) and all(problem.kind.startswith("index") for problem in self.problems)

    @property
    def only_lost(self) -> bool:
        """True when nothing is wrong but that stations lost files before they had sent them."""
        return bool(self.problems) and all(problem.kind == FILE_LOST for problem in self.problems)


def verify_archive(
    place: Workplace,
    *,
    cancel: CancelToken,
    progress: Callable[[int, int, str], None],
    known: Checkpoint | None = None,
) -> VerifyReport:
    """Check everything, the index first brought up to the journal, and what a kill left of a destruction finished.

    Raises `Cancelled`.

    `progress(done, total, step)` is called along the way. `known`: how the journal stood once, kept elsewhere; only so
    is it found that its end was cut off.
    """
    place.guard.require(Action.MAINTAIN)
    removal = remove_destroyed(place, thorough=True)
    follow_journal(place)
    check = place.integrity()
    problems = list(check.problems(cancel=cancel, progress=progress))
    problems += checkpoint_problems(place, known)
    problems += case_problems(place, cancel=cancel, progress=progress)
    pages, wrong = _index_problems(place, cancel, progress)
    problems += wrong
    return VerifyReport(
        entries=check.entries,
        blobs=check.blobs,
        pages=pages,
        problems=tuple(problems),
        strays=tuple(check.strays),
        locked=removal.locked,
    )


def _index_problems(
    place: Workplace, cancel: CancelToken, progress: Callable[[int, int, str], None]
) -> tuple[int, Sequence[Problem]]:
    """How many pages were compared, of tables and index, and what is wrong with them.

    Who works meanwhile changes pages, and the index hears of it a moment later: what differs is looked at again, for as
    long as that shows some of it to be right.
    """
    found, pages, problems = dict(place.index.digests()), 0, dict[str, Problem]()
    try:
        with place.unit_of_work() as unit:
            total = unit.records.count_pages()
            for pages, page in enumerate(indexed_pages(unit.records, place.vault), 1):
                cancel.raise_if_cancelled()
                if pages % 100 == 1:
                    progress(pages - 1, total, INDEX_STEP)
                problems |= _compared(page, found.pop(page.page_id, None))
        problems |= _extra(found)
        while problems and len(still := _looked_at_again(place, problems)) < len(problems):
            cancel.raise_if_cancelled()
            problems = still
    except ArchiveDamaged as error:
        problems[""] = Problem(kind="index-unknown", detail=f"cannot be compared: {error}")
    return pages + len(found), tuple(problems.values())


def _looked_at_again(place: Workplace, page_ids: Collection[str]) -> dict[str, Problem]:
    """By page, what is wrong with it now."""
    follow_journal(place)
    found = {page_id: digest for page_id, digest in place.index.digests() if page_id in page_ids}
    problems = dict[str, Problem]()
    with place.unit_of_work() as unit:
        for page in indexed_pages(unit.records, place.vault, only=page_ids):
            problems |= _compared(page, found.pop(page.page_id, None))
    return problems | _extra(found)


def _compared(page: IndexedPage, found: str | None) -> dict[str, Problem]:
    name = f"{page.number} p. {page.page}"
    if found is None:
        return {page.page_id: Problem(kind="index-missing", detail=f"{name} is not in the index")}
    if found != page.digest():
        return {page.page_id: Problem(kind="index-differs", detail=f"{name} differs between index and tables")}
    return {}


def _extra(page_ids: Iterable[str]) -> dict[str, Problem]:
    return {
        page_id: Problem(kind="index-extra", detail=f"page {page_id} is in the index alone") for page_id in page_ids
    }
