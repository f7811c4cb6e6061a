"""Making the redacted copy of a version: blacked pages, the words that stay, and the notice before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.mark_errors import RedactedCopyRefused
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, Page
from muni_archive.domain.redaction import Redaction, covered, without_hidden
from muni_archive.imaging.blackening import blackened, codes_left, grid_of
from muni_archive.messages import _
from muni_archive.redaction_reasons import load_notice, load_reasons
from muni_archive.rendition import NoticeLine, RedactedPage, make_redacted_copy
from muni_archive.services.redaction.hidden import hidden_texts, names_hidden, shown_title
from muni_archive.services.redaction.material import Material, material_of
from muni_archive.services.view_document import upright_rotation
from muni_archive.services.workplace import Workplace

LANGUAGES = ("ar", "en")


def make_copy(place: Workplace, redaction: Redaction, *, approver: str, cancel: CancelToken) -> bytes:
    """The copy as it would be given out, approved by `approver` today.

    Raises `RedactedCopyRefused`, `ReadingFailed`, `Cancelled`.
    """
    material, now = material_of(place, redaction), place.clock.now()
    pages = [
        _page(place, page, reading, redaction, cancel)
        for page, reading in zip(material.pages, material.readings, strict=True)
    ]
    hidden = hidden_texts(material, {page.id: made.black for page, made in zip(material.pages, pages, strict=True)})
    _check_codes(material, pages, hidden)
    number = "" if names_hidden(material.document.number, hidden) else material.document.number
    title = shown_title(material.document.title, hidden) or number
    return make_redacted_copy(
        pages, notice=tuple(_notice(material, redaction, number, title, approver, now)), title=title, language="ar",
        number=number, created=now, hidden=hidden,
    )  # fmt: skip


def _page(
    place: Workplace, page: Page, reading: Reading | None, redaction: Redaction, cancel: CancelToken
) -> RedactedPage:
    cancel.raise_if_cancelled()
    reasons, master = load_reasons(), place.vault.path(page.blob)
    grid = grid_of(master)
    boxes = redaction.boxes_on(page.id)
    black = tuple(covered(box, page.width, page.height, grid=grid) for box in boxes)
    return RedactedPage(
        picture=blackened(master, boxes, width=page.width, height=page.height),
        rotation=upright_rotation(page, reading),
        dpi=page.dpi,
        reading=without_hidden(reading, black) if reading else None,
        black=black,
        codes=tuple(reasons[reason].code if reason in reasons else "" for reason in redaction.reasons_on(page.id)),
    )


def _check_codes(material: Material, pages: list[RedactedPage], hidden: tuple[str, ...]) -> None:
    """Where a bar code was read, it must not say what is hidden."""
    for number, (reading, page) in enumerate(zip(material.readings, pages, strict=True), start=1):
        if reading and reading.codes and any(names_hidden(code, hidden) for code in codes_left(page.picture)):
            detail = _("a bar code on page {number} says what is hidden: cover it too").format(number=number)
            raise RedactedCopyRefused(detail=detail)


def _notice(
    material: Material, redaction: Redaction, number: str, title: str, approver: str, now: datetime
) -> Iterator[NoticeLine]:
    """Both languages, the Arabic first."""
    said = _said(material.document, redaction, number, title, approver, now)
    texts = load_notice()
    for language in LANGUAGES:
        rtl = language == LANGUAGES[0]
        yield NoticeLine(text=texts["heading"][language], rtl=rtl, heading=True)
        for name in ("document", "title", "version", "approved"):
            yield NoticeLine(text=texts[name][language].format(**said), rtl=rtl)
        yield NoticeLine(text=texts["reasons"][language], rtl=rtl, strong=True)
        for reason in _reasons(material, redaction, texts["reason"][language], language):
            yield NoticeLine(text=reason, rtl=rtl)
        yield NoticeLine(text=texts["statement"][language], rtl=rtl)
        yield NoticeLine(text=texts["pages"][language], rtl=rtl)
        if rtl:
            yield NoticeLine(text="")


def _said(
    document: Document, redaction: Redaction, number: str, title: str, approver: str, now: datetime
) -> Mapping[str, object]:
    return {
        "number": number or "-", "title": title or "-", "version": redaction.version,
        "date": now.date().isoformat(), "changed": document.changed_at.date().isoformat(), "name": approver,
    }  # fmt: skip


def _reasons(material: Material, redaction: Redaction, text: str, language: str) -> Iterator[str]:
    known = load_reasons()
    counts = Counter(area.reason for area in redaction.areas)
    for reason in (known[each] for each in known if each in counts):
        pages = sorted({material.number_of(area.page_id) for area in redaction.areas if area.reason == reason.id})
        yield text.format(
            code=reason.code, label=reason.label[language], count=counts[reason.id],
            pages=(", " if language == "en" else "، ").join(map(str, pages)),
        )  # fmt: skip
