"""Fields that a clerk would otherwise type, proposed from a page's text: one module a kind."""

from __future__ import annotations

from collections.abc import Iterator

from muni_archive.domain.reading import FieldProposal, Reading
from muni_archive.ocr.fields.checking import cross_checked
from muni_archive.ocr.fields.columns import below_headings
from muni_archive.ocr.fields.dates import dates
from muni_archive.ocr.fields.departments import departments
from muni_archive.ocr.fields.letters import parties, subjects
from muni_archive.ocr.fields.numbers import civil_ids, licences, references
from muni_archive.ocr.fields.passages import passages
from muni_archive.ocr.fields.places import area_names, areas, blocks, houses, parcels, streets
from muni_archive.ocr.fields.title_block import title_block

__all__ = ["area_names", "propose_fields"]

_IN_LINE = (parcels, blocks, areas, streets, houses, civil_ids, licences, references, dates, subjects, parties)
_ON_PAGE = (below_headings, departments, title_block)

CREDIBLE = 0.25
"""A value that was read with less certainty would cost the clerk more than typing."""


def propose_fields(reading: Reading) -> tuple[FieldProposal, ...]:
    """Every value found, in the order of the page; the same value twice stands where it is surest."""
    credible = (proposal for proposal in _found(reading) if proposal.confidence >= CREDIBLE)
    return cross_checked(credible, reading.codes)


def _found(reading: Reading) -> Iterator[FieldProposal]:
    for passage in passages(reading):
        for in_line in _IN_LINE:
            yield from in_line(passage)
    for on_page in _ON_PAGE:
        yield from on_page(reading)
