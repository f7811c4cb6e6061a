"""When the centre heard of what years and hours are counted from; by which entry a file was closed."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SUBJECTS = {
    "document-revised": "", "conflict-resolved": "", "file-closed": "", "version-received": "entry",
    "disposal-proposed": "disposal_id", "glass-broken": "grant_id",
}  # fmt: skip
"""By kind, the field that names what begins with the entry; empty: the entry itself."""
LONGEST, PART = 36, 1000
JOURNAL = sa.table("journal", *map(sa.column, ("sequence", "id", "kind", "payload")))
ARRIVALS = sa.table("arrivals", *map(sa.column, ("sequence", "received_at")))


def upgrade() -> None:
    arrived = op.create_table(
        "arrived",
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.add_column("closed_files", sa.Column("entry", sa.String(length=36), nullable=False, server_default=""))
    _name_closings()
    _fill(arrived)


def _name_closings() -> None:
    """The last closing of a file is the one that stands."""
    closed = sa.table("closed_files", sa.column("reference"), sa.column("entry"))
    told = sa.select(JOURNAL).where(JOURNAL.c.kind == "file-closed").order_by(JOURNAL.c.sequence)
    for row in op.get_bind().execute(told).all():
        if (reference := _said(row.payload, "reference")) is not None:
            op.execute(closed.update().where(closed.c.reference == reference).values(entry=row.id))


def _fill(arrived: sa.Table) -> None:
    """At a centre, from its arrivals; anywhere else there are none."""
    came = sa.select(JOURNAL, ARRIVALS.c.received_at).join(ARRIVALS, ARRIVALS.c.sequence == JOURNAL.c.sequence)
    came = came.where(JOURNAL.c.kind.in_(SUBJECTS)).order_by(JOURNAL.c.sequence).limit(PART)
    after = 0
    while found := op.get_bind().execute(came.where(JOURNAL.c.sequence > after)).all():
        rows = {subject: row.received_at for row in reversed(found) for subject in _subject(row)}
        there = sa.select(arrived.c.subject).where(arrived.c.subject.in_(list(rows)))
        known = set(op.get_bind().execute(there).scalars())
        op.bulk_insert(arrived, [{"subject": each, "at": at} for each, at in rows.items() if each not in known])
        after = found[-1].sequence


def _subject(row: sa.Row[tuple[object, ...]]) -> Iterator[str]:
    """None of an entry that was damaged, which the chain shows."""
    field = SUBJECTS[row.kind]
    subject = _said(row.payload, field) if field else row.id
    if subject is not None and len(subject) <= LONGEST:
        yield subject


def _said(payload: str, name: str) -> str | None:
    try:
        said = json.loads(payload)[name]
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, str) else None
