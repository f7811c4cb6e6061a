"""What a large centre must find without reading all of its journal or all of its documents."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("renditions_by_file", "renditions", ["blob"], unique=False)
    told = op.create_table(
        "received_versions",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("told_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "entry"),
    )
    received: dict[tuple[str, str], str] = {}
    entries = sa.text("SELECT id, payload FROM journal WHERE kind = 'version-received' ORDER BY sequence")
    for entry_id, payload in op.get_bind().execute(entries):
        said = json.loads(payload)
        received.setdefault((said["document_id"], said["entry"]), entry_id)
    rows = [{"document_id": key[0], "entry": key[1], "told_by": entry_id} for key, entry_id in received.items()]
    if rows:
        op.bulk_insert(told, rows)
