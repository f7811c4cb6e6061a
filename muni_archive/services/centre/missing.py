"""Files that the central journal names and that are not at the centre: noticed, asked for, and told of.

Two ways lead there: the centre had a file and lost it, or a station lost it before it could send it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Sequence

from muni_archive.domain.auditing import Checkpoint
from muni_archive.domain.cancellation import CancelToken
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


def notice_missing(centre: Centre, sha: str) -> None:
    """The vault does not have what it should: it does not count as stored any more, so the next offer asks for it."""
    with centre.unit_of_work() as unit:
        if unit.forget_blob(sha):
            _log.error("file %s is gone from the vault: stations are asked for it", sha)
        unit.commit()


def verify_centre(
    centre: Centre,
    *,
    cancel: CancelToken,
    progress: Callable[[int, int, str], None],
    known: Checkpoint | None = None,
) -> VerifyReport:
    """Prove the central archive, and ask stations for the files that are missing or are not what they were.

    `known` as for `verify_archive`.
    """
    report = verify_archive(centre.place, cancel=cancel, progress=progress, known=known)
    for problem in report.problems:
        if problem.kind == "vault-corrupt":
            centre.place.vault.set_aside(problem.file)
        if problem.file:
            notice_missing(centre, problem.file)
    return report


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
