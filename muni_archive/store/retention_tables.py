"""Tables of what is closed, held, proposed and destroyed."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from muni_archive.store.schema import BIG, metadata

closed_files = Table(
    "closed_files",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("closed_at", String(32), nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entry", String(36), nullable=False, server_default=""),
)

reopened_files = Table(
    "reopened_files",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("reopened_at", String(32), nullable=False),
    Column("station", Text, nullable=False),
)
"""Files that went on after they were closed: when last, and at which station."""

holds = Table(
    "holds",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("scope", String(10), nullable=False),
    Column("target", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("placed_at", String(32), nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("lifted_at", String(32)),
    Column("lifted_by", Text, nullable=False),
    Column("lift_reason", Text, nullable=False),
    Index("holds_by_target", "target"),
)

extensions = Table(
    "retention_extensions",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("until", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", String(32), nullable=False),
    Column("decided_by", Text, nullable=False),
)

disposals = Table(
    "disposals",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", String(36), nullable=False, index=True),
    Column("rule", Text, nullable=False),
    Column("due", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("proposed_at", String(32), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_at", String(32)),
    Column("decided_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("case_id", String(36), nullable=False, server_default=""),
    Column("refusal", Text, nullable=False, server_default=""),
)

hearings = Table(
    "hearings",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("disposal_id", String(36), nullable=False, index=True),
    Column("ended_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened", BIG, nullable=False, server_default="0"),
)
"""Of the centre: open until the document is destroyed or kept. `opened` is the sequence of the entry that opened it."""

answers = Table(
    "hearing_answers",
    metadata,
    Column("hearing_id", String(36), primary_key=True),
    Column("station", String(100), primary_key=True),
)

contested = Table(
    "contested_destructions",
    metadata,
    Column("entry", String(36), primary_key=True),
    Column("document_id", String(36), primary_key=True),
    Column("number", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("what", String(20), nullable=False),
    Column("station", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("said_at", String(32), nullable=False),
    Column("detail", Text, nullable=False),
)

destroyed = Table(
    "destroyed_documents",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("number", Text, nullable=False, index=True),
    Column("record_class", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("file_reference", Text),
    Column("date", String(10)),
    Column("archived_at", String(32)),
    Column("pages", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", String(32), nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Column("destroyed_at", String(32), nullable=False),
    Column("entry", String(36), nullable=False),
    Column("level", String(20), nullable=False),
)
"""What remains. Title and fields are forgotten; everything else of the document is in no other table any more."""

destroyed_pages = Table(
    "destroyed_pages",
    metadata,
    Column("page_id", String(36), primary_key=True),
    Column("document_id", String(36), nullable=False),
)
"""So that an entry that comes late changes nothing."""

destroyed_places = Table(
    "destroyed_places",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("scope", String(10), primary_key=True),
    Column("target", Text, primary_key=True),
    Index("destroyed_places_by_target", "target"),
)
"""Every file and class in which a destroyed document ever was (scope and target as of a hold): who holds one of them
late is told.
"""

destroyed_files = Table(
    "destroyed_files",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("document_id", String(36), primary_key=True),
)
"""The proof, and what must not lie in the vault any more unless another record names it."""

files_to_remove = Table("files_to_remove", metadata, Column("sha", String(64), primary_key=True))
"""No part of the replay: destroyed files that may still lie in the vault here. Written with the entry, emptied file by
file as the bytes go, so a kill between the two leaves its work behind in plain sight."""
