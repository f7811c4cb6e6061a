"""The SANE driver: a worker process for each order, with time limits."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import (
    ArchiveError,
    CoverOpen,
    DeviceBusy,
    DeviceHung,
    DeviceLost,
    DeviceNotFound,
    DriverMissing,
    FeederEmpty,
    PaperJam,
    ScanError,
)
from muni_archive.domain.records import Side
from muni_archive.domain.scanning import Capabilities, Device, ScannedPage, ScanProfile, Source
from muni_archive.messages import _
from scanners.sane.worker import BROKE_OFF, NEXT, STOP, Answer, Found, Order, Sheet, Trouble, serve

PREFIX = "sane:"
ANSWER_SECONDS, PAGE_SECONDS, STOP_SECONDS = 20.0, 90.0, 15.0
"""Network backends look around for seconds; a large sheet at 600 dpi takes a minute."""
CLOSE_SECONDS = 2.0
"""For a device to be cancelled and closed; after that its worker is killed."""
LOOK_SECONDS = 0.1
"""Between two looks at the cancel token."""
_SPAWN = multiprocessing.get_context("spawn")
STATUS: dict[str, type[ScanError]] = {
    "Document feeder jammed": PaperJam,
    "Document feeder out of documents": FeederEmpty,
    "Scanner cover is open": CoverOpen,
    "Device busy": DeviceBusy,
    "Error during device I/O": DeviceLost,
    BROKE_OFF: DeviceLost,
}
"""SANE's own words for its status codes: python-sane hands on nothing else."""
NO_SUCH_DEVICE = ("Invalid argument", "No such scan device")
DENIED = "Access to resource has been denied"


class SaneDriver:
    """Implements `ports.ScanDriver`. A device's id is `sane:` and its name for SANE: `sane:test:0`."""

    name = "sane"

    def __init__(self, *, answer_seconds: float = ANSWER_SECONDS, page_seconds: float = PAGE_SECONDS) -> None:
        self._answer_seconds, self._page_seconds = answer_seconds, page_seconds

    def devices(self) -> Sequence[Device]:
        with Worker(Order(), "") as worker:
            answer = worker.answer(self._answer_seconds)
        found = answer.devices if isinstance(answer, Found) else ()
        return [Device(id=f"{PREFIX}{name}", name=label, driver=self.name) for name, label in found]

    def capabilities(self, device_id: str) -> Capabilities:
        with Worker(Order(device=_name(device_id)), device_id) as worker:
            answer = worker.answer(self._answer_seconds)
        if not isinstance(answer, Capabilities):
            raise DeviceLost
        return answer

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> SaneFeed:
        return SaneFeed(_name(device_id), profile, cancel, page_seconds=self._page_seconds)


class SaneFeed:
    """Implements `ports.ScanFeed`: one feed of one device."""

    def __init__(self, device: str, profile: ScanProfile, cancel: CancelToken, *, page_seconds: float) -> None:
        self._order = Order(device=device, profile=profile)
        self._profile, self._cancel, self._page_seconds = profile, cancel, page_seconds
        self.delivered: int | None = None
        """SANE does not count."""

    def __iter__(self) -> Iterator[ScannedPage]:
        number = 0
        with Worker(self._order, f"{PREFIX}{self._order.device}") as worker:
            while isinstance(sheet := worker.next_sheet(self._page_seconds, self._cancel), Sheet):
                number += 1
                back = self._profile.source is Source.DUPLEX and number % 2 == 0
                yield ScannedPage(
                    data=sheet.data,
                    media_type=sheet.media_type,
                    number=number,
                    dpi=sheet.dpi,
                    side=Side.BACK if back else Side.FRONT,
                )
        self._cancel.raise_if_cancelled()
        if not number:
            raise FeederEmpty


class Worker:
    """A process that carries out one order. A context manager: afterwards the process is gone, whatever it did."""

    def __init__(self, order: Order, device_id: str) -> None:
        self._device_id = device_id
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs, order), name="muni-sane", daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()  # between two sheets it hears this, cancels the feed and closes the device
        self._process.join(timeout=CLOSE_SECONDS if kind is not DeviceHung else 0)
        self._process.kill()
        self._process.join(timeout=5)

    def answer(self, seconds: float) -> Answer:
        """The next answer. Raises `ScanError`: what SANE reports, a hang, a crash."""
        if not self._pipe.poll(seconds):
            raise DeviceHung(seconds=round(seconds))
        try:
            answer: Answer = self._pipe.recv()
        except (EOFError, OSError) as exc:
            raise ScanError(detail=_("its driver ended without a word")) from exc
        if isinstance(answer, ArchiveError):
            raise answer
        if isinstance(answer, Trouble):
            raise _error(answer, self._device_id)
        return answer

    def next_sheet(self, seconds: float, cancel: CancelToken) -> Answer:
        """The next page, or None. A page that is under way when somebody cancels has left the tray: it comes too."""
        with contextlib.suppress(OSError):
            self._pipe.send(STOP if cancel.cancelled else NEXT)
        deadline = time.monotonic() + seconds
        stopping = False
        while not self._pipe.poll(LOOK_SECONDS):
            if cancel.cancelled and not stopping:
                stopping, deadline = True, min(deadline, time.monotonic() + STOP_SECONDS)
            if time.monotonic() > deadline:
                cancel.raise_if_cancelled()
                raise DeviceHung(seconds=round(seconds))
        return self.answer(0)


def _name(device_id: str) -> str:
    if not device_id.startswith(PREFIX) or device_id == PREFIX:
        raise DeviceNotFound(device=device_id)
    return device_id.removeprefix(PREFIX)


def _error(trouble: Trouble, device_id: str) -> ScanError:
    if trouble.missing:
        return DriverMissing(driver="sane", detail=trouble.text)
    if trouble.text in STATUS:
        return STATUS[trouble.text]()
    if trouble.opening and trouble.text.startswith(NO_SUCH_DEVICE):
        return DeviceNotFound(device=device_id)
    if trouble.text == DENIED:
        return ScanError(detail=_("this user may not use it; an administrator adds them to the group «scanner»"))
    return ScanError(detail=trouble.text)
