"""Under which name somebody signed in, or tried to: what the audit trail is filtered by. Filled from the journal."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from muni_archive.domain.people import plain_name

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = ("signed-in", "sign-in-failed", "signed-out")
LONGEST, PART = 200, 1000


def upgrade() -> None:
    entrances = op.create_table(
        "entrances",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plain_name", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("entrances_by_name", "entrances", ["plain_name", "sequence"], unique=False)
    op.create_index("entrances_by_time", "entrances", ["at"], unique=False)
    _fill(entrances)


def _fill(entrances: sa.Table) -> None:
    journal = sa.table("journal", *map(sa.column, ("sequence", "at", "kind", "payload")))
    told = sa.select(journal).where(journal.c.kind.in_(KINDS)).order_by(journal.c.sequence).limit(PART)
    after = 0
    while found := op.get_bind().execute(told.where(journal.c.sequence > after)).all():
        op.bulk_insert(entrances, [row for row in map(_row, found) if row])
        after = found[-1].sequence


def _row(entry: sa.Row[Any]) -> dict[str, Any] | None:
    """None for an entry that was damaged, which the chain shows."""
    try:
        said = json.loads(entry.payload)
        name, reason = str(said["name"]), str(said.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    outcome = {"signed-in": "in", "signed-out": "out"}.get(entry.kind, reason)
    plain = plain_name(name)[:LONGEST]
    return {"sequence": entry.sequence, "at": entry.at, "name": name, "plain_name": plain, "outcome": outcome[:20]}
