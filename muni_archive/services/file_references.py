"""The reference of a file ملف, as people say it."""

from __future__ import annotations

from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.records import LONGEST_REFERENCE
from muni_archive.messages import _

_SHOWN = 40
"""Signs of one that is too long: enough to know it by."""


def checked_reference(said: str | None) -> str | None:
    """As it is kept; None for none. Raises `FieldInvalid` for one that no centre could take."""
    reference = (said or "").strip()
    if len(reference) > LONGEST_REFERENCE:
        raise FieldInvalid(field=_("File"), value=f"{reference[:_SHOWN]}…", detail=too_long())
    return reference or None


def too_long() -> str:
    return _("a file number has {count} signs at most").format(count=LONGEST_REFERENCE)
