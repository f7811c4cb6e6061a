"""Moves of cases that came before what they rest on, as a centre hears them that was put back in time.

They wait in the list of moves, and are judged when that comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muni_archive.domain.cases import Move, MoveKind
from muni_archive.ports import CentralUnit
from muni_archive.services.procedures.late_moves import event_of

_RESTING = (MoveKind.TAKEN, MoveKind.TIMER)


def waits(unit: CentralUnit, moves: Sequence[Move], mine: Move) -> bool:
    """Whether the move rests, at once or through others that do not count, on an entry that is not here."""
    by_entry, seen = {move.entry: move for move in moves}, set[str]()
    while _is_undecided(mine) and (after := event_of(unit, mine).after) and after not in seen:
        seen.add(after)
        if after not in by_entry:
            return not unit.records.knows_entry(after)
        mine = by_entry[after]
    return False


def resting_on(unit: CentralUnit, moves: Sequence[Move], mine: Move) -> Sequence[Move]:
    """Moves that came before this one, which they name; of a case's beginning also those that name none."""
    known = {mine.entry, "" if mine.kind is MoveKind.STARTED else mine.entry}
    others = (move for move in moves if _is_undecided(move) and move.entry != mine.entry)
    return [move for move in others if event_of(unit, move).after in known]


def later_than(unit: CentralUnit, moves: Sequence[Move], mine: Move) -> frozenset[str]:
    """Entries of moves that rest on this one, at once or through others: made after it, wherever they stand."""
    return frozenset(_later(unit, moves, mine, set()))


def _later(unit: CentralUnit, moves: Sequence[Move], mine: Move, seen: set[str]) -> Iterator[str]:
    for move in resting_on(unit, moves, mine):
        if move.entry not in seen:
            seen.add(move.entry)
            yield move.entry
            yield from _later(unit, moves, move, seen)


def was_withdrawn_before(moves: Sequence[Move]) -> bool:
    """Whether the case's withdrawal came before the case: whoever withdrew it knew what comes now."""
    began = next((move.sequence for move in moves if move.kind is MoveKind.STARTED and move.stands), 0)
    return any(move.kind is MoveKind.WITHDRAWN and move.stands and move.sequence < began for move in moves)


def _is_undecided(move: Move) -> bool:
    """Undone moves and those in dispute are too, but what they rest on is known."""
    return move.kind in _RESTING and not move.stands and not move.refused
