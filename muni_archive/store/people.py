"""People: the table that the journal gives, and what is kept beside it (secrets, tries, sign-ins)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from muni_archive.domain.accounts import Identity, Provider
from muni_archive.domain.errors import NotFound
from muni_archive.domain.people import Person, PersonState, Role, SignIn, plain_name
from muni_archive.store.tables import accounts, credentials, people, providers, sign_in_failures, sign_ins

_PEOPLE = select(people, credentials.c.changed_at).outerjoin(credentials, credentials.c.person_id == people.c.id)


class SqlPeople:
    """Implements `ports.People` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[Person]:
        return [_person(row) for row in self._connection.execute(_PEOPLE.order_by(people.c.plain_name))]

    def named(self, name: str) -> Person | None:
        row = self._connection.execute(_PEOPLE.where(people.c.plain_name == plain_name(name))).first()
        return _person(row) if row else None

    def person(self, person_id: str) -> Person:
        row = self._connection.execute(_PEOPLE.where(people.c.id == person_id)).first()
        if row is None:
            raise NotFound(key=person_id)
        return _person(row)

    def provider(self) -> Provider | None:
        row = self._connection.execute(select(providers)).first()
        return Provider(**{**row._mapping, "scopes": tuple(json.loads(row.scopes))}) if row else None

    def owner(self, identity: Identity) -> Person | None:
        is_it = (accounts.c.issuer == identity.issuer) & (accounts.c.subject == identity.subject)
        row = self._connection.execute(_PEOPLE.join(accounts, accounts.c.person_id == people.c.id).where(is_it)).first()
        return _person(row) if row else None

    def identities(self, person_id: str) -> Sequence[Identity]:
        query = select(accounts).where(accounts.c.person_id == person_id)
        rows = self._connection.execute(query.order_by(accounts.c.issuer, accounts.c.subject))
        return [Identity(issuer=row.issuer, subject=row.subject) for row in rows]

    def password_hash(self, person_id: str) -> str | None:
        query = select(credentials.c.password_hash).where(credentials.c.person_id == person_id)
        found: str | None = self._connection.execute(query).scalar()
        return found

    def keep_password(self, person_id: str, password_hash: str, at: str) -> None:
        said = {"password_hash": password_hash, "changed_at": at}
        again = self._connection.execute(update(credentials).where(credentials.c.person_id == person_id).values(**said))
        if not again.rowcount:
            self._connection.execute(insert(credentials).values(person_id=person_id, **said))

    def forget_password(self, person_id: str) -> None:
        self._connection.execute(delete(credentials).where(credentials.c.person_id == person_id))

    def tries(self, name: str, station_id: str) -> tuple[int, str]:
        row = self._connection.execute(select(sign_in_failures).where(_at(name, station_id))).first()
        return (row.failures, row.locked_until) if row else (0, "")

    def count_try(self, name: str, station_id: str, *, failures: int, locked_until: str) -> None:
        said = {"failures": failures, "locked_until": locked_until}
        again = self._connection.execute(update(sign_in_failures).where(_at(name, station_id)).values(**said))
        if not again.rowcount:
            key = {"plain_name": plain_name(name), "station_id": station_id}
            self._connection.execute(insert(sign_in_failures).values(**key, **said))

    def forget_tries(self, name: str, station_id: str) -> None:
        self._connection.execute(delete(sign_in_failures).where(_at(name, station_id)))

    def forget_tries_before(self, at: str) -> None:
        self._connection.execute(delete(sign_in_failures).where(sign_in_failures.c.locked_until < at))

    def note(self, sign_in: SignIn) -> None:
        self._connection.execute(
            insert(sign_ins).values(
                at=sign_in.at, name=sign_in.name, person_id=sign_in.person_id, station_id=sign_in.station_id,
                outcome=sign_in.outcome,
            )
        )  # fmt: skip

    def forget_sign_ins_before(self, at: str, limit: int) -> int:
        oldest = select(sign_ins.c.id).where(sign_ins.c.at < at).order_by(sign_ins.c.at).limit(limit)
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.id.in_(oldest))).rowcount

    def sign_ins(self, limit: int, name: str = "") -> Sequence[SignIn]:
        """Names are compared here, as they are when people sign in: the table keeps them as they were typed."""
        newest = select(sign_ins).order_by(sign_ins.c.id.desc())
        rows = self._connection.execute(newest if name else newest.limit(limit))
        found = (row for row in rows if not name or plain_name(row.name) == plain_name(name))
        return [
            SignIn(at=row.at, name=row.name, person_id=row.person_id, station_id=row.station_id, outcome=row.outcome)
            for row in islice(found, limit)
        ]


def _at(name: str, station_id: str) -> ColumnElement[bool]:
    return (sign_in_failures.c.plain_name == plain_name(name)) & (sign_in_failures.c.station_id == station_id)


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        id=row.id, name=row.name, role=Role(row.role), departments=tuple(json.loads(row.departments)),
        state=PersonState(row.state), note=row.note, admitted_at=row.admitted_at,
        password_since=row.changed_at or "",
    )  # fmt: skip
