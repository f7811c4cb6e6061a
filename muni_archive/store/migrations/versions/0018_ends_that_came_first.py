"""Ends that came before what they end; reopened files; all places of destroyed documents; where a hearing was opened.

What these say of a journal that is there already, `store.projecting_anew` writes: by the journal, when this is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "early_ends",
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.PrimaryKeyConstraint("about", "subject", "sequence"),
    )
    op.create_table(
        "reopened_files",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reopened_at", sa.String(length=32), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_table(
        "destroyed_places",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "scope", "target"),
    )
    op.create_index("destroyed_places_by_target", "destroyed_places", ["target"], unique=False)
    op.add_column("hearings", sa.Column("opened", BIG, nullable=False, server_default="0"))
