"""A scanner in memory: delivers pictures, and stops where a test says."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import FeederEmpty
from muni_archive.domain.scanning import Capabilities, ColorMode, Device, ScannedPage, ScanProfile, Source


class FedScanner:
    """Implements `ports.ScanDriver`. `fault` is raised in front of page `fault_at` (from 0), once."""

    name = "fed"

    def __init__(self, pages: Sequence[Path]) -> None:
        self.pages = list(pages)
        self.fault: Exception | None = None
        self.fault_at = 0
        self.pause = self.pause_finding = 0.0

    def devices(self) -> Sequence[Device]:
        time.sleep(self.pause_finding)
        return [Device(id="fed:1", name="Fed", driver=self.name)]

    def capabilities(self, device_id: str) -> Capabilities:
        return Capabilities(sources=tuple(Source), modes=tuple(ColorMode), resolutions=(200, 300))

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> FedFeed:
        return FedFeed(self, cancel)


class FedFeed:
    """Implements `ports.ScanFeed`: what was delivered is gone from the scanner's tray."""

    def __init__(self, scanner: FedScanner, cancel: CancelToken) -> None:
        self._scanner, self._cancel = scanner, cancel
        self.delivered: int | None = None

    def __iter__(self) -> Iterator[ScannedPage]:
        came = 0
        if not self._scanner.pages:
            raise FeederEmpty
        while self._scanner.pages:
            self._cancel.wait(self._scanner.pause)
            self._cancel.raise_if_cancelled()
            if self._scanner.fault and came == self._scanner.fault_at:
                fault, self._scanner.fault = self._scanner.fault, None
                raise fault
            came += 1
            path = self._scanner.pages.pop(0)
            yield ScannedPage(data=path.read_bytes(), media_type="image/jpeg", number=came, dpi=300, name=path.name)
        self.delivered = came
