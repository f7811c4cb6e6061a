"""A clerk looks at what was read with doubt, word by word; each answer is kept beside what the machine read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from muni_archive.domain.events import WordReviewed
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Page, PageState
from muni_archive.domain.reviewing import Doubt, doubts
from muni_archive.imaging.snippets import UprightPage, upright_page
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.subjects import about_page
from muni_archive.services.workplace import Workplace

PAGES_AHEAD = 200


@dataclass(frozen=True, kw_only=True)
class PageToReview:
    """A page and the words on it that wait; `reading` is the name of what was read, `paper` is there to cut from."""

    page: Page
    document: str
    reading: str
    doubts: tuple[Doubt, ...]
    paper: UprightPage
    waiting: int
    """Pages that wait, this one included."""


def next_page_to_review(
    place: Workplace, *, skipped: Collection[str] = (), wanted: str | None = None
) -> PageToReview | None:
    """The page `wanted`, else the one that has waited longest; None when nothing waits beside the skipped ones."""
    place.guard.require(Action.CORRECT)
    scope = place.guard.scope(Action.CORRECT)
    with place.unit_of_work() as unit:
        waiting = unit.records.count_to_review(scope=scope)
        pages = unit.records.pages_to_review(PAGES_AHEAD + len(skipped), scope=scope)
        page = next((page for page in pages if page.id not in skipped), None)
        if wanted is not None and _waits(asked := unit.records.page(wanted)):
            place.guard.require(Action.CORRECT, about_page(place, unit.records, asked))
            page = asked
        if page is None:
            return None
        blob = unit.records.reading_blob(page.id) or ""
        seen = {(review.line, review.word) for review in unit.records.word_reviews(page.id) if review.reading == blob}
        document = unit.records.document(page.document_id).number if page.document_id else ""
    reading = Reading.from_json(place.vault.get(blob))
    return PageToReview(
        page=page, document=document, reading=blob, waiting=waiting,
        doubts=tuple(doubt for doubt in doubts(reading) if (doubt.line, doubt.word) not in seen),
        paper=upright_page(place.vault.path(page.blob), orientation=reading.orientation, skew=reading.skew),
    )  # fmt: skip


def _waits(page: Page) -> bool:
    return page.state is PageState.KEPT and page.doubtful > 0


def review_word(place: Workplace, shown: PageToReview, doubt: Doubt, decided: str) -> None:
    """Record what stands there; an empty text says that it is none. A later answer outranks an earlier one."""
    with place.unit_of_work() as unit:
        place.guard.require(Action.CORRECT, about_page(place, unit.records, unit.records.page(shown.page.id)))
        unit.record(
            WordReviewed(
                page_id=shown.page.id, reading=shown.reading, line=doubt.line, word=doubt.word, box=doubt.read.box,
                read=doubt.read.text, decided=" ".join(decided.split()),
            )
        )  # fmt: skip
        unit.commit()
    follow_journal(place)
