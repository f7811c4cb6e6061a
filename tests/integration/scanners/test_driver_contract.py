"""What every driver promises, on a real device of its kind: a network scanner, SANE's test device, a folder."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import Cancelled, FeederEmpty, PaperJam, ScanError
from muni_archive.domain.scanning import ColorMode, ScannedPage, ScanProfile, Source
from muni_archive.paths import resource_path
from muni_archive.ports import ScanDriver
from muni_archive.scan_places import SCAN_ADDRESSES, SCAN_FOLDERS, write_lines
from scanners.escl import EsclDriver
from scanners.folder import FolderDriver
from scanners.sane import SaneDriver
from scanners.simulated import SimulatedDriver
from scanners.simulator.server import SimulatedScanner
from tests.helpers import sane_config

PROFILE = ScanProfile(name="contract", source=Source.FEEDER, mode=ColorMode.GRAY, resolution=200)
SAMPLES = resource_path("samples")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A driver with a device that holds `pages` pages; `set_up` of another kind makes the next feed fail."""

    driver: ScanDriver
    device: str
    pages: int
    unknown: str


SetUp = Callable[[str, Path, pytest.MonkeyPatch, ExitStack], Bench]


def escl(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Bench:
    faults = {"": (), "jam": ("jam@3",), "empty": ("empty",)}[fault]
    scanner = stack.enter_context(SimulatedScanner(SAMPLES, faults=faults))
    write_lines(SCAN_ADDRESSES, scanner.url)
    return Bench(driver=EsclDriver(), device=f"escl:{scanner.url}", pages=9, unknown="escl:http://127.0.0.1:9/eSCL")


def simulated(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Bench:
    monkeypatch.setenv("MUNI_ARCHIVE_SIMULATED_FAULTS", {"": "", "jam": "jam@3", "empty": "empty"}[fault])
    driver = SimulatedDriver()
    stack.callback(driver.close)
    return Bench(driver=driver, device="simulated:desk", pages=9, unknown="simulated:other")


def sane(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Bench:
    pytest.importorskip("sane", reason="python-sane needs libsane")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_config.frontend_tester(folder / "sane", fault=fault)))
    return Bench(driver=SaneDriver(), device="sane:test:0", pages=10, unknown="sane:test:77")


def watched(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> Bench:
    inbox = folder / "inbox"
    inbox.mkdir()
    for page in SAMPLES.glob("*.jpg") if fault != "empty" else ():
        shutil.copy(page, inbox)
    if fault == "jam":
        (inbox / "03-broken.jpg").write_bytes(b"\xff\xd8\xff")
    write_lines(SCAN_FOLDERS, str(inbox))
    return Bench(driver=FolderDriver(), device=f"folder:{inbox}", pages=9, unknown=f"folder:{folder}/none")


@pytest.fixture(params=[escl, simulated, sane, watched], ids=lambda set_up: set_up.__name__)
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Bench]]:
    """Sets the driver of the parameter up, with a fault or without."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with ExitStack() as stack:
        yield lambda fault="": request.param(fault, tmp_path, monkeypatch, stack)


def feed(bench: Bench, cancel: CancelToken | None = None) -> Iterator[ScannedPage]:
    return iter(bench.driver.scan(bench.device, PROFILE, cancel or CancelToken()))


def consume(pages: Iterator[ScannedPage], each: Callable[[ScannedPage], None]) -> None:
    for page in pages:
        each(page)


def test_the_device_is_listed(bench):
    ready = bench("")
    listed = {device.id: device for device in ready.driver.devices()}
    assert listed[ready.device].driver == ready.driver.name
    assert listed[ready.device].name


def test_capabilities_name_what_a_profile_may_ask_for(bench):
    ready = bench("")
    able = ready.driver.capabilities(ready.device)
    assert Source.FEEDER in able.sources
    assert ColorMode.GRAY in able.modes
    assert {200, 300} <= set(able.resolutions)


def test_pages_come_in_order_whole_and_at_their_resolution(bench):
    ready = bench("")
    pages = list(feed(ready))
    assert [page.number for page in pages] == list(range(1, ready.pages + 1))
    for page in pages:
        with Image.open(io.BytesIO(page.data)) as image:
            image.load()
            assert Image.MIME[image.format] == page.media_type
            assert 2 < max(image.size) / page.dpi < 20


def test_cancelling_ends_the_feed_and_the_device_can_be_used_again(bench):
    ready, cancel = bench(""), CancelToken()
    came: list[ScannedPage] = []

    def stop_at_two(page: ScannedPage) -> None:
        came.append(page)
        if len(came) == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        consume(feed(ready, cancel), stop_at_two)
    assert 2 <= len(came) <= 3
    assert next(feed(ready)).number == 1


def test_an_unknown_device_is_an_error_of_scanning(bench):
    ready = bench("")
    with pytest.raises(ScanError):
        list(ready.driver.scan(ready.unknown, PROFILE, CancelToken()))


def test_what_came_before_a_fault_stands_and_the_rest_follows(bench):
    ready, came = bench("jam"), []
    with pytest.raises(ScanError) as caught:
        consume(feed(ready), came.append)
    if isinstance(ready.driver, SaneDriver):
        assert (type(caught.value), came) == (PaperJam, [])  # the test backend reports a jam from the first byte on
        return
    assert len(came) == 2
    if isinstance(ready.driver, FolderDriver):
        (Path(ready.device.removeprefix("folder:")) / "03-broken.jpg").unlink()
    else:
        assert isinstance(caught.value, PaperJam)
    assert len(list(feed(ready))) == ready.pages - 2


def test_an_empty_feeder_says_so(bench):
    with pytest.raises(FeederEmpty):
        list(feed(bench("empty")))


def test_nothing_is_left_running(bench):
    ready = bench("")
    take_one(ready)  # what a driver starts for good (a server, a tracker) is there from now on
    before = children()
    take_one(ready)
    assert children() <= before


def take_one(ready: Bench) -> None:
    pages = feed(ready)
    next(pages)
    pages.close()


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}
