"""The tables of an archive: the journal, and the projections that every event is applied to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")
"""Sequence numbers: the centre's go beyond 32 bits one day, and SQLite's row numbers must be called INTEGER."""

journal = Table(
    "journal",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

archive = Table(
    "archive",
    metadata,
    Column("archive_id", String(36), primary_key=True),
    Column("station", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("sequence", BIG, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("record_class", Text, nullable=False),
    Column("file_reference", Text),
    Column("state", String(10), nullable=False, index=True),
    Column("opened_at", String(32), nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("closed_at", String(32)),
    Column("fed", Integer, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("batch_id", String(36), nullable=False),
    Column("position", Integer, nullable=False),
    Column("blob", String(64), nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("captured_at", String(32), nullable=False),
    Column("side", String(5), nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("separator", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("document_id", String(36)),
    Column("number", Integer),
    Column("read", Boolean, nullable=False),
    Column("unreadable", Boolean, nullable=False),
    Column("confidence", Float),
    Column("doubtful", Integer, nullable=False),
    Index("pages_by_batch", "batch_id", "position"),
    Index("pages_by_document", "document_id", "number"),
    Index("pages_to_read", "state", "read", "id"),
    Index("pages_to_review", "state", "doubtful", "id"),
)

files = Table(
    "files",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("record_class", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("opened_at", String(32), nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("registered", Boolean, nullable=False, index=True),
    Column("batch_id", String(36)),
    Column("created_at", String(32), nullable=False),
)

versions = Table(
    "document_versions",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("record_class", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("file_reference", Text),
    Column("date", String(10)),
    Column("metadata", Text, nullable=False),
    Column("page_ids", Text, nullable=False),
    Column("registered", Boolean, nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("entry", String(36), nullable=False, index=True),
)

readings = Table(
    "readings",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("page_id", String(36), nullable=False),
    Column("reading", String(64), nullable=False),
    Column("engine", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("unreadable", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Index("readings_by_page", "page_id", "sequence"),
    Index("readings_by_file", "reading"),
)

word_reviews = Table(
    "word_reviews",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("page_id", String(36), nullable=False),
    Column("reading", String(64), nullable=False),
    Column("line", Integer, nullable=False),
    Column("word", Integer, nullable=False),
    Column("box", Text, nullable=False),
    Column("read", Text, nullable=False),
    Column("decided", Text, nullable=False),
    Column("decided_at", String(32), nullable=False),
    Column("decided_by", Text, nullable=False),
    Index("word_reviews_by_page", "page_id", "sequence"),
)

decisions = Table(
    "field_decisions",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("document_id", String(36), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("proposed", Text),
    Column("decided", Text, nullable=False),
    Column("page_id", String(36)),
    Column("box", Text),
    Column("decided_at", String(32), nullable=False),
    Column("decided_by", Text, nullable=False),
)

renditions = Table(
    "renditions",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("document_id", String(36), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("blob", Text, nullable=False),
    Column("made_with", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("problem", Text, nullable=False),
    Index("renditions_by_file", "blob"),
)

serials = Table(
    "serials",
    metadata,
    Column("station", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("document_id", String(36), nullable=False),
    UniqueConstraint("document_id"),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", String(36), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("base", String(36), nullable=False),
    Column("ours", String(36), nullable=False),
    Column("theirs", String(36), nullable=False, index=True),
    Column("fields", Text, nullable=False),
    Column("found_at", String(32), nullable=False),
    Column("resolution", String(36)),
    Column("resolved_at", String(32)),
    Column("resolved_by", Text),
)

received_versions = Table(
    "received_versions",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("entry", String(36), primary_key=True),
    Column("told_by", String(36), nullable=False),
)
"""The first entry by which a station told that it had received the version which `entry` made. A centre that lost that
entry in a restore finds here what the version was."""

stations = Table(
    "stations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("public_key", String(64), nullable=False),
    Column("departments", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("enrolled_at", String(32), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("departments", Text, nullable=False),
    Column("invited_at", String(32), nullable=False),
    Column("station_id", String(36)),
)

people = Table(
    "people",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("plain_name", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("departments", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("admitted_at", String(32), nullable=False),
)

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
)

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
    Index("case_moves_by_case", "case_id", "sequence"),
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

closed_files = Table(
    "closed_files",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("closed_at", String(32), nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

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
)
"""What remains. Title and fields are forgotten; everything else of the document is in no other table any more."""

destroyed_pages = Table(
    "destroyed_pages",
    metadata,
    Column("page_id", String(36), primary_key=True),
    Column("document_id", String(36), nullable=False),
)
"""So that an entry that comes late changes nothing."""

destroyed_files = Table(
    "destroyed_files",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("document_id", String(36), primary_key=True),
)
"""The proof, and what must not lie in the vault any more unless another record names it."""

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

PROJECTIONS = (
    archive, batches, pages, files, documents, versions, readings, word_reviews, decisions, renditions, serials,
    received_versions, conflicts, stations, invitations, people, org_units, role_places, delegations, file_grants,
    procedures, cases, case_steps, case_moves, person_keys, samples,
    closed_files, holds, extensions, disposals, destroyed, destroyed_pages, destroyed_files,
    marks, redactions,
)  # fmt: skip
"""Everything that a replay of the journal must give again."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("station_id", String(36), nullable=False),
    Column("station_sequence", BIG, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("received_at", String(32), nullable=False),
    UniqueConstraint("station_id", "station_sequence"),
)
"""Only at the centre: where an entry of its journal stands in the journal of the station that it came from. With the
entry it makes the station's own link again, so it proves itself."""

blobs = Table(
    "blobs",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("size", BIG, nullable=False),
    Column("received_at", String(32), nullable=False),
)
"""Only at the centre: the bytes that arrived and were hashed there. Nothing else counts as safe."""

credentials = Table(
    "credentials",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", String(32), nullable=False),
)
"""Not in the journal: a secret is no history, and must be forgettable. At a station that has a centre, what the centre
accepted from who signed in there."""

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("plain_name", String(200), primary_key=True),
    Column("station_id", String(36), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", String(32), nullable=False),
)
"""Tries since the last good one, by name (known or not) and station."""

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("person_id", String(36)),
    Column("station_id", String(36), nullable=False),
    Column("outcome", String(20), nullable=False),
)
"""Who signed in or tried to, when and where."""

brought = Table(
    "brought",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("station_id", String(36), primary_key=True),
)
"""Only at the centre: files whose bytes a station of some departments has shown to have. Naming a hash is no proof:
a hash may be known to who must not see the file."""

files_to_remove = Table("files_to_remove", metadata, Column("sha", String(64), primary_key=True))
"""No part of the replay: destroyed files that may still lie in the vault here. Written with the entry, emptied file by
file as the bytes go, so a kill between the two leaves its work behind in plain sight."""

mentions = Table(
    "mentions",
    metadata,
    Column("document_id", String(36), primary_key=True),
    Column("sequence", BIG, primary_key=True),
)
"""Only at the centre: which entries speak of a document, so that all of it can be told again to who may see it now."""

retold = Table(
    "retold",
    metadata,
    Column("at", BIG, primary_key=True),
    Column("sequence", BIG, primary_key=True),
    Column("stub", Text),
)
"""Only in a station's copy: the entry at `at` brought a document into sight, and just before it the entry at `sequence`
was told again. `stub` is what had stood in its place (its payload); None when it had been told whole."""

wanted = Table(
    "wanted",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("station_id", String(36), primary_key=True),
    Column("since", String(32), nullable=False),
)
"""Only at the centre: files that the journal names and that are not here. `station_id` is the station that lost one
before it had sent it; empty where the centre had it and lost it."""


def _said(field: str) -> ColumnElement[str]:
    """What an entry says in this field; an entry that was damaged says nothing, and must not stop who looks."""
    return literal_column(f"CASE WHEN json_valid(payload) THEN json_extract(payload, '$.{field}') END", String)


DOCUMENT_SAID, PAGE_SAID = _said("document_id"), _said("page_id")
"""The document and the page that an entry speaks of, as SQLite finds them by index."""
Index("journal_by_time", journal.c.at, journal.c.sequence, journal.c.kind, journal.c.actor)
for _name, _field in (("journal_by_document", DOCUMENT_SAID), ("journal_by_page", PAGE_SAID)):
    Index(_name, _field, sqlite_where=_field.is_not(None), _table=journal).ddl_if("sqlite")
Index("documents_by_time", documents.c.created_at)
