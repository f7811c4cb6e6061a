"""What stands on a page: as it was read, with what clerks have found since."""

from __future__ import annotations

from dataclasses import replace

from muni_archive.domain.reading import Reading
from muni_archive.domain.reviewing import reviewed
from muni_archive.ocr.fields import propose_fields
from muni_archive.ports import Records, Vault


def current_reading(records: Records, vault: Vault, page_id: str) -> Reading | None:
    """The page's latest reading with every review; None while it waits to be read."""
    blob = records.reading_blob(page_id)
    return None if blob is None else with_reviews(records, vault, page_id, blob)


def with_reviews(records: Records, vault: Vault, page_id: str, blob: str) -> Reading:
    """As `current_reading`, of a page whose latest reading is known to be `blob`."""
    reading = Reading.from_json(vault.get(blob))
    reviews = records.word_reviews(page_id)
    if not reviews:
        return reading
    better = reviewed(reading, blob, reviews)
    return better if better is reading else replace(better, proposals=propose_fields(better))
