"""The guard of a person who has signed in: asks the organisation, at every question, what the person may do now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from muni_archive.domain.acting import Acting
from muni_archive.domain.centre_errors import PeopleAwaited
from muni_archive.domain.entitled import Entitled
from muni_archive.domain.errors import NotFound, NotPermitted
from muni_archive.domain.organisation import Organisation
from muni_archive.domain.people import Person
from muni_archive.domain.permissions import ACTION_TEXTS, ANYWHERE, AccessLevel, Action, Rights, Subject
from muni_archive.domain.roles import RoleBook, acting_as, rights_of
from muni_archive.domain.scope import Scope
from muni_archive.domain.together import BEGINNING, Standing
from muni_archive.messages import _
from muni_archive.ports import Clock, RecordClasses, UnitOfWork
from muni_archive.services.moments import iso


@dataclass(frozen=True, kw_only=True)
class _Known:
    """People and units as they stood when the journals ended there."""

    ends: tuple[Standing, ...]
    people: Mapping[str, Person]
    organisation: Organisation


class PersonGuard:
    """Implements `ports.Guard` for one person. Used by many threads: what it remembers is replaced whole."""

    def __init__(
        self, person_id: str, *, unit_of_work: Callable[[], UnitOfWork], roles: RoleBook, classes: RecordClasses,
        clock: Clock, grants: Callable[[], UnitOfWork] | None = None, is_whole: Callable[[], bool] = lambda: True,
        told: Entitled | None = None, before: PersonGuard | None = None,
    ) -> None:  # fmt: skip
        """`unit_of_work` knows people and units. `grants` is an archive whose leave for files counts too: at a station
        with a centre its own, so that what was given there counts before the centre has heard of it.

        `is_whole`: whether `unit_of_work` tells how things stand; half a copy of the centre tells how they stood. Until
        then counts what was known last: what it told when it was whole, or `told`, the centre's word at the sign-in.
        `before` is the person's guard until now, of the same sources, as when a window is built anew.
        """
        self._person_id = person_id
        self._sources = (unit_of_work,) if grants is None else (unit_of_work, grants)
        self._roles, self._clock = roles, clock
        self._levels = {each.id: AccessLevel.of(each.access_level) for each in classes.all()}
        self._known: _Known | None = None
        self._said = self._told = told
        if before:
            self._known = before._known
            if before._said is told:
                self._told = before._told  # the same sign-in, which may know better by now
        self._is_whole = is_whole

    @property
    def acting(self) -> Acting:
        if told := self._until_whole():
            return told.acting
        known = self._now_known()
        return acting_as(known.people[self._person_id], known.people, known.organisation, self._now())

    def require(self, action: Action, subject: Subject = ANYWHERE) -> None:
        if not self.may(action, subject):
            raise NotPermitted(action=_(ACTION_TEXTS[action]))

    def may(self, action: Action, subject: Subject = ANYWHERE) -> bool:
        return self._rights().may(action, self._levelled(subject), self._now())

    def scope(self, action: Action = Action.VIEW) -> Scope:
        return self._rights().scope(action, self._levels, self._now())

    def _until_whole(self) -> Entitled | None:
        if self._told is not None and self._is_whole():
            self._told = None  # the copy knows better from now on, and if it is emptied, what it told last
        return self._told

    def _rights(self) -> Rights:
        if told := self._until_whole():
            return told.rights
        known = self._now_known()
        person = known.people[self._person_id]
        return rights_of(person, known.people, known.organisation, self._roles, self._now())

    def _levelled(self, subject: Subject) -> Subject:
        """A record of a class that these data do not know is secret; a document's own level can only ask for more."""
        if subject.access_level is not None or subject.record_class is None:
            return subject
        level = self._levels.get(subject.record_class, AccessLevel.SECRET)
        return replace(subject, access_level=level.at_least(subject.own_level))

    def _now_known(self) -> _Known:
        """Raises `PeopleAwaited` where nothing was known before, and half a copy is there."""
        known = self._known
        if not self._is_whole():
            if known is None:
                raise PeopleAwaited
            return known
        with ExitStack() as stack:
            units = [stack.enter_context(source()) for source in self._sources]
            before = known.ends if known else (BEGINNING,) * len(units)
            looked = [unit.organisation.changed_after(end) for unit, end in zip(units, before, strict=True)]
            ends = tuple(end for end, _changed in looked)
            if known is None:
                known = _read(units, ends)
            elif any(changed for _end, changed in looked):
                read = _read(units, ends)  # a copy that was emptied knows nobody until it is made anew
                known = read if read.people else replace(known, ends=ends)
            elif ends != before:
                known = replace(known, ends=ends)
        if self._person_id not in known.people:
            raise NotFound(key=self._person_id)
        self._known = known
        return known

    def _now(self) -> str:
        return iso(self._clock.now())


def _read(units: Sequence[UnitOfWork], ends: tuple[Standing, ...]) -> _Known:
    """People last: a copy that is emptied in this moment knows nobody, and none of it is taken."""
    organisation = units[0].organisation.all()
    for unit in units[1:]:
        organisation = organisation.with_grants(unit.organisation.all().grants)
    return _Known(ends=ends, people={person.id: person for person in units[0].people.all()}, organisation=organisation)
