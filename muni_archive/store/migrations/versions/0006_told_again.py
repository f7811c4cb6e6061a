"""What a station is told again, which files are wanted; copies that lack what was withheld begin anew."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PART = 5000
COPIED = (
    "journal", "archive", "batches", "pages", "files", "documents", "document_versions", "readings", "word_reviews",
    "field_decisions", "renditions", "serials", "received_versions", "conflicts", "stations", "invitations", "people",
)  # fmt: skip


def upgrade() -> None:
    mentions = op.create_table(
        "mentions",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "sequence"),
    )
    op.create_table(
        "retold",
        sa.Column("at", BIG, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("stub", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("at", "sequence"),
    )
    op.create_table(
        "wanted",
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sha", "station_id"),
    )
    if _exists("SELECT 1 FROM arrivals LIMIT 1"):
        _mention_all(mentions)
    if _exists("SELECT 1 FROM journal WHERE id > 'withheld-' AND id < 'withheld.' LIMIT 1"):
        for table in COPIED:  # a view of what the centre has: it is told again, with what was withheld before
            op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608  # names from the list above


def _mention_all(mentions: sa.Table) -> None:
    """At a centre: what its journal says of documents."""
    after = 0
    part = sa.text("SELECT sequence, payload FROM journal WHERE sequence > :after ORDER BY sequence LIMIT :many")
    while rows := op.get_bind().execute(part, {"after": after, "many": PART}).all():
        after = rows[-1].sequence
        named = [{"document_id": json.loads(row.payload).get("document_id"), "sequence": row.sequence} for row in rows]
        if found := [row for row in named if row["document_id"]]:
            op.bulk_insert(mentions, found)


def _exists(query: str) -> bool:
    return op.get_bind().execute(sa.text(query)).first() is not None
