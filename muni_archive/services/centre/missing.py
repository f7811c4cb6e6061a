"""Files that the central journal names and that are not at the centre: noticed, asked for, and told of.

Two ways lead there: the centre had a file and lost it, or a station lost it before it could send it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Sequence

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import BlobCorrupt, BlobMissing
from muni_archive.domain.permissions import Action
from muni_archive.domain.together import Station
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.place import Centre
from muni_archive.services.verify_archive import VerifyReport, verify_archive

MOST_WANTED = 200
"""Names told at once."""
_log = logging.getLogger(__name__)


def wanted_files(centre: Centre, station: Station) -> Sequence[str]:
    """Files that are missing here and that the station may have: those first that it lost itself, of the others some,
    each time from another beginning, so that those which nobody has stand in nobody's way.
    """
    begin = secrets.token_hex(32)
    with centre.unit_of_work() as unit:
        own = unit.lost_by(station.id, limit=MOST_WANTED)
        behind = unit.wanted(station, after=begin, limit=MOST_WANTED)
        before = unit.wanted(station, after="", limit=MOST_WANTED)
    return list(dict.fromkeys((*own, *behind, *before)))[:MOST_WANTED]


def notice_missing(centre: Centre, *shas: str) -> None:
    """The vault does not have what it should: that does not count as stored any more, so the next offer asks for it.

    Unless the vault has no file at all: then it is away (a disk that is not mounted), and nothing is lost.
    """
    if not any(True for _ in centre.place.vault.names()):
        _log.critical("the vault has no file at all: is its disk mounted? Nothing is taken to be lost")
        return
    for sha in shas:
        _forget(centre, sha)


def notice_damaged(centre: Centre, sha: str) -> None:
    """What was read back under this name is wrong. If that is what counts, it counts no more, and is set aside."""
    try:
        centre.place.vault.check(sha)
    except BlobMissing:
        return
    except BlobCorrupt:
        _forget(centre, sha)  # first: who sends it again must not be told that it is here
        centre.place.vault.set_aside(sha)


def forget_removed(centre: Centre, unit: CentralUnit, named: Sequence[str]) -> Sequence[str]:
    """Of these files, those that are gone though they count, as their like was destroyed: a kill came between their
    removal and the write that says so. They are forgotten, and must come again.
    """
    gone = [sha for sha in unit.destroyed_among(named) if not centre.place.vault.has(sha)]
    for sha in gone:
        if unit.retention.is_named(sha):
            unit.forget_blob(sha)
        else:
            unit.retention.forget_file(sha)
    return gone


def verify_centre(
    centre: Centre,
    *,
    cancel: CancelToken,
    progress: Callable[[int, int, str], None],
    known: Checkpoint | None = None,
) -> VerifyReport:
    """Prove the central archive, and ask stations for the files that are missing or are not what they were.

    Files that were missed and lie in the vault after all count again first. `known` as for `verify_archive`.
    """
    centre.place.guard.require(Action.MAINTAIN)
    _count_again(centre, cancel)
    report = verify_archive(centre.place, cancel=cancel, progress=progress, known=known)
    # All that took its time: what was missing or damaged then may have come again, and counts.
    found = [problem for problem in report.problems if problem.file]
    missing = [each.file for each in found if each.kind != "vault-corrupt" and not centre.place.vault.has(each.file)]
    if missing:
        notice_missing(centre, *missing)
    for problem in found:
        if problem.kind == "vault-corrupt":
            notice_damaged(centre, problem.file)
    return report


def _forget(centre: Centre, sha: str) -> None:
    with centre.unit_of_work() as unit:
        if unit.forget_blob(sha):
            _log.error("file %s is gone from the vault: stations are asked for it", sha)
        unit.commit()


def _count_again(centre: Centre, cancel: CancelToken) -> None:
    """The vault was away, and somebody looked for a file meanwhile."""
    vault = centre.place.vault
    with centre.unit_of_work() as unit:
        wanted = unit.every_wanted()
    for sha in wanted:
        cancel.raise_if_cancelled()
        try:
            vault.check(sha)
        except (BlobMissing, BlobCorrupt):
            continue
        with centre.unit_of_work() as unit:
            unit.lock()
            if unit.retention.is_named(sha) and vault.has(sha):  # it may have been destroyed meanwhile
                unit.add_blob(sha, vault.size(sha))
                unit.commit()


def admitted_as_lost(
    unit: CentralUnit, station: Station, missing: Collection[str], lost: Collection[str]
) -> Sequence[str]:
    """Those of the missing files that the station has lost and whose entries are admitted without them.

    A station of some departments may not name so what others have named: it would be a way to read a file that it only
    knows the name of.
    """
    named = [sha for sha in dict.fromkeys(missing) if sha in lost]
    return [sha for sha in named if unit.blob_size(sha) is None and unit.may_be_lost(sha, station)]


def keep_lost(unit: CentralUnit, station: Station, lost: Sequence[str]) -> None:
    """Remember that they are to come, and from whom."""
    for sha in lost:
        unit.want(sha, station.id)
    if lost:
        _log.warning("%s has lost %s files that its entries name: %s", station.name, len(lost), ", ".join(lost[:20]))
