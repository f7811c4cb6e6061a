"""Tables of the municipality's sign-in service, and of whose its accounts are."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from muni_archive.store.schema import metadata

providers = Table(
    "providers",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("claim", Text, nullable=False),
    Column("scopes", Text, nullable=False),
)
"""One row, or none."""

accounts = Table(
    "accounts",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("linked_at", String(32), nullable=False),
)
