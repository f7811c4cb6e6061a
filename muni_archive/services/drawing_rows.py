"""The drawing register line by line: what each drawing says, and whether it is in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.drawings import RegisteredSheet
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.search.folding import fold


class Standing(StrEnum):
    """Whether one builds by a drawing."""

    IN_FORCE = "in force"
    SUPERSEDED = "superseded"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class DrawingRow:
    """One revision of one sheet, as texts; `written` holds all of them, folded, for whoever looks for words."""

    document_id: str
    number: str
    matter: str
    sheet: str
    title: str
    revision: str
    scale: str
    office: str
    date: str
    standing: Standing
    stands: str
    """The standing in the user's language, with what supersedes it."""
    written: str


def drawing_rows(sheets: Iterable[RegisteredSheet]) -> tuple[DrawingRow, ...]:
    """Sheet by sheet, each with its newest revision first."""
    return tuple(_row(sheet, document) for sheet in sheets for document in reversed(sheet.documents))


def narrowed(rows: Sequence[DrawingRow], text: str, *, only_in_force: bool) -> tuple[DrawingRow, ...]:
    """The rows that hold every word of `text` anywhere.

    Where it is unclear what is in force, nothing is known to be superseded: such rows stay.
    """
    words = fold(text).split()
    return tuple(
        row
        for row in rows
        if not (only_in_force and row.standing is Standing.SUPERSEDED) and all(word in row.written for word in words)
    )


def _row(sheet: RegisteredSheet, document: Document) -> DrawingRow:
    said = document.metadata
    standing, stands = _standing(sheet, document)
    return DrawingRow(
        document_id=document.id, number=document.number, matter=sheet.matter, sheet=sheet.sheet,
        title=said.get("sheet_title", "") or document.title, revision=said.get("revision", ""),
        scale=said.get("scale", ""), office=said.get("office", ""), date=document.date or "",
        standing=standing, stands=stands, written=fold("\n".join(_written(sheet, document, stands))),
    )  # fmt: skip


def _written(sheet: RegisteredSheet, document: Document, stands: str) -> Iterator[str]:
    """Sheet numbers both with and without their dashes, because people type either."""
    yield from (sheet.matter, sheet.sheet, sheet.sheet.replace("-", ""), document.number, document.title, stands)
    yield document.date or ""
    yield from (document.metadata.get(name, "") for name in ("sheet", "sheet_title", "revision", "scale", "office"))


def _standing(sheet: RegisteredSheet, document: Document) -> tuple[Standing, str]:
    if not sheet.clear:
        return Standing.UNCLEAR, _("unclear: the revisions are in no order")
    current = sheet.supersedes(document)
    if current is None:
        return Standing.IN_FORCE, _("in force")
    revision = current.metadata.get("revision", "") or current.number
    return Standing.SUPERSEDED, _("superseded by {revision}").format(revision=isolate(revision))
