"""The simulated scanner as a device: a server process of its own, reached over real HTTP."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DeviceNotFound, DriverMissing
from muni_archive.domain.scanning import Capabilities, Device, ScanProfile
from muni_archive.messages import _
from muni_archive.paths import resource_path
from scanners.escl.driver import EsclDriver, EsclFeed

DEVICE = "simulated:desk"
PAGES, FAULTS = "MUNI_ARCHIVE_SIMULATED_PAGES", "MUNI_ARCHIVE_SIMULATED_FAULTS"
"""Environment variables: a folder of pictures in place of the sample pages, and faults parted by commas."""


class SimulatedDriver:
    """Implements `ports.ScanDriver`: starts the server on first use and hands over to the eSCL driver."""

    name = "simulated"

    def __init__(self) -> None:
        self._escl = EsclDriver()
        self._process: subprocess.Popen[str] | None = None
        self._address = ""

    def devices(self) -> Sequence[Device]:
        return [Device(id=DEVICE, name=_("Simulated scanner (sample pages)"), driver=self.name)]

    def capabilities(self, device_id: str) -> Capabilities:
        return self._escl.capabilities(self._running(device_id))

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> EsclFeed:
        return self._escl.scan(self._running(device_id), profile, cancel)

    def close(self) -> None:
        """Switch the server off; its standard input closing is the sign."""
        if self._process is not None:
            self._process.communicate(timeout=10)
            self._process = None

    def _running(self, device_id: str) -> str:
        """The eSCL id of the running server, started when need be."""
        if device_id != DEVICE:
            raise DeviceNotFound(device=device_id)
        if self._process is None or self._process.poll() is not None:
            self._start()
        return self._address

    def _start(self) -> None:
        pages = Path(os.environ.get(PAGES) or resource_path("samples"))
        faults = [fault for fault in os.environ.get(FAULTS, "").split(",") if fault]
        self._process = subprocess.Popen(
            _command(pages, faults), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)
        assert self._process.stdout is not None
        self._address = self._process.stdout.readline().strip()
        if not self._address.startswith("escl:"):
            raise DriverMissing(driver=self.name, detail=f"{pages}")


def _command(pages: Path, faults: Sequence[str]) -> list[str]:
    options = ["--pages", str(pages), *(part for fault in faults for part in ("--fault", fault))]
    return [sys.executable, "-m", "scanners.simulator", *options]
