"""Opening a batch, and finding those that a crash or a break left open."""

from __future__ import annotations

from collections.abc import Iterable

from muni_archive.domain.errors import BatchClosed
from muni_archive.domain.events import BatchOpened
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Batch, BatchState
from muni_archive.domain.scanning import ScanProfile
from muni_archive.ports import UnitOfWork
from muni_archive.services.file_references import checked_reference
from muni_archive.services.own_departments import require_own
from muni_archive.services.subjects import about_batch, about_class
from muni_archive.services.workplace import Workplace


def open_batch(
    place: Workplace, *, device: str, profile: ScanProfile, record_class: str, file_reference: str | None = None
) -> Batch:
    """Begin a batch for one device and one record class.

    Raises `NotFound` for an unknown class, `DepartmentElsewhere` for one that is not this station's to enter,
    `FieldInvalid` for a reference that is too long.
    """
    require_own(place, place.record_classes.get(record_class))
    reference = checked_reference(file_reference)
    place.guard.require(Action.CAPTURE, about_class(place, record_class, reference))
    batch_id = place.ids.new()
    with place.unit_of_work() as unit:
        unit.record(
            BatchOpened(
                batch_id=batch_id,
                device=device,
                profile=profile.name,
                record_class=record_class,
                file_reference=reference,
            )
        )
        unit.commit()
        return unit.records.batch(batch_id)


def open_batches(place: Workplace) -> tuple[Batch, ...]:
    """Batches that are still open, oldest first: the clerk is offered to go on with them."""
    place.guard.require(Action.CAPTURE)
    with place.unit_of_work() as unit:
        return tuple(own_batches(place, unit.records.batches(BatchState.OPEN)))


def own_batches(place: Workplace, batches: Iterable[Batch]) -> list[Batch]:
    """Those that who asks may work on."""
    return [batch for batch in batches if place.guard.may(Action.CAPTURE, about_batch(place, batch))]


def still_open(place: Workplace, unit: UnitOfWork, batch_id: str) -> Batch:
    """The batch, which stays open until the unit ends.

    Raises `BatchClosed` when it is not open any more, `NotPermitted` for who may not work on it.
    """
    unit.lock()
    batch = unit.records.batch(batch_id)
    place.guard.require(Action.CAPTURE, about_batch(place, batch))
    if batch.state is not BatchState.OPEN:
        raise BatchClosed(batch=batch_id)
    return batch
