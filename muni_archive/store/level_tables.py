"""Table of the access levels that single documents were given."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table, Text

from muni_archive.store.schema import metadata

document_levels = Table(
    "document_levels",
    metadata,
    Column("entry", String(36), primary_key=True),
    Column("document_id", String(36), nullable=False, index=True),
    Column("level", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_at", String(32), nullable=False),
    Column("set_by", Text, nullable=False),
    Column("stands", Boolean, nullable=False),
)
"""One row by entry; of a document at most one `stands`. An empty level is that of the record class."""
