"""Fields that a clerk would otherwise type, proposed from a page's text: one module a kind."""

from __future__ import annotations

from muni_archive.domain.reading import FieldProposal, Reading
from muni_archive.ocr.fields.dates import dates
from muni_archive.ocr.fields.letters import parties, subjects
from muni_archive.ocr.fields.numbers import civil_ids, licences, references
from muni_archive.ocr.fields.places import area_names, areas, blocks, houses, parcels, streets

__all__ = ["area_names", "propose_fields"]

_FINDERS = (parcels, blocks, areas, streets, houses, civil_ids, licences, references, dates, subjects, parties)

CREDIBLE = 0.25
"""A value that was read with less certainty would cost the clerk more than typing."""


def propose_fields(reading: Reading) -> tuple[FieldProposal, ...]:
    """Every value found, in the order of the page; the same value twice stands where it is surest."""
    best: dict[tuple[str, str], FieldProposal] = {}
    for line in reading.lines:
        for finder in _FINDERS:
            for proposal in finder(line):
                key = proposal.name, proposal.value
                if proposal.confidence < CREDIBLE:
                    continue
                if key not in best or proposal.confidence > best[key].confidence:
                    best[key] = proposal
    return tuple(best.values())
