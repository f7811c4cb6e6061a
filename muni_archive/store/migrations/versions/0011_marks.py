"""Marks over pages, and what copies for release must not show."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("page_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("corner", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.String(length=32), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("marks_by_page", "marks", ["page_id", "id"], unique=False)
    op.create_table(
        "redactions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=36), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("copy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_redactions_document_id"), "redactions", ["document_id"], unique=False)
    op.create_index(op.f("ix_redactions_state"), "redactions", ["state"], unique=False)
