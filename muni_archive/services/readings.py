"""What stands on a page: as it was read, with what clerks have found since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muni_archive.domain.reading import Reading
from muni_archive.domain.records import WordReview
from muni_archive.domain.reviewing import reviewed
from muni_archive.ocr.fields import propose_fields
from muni_archive.ports import Records, Vault


def current_reading(records: Records, vault: Vault, page_id: str) -> Reading | None:
    """The page's latest reading with every review; None while it waits to be read."""
    blob = records.reading_blob(page_id)
    return None if blob is None else with_reviews(vault, blob, records.word_reviews(page_id))


def with_reviews(vault: Vault, blob: str, reviews: Sequence[WordReview]) -> Reading:
    """As `current_reading`, of a page whose latest reading and reviews are known."""
    reading = Reading.from_json(vault.get(blob))
    if not reviews:
        return reading
    better = reviewed(reading, blob, reviews)
    return better if better is reading else replace(better, proposals=propose_fields(better))
