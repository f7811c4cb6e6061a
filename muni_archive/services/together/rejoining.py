"""The way back for a station whose journal and what the centre has of it part.

It was restored from an old copy, or two stations share one key. The station takes over what the centre has, and writes
again behind it what it had done alone: neither side's work is lost. Numbers that both sides gave are given anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.errors import BlobCorrupt, BlobMissing, NotFound
from muni_archive.domain.events import BranchPlanted, DestructionReceived, DocumentCreated, DocumentDestroyed
from muni_archive.domain.journal import GENESIS, JournalEntry, canonical_json, entry_hash
from muni_archive.domain.naming import files_named
from muni_archive.domain.saying import said_in
from muni_archive.ports import Clock, Ids, Records, SyncTransport, UnitOfWork, Vault

PART = 2000
_DESTROYING = (DocumentDestroyed.kind, DestructionReceived.kind)


@dataclass(frozen=True, kw_only=True)
class Branch:
    """Where the journals part, what the centre has from there on, and what the station did alone.

    What was written again once, before an older copy was restored a second time, the centre has: it is not done alone.
    """

    common: int
    theirs: Sequence[JournalEntry]
    ours: Sequence[JournalEntry]
    ends: str
    """Hash of this station's last entry when they were compared."""


@dataclass(frozen=True, kw_only=True)
class Rejoined:
    """What was taken over, what was written again, and the numbers that changed (old, new)."""

    taken_over: int
    written_again: int
    renumbered: Sequence[tuple[str, str]]
    lost: Sequence[str] = ()
    """Files that are neither here nor at the centre, and were not destroyed."""


def find_branch(own: Callable[[], UnitOfWork], line: SyncTransport) -> Branch:
    """Compare both journals. Raises what the line raises."""
    with own() as unit:
        last = unit.records.last_sequence()
        central, _, _ = line.standing()
        common = _common(unit.records, line, min(last, central.sequence))
        ours = list(_all_after(unit.records, common))
        ends = unit.records.journal(after=last - 1, limit=1)[0].hash
    theirs: list[JournalEntry] = []
    while part := line.own_journal(after=theirs[-1].sequence if theirs else common):
        theirs.extend(part)
    known = {entry.id for entry in theirs}
    return Branch(common=common, theirs=theirs, ours=[entry for entry in ours if entry.id not in known], ends=ends)


def fetch_files(
    vault: Vault, line: SyncTransport, entries: Sequence[JournalEntry], *, destroyed: Callable[[str], bool]
) -> Sequence[str]:
    """Bring the files that the entries name into the station's own vault; returns those that nobody has any more.

    `destroyed` tells which the centre does not have because they were destroyed since: those are not lost.
    """
    gone = {
        sha for entry in entries if entry.kind in _DESTROYING for sha in said_in(entry.kind, entry.payload)["files"]
    }
    lost = list[str]()
    for name in dict.fromkeys(files_named(entries)):
        if vault.has(name):
            continue
        try:
            vault.put(line.read_file(name))
        except (NotFound, BlobMissing, BlobCorrupt):
            if not (name in gone or destroyed(name)):
                lost.append(name)
    return lost


def joined_journal(
    own: Callable[[], UnitOfWork], branch: Branch, *, clock: Clock, ids: Ids, actor: str, station: str
) -> tuple[Iterator[JournalEntry], Rejoined]:
    """The station's journal as it will be: the common part, the centre's, and the branch written again behind it."""
    renumbered: list[tuple[str, str]] = []
    planted = _planted(branch, clock=clock, ids=ids, actor=actor, station=station, renumbered=renumbered)

    def entries() -> Iterator[JournalEntry]:
        with own() as unit:
            for entry in _all_after(unit.records, 0):
                if entry.sequence > branch.common:
                    break
                yield entry
        yield from branch.theirs
        yield from planted

    done = Rejoined(taken_over=len(branch.theirs), written_again=len(branch.ours), renumbered=renumbered)
    return entries(), done


def _common(records: Records, line: SyncTransport, most: int) -> int:
    """The last sequence up to which both have the same entries, found by halving."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        here = records.journal(after=middle - 1, limit=1)
        there = line.own_journal(after=middle - 1)
        if here and there and here[0].hash == there[0].hash:
            least = middle
        else:
            most = middle - 1
    return least


def _all_after(records: Records, after: int) -> Iterator[JournalEntry]:
    while part := records.journal(after=after, limit=PART):
        yield from part
        after = part[-1].sequence


def _planted(
    branch: Branch,
    *,
    clock: Clock,
    ids: Ids,
    actor: str,
    station: str,
    renumbered: list[tuple[str, str]],
) -> Sequence[JournalEntry]:
    """The branch behind the centre's part: same ids, authors and times; new places, links and numbers where needed."""
    if not branch.ours:
        return ()
    said = BranchPlanted(old_station=station, head=branch.ends, entries=len(branch.ours))
    head = branch.theirs[-1] if branch.theirs else None
    sequence, previous = (head.sequence, head.hash) if head else (branch.common, branch.ours[0].previous)
    opening = {
        "id": ids.new(), "at": clock.now().isoformat(timespec="microseconds"), "actor": actor, "station": station,
        "kind": said.kind,
        "payload": canonical_json({"old_station": said.old_station, "head": said.head, "entries": said.entries}),
    }  # fmt: skip
    taken = _serials(branch.theirs)
    contents = [opening]
    for entry in branch.ours:
        values = {name: getattr(entry, name) for name in ("id", "at", "actor", "station", "kind", "payload")}
        contents.append(_renumber(values, taken, renumbered))
    planted = []
    for values in contents:
        sequence += 1
        link = entry_hash(sequence=sequence, previous=previous or GENESIS, **values)
        planted.append(JournalEntry(sequence=sequence, previous=previous or GENESIS, hash=link, **values))
        previous = link
    return planted


def _serials(entries: Sequence[JournalEntry]) -> dict[int, int]:
    """By year, the last serial that the entries give."""
    last: dict[int, int] = {}
    for entry in entries:
        if entry.kind == DocumentCreated.kind:
            said = said_in(entry.kind, entry.payload)
            last[said["year"]] = max(last.get(said["year"], 0), said["serial"])
    return last


def _renumber(values: dict[str, str], taken: dict[int, int], renumbered: list[tuple[str, str]]) -> dict[str, str]:
    """A document whose number the centre's part may have given to another gets the next one of its year."""
    if values["kind"] != DocumentCreated.kind:
        return values
    said = json.loads(values["payload"])
    year = said["year"]
    if year not in taken:
        return values
    taken[year] = max(taken[year] + 1, said["serial"])
    if taken[year] == said["serial"]:
        return values
    old, said["serial"] = said["number"], taken[year]
    said["number"] = f"{old.rsplit('-', 1)[0]}-{said['serial']:06d}"
    said["title"] = said["title"].replace(old, said["number"])
    renumbered.append((old, said["number"]))
    return {**values, "payload": canonical_json(said)}
