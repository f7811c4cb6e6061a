"""Which version of a document rests on which, as far as one journal tells: who made a version had seen those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muni_archive.domain.events import (
    ConflictResolved,
    DocumentCreated,
    DocumentRevised,
    RevisionMerged,
    VersionReceived,
)
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in


@dataclass(frozen=True, kw_only=True)
class Missed:
    """`version` was put over `before` by a station that had both, but rests on `common` beside it: whoever made it had
    not seen what `before` changed. `first` is the first version of that side which was not seen.
    """

    version: str
    before: str
    common: str
    first: str


@dataclass(frozen=True, kw_only=True)
class Merged:
    """An entry that merged `theirs` over `ours`; both are ids of entries of the journal."""

    entry: str
    ours: str
    theirs: str


class Lineage:
    """Of one document. A version is known by the id of the entry that made it; that entry may come after a station
    told, as received, what it made (a centre that was put back in time hears stations in another order), or never.
    """

    def __init__(self, entries: Sequence[JournalEntry]) -> None:
        """`entries` are all that speak of the document, in their order; others among them are passed over."""
        self._made_from: dict[str, str] = {}
        self._beside: dict[str, str] = {}
        """By merge and decision, what came to the version that stood. What that side was made from may wait still."""
        self._decided = set[str]()
        """Of these, the decisions: a person saw both sides."""
        self._waited: dict[str, str] = {}
        """By decision, the version that waited then, where its station had gone on from the first that did."""
        self._version_of: dict[str, str] = {}
        self._told_on: dict[str, str] = {}
        """By version that was told before its own entry came: the one over which it was put then."""
        self._merged: list[Merged] = []
        for entry in entries:
            self._add(entry)

    @property
    def told_early(self) -> bool:
        """Whether any version was told before its own entry came: only after a restore."""
        return bool(self._told_on)

    def version_of(self, entry: str) -> str:
        """The version of which the entry tells: its own, or one that a station received."""
        return self._version_of.get(entry, entry)

    def line(self, entry: str, *, without: str = "") -> frozenset[str]:
        """The version of which the entry tells, and all that whoever made it had seen; as if nothing were known of what
        `without` was made from.
        """
        chain = self._chain(self.version_of(entry))
        known = chain[: chain.index(without)] if without in chain else chain
        seen = [side[each] for side in (self._beside, self._waited) for each in known if each in side]
        return frozenset((*known, without, *seen) if without in chain else (*known, *seen))

    def rests_on(self, entry: str, standing: str) -> bool:
        """Whether whoever made the version of which `entry` tells had seen the other, or decided about it; but for what
        was merged to that since, and had been seen too.
        """
        chain = self._chain(self.version_of(entry))
        decided = [each for each in chain if each in self._decided]
        seen = {*chain, *(self._beside[each] for each in decided), *(self._waited[each] for each in decided)}
        for each in self._chain(self.version_of(standing)):
            if each in seen:
                return True
            if each in self._decided or self._beside.get(each) not in seen:
                return False
        return False

    def missed(self, news: str) -> Iterator[Missed]:
        """What the entry `news`, which has just come, shows to have been put over what nobody had seen."""
        for version, before in self._told_on.items():
            chain, line, theirs = self._chain(version), self.line(version), self._chain(before)
            if before in line:
                continue
            # Told over what had gone on from it, it rests on nothing of that: no entry of its own is needed to know.
            known = chain if version in theirs else chain[1:]
            common = next((each for each in known if each in theirs), "")
            if common and news in chain[: chain.index(common) or 1]:
                first = [each for each in theirs[: theirs.index(common)] if each not in line][-1]
                yield Missed(version=version, before=before, common=common, first=first)

    def needless(self, news: str) -> Iterator[Merged]:
        """Merges of what, as `news` shows, the other side had seen, and had gone on from."""
        for merged in self._merged:
            theirs = self.version_of(merged.theirs)
            if theirs in self.line(merged.ours) and theirs not in self.line(merged.ours, without=news):
                yield merged

    def merged_as(self, version: str) -> str | None:
        """The entry that merged the version, where it did not come to stand by itself."""
        return next((each.entry for each in self._merged if self.version_of(each.theirs) == version), None)

    def first_past(self, entry: str, seen: str) -> str | None:
        """The first version of the side of which `entry` tells the last that does not rest on what `seen` tells, but on
        which that side went on from it; None where it did not.
        """
        chain, known = self._chain(self.version_of(entry)), self.version_of(seen)
        return chain[chain.index(known) - 1] if known in chain[1:] else None

    def _add(self, entry: JournalEntry) -> None:
        """A decision names what stood, and by the conflict the first version of what waited."""
        said = said_in(entry.kind, entry.payload)
        if entry.kind == VersionReceived.kind:
            self._version_of[entry.id] = said["entry"]
            if said["entry"] not in self._made_from and said.get("base"):
                self._told_on.setdefault(said["entry"], said["base"])
        elif entry.kind in (DocumentCreated.kind, DocumentRevised.kind):
            self._made_from[entry.id] = said.get("base", "")
        elif entry.kind == ConflictResolved.kind:
            self._made_from[entry.id], self._beside[entry.id] = said["base"], said["conflict_id"]
            self._decided.add(entry.id)
            self._waited[entry.id] = self.version_of(said.get("theirs") or said["conflict_id"])
        elif entry.kind == RevisionMerged.kind:
            ours, theirs = self.version_of(said["ours"]), self.version_of(said["theirs"])
            went_on = said["base"] == said["ours"]
            self._made_from[entry.id], self._beside[entry.id] = (theirs, ours) if went_on else (ours, theirs)
            self._merged.append(Merged(entry=entry.id, ours=said["ours"], theirs=said["theirs"]))

    def _chain(self, version: str) -> Sequence[str]:
        """The version, what it was made from, and so on, the latest first."""
        chain, before = {version: None}, self._made_from.get(version)
        while before and before not in chain:
            chain[before] = None
            before = self._made_from.get(before)
        return tuple(chain)
