"""Reading marks and redactions: implements `mark_ports` on one connection."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from muni_archive.domain.errors import NotFound
from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import Mark, MarkKind
from muni_archive.domain.redaction import HiddenArea, Redaction, RedactionState
from muni_archive.store.tables import marks, redactions

_THERE = select(marks).where(marks.c.removed_at.is_(None))


class SqlMarks:
    """Implements `mark_ports.Marks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on_page(self, page_id: str) -> Sequence[Mark]:
        rows = self._connection.execute(_THERE.where(marks.c.page_id == page_id).order_by(marks.c.made_at, marks.c.id))
        return [_mark(row) for row in rows]

    def mark(self, mark_id: str) -> Mark:
        row = self._connection.execute(_THERE.where(marks.c.id == mark_id)).first()
        if row is None:
            raise NotFound(key=mark_id)
        return _mark(row)


class SqlRedactions:
    """Implements `mark_ports.Redactions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_document(self, document_id: str) -> Sequence[Redaction]:
        return self._all(select(redactions).where(redactions.c.document_id == document_id))

    def redaction(self, redaction_id: str) -> Redaction:
        found = self._all(select(redactions).where(redactions.c.id == redaction_id))
        if not found:
            raise NotFound(key=redaction_id)
        return found[0]

    def waiting(self) -> Sequence[Redaction]:
        return self._all(select(redactions).where(redactions.c.state == RedactionState.PROPOSED))

    def _all(self, query: Select[Any]) -> list[Redaction]:
        ordered = query.order_by(redactions.c.proposed_at, redactions.c.id)
        return [_redaction(row) for row in self._connection.execute(ordered)]


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        id=row.id, page_id=row.page_id, kind=MarkKind(row.kind), box=Box(*json.loads(row.box)), text=row.text,
        stamp=row.stamp, corner=row.corner, made_at=datetime.fromisoformat(row.made_at), made_by=row.made_by,
        changed_at=datetime.fromisoformat(row.changed_at) if row.changed_at else None, changed_by=row.changed_by,
    )  # fmt: skip


def _redaction(row: Row[Any]) -> Redaction:
    values = {name: value for name, value in row._mapping.items() if name != "sequence"}
    values |= {
        "areas": tuple(HiddenArea(page, Box(*box), reason) for page, box, reason in json.loads(row.areas)),
        "state": RedactionState(row.state),
        "proposed_at": datetime.fromisoformat(row.proposed_at),
        "decided_at": datetime.fromisoformat(row.decided_at) if row.decided_at else None,
    }
    return Redaction(**values)
