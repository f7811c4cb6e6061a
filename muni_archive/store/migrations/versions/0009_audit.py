"""What an audit asks the journal: by time, person and kind, and what there is about one document; documents by time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("journal_by_time", "journal", ["at", "sequence", "kind", "actor"], unique=False)
    op.create_index("documents_by_time", "documents", ["created_at"], unique=False)
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, field in (("journal_by_document", "document_id"), ("journal_by_page", "page_id")):
        said = f"CASE WHEN json_valid(payload) THEN json_extract(payload, '$.{field}') END"
        op.create_index(name, "journal", [sa.text(f"({said})")], unique=False, sqlite_where=sa.text(f"({said}) IS NOT NULL"))
