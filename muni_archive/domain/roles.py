"""What roles allow, and what follows for a person at a moment. Pure: the data come from files and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from muni_archive.domain.acting import Acting, RoleIn
from muni_archive.domain.organisation import EVERYWHERE, Grant, Organisation
from muni_archive.domain.people import Person, PersonState, Role, plain_name
from muni_archive.domain.permissions import AccessLevel, Action, FileGrant, Power, Rights, Subject


@dataclass(frozen=True, kw_only=True)
class RoleRule:
    """A role as the data describe it. `label` by language code."""

    id: str
    label: Mapping[str, str]
    actions: frozenset[Action]
    highest: AccessLevel


RoleBook = Mapping[str, RoleRule]
"""All roles by their id."""


@dataclass(frozen=True, kw_only=True)
class _Held:
    """One role that counts now, with what the place narrows or widens."""

    role_in: RoleIn
    record_classes: tuple[str, ...] = ()
    highest: str = ""
    given_by: str = ""
    """The person id of who handed it over; empty for an own one."""


def acting_as(person: Person, people: Mapping[str, Person], organisation: Organisation, now: str) -> Acting:
    """The person with every role of this moment; `people` are those who may have handed roles over, by id."""
    held = tuple(_held(person, people, organisation, now))
    own = {one.role_in for one in held if not one.given_by}
    return Acting(
        person_id=person.id,
        name=person.name,
        roles=tuple(dict.fromkeys(one.role_in for one in held)),
        delegated={
            one.role_in: people[one.given_by].name for one in held if one.given_by and one.role_in not in own
        },
    )  # fmt: skip


def rights_of(
    person: Person, people: Mapping[str, Person], organisation: Organisation, book: RoleBook, now: str
) -> Rights:
    """All that the person may do at this moment. Who is disabled may nothing; an unknown role allows nothing."""
    if person.state is not PersonState.ACTIVE:
        return Rights()
    held = tuple(_held(person, people, organisation, now))
    powers = (_power(one, organisation, book) for one in held)
    grants = (
        grant for grant in organisation.grants if grant.counts(now) and _is_for(grant, person, held, organisation)
    )
    return Rights(
        powers=tuple(dict.fromkeys(power for power in powers if power)),
        grants=tuple(map(_as_right, grants)),
    )


@dataclass(frozen=True, kw_only=True)
class Why:
    """One reason for which somebody may do something: a role, which somebody else may have lent, or a grant."""

    person: Person
    role_in: RoleIn | None = None
    lent_by: str = ""
    """The person id; empty for an own role."""
    grant: Grant | None = None


def reasons_for(
    action: Action, subject: Subject, people: Mapping[str, Person], organisation: Organisation, book: RoleBook, now: str
) -> Iterator[Why]:
    """Of everybody who may do this with the subject at this moment, each reason. `subject` names its access level."""
    for person in people.values():
        held = tuple(_held(person, people, organisation, now))
        for one in held:
            power = _power(one, organisation, book)
            if power is not None and power.allows(action, subject):
                yield Why(person=person, role_in=one.role_in, lent_by=one.given_by)
        for grant in organisation.grants:
            if _is_for(grant, person, held, organisation) and _as_right(grant).allows(action, subject, now):
                yield Why(person=person, grant=grant)


def rights_ever(person: Person, people: Mapping[str, Person], organisation: Organisation, book: RoleBook) -> Rights:
    """All that the person was ever allowed to do, whenever that was."""
    held = [*_ever(person, organisation)]
    for delegation in organisation.delegations:
        giver = people.get(delegation.from_person)
        if delegation.to_person == person.id and giver is not None:
            held += [one for one in _ever(giver, organisation) if one.role_in in delegation.roles]
    return Rights(powers=tuple(power for one in held if (power := _power(one, organisation, book))))


def role_ever(
    person: Person,
    people: Mapping[str, Person],
    organisation: Organisation,
    *,
    role: str,
    department: str,
    by: str = "",
) -> bool:
    """Whether the person ever had the role there: of their own, or (`by` is a name) lent by that person."""
    who = [person]
    if by:
        who = [
            giver for giver in _givers(person, people, organisation, role) if plain_name(giver.name) == plain_name(by)
        ]
    held = [one.role_in for each in who for one in _ever(each, organisation)]
    return any(name == role and (unit == EVERYWHERE or department in organisation.under(unit)) for name, unit in held)


def _givers(person: Person, people: Mapping[str, Person], organisation: Organisation, role: str) -> Iterator[Person]:
    """Whoever lent them the role, at any time."""
    for each in organisation.delegations:
        giver = people.get(each.from_person)
        if each.to_person == person.id and giver is not None and any(name == role for name, _unit in each.roles):
            yield giver


def own_roles(person: Person, organisation: Organisation, now: str) -> tuple[RoleIn, ...]:
    """Those that the person may hand over: not those handed to them."""
    return tuple(dict.fromkeys(one.role_in for one in _own(person, organisation, now)))


def _held(person: Person, people: Mapping[str, Person], organisation: Organisation, now: str) -> Iterator[_Held]:
    if person.state is PersonState.ACTIVE:
        yield from _own(person, organisation, now)
        yield from _delegated(person, people, organisation, now)


def _is_for(grant: Grant, person: Person, held: Sequence[_Held], organisation: Organisation) -> bool:
    """Whether the person is meant: by name, or by a role that counts now, wherever it is from."""
    if grant.ended or person.state is not PersonState.ACTIVE:
        return False
    if not grant.role:
        return grant.person_id == person.id
    there = organisation.under(grant.unit_id) if grant.unit_id else None
    units = [unit for role, unit in (one.role_in for one in held) if role == grant.role]
    return any(unit == EVERYWHERE or there is None or unit in there for unit in units)


def _as_right(grant: Grant) -> FileGrant:
    actions = frozenset(Action(name) for name in grant.actions if name in set(Action))
    return FileGrant(file_reference=grant.file_reference, until=grant.until, actions=actions)


def _own(person: Person, organisation: Organisation, now: str) -> Iterator[_Held]:
    """Of the admission (as the centre knows people), and of the places in the organisation."""
    if person.role is not Role.NONE:
        for unit in person.departments or (EVERYWHERE,):
            yield _Held(role_in=(person.role.value, unit))
    for place in organisation.places_of(person.id, now):
        yield _Held(role_in=place.role_in, record_classes=place.record_classes, highest=place.highest)


def _ever(person: Person, organisation: Organisation) -> Iterator[_Held]:
    if person.role is not Role.NONE:
        for unit in person.departments or (EVERYWHERE,):
            yield _Held(role_in=(person.role.value, unit))
    for place in organisation.places:
        if place.person_id == person.id:
            yield _Held(role_in=place.role_in, record_classes=place.record_classes, highest=place.highest)


def _delegated(person: Person, people: Mapping[str, Person], organisation: Organisation, now: str) -> Iterator[_Held]:
    """Only what the giver has of their own, now: so nothing is handed on, and nothing outlives the giver's place."""
    for delegation in organisation.delegations:
        giver = people.get(delegation.from_person)
        if delegation.to_person != person.id or not delegation.counts(now) or giver is None:
            continue
        if giver.state is PersonState.ACTIVE and giver.id != person.id:
            for one in _own(giver, organisation, now):
                if one.role_in in delegation.roles:
                    yield _Held(
                        role_in=one.role_in, record_classes=one.record_classes, highest=one.highest, given_by=giver.id
                    )


def _power(one: _Held, organisation: Organisation, book: RoleBook) -> Power | None:
    role, unit = one.role_in
    rule = book.get(role)
    if rule is None:
        return None
    return Power(
        actions=rule.actions,
        highest=AccessLevel.of(one.highest) if one.highest else rule.highest,
        departments=None if unit == EVERYWHERE else organisation.under(unit),
        record_classes=frozenset(one.record_classes) or None,
    )


def administrators(people: Iterable[Person], organisation: Organisation, book: RoleBook, now: str) -> frozenset[str]:
    """Ids of those who administer everything by an own role without an end: one of them must always be left."""
    return frozenset(
        person.id
        for person in people
        if person.state is PersonState.ACTIVE
        and any(_administers(role, book) for role in _lasting(person, organisation, now))
    )


def _lasting(person: Person, organisation: Organisation, now: str) -> Iterator[str]:
    """Roles in the whole municipality, without an end."""
    if person.role is not Role.NONE and not person.departments:
        yield person.role.value
    for place in organisation.places_of(person.id, now):
        if not place.until and place.unit_id == EVERYWHERE:
            yield place.role


def _administers(role: str, book: RoleBook) -> bool:
    rule = book.get(role)
    return rule is not None and Action.ADMINISTER in rule.actions
