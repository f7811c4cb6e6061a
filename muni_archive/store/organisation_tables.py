"""Tables of units, places, delegations and grants."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table, Text

from muni_archive.store.schema import BIG, metadata

org_units = Table(
    "org_units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("label", Text, nullable=False),
    Column("parent", String(64), nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("place", BIG, nullable=False),
)
"""`place` is the sequence of the entry that opened it: units are shown in that order."""

role_places = Table(
    "role_places",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("role", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("since", String(32), nullable=False),
    Column("until", String(32), nullable=False),
    Column("record_classes", Text, nullable=False),
    Column("highest", String(20), nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)

delegations = Table(
    "delegations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("from_person", String(36), nullable=False),
    Column("to_person", String(36), nullable=False),
    Column("roles", Text, nullable=False),
    Column("since", String(32), nullable=False),
    Column("until", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended", Boolean, nullable=False),
)

file_grants = Table(
    "file_grants",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("file_reference", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("until", String(32), nullable=False),
    Column("actions", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given_at", String(32), nullable=False),
    Column("broken_glass", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("acknowledged_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("role", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
)
