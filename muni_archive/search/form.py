"""Which form an index in a folder has. An index of an older form is thrown away and follows the journal anew."""

from __future__ import annotations

import shutil
from pathlib import Path

from muni_archive.domain.errors import IndexDamaged

FORM = "4"
"""Raise it when the fields of the index or their analysis change. Form 1, which said nothing, knew no files, form 2 no
access levels of documents, form 3 no words of Latin letters and digits in one, such as KM12.
"""
NAME = "form"


def leave_older_form(folder: Path, *, read_only: bool) -> None:
    """Make room for a new index where there is one of another form. A reader cannot: raises `IndexDamaged`."""
    if not any(folder.glob("*")) or _form(folder) == FORM:
        return
    if read_only:
        raise IndexDamaged(path=folder, detail=f"form {_form(folder) or 1}")
    shutil.rmtree(folder)


def keep_form(folder: Path) -> None:
    """Say in a new index of which form it is."""
    (folder / NAME).write_text(FORM, encoding="ascii")


def _form(folder: Path) -> str:
    try:
        return (folder / NAME).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
