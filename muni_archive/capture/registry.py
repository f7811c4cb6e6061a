"""The scanner drivers that are installed, found by entry point; nobody imports one by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DeviceNotFound, DriverMissing, ScanError
from muni_archive.domain.scanning import Capabilities, Device, ScanProfile
from muni_archive.messages import explain
from muni_archive.ports import ScanDriver, ScanFeed

GROUP = "muni_archive.scanners"
DECLARED = {
    "escl": "scanners.escl:EsclDriver",
    "sane": "scanners.sane:SaneDriver",
    "folder": "scanners.folder:FolderDriver",
    "simulated": "scanners.simulated:SimulatedDriver",
}
"""What the entry points say, for a frozen program, which has none."""
SIMULATOR = "scanners.simulator.__main__"


@dataclass(frozen=True, kw_only=True)
class DeviceSearch:
    """Devices that were found, and in the user's language why a driver found none."""

    devices: tuple[Device, ...]
    problems: tuple[str, ...]


class LazyDriver:
    """A driver that is imported when it is first used, so that a broken one cannot stop the program."""

    def __init__(self, entry: EntryPoint) -> None:
        self.name = entry.name
        self._entry = entry

    def devices(self) -> Sequence[Device]:
        return self._driver.devices()

    def capabilities(self, device_id: str) -> Capabilities:
        return self._driver.capabilities(device_id)

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> ScanFeed:
        return self._driver.scan(device_id, profile, cancel)

    @cached_property
    def _driver(self) -> ScanDriver:
        try:
            return cast(ScanDriver, self._entry.load()())
        except (ImportError, OSError, AttributeError) as exc:
            raise DriverMissing(driver=self.name, detail=str(exc)) from exc


def load_drivers() -> Mapping[str, ScanDriver]:
    """Every driver by name; none is imported yet."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    declared = {name: EntryPoint(name=name, value=value, group=GROUP) for name, value in DECLARED.items()}
    return {name: LazyDriver(entry) for name, entry in {**declared, **found}.items()}


def driver_of(drivers: Mapping[str, ScanDriver], device_id: str) -> ScanDriver:
    """The driver whose name the device's id begins with. Raises `DeviceNotFound`."""
    driver = drivers.get(device_id.partition(":")[0])
    if driver is None:
        raise DeviceNotFound(device=device_id)
    return driver


def find_devices(drivers: Mapping[str, ScanDriver]) -> DeviceSearch:
    """Ask every driver; one that fails is explained and the others are listed all the same."""
    devices: list[Device] = []
    problems: list[str] = []
    for driver in drivers.values():
        try:
            devices += driver.devices()
        except ScanError as error:
            problems.append(explain(error))
    return DeviceSearch(devices=tuple(devices), problems=tuple(problems))


def run_simulator(pages: Path, *, port: int, faults: Sequence[str]) -> None:
    """Run the simulated scanner until it is interrupted. Raises `WrongUse` for a fault that does not exist."""
    import_module(SIMULATOR).run(pages, port=port, faults=faults)
