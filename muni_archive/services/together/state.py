"""How much of a station is safe at its centre: each document, and the whole. Nothing here asks the centre."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from muni_archive.domain.centre_errors import CentreUnreachable, CentreUntrusted, SyncEnded
from muni_archive.domain.errors import ArchiveError, ArchiveInUse
from muni_archive.domain.together import Left, Standing
from muni_archive.services.together.synchronising import News, Side
from muni_archive.services.workplace import Workplace


class Whereabouts(StrEnum):
    """Where a document is, as far as the centre has acknowledged the station's journal."""

    HERE = "here-only"
    """Nothing of it has arrived: this machine alone has it."""
    UNDER_WAY = "on-its-way"
    """The centre has it, but not yet its latest change or reading."""
    SAFE = "safe"


@dataclass(frozen=True, kw_only=True)
class LineState:
    """How the line stands, by what was heard of it."""

    acknowledged: int = 0
    """Last entry of the station's journal that the centre has."""
    central: int = 0
    """Entry of the central journal up to which the copy is."""
    contact: datetime | None = None
    """When the centre answered last."""
    failing: Mapping[Side, ArchiveError] = field(default_factory=dict)
    since: datetime | None = None
    """Since when something fails; None while nothing does."""
    last_error: ArchiveError | None = None
    clock_ahead: float | None = None
    """Seconds that this computer's clock is ahead of the centre's (behind: negative) when they are too many, else 0."""
    lost: tuple[str, ...] = ()
    """Files that the centre wants and that are not here."""
    held: bool = False
    """What is left to send waits here until the centre is updated."""
    ended: ArchiveError | None = None
    """Why nothing is heard: the process that synchronises ends each time it is started."""
    elsewhere: bool = False
    """Another process synchronises the archive, a service for one: how far it is can be looked at, and is not told."""

    @property
    def error(self) -> ArchiveError | None:
        """What a person should know of: what needs somebody outranks a line that is away for a while."""
        errors = sorted(self.failing.values(), key=_passes)
        return errors[0] if errors else None

    @property
    def away(self) -> bool:
        """Whether the line is away for a while and nobody need do anything."""
        return self.error is not None and _passes(self.error)

    @property
    def online(self) -> bool:
        """Whether the centre answered when it was asked last."""
        return self.contact is not None and not self.failing


def heard(state: LineState, news: News, now: datetime) -> LineState:
    """The state after this piece of news."""
    if isinstance(news.error, ArchiveInUse):
        return replace(state, elsewhere=True, ended=None, failing={}, since=None, held=False)
    state = replace(state, elsewhere=False, ended=None)
    if news.error:
        since = state.since or (state.contact if isinstance(news.error, CentreUnreachable) else None) or now
        return replace(state, failing={**state.failing, news.side: news.error}, since=since, last_error=news.error)
    if news.clock_ahead is not None:  # its clock can be asked while it refuses everything else
        return replace(state, contact=now, clock_ahead=news.clock_ahead)
    failing = {side: error for side, error in state.failing.items() if side != news.side}
    return replace(
        state,
        acknowledged=news.sent.acknowledged.sequence if news.sent else state.acknowledged,
        lost=news.sent.lost if news.sent else state.lost,
        held=news.sent.held if news.sent else state.held,
        central=news.central if news.central is not None else state.central,
        contact=now,
        failing=failing,
        since=state.since if failing else None,
    )


def ended(state: LineState, silent: int, words: str) -> LineState:
    """The state after the process that synchronises ended, with these words; so many did before they told anything.
    Once may be chance; it is started again.
    """
    if silent < 2:
        return state
    error = SyncEnded(detail=words)
    return replace(state, ended=error, last_error=error, elsewhere=False)


def acknowledged_here(place: Workplace, told: Standing) -> int:
    """The entry up to which the centre has this station's journal, by what was told of it; 0 where that was told of
    another, as after a restore: then nothing is known until the centre is asked.
    """
    with place.unit_of_work() as unit:
        there = unit.records.journal(after=told.sequence - 1, limit=1) if told.sequence else ()
    return told.sequence if there and (there[0].sequence, there[0].hash) == (told.sequence, told.hash) else 0


def whereabouts(
    place: Workplace, document_ids: Sequence[str], acknowledged: int, incomplete: Collection[str] = ()
) -> Mapping[str, Whereabouts]:
    """Where each of these documents of the station is; ids that it does not know are left out.

    `incomplete` ones lack a file that the centre waits for: they are not safe, whatever was acknowledged.
    """
    with place.unit_of_work() as unit:
        spans = unit.records.entries_of(document_ids)
    found = {document_id: _whereabouts(*span, acknowledged) for document_id, span in spans.items()}
    waiting = [each for each in incomplete if found.get(each) is Whereabouts.SAFE]
    return {**found, **dict.fromkeys(waiting, Whereabouts.UNDER_WAY)}


def left_to_send(place: Workplace, acknowledged: int) -> Left:
    """What the centre does not have yet, as far as is known."""
    with place.unit_of_work() as unit:
        return unit.records.left_after(acknowledged)


def _passes(error: ArchiveError) -> bool:
    """Whether it goes by itself. Who answers with a certificate that does not count will go on doing so."""
    return isinstance(error, CentreUnreachable) and not isinstance(error, CentreUntrusted)


def _whereabouts(first: int, last: int, acknowledged: int) -> Whereabouts:
    if first > acknowledged:
        return Whereabouts.HERE
    return Whereabouts.UNDER_WAY if last > acknowledged else Whereabouts.SAFE
