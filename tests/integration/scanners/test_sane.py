"""SANE: its faults in our words, hangs and crashes that cost a worker, and the project's scanner through airscan."""

from __future__ import annotations

import io
import threading
import time

import psutil
import pytest
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import (
    CoverOpen,
    DeviceBusy,
    DeviceHung,
    DeviceLost,
    DeviceNotFound,
    DriverMissing,
    FeederEmpty,
    PaperJam,
    ScanError,
    UnsupportedSetting,
)
from muni_archive.domain.records import Side
from muni_archive.domain.scanning import ColorMode, ScanProfile, Source
from muni_archive.paths import resource_path
from scanners.sane import SaneDriver
from scanners.simulator.server import SimulatedScanner
from tests.helpers import sane_config

pytest.importorskip("sane", reason="python-sane needs libsane")
PROFILE = ScanProfile(name="test", source=Source.FEEDER, mode=ColorMode.GRAY, resolution=100)


def scan(driver, device="sane:test:0", profile=PROFILE, cancel=None):
    return list(driver.scan(device, profile, cancel or CancelToken()))


@pytest.fixture
def configured(tmp_path, monkeypatch):
    def configure(**options):
        monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_config.frontend_tester(tmp_path / "sane", **options)))
        return SaneDriver()

    return configure


@pytest.mark.parametrize(
    ("fault", "error"),
    [("jam", PaperJam), ("empty", FeederEmpty), ("cover", CoverOpen), ("busy", DeviceBusy), ("io", DeviceLost)],
)
def test_each_status_becomes_an_error_that_says_what_to_do(configured, fault, error):
    with pytest.raises(error):
        scan(configured(fault=fault))


@pytest.mark.parametrize(
    ("mode", "pillow", "media_type"),
    [
        (ColorMode.COLOR, "RGB", "image/png"),
        (ColorMode.GRAY, "L", "image/png"),
        (ColorMode.BINARY, "1", "image/tiff"),
    ],
)
def test_pages_keep_their_colours_and_their_resolution(configured, mode, pillow, media_type):
    profile = ScanProfile(name="one", source=Source.FLATBED, mode=mode, resolution=150)
    (page,) = scan(configured(), profile=profile)
    with Image.open(io.BytesIO(page.data)) as image:
        assert (image.mode, page.media_type, page.dpi) == (pillow, media_type, 150)
        assert round(float(image.info["dpi"][0])) == 150
        assert abs(image.width - 100 / 25.4 * 150) < 3  # the whole glass, not the backend's small default


def test_a_resolution_out_of_reach_is_refused_before_anything_moves(configured):
    with pytest.raises(UnsupportedSetting):
        scan(configured(), profile=ScanProfile(name="fine", source=Source.FEEDER, resolution=2400))
    with pytest.raises(UnsupportedSetting):
        scan(configured(), profile=ScanProfile(name="both", source=Source.DUPLEX, resolution=100))


def test_a_device_that_hangs_costs_its_worker_alone(configured):
    driver = configured(delay_us=200_000)
    hurried = SaneDriver(page_seconds=1.0)
    others, started = workers(), time.monotonic()
    with pytest.raises(DeviceHung):
        scan(hurried)
    assert time.monotonic() - started < 10
    assert set(workers()) <= set(others)
    assert driver.devices()


STUCK = """
import time
class Device:
    opt = {}
    def start(self): raise RuntimeError("Document feeder jammed")
    def cancel(self): time.sleep(3600)
    def close(self): pass
def init(): pass
def open(name): return Device()
"""


def test_a_jam_is_told_even_where_the_backend_hangs_while_it_is_cancelled(tmp_path, monkeypatch):
    (tmp_path / "sane.py").write_text(STUCK)
    monkeypatch.syspath_prepend(str(tmp_path))
    others = workers()
    with pytest.raises(PaperJam):
        scan(SaneDriver(page_seconds=10), profile=ScanProfile(name="glass", source=Source.FLATBED, mode=ColorMode.GRAY))
    assert set(workers()) <= set(others)


def test_a_worker_that_is_killed_is_an_error_and_the_next_feed_works(configured):
    driver, others = configured(delay_us=200_000), set(workers())

    def kill():
        while not set(workers()) - others:
            time.sleep(0.02)
        time.sleep(0.5)
        for worker in set(workers()) - others:
            worker.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(ScanError):
        scan(driver)
    killer.join()
    assert len(scan(configured())) == 10


def test_without_sane_the_reason_is_told(configured, tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sane.py").write_text("raise ImportError('libsane.so.1: cannot open shared object file')")
    monkeypatch.syspath_prepend(str(broken))
    with pytest.raises(DriverMissing, match=r"libsane\.so\.1"):
        configured().devices()


def test_a_device_that_is_not_there_is_named(configured):
    with pytest.raises(DeviceNotFound):
        scan(configured(), device="sane:test:9")


def test_the_simulated_scanner_is_driven_through_airscan(tmp_path, monkeypatch):
    with SimulatedScanner(resource_path("samples")) as simulated:
        monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_config.airscan(tmp_path / "air", simulated.url)))
        driver = SaneDriver()
        (device,) = driver.devices()
        able = driver.capabilities(device.id)
        assert set(able.sources) == set(Source)
        duplex = ScanProfile(name="both", source=Source.DUPLEX, mode=ColorMode.GRAY, resolution=200)
        pages = scan(driver, device.id, duplex)
        assert [page.side for page in pages[:3]] == [Side.FRONT, Side.BACK, Side.FRONT]
        assert len(pages) == 9


def test_a_jam_in_the_simulated_scanner_comes_through_airscan(tmp_path, monkeypatch):
    with SimulatedScanner(resource_path("samples"), faults=["jam@3"]) as simulated:
        monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_config.airscan(tmp_path / "air", simulated.url)))
        driver, came = SaneDriver(), []
        (device,) = driver.devices()
        with pytest.raises(PaperJam):
            came.extend(
                driver.scan(device.id, ScanProfile(name="f", source=Source.FEEDER, resolution=200), CancelToken())
            )
        assert len(came) in (0, 2)


def workers():
    """Worker processes of this program, other parts' too."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue
    return found
