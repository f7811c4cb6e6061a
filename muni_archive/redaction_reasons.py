"""Why something may be hidden in a copy for release: data in `resources/redaction_reasons.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muni_archive.data_file import DataTable
from muni_archive.paths import resource_path

NOTICE = ("heading", "statement", "document", "title", "version", "approved", "reasons", "reason", "pages")
LONGEST_CODE = 4
"""Signs: it stands on the black, which may be as small as a word."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason; `code` is printed on what it hides, `label` says it by language."""

    id: str
    code: str
    label: Mapping[str, str]


def load_reasons(path: Path | None = None) -> Mapping[str, Reason]:
    """By id, in the order of the file. Raises `DataFileInvalid`."""
    return _load(path)[0]


def load_notice(path: Path | None = None) -> Mapping[str, Mapping[str, str]]:
    """The lines of the sheet before a redacted copy: by name, then by language, with places for what they tell."""
    return _load(path)[1]


def _load(path: Path | None) -> tuple[Mapping[str, Reason], Mapping[str, Mapping[str, str]]]:
    data = DataTable.load(path or resource_path("redaction_reasons.toml"))
    reasons = [_reason(table) for table in data.tables("reasons")]
    notice = data.table("notice")
    lines = {name: notice.label(name) for name in NOTICE}
    notice.finish()
    data.finish()
    by_id = {reason.id: reason for reason in reasons}
    if not by_id or len(by_id) != len(reasons) or len({reason.code for reason in reasons}) != len(reasons):
        raise data.invalid("reasons need at least one entry, and different ids and codes")
    return by_id, lines


def _reason(data: DataTable) -> Reason:
    reason = Reason(id=data.text("id"), code=data.text("code"), label=data.label("label"))
    data.finish()
    if len(reason.code) > LONGEST_CODE or not reason.code.isascii():
        raise data.invalid(f"code must be {LONGEST_CODE} ASCII signs at most")
    return reason
