"""What stands on a page, for use cases that have asked already whether it may be seen."""

from __future__ import annotations

from muni_archive.domain.reading import Reading
from muni_archive.services.readings import current_reading
from muni_archive.services.workplace import Workplace


def known_reading(place: Workplace, page_id: str) -> Reading | None:
    """What stands on the page as far as is known; None while it waits to be read."""
    with place.unit_of_work() as unit:
        return current_reading(unit.records, place.vault, page_id)
