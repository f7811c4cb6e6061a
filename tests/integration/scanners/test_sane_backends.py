"""What backends do that this machine does not have: crash, hang, refuse, hide options, announce too much."""

from __future__ import annotations

import time

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import (
    Cancelled,
    DeviceHung,
    DeviceLost,
    DeviceNotFound,
    DriverMissing,
    ScanError,
)
from muni_archive.domain.records import Side
from muni_archive.domain.scanning import ScanProfile, Source
from scanners.sane import SaneDriver
from tests.helpers.fake_sane import fake_sane, notes

DEVICE = "sane:fake:0"
FEEDER = ScanProfile(name="f", source=Source.FEEDER, resolution=200)
DUPLEX = ScanProfile(name="d", source=Source.DUPLEX, resolution=200)


@pytest.fixture
def backend(tmp_path, monkeypatch):
    def behave(manner=""):
        monkeypatch.syspath_prepend(str(fake_sane(tmp_path / "fake", manner)))
        return SaneDriver(answer_seconds=1.0 if manner == "hang" else 20.0)

    return behave


def feed(driver, profile=FEEDER, cancel=None):
    return iter(driver.scan(DEVICE, profile, cancel or CancelToken()))


def test_a_camera_is_not_listed_as_a_scanner(backend):
    assert [(device.id, device.name) for device in backend().devices()] == [(DEVICE, "Maker Model")]


def test_both_sides_are_found_where_only_the_chosen_feeder_shows_them(backend, tmp_path):
    driver = backend()
    assert set(driver.capabilities(DEVICE).sources) == set(Source)
    assert [page.side for page in feed(driver, DUPLEX)] == [Side.FRONT, Side.BACK]
    assert notes(tmp_path / "fake").count("snap Duplex") == 2
    assert len(list(feed(driver, FEEDER))) == 2
    assert notes(tmp_path / "fake").count("snap Simplex") == 2


def test_a_backend_that_crashes_costs_its_worker_alone(backend):
    with pytest.raises(ScanError, match="without a word"):
        list(feed(backend("crash")))


def test_a_backend_that_hangs_while_it_looks_around_is_given_up(backend):
    driver, started = backend("hang"), time.monotonic()
    with pytest.raises(DeviceHung):
        driver.devices()
    assert time.monotonic() - started < 5


def test_without_sane_every_order_tells_why(backend):
    driver = backend("absent")
    for order in (driver.devices, lambda: driver.capabilities(DEVICE), lambda: list(feed(driver))):
        with pytest.raises(DriverMissing, match=r"libsane\.so\.1"):
            order()


def test_a_device_that_may_not_be_opened_tells_what_to_do(backend):
    with pytest.raises(ScanError, match="group"):
        backend("denied").capabilities(DEVICE)


def test_only_opening_can_find_no_device(backend):
    with pytest.raises(DeviceNotFound):
        list(feed(backend("unknown")))
    with pytest.raises(ScanError, match="Invalid argument") as caught:
        list(feed(backend("picky")))
    assert not isinstance(caught.value, DeviceNotFound)


def test_a_page_shorter_than_announced_is_no_page(backend):
    with pytest.raises(DeviceLost):
        next(feed(backend("short")))


def test_a_feed_that_nobody_takes_on_is_cancelled_and_closed(backend, tmp_path):
    pages = feed(backend())
    next(pages)
    pages.close()  # as when storing the page failed
    assert notes(tmp_path / "fake")[-2:] == ["cancel", "close"]


def test_a_cancelled_feed_is_cancelled_and_closed_at_the_device_too(backend, tmp_path):
    cancel = CancelToken()
    pages = feed(backend(), cancel=cancel)
    next(pages)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(pages)
    assert notes(tmp_path / "fake")[-2:] == ["cancel", "close"]
