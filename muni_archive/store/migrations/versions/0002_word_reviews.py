"""Words that clerks look at again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("doubtful", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("pages_to_review", "pages", ["state", "doubtful", "id"], unique=False)
    op.create_table(
        "word_reviews",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(length=36), nullable=False),
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("word", sa.Integer(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("word_reviews_by_page", "word_reviews", ["page_id", "sequence"], unique=False)
