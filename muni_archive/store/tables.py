"""The tables of an archive: the journal, and the projections that every event is applied to."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from muni_archive.store.account_tables import accounts as accounts
from muni_archive.store.account_tables import providers as providers
from muni_archive.store.case_tables import case_disputes as case_disputes
from muni_archive.store.case_tables import case_moves as case_moves
from muni_archive.store.case_tables import case_steps as case_steps
from muni_archive.store.case_tables import cases as cases
from muni_archive.store.case_tables import person_keys as person_keys
from muni_archive.store.case_tables import procedures as procedures
from muni_archive.store.case_tables import samples as samples
from muni_archive.store.early_tables import early_ends as early_ends
from muni_archive.store.level_tables import document_levels as document_levels
from muni_archive.store.mark_tables import marks as marks
from muni_archive.store.mark_tables import redactions as redactions
from muni_archive.store.organisation_tables import delegations as delegations
from muni_archive.store.organisation_tables import file_grants as file_grants
from muni_archive.store.organisation_tables import org_units as org_units
from muni_archive.store.organisation_tables import role_places as role_places
from muni_archive.store.retention_tables import answers as answers
from muni_archive.store.retention_tables import closed_files as closed_files
from muni_archive.store.retention_tables import contested as contested
from muni_archive.store.retention_tables import destroyed as destroyed
from muni_archive.store.retention_tables import destroyed_files as destroyed_files
from muni_archive.store.retention_tables import destroyed_pages as destroyed_pages
from muni_archive.store.retention_tables import destroyed_places as destroyed_places
from muni_archive.store.retention_tables import disposals as disposals
from muni_archive.store.retention_tables import extensions as extensions
from muni_archive.store.retention_tables import files_to_remove as files_to_remove
from muni_archive.store.retention_tables import hearings as hearings
from muni_archive.store.retention_tables import holds as holds
from muni_archive.store.retention_tables import reopened_files as reopened_files
from muni_archive.store.schema import BIG as BIG
from muni_archive.store.schema import metadata as metadata

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
    Column("alone_until", BIG, nullable=False, server_default="0"),
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

entrances = Table(
    "entrances",
    metadata,
    Column("sequence", BIG, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("plain_name", String(200), nullable=False),
    Column("outcome", String(20), nullable=False),
    Index("entrances_by_name", "plain_name", "sequence"),
    Index("entrances_by_time", "at"),
)
"""Of each entry of a sign-in: under which name, as it is compared, and how it went (`in`, `out`, or why it failed). The
entry's own author is the system's user, because nobody is there yet."""

PROJECTIONS = (
    archive, batches, pages, files, documents, versions, readings, word_reviews, decisions, renditions, serials,
    received_versions, conflicts, stations, invitations, people, providers, accounts,
    org_units, role_places, delegations, file_grants,
    procedures, cases, case_steps, case_moves, case_disputes, person_keys, samples,
    closed_files, holds, extensions, disposals, destroyed, destroyed_pages, destroyed_files,
    hearings, answers, contested, marks, redactions, entrances, document_levels,
    early_ends, reopened_files, destroyed_places,
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

arrived = Table(
    "arrived",
    metadata,
    Column("subject", String(36), primary_key=True),
    Column("at", String(32), nullable=False),
)
"""When the centre heard of what years or hours are counted from, by its own clock: see `store.arrived`. At the centre
from its arrivals, in copies as the feed tells it, at stations of what is their own. No part of the replay."""

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
"""Only at the centre: files whose bytes a station has sent, and so has shown to have. Naming a hash is no proof: a hash
may be known to who must not see the file. Of stations of all departments too, which may have fewer one day."""

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
