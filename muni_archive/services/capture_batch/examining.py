"""A look at the picture of a page that is already safe: blank, separator sheet, fingerprint."""

from __future__ import annotations

import json

from muni_archive.domain.errors import Refused
from muni_archive.domain.events import PageExamined
from muni_archive.domain.journal import canonical_json
from muni_archive.domain.records import Page, PageState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.imaging.examination import Examination, examine
from muni_archive.imaging.separators import SeparatorCode
from muni_archive.services.workplace import Workplace

UNDECODABLE = "undecodable"
"""Stands in the place of the fingerprint where the picture could not be opened, so that nobody tries again."""


def examine_page(place: Workplace, page: Page, profile: ScanProfile) -> Page:
    """Look at the page's picture and record what was found; a picture that does not open is kept and noted."""
    try:
        event = examined(page.id, examine(place.vault.path(page.blob)), profile)
    except Refused as error:
        event = PageExamined(page_id=page.id, state=page.state, fingerprint=UNDECODABLE, note=str(error))
    with place.unit_of_work() as unit:
        unit.record(event)
        unit.commit()
        return unit.records.page(page.id)


def examined(page_id: str, found: Examination, profile: ScanProfile) -> PageExamined:
    """The event for what was found, as the profile asks to treat it."""
    state, separator = PageState.KEPT, ""
    if found.separator and profile.split_on_separators:
        state, separator = PageState.SEPARATOR, separator_text(found.separator)
    elif found.blank and profile.skip_blanks:
        state = PageState.BLANK
    return PageExamined(page_id=page_id, state=state, fingerprint=found.fingerprint, separator=separator)


def separator_text(code: SeparatorCode) -> str:
    """The code as it stands in the journal."""
    return canonical_json([code.kind, code.record_class, code.file_reference])


def separator_code(text: str) -> SeparatorCode:
    """The code that `separator_text` wrote."""
    kind, record_class, file_reference = json.loads(text)
    return SeparatorCode(kind=kind, record_class=record_class, file_reference=file_reference)
