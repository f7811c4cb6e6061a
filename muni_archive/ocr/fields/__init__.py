"""Fields that a clerk would otherwise type, proposed from a page's text."""

from __future__ import annotations

from muni_archive.domain.reading import FieldProposal, Reading


def propose_fields(reading: Reading) -> tuple[FieldProposal, ...]:
    """Every value found, in the order of the page."""
    return ()
