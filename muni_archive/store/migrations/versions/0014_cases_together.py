"""Cases that several stations work on: which entry made a move, why one is refused, what two people decided."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_moves") as moves:
        moves.add_column(sa.Column("entry", sa.String(length=36), nullable=False, server_default=""))
        moves.add_column(sa.Column("refused", sa.String(length=12), nullable=False, server_default=""))
    op.execute(
        "UPDATE case_moves SET entry = (SELECT journal.id FROM journal WHERE journal.sequence = case_moves.sequence)"
    )
    with op.batch_alter_table("case_moves") as moves:
        moves.alter_column("entry", server_default=None)
        moves.alter_column("refused", server_default=None)
    op.create_table(
        "case_disputes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("counted", sa.String(length=36), nullable=False),
        sa.Column("late", sa.String(length=36), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.Column("resolution", sa.String(length=36), nullable=True),
        sa.Column("chosen", sa.String(length=36), nullable=False),
        sa.Column("resolved_at", sa.String(length=32), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_case_disputes_case_id"), "case_disputes", ["case_id"], unique=False)
