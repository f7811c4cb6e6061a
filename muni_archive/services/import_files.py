"""Files from outside become documents: one each, or one for each part that a separator splits off.

A file goes in whole or not at all: its pages, its document and the closing of its batch are one
transaction, so a refusal or a kill half-way leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Refused
from muni_archive.domain.events import BatchOpened, PageCaptured, PageExamined, PageRead
from muni_archive.domain.permissions import Action
from muni_archive.domain.reading import Reading
from muni_archive.domain.records import Document, PageState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.imaging.examination import examine
from muni_archive.intake import IntakePage, open_source
from muni_archive.messages import _
from muni_archive.ocr.fields import propose_fields
from muni_archive.ports import UnitOfWork
from muni_archive.services.accession import NewDocument, create_document
from muni_archive.services.capture_batch.closing import closed
from muni_archive.services.capture_batch.counting import ledger_of
from muni_archive.services.capture_batch.examining import examined
from muni_archive.services.capture_batch.splitting import FedPage, split_parts
from muni_archive.services.own_departments import offered_classes, require_own
from muni_archive.services.subjects import about_class
from muni_archive.services.workplace import Workplace

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".jp2", ".j2k", ".jpx", ".jpf"})
"""Files that are taken from a folder; a file that is named by itself is judged by its content alone."""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """Documents made, in order, and inputs refused, each with its reason."""

    documents: tuple[Document, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """A page whose bytes lie in the vault, looked at, not yet in the journal."""

    captured: PageCaptured
    examined: PageExamined
    reading: Reading | None


def import_files(
    place: Workplace,
    paths: Sequence[Path],
    *,
    record_class: str,
    file_reference: str | None = None,
    split: bool = False,
    cancel: CancelToken,
    progress: Callable[[int, int, str], None],
) -> ImportReport:
    """Import files and the files of folders. `progress(done, total, name)` is called before each.

    Inputs that cannot be taken are refused one by one. Raises `NotFound` for an unknown class,
    `DepartmentElsewhere` for one that is not this station's to enter, and `Cancelled` between files: those before it
    stay.
    """
    require_own(place, place.record_classes.get(record_class))
    place.guard.require(Action.CAPTURE, about_class(place, record_class, file_reference))
    documents: list[Document] = []
    refused: list[Refused] = []
    files = tuple(_files(paths))
    for done, path in enumerate(files):
        cancel.raise_if_cancelled()
        progress(done, len(files), path.name)
        try:
            documents += _import_one(place, path, record_class, file_reference, split=split)
        except Refused as error:
            refused.append(error)
    progress(len(files), len(files), "")
    return ImportReport(documents=tuple(documents), refused=tuple(refused))


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            yield from sorted(inside)
        else:
            yield path


def _import_one(
    place: Workplace, path: Path, record_class: str, file_reference: str | None, *, split: bool
) -> Sequence[Document]:
    batch_id = place.ids.new()
    profile = ScanProfile(name="import", skip_blanks=False, split_on_separators=split)
    stored = [_store(place, batch_id, at, page, profile) for at, page in enumerate(open_source(path))]
    fed = [FedPage(page_id=p.examined.page_id, state=p.examined.state, separator=p.examined.separator) for p in stored]
    parts = split_parts(offered_classes(place), fed, record_class, file_reference)
    if not parts:
        raise Refused(name=path.name, detail=_("it holds separator sheets only, no page"))
    with place.unit_of_work() as unit:
        unit.record(
            BatchOpened(
                batch_id=batch_id,
                device="import",
                profile=profile.name,
                record_class=record_class,
                file_reference=file_reference,
            )
        )
        for page in stored:
            _record_page(place, unit, page)
        numbers = [
            create_document(
                place,
                unit,
                NewDocument(
                    record_class=part.record_class,
                    file_reference=part.file_reference,
                    page_ids=tuple(part.page_ids),
                    batch_id=batch_id,
                    title=path.stem if len(parts) == 1 else f"{path.stem} ({at})",
                ),
            )
            for at, part in enumerate(parts, start=1)
        ]
        counted = ledger_of(unit.records.batch(batch_id), unit.records.pages_of_batch(batch_id))
        unit.record(closed(batch_id, counted))
        unit.commit()
        return [unit.records.document_by_number(number) for number in numbers]


def _store(place: Workplace, batch_id: str, position: int, page: IntakePage, profile: ScanProfile) -> _Stored:
    captured = PageCaptured(
        page_id=place.ids.new(),
        batch_id=batch_id,
        position=position,
        blob=place.vault.put(page.data),
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        origin=page.name,
    )
    found = examined(captured.page_id, examine(page.data), profile)
    return _Stored(captured=captured, examined=found, reading=page.reading)


def _record_page(place: Workplace, unit: UnitOfWork, page: _Stored) -> None:
    """Write the page down, with the text that was born with it where there is one."""
    unit.record(page.captured)
    unit.record(page.examined)
    if page.reading and page.examined.state == PageState.KEPT:
        reading = replace(page.reading, proposals=propose_fields(page.reading))
        unit.record(
            PageRead(
                page_id=page.captured.page_id,
                reading=place.vault.put(reading.to_json()),
                engine=reading.engine,
                confidence=round(reading.confidence, 3),
            )
        )
