"""Stations that work together: which entry made a version, conflicts, the centre's stations, arrivals and bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _name_what_made_each_version()
    _count_serials_by_station()
    with op.batch_alter_table("archive") as table:
        table.add_column(sa.Column("sequence", BIG, nullable=False, server_default="1"))
    with op.batch_alter_table("archive") as table:
        table.alter_column("sequence", server_default=None)
    if op.get_context().dialect.name == "postgresql":
        for name in ("journal", "readings", "word_reviews", "field_decisions", "renditions"):
            op.alter_column(name, "sequence", type_=sa.BigInteger())
    op.create_index("readings_by_file", "readings", ["reading"], unique=False)
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("base", sa.String(length=36), nullable=False),
        sa.Column("ours", sa.String(length=36), nullable=False),
        sa.Column("theirs", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.Column("resolution", sa.String(length=36), nullable=True),
        sa.Column("resolved_at", sa.String(length=32), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_conflicts_document_id"), "conflicts", ["document_id"], unique=False)
    op.create_index(op.f("ix_conflicts_theirs"), "conflicts", ["theirs"], unique=False)
    op.create_table(
        "stations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "arrivals",
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("station_sequence", BIG, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("station_id", "station_sequence"),
    )
    op.create_table(
        "blobs",
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sha"),
    )


def _name_what_made_each_version() -> None:
    """The journal knows: the entry that created the document, or that revised it to this version."""
    with op.batch_alter_table("document_versions") as table:
        table.add_column(sa.Column("entry", sa.String(length=36), nullable=False, server_default=""))
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TEMP TABLE made AS SELECT id AS entry, json_extract(payload, '$.document_id') AS document_id, "
            "coalesce(json_extract(payload, '$.version'), 1) AS version FROM journal "
            "WHERE kind IN ('document-created', 'document-revised')"
        )
        op.execute("CREATE INDEX temp.made_by ON made (document_id, version)")
        op.execute(
            "UPDATE document_versions SET entry = (SELECT made.entry FROM made WHERE "
            "made.document_id = document_versions.document_id AND made.version = document_versions.version)"
        )
        op.execute("DROP TABLE temp.made")
    with op.batch_alter_table("document_versions") as table:
        table.alter_column("entry", server_default=None)
    op.create_index(op.f("ix_document_versions_entry"), "document_versions", ["entry"], unique=False)


def _count_serials_by_station() -> None:
    """Numbers are given by each station for itself."""
    op.rename_table("serials", "serials_before")
    op.create_table(
        "serials",
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("station", "year", "serial"),
        sa.UniqueConstraint("document_id", name="serials_document"),
    )
    op.execute(
        "INSERT INTO serials SELECT (SELECT station FROM archive), year, serial, document_id FROM serials_before"
    )
    op.drop_table("serials_before")
