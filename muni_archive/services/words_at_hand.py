"""The words of the many pages that one answer shows, brought together at once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from muni_archive.domain.errors import BlobCorrupt, BlobMissing, ObjectStoreFailed
from muni_archive.domain.reading import PlacedWords, Reading
from muni_archive.domain.records import WordReview
from muni_archive.domain.reviewing import reviewed
from muni_archive.services.workplace import Workplace

_log = logging.getLogger(__name__)


def words_at_hand(
    place: Workplace, blobs: Mapping[str, str], reviews: Mapping[str, Sequence[WordReview]]
) -> Mapping[str, PlacedWords]:
    """By page, what stands there as far as is known; the latest readings and the reviews of the pages are given.

    A page whose reading is lost, damaged or not to be had is left out: it is found all the same, and a copy of another
    archive holds few of its files. An object store that fails is asked no further: each question would wait anew.
    Whether the pages may be seen was asked before.
    """
    place.vault.fetch_ahead([
        blob for page_id, blob in blobs.items() if page_id in reviews or place.words.find(blob) is None
    ])  # fmt: skip
    found: dict[str, PlacedWords] = {}
    away = False
    for page_id, blob in blobs.items():
        if away and (page_id in reviews or place.words.find(blob) is None):
            continue
        try:
            found[page_id] = _words(place, blob, reviews.get(page_id, ()))
        except (BlobMissing, BlobCorrupt):
            continue
        except ObjectStoreFailed as error:
            away = True
            _log.warning("pages are shown without their words: %s", error)
    return found


def _words(place: Workplace, blob: str, reviews: Sequence[WordReview]) -> PlacedWords:
    if reviews:
        return PlacedWords.of(reviewed(Reading.from_json(place.vault.get(blob)), blob, reviews))
    words = place.words.find(blob)
    if words is None:
        words = PlacedWords.from_json(place.vault.get(blob))
        place.words.add(blob, words, words.kept_bytes)
    return words
