"""What clerks have corrected or confirmed, as data to train a reader on. It stays on this machine.

A folder with `words.jsonl`, one line a word, and the picture of each beside it. Words are cut level from the master.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DiskFull, FolderNotEmpty, WrongUse
from muni_archive.domain.full_disk import is_full
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import WordReview
from muni_archive.imaging.snippets import UprightPage, upright_page
from muni_archive.messages import _
from muni_archive.ports import Records
from muni_archive.services.subjects import about_page
from muni_archive.services.workplace import Workplace

MANIFEST = "words.jsonl"
_BESIDE, _ABOVE = 0.12, 0.04


def export_corrections(
    place: Workplace, folder: Path, *, cancel: CancelToken, progress: Callable[[int, int], None]
) -> int:
    """Write them, whole or not at all; returns how many words. Raises `FolderNotEmpty` where something lies already."""
    place.guard.require(Action.EXPORT)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(path=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with place.unit_of_work() as unit:
            pages = [page for page in unit.records.reviewed_pages() if _may_go_out(place, unit.records, page)]
            lines = []
            for done, page_id in enumerate(pages):
                cancel.raise_if_cancelled()
                progress(done, len(pages))
                lines += list(_words_of_page(place, unit.records, page_id, draft))
        text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
        (draft / MANIFEST).write_text(text, encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    except OSError as exc:
        if is_full(exc):
            raise DiskFull from exc
        raise WrongUse(detail=_("cannot write {target}: {reason}").format(target=folder, reason=exc.strerror)) from exc
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return len(lines)


def _may_go_out(place: Workplace, records: Records, page_id: str) -> bool:
    return place.guard.may(Action.EXPORT, about_page(place, records, records.page(page_id)))


def _words_of_page(place: Workplace, records: Records, page_id: str, folder: Path) -> Iterator[dict[str, Any]]:
    page = records.page(page_id)
    papers: dict[str, tuple[Reading, UprightPage]] = {}
    for at, review in enumerate(_latest(records.word_reviews(page_id))):
        if review.reading not in papers:
            reading = Reading.from_json(place.vault.get(review.reading))
            path = place.vault.path(page.blob)
            papers[review.reading] = reading, upright_page(path, orientation=reading.orientation, skew=reading.skew)
        reading, paper = papers[review.reading]
        name = f"{page_id}-{at:04}.png"
        done, data = cv2.imencode(".png", paper.cut(review.box, beside=_BESIDE, above=_ABOVE))
        if not done:
            continue
        (folder / name).write_bytes(data.tobytes())
        yield {
            "picture": name, "text": review.decided, "read": review.read, "page": page_id, "dpi": page.dpi,
            "confidence": reading.lines[review.line].words[review.word].confidence, "engine": reading.engine,
            "box": [review.box.x, review.box.y, review.box.width, review.box.height],
        }  # fmt: skip


def _latest(reviews: Sequence[WordReview]) -> list[WordReview]:
    """The last answer for each word."""
    last: dict[tuple[str, int, int], WordReview] = {}
    for review in reviews:
        last[review.reading, review.line, review.word] = review
    return list(last.values())
