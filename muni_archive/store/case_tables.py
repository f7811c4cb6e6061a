"""Tables of procedures and cases."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from muni_archive.store.schema import BIG, metadata

procedures = Table(
    "procedures",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("loaded_at", String(32), nullable=False),
    Column("loaded_by", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("procedure_id", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("document_id", String(36), index=True),
    Column("file_reference", Text, index=True),
    Column("title", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("record_class", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("started_at", String(32), nullable=False),
    Column("started_by", Text, nullable=False),
    Column("end", Text, nullable=False),
    Column("ended_at", String(32)),
)

case_steps = Table(
    "case_steps",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("element", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("due", String(32), nullable=False),
    Column("timer", Boolean, nullable=False),
    Column("assigned_to", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("pages", Text, nullable=False),
    Column("closed_at", String(32)),
    Column("closed_by", Text),
    Index("case_steps_waiting", "state", "timer", "due"),
)

case_moves = Table(
    "case_moves",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("ticked", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("stands_in_for", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", Text, nullable=False),
    Column("stands", Boolean, nullable=False),
    Column("document_entry", String(36), nullable=False),
    Column("key", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("entry", String(36), nullable=False),
    Column("refused", String(12), nullable=False),
    Index("case_moves_by_case", "case_id", "sequence"),
)

case_disputes = Table(
    "case_disputes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False, index=True),
    Column("department", Text, nullable=False),
    Column("document_id", String(36)),
    Column("number", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("counted", String(36), nullable=False),
    Column("late", String(36), nullable=False),
    Column("found_at", String(32), nullable=False),
    Column("resolution", String(36)),
    Column("chosen", String(36), nullable=False),
    Column("resolved_at", String(32)),
    Column("resolved_by", Text, nullable=False),
)

person_keys = Table(
    "person_keys",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("public_key", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
)

samples = Table(
    "samples",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("clerk", Text, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("seed", Text, nullable=False),
    Column("first", String(36), nullable=False),
    Column("last", String(36), nullable=False),
    Column("pages", Text, nullable=False),
    Column("drawn_at", String(32), nullable=False),
    Column("drawn_by", Text, nullable=False),
)
