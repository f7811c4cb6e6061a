"""What somebody has chosen to hide, before it is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from muni_archive.domain.redaction import HiddenArea
from muni_archive.services.redaction.finding import FoundPlace


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Areas in the order of the document, each with what stands under it (empty for what nobody read)."""

    areas: tuple[tuple[HiddenArea, str], ...] = ()

    def adding(self, places: Iterable[FoundPlace], reason: str, order: tuple[str, ...]) -> Draft:
        """With these places too; each place once. `order` are the ids of the pages."""
        known = {(area.page_id, area.box) for area, _text in self.areas}
        new = [
            (HiddenArea(place.page_id, place.box, reason), place.text)
            for place in places
            if (place.page_id, place.box) not in known
        ]
        areas = sorted((*self.areas, *new), key=lambda area: order.index(area[0].page_id))
        return Draft(areas=tuple(areas))

    def without(self, at: int) -> Draft:
        return Draft(areas=tuple(area for number, area in enumerate(self.areas) if number != at))

    def with_reason(self, at: int, reason: str) -> Draft:
        areas = (
            (replace(area, reason=reason), text) if number == at else (area, text)
            for number, (area, text) in enumerate(self.areas)
        )
        return Draft(areas=tuple(areas))
