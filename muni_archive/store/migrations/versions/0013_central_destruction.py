"""Destruction by the centre: hearings of stations, refusals, what came too late; archives that destroyed before."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("stations", sa.Column("alone_until", BIG, nullable=False, server_default="0"))
    op.add_column("disposals", sa.Column("case_id", sa.String(length=36), nullable=False, server_default=""))
    op.add_column("disposals", sa.Column("refusal", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "hearings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("disposal_id", sa.String(length=36), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_hearings_disposal_id", "hearings", ["disposal_id"], unique=False)
    op.create_table(
        "hearing_answers",
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("hearing_id", "station"),
    )
    op.create_table(
        "contested_destructions",
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "document_id"),
    )
