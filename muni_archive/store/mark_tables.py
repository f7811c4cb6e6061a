"""Tables of what is laid over pages, and of redactions."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from muni_archive.store.schema import BIG, metadata

marks = Table(
    "marks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sequence", BIG, nullable=False),
    Column("page_id", String(36), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("box", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("corner", String(20), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("changed_at", String(32)),
    Column("changed_by", Text, nullable=False),
    Column("removed_at", String(32)),
    Column("removed_by", Text, nullable=False),
    Index("marks_by_page", "page_id", "id"),
)
"""`sequence` is that of the last entry that speaks of the mark."""

redactions = Table(
    "redactions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sequence", BIG, nullable=False),
    Column("document_id", String(36), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("base", String(36), nullable=False),
    Column("areas", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("proposed_at", String(32), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_at", String(32)),
    Column("decided_by", Text, nullable=False),
    Column("decision_note", Text, nullable=False),
    Column("copy", Text, nullable=False),
)
