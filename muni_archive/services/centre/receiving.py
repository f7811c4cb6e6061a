"""Entries of a station come in: checked, put into the central journal once, and settled where two stations differ."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from muni_archive.domain.centre_errors import BytesMissing, EntryInvalid, JournalGap, StationParted, StationRefused
from muni_archive.domain.entry_form import check_beginning, check_form
from muni_archive.domain.errors import ArchiveError, NotFound
from muni_archive.domain.events import (
    ConflictResolved,
    DocumentRevised,
    PageRead,
    StationFenced,
    VersionReceived,
)
from muni_archive.domain.journal import GENESIS, JournalEntry
from muni_archive.domain.naming import files_named
from muni_archive.domain.reading import LARGEST_FILE_OF_A_READING
from muni_archive.domain.together import Standing, Station, StationState, check_nesting, is_whole
from muni_archive.ports import CentralUnit
from muni_archive.services.centre.actors import check_actors
from muni_archive.services.centre.at_hand import NotAtHand, ProceduresAtHand
from muni_archive.services.centre.judging import JUDGED, judge, procedures_needed
from muni_archive.services.centre.lateness import note_late
from muni_archive.services.centre.missing import admitted_as_lost, forget_removed, keep_lost
from muni_archive.services.centre.place import Centre
from muni_archive.services.centre.rights import check_rights, not_shown, pictures_to_show
from muni_archive.services.centre.settling import settle

LARGEST_BATCH = 2000
"""Entries taken at once."""
UNWRITABLE = "a number that is too large to keep, or a text with half a sign"
_SHA = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)
_ARBITRATED = {DocumentRevised.kind, ConflictResolved.kind, VersionReceived.kind}


def receive_entries(
    centre: Centre, station_id: str, entries: Sequence[JournalEntry], *, lost: Collection[str] = ()
) -> Standing:
    """Admit the next part of the station's journal; returns how far the centre has it now.

    `lost` are files that the station says it has no more: entries that name them are admitted, and the files are
    wanted. What is here already is passed over, so a part may arrive any number of times. Raises `JournalGap`,
    `BytesMissing`, `EntryInvalid`, `NotAllowed`, `StationRefused`, `ObjectStoreFailed`; `StationParted` after the
    station was fenced.
    """
    _check_chain(entries)
    at_hand = _at_hand(centre, station_id, entries)
    return at_hand.decide(lambda at: _receive(at, station_id, entries, lost))


def _at_hand(centre: Centre, station_id: str, entries: Sequence[JournalEntry]) -> ProceduresAtHand:
    """What the vault will be asked for, as far as that is known, is asked before the lock is taken: a store that does
    not answer is noticed while nobody waits.
    """
    with centre.unit_of_work() as unit:
        check_admitted(unit.station(station_id))
        have = unit.standing(station_id).sequence
        news = [entry for entry in entries if entry.sequence > have]
        with _hostile_told(news):
            named = [name for name in files_named(news) if isinstance(name, str) and _SHA.fullmatch(name)]
            destroyed_before = unit.destroyed_among(named)
            needed = procedures_needed(unit, news)
            not_here = frozenset(unit.missing_blobs([version for version, _name in needed]))
    for sha in destroyed_before:
        centre.place.vault.has(sha)
    at_hand = ProceduresAtHand(centre)
    at_hand.fetch((version, name) for version, name in needed if version not in not_here)
    return at_hand


def _receive(centre: Centre, station_id: str, entries: Sequence[JournalEntry], lost: Collection[str]) -> Standing:
    with centre.unit_of_work() as unit:
        unit.lock()
        station = unit.station(station_id)
        check_admitted(station)
        standing = unit.standing(station_id)
        news = _news(unit, station, standing, entries)
        if news is None:
            unit.record(StationFenced(station_id=station_id, sequence=entries[0].sequence))
            unit.commit()
            raise StationParted(sequence=entries[0].sequence)
        if not news:
            return standing
        named = _checked(centre, unit, station, news)
        if gone := forget_removed(centre, unit, named):
            unit.commit()
            raise BytesMissing(count=len(gone), names=tuple(gone))
        missing = (*unit.missing_blobs(named), *not_shown(unit, station, named))
        known_lost = admitted_as_lost(unit, station, missing, lost)
        if waiting := [sha for sha in dict.fromkeys(missing) if sha not in known_lost]:
            raise BytesMissing(count=len(waiting), names=tuple(waiting))
        _check_readings(unit, news)
        keep_lost(unit, station, known_lost)
        since = unit.last_arrival(station_id)
        with _hostile_told(news):
            admitted = list[JournalEntry]()
            for part in _parts(news):
                for entry in unit.admit(station_id, part):
                    admitted.append(entry)
                    if entry.kind in _ARBITRATED:
                        settle(centre.place.ids, unit, entry)
                    elif entry.kind in JUDGED:
                        judge(centre.place, unit, entry)
            note_late(unit, admitted, since=since)
        unit.commit()
        return Standing(sequence=news[-1].sequence, hash=news[-1].hash)


def _parts(news: Sequence[JournalEntry]) -> Iterator[Sequence[JournalEntry]]:
    """Each ends with a move of a case: it is judged before the next of them is applied, which may rest on it."""
    begin = 0
    for at, entry in enumerate(news, start=1):
        if entry.kind in JUDGED or at == len(news):
            yield news[begin:at]
            begin = at


def _checked(centre: Centre, unit: CentralUnit, station: Station, news: Sequence[JournalEntry]) -> Sequence[str]:
    """The files that must be here, and for the station to know, after it was looked at whether station and authors may
    write the entries.
    """
    with _hostile_told(news):
        for entry in news:
            check_form(entry)
        check_rights(unit, station, news)
        for entry in news:
            check_beginning(entry, station.id)
        check_actors(centre.place, unit, news)
        named = (*files_named(news), *pictures_to_show(unit, station, news))
    if not all(isinstance(name, str) and _SHA.fullmatch(name) for name in named):
        raise EntryInvalid(sequence=news[0].sequence, detail="it names a file by what is no hash")
    return named


def _check_readings(unit: CentralUnit, news: Sequence[JournalEntry]) -> None:
    """The file of a reading is taken into memory whole, by the index here and in every copy; what is larger than any
    reading is understood as none. Raises `EntryInvalid` for a file that no program writes.
    """
    readings = [entry for entry in news if entry.kind == PageRead.kind]
    large = unit.larger_blobs(tuple(files_named(readings)), LARGEST_FILE_OF_A_READING)
    for entry in readings if large else ():
        if large.intersection(files_named([entry])):
            detail = f"its reading is a file of more than {LARGEST_FILE_OF_A_READING // 2**20} MiB, which no page has"
            raise EntryInvalid(sequence=entry.sequence, detail=detail)


@contextmanager
def _hostile_told(news: Sequence[JournalEntry]) -> Iterator[None]:
    """Entries are whatever a station made of them: whatever they make of us is said of them, and nothing is kept.

    The border of what is trusted, hence the wide net; errors of the centre's own (disk, database) go through.
    """
    try:
        yield
    except NotFound as exc:
        detail = f"it speaks of something that is not here ({exc.params.get('key', '')})"
        raise EntryInvalid(sequence=news[0].sequence, detail=detail) from exc
    except (ArchiveError, NotAtHand):
        raise
    except (UnicodeEncodeError, OverflowError) as exc:
        raise EntryInvalid(sequence=news[0].sequence, detail=f"it, or one behind it, says {UNWRITABLE}") from exc
    except Exception as exc:
        number, first, station = secrets.token_hex(4), news[0].sequence, news[0].station
        _log.warning("%s entries from %s on (%s) cannot be applied", number, first, station, exc_info=exc)
        detail = f"it, or one behind it, cannot be applied; the centre's log tells why under {number}"
        raise EntryInvalid(sequence=first, detail=detail) from exc


def check_admitted(station: Station) -> None:
    """Raises `StationRefused` for one that was revoked, `StationParted` for one behind the fence."""
    if station.state is StationState.REVOKED:
        raise StationRefused(detail=station.note or "revoked")
    if station.state is StationState.FENCED:
        raise StationParted(sequence=int(station.note))


def _news(
    unit: CentralUnit, station: Station, standing: Standing, entries: Sequence[JournalEntry]
) -> Sequence[JournalEntry] | None:
    """What the centre does not have yet; None when the journals part. Raises `JournalGap`."""
    if not entries:
        return ()
    first = entries[0].sequence
    if first > standing.sequence + 1:
        raise JournalGap(sequence=standing.sequence)
    known = unit.own_entries(station.id, after=first - 1, limit=len(entries))
    if any(mine.hash != theirs.hash for mine, theirs in zip(known, entries, strict=False)):
        return None
    news = entries[len(known) :]
    follows = not news or news[0].previous == (standing.hash if standing.sequence else GENESIS)
    return news if follows else None


def _check_chain(entries: Sequence[JournalEntry]) -> None:
    """Each entry is what it says and follows the one before. Raises `EntryInvalid`."""
    if len(entries) > LARGEST_BATCH:
        raise EntryInvalid(sequence=entries[LARGEST_BATCH].sequence, detail=f"at most {LARGEST_BATCH} at once")
    for at, entry in enumerate(entries):
        check_nesting(entry)
        if not is_whole(entry):
            raise EntryInvalid(sequence=entry.sequence, detail="it was changed on the way")
        if at and (entry.sequence, entry.previous) != (entries[at - 1].sequence + 1, entries[at - 1].hash):
            raise EntryInvalid(sequence=entry.sequence, detail="it does not follow the one before")
