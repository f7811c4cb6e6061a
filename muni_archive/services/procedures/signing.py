"""Decisions are signed with the person's key, whose public half stands in the journal; anybody can check them later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from muni_archive.domain.cases import PersonKey
from muni_archive.domain.decisions import decision_text
from muni_archive.domain.events import PersonKeyMade, StepTaken
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.people import plain_name
from muni_archive.domain.permissions import Action
from muni_archive.ed25519 import is_signed, new_key, public_half, sign
from muni_archive.ports import Problem, UnitOfWork
from muni_archive.services.workplace import Workplace

PART = 1000


def signed(place: Workplace, unit: UnitOfWork, event: StepTaken, *, person: str) -> StepTaken:
    """The event with the person's signature; a key is made, and told in the journal, when there is none yet."""
    key = _key(place, unit, person)
    event = replace(event, key=public_half(key))
    return replace(event, signature=sign(key, decision_text(event, person=person, station=place.station)))


def verify_decisions(place: Workplace) -> tuple[Problem, ...]:
    """Every decision in the journal whose signature does not fit what was decided and by whom, or by an unknown key.

    One that the centre refuses counts as nobody's decision, so nothing has to be proven of it.
    """
    place.guard.require(Action.MAINTAIN)
    with place.unit_of_work() as unit:
        keys = list(unit.cases.person_keys())
        refused = {move.entry for move in unit.cases.moves_beside() if move.refused}
        decisions = (entry for entry in _decisions(unit) if entry.id not in refused)
        return tuple(problem for entry in decisions if (problem := _problem(unit, entry, keys)))


def is_signed_by(event: StepTaken, entry: JournalEntry, keys: Iterable[PersonKey]) -> bool:
    """Whether the decision bears the signature of its author, by a key that was known as theirs before."""
    text = decision_text(event, person=entry.actor, station=entry.station)
    return _is_theirs(event, entry, keys) and is_signed(event.key, text, event.signature)


def _decisions(unit: UnitOfWork) -> Iterator[JournalEntry]:
    after = 0
    while entries := unit.records.journal(after=after, limit=PART):
        yield from (entry for entry in entries if entry.kind == StepTaken.kind)
        after = entries[-1].sequence


def _problem(unit: UnitOfWork, entry: JournalEntry, keys: list[PersonKey]) -> Problem | None:
    event = unit.records.event(entry.id)
    assert isinstance(event, StepTaken)
    where = f"entry {entry.sequence}, decision of {entry.actor} in case {event.case_id}, step {event.number}"
    if not _is_theirs(event, entry, keys):
        return Problem(kind="decision-key", detail=f"{where}: the key that signed is not known as theirs")
    if not is_signed_by(event, entry, keys):
        return Problem(kind="decision-signature", detail=f"{where}: the signature does not fit")
    return None


def _is_theirs(event: StepTaken, entry: JournalEntry, keys: Iterable[PersonKey]) -> bool:
    return any(
        key.public_key == event.key
        and key.sequence < entry.sequence
        and plain_name(key.name) == plain_name(entry.actor)
        for key in keys
    )


def _key(place: Workplace, unit: UnitOfWork, person: str) -> str:
    assert place.keys is not None, "nobody decides anything in a copy"
    archive_id = unit.records.archive().archive_id
    key = place.keys.find(archive_id, person)
    if key is None:
        key = new_key()
        place.keys.keep(archive_id, person, key)
    public = public_half(key)
    known = {each.public_key for each in unit.cases.person_keys() if plain_name(each.name) == plain_name(person)}
    if public not in known:
        unit.record(PersonKeyMade(public_key=public))
    return key
