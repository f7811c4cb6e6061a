"""Access levels of single documents; grants to everybody who has a role."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_levels",
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.String(length=32), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index(op.f("ix_document_levels_document_id"), "document_levels", ["document_id"], unique=False)
    op.add_column(
        "destroyed_documents", sa.Column("level", sa.String(length=20), nullable=False, server_default="")
    )
    for name in ("role", "unit_id"):
        op.add_column("file_grants", sa.Column(name, sa.String(length=64), nullable=False, server_default=""))
