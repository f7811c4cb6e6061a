"""Scanners that announce themselves on the network are found."""

import socket

import pytest
from zeroconf import ServiceInfo, Zeroconf

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.scanning import ScanProfile, Source
from muni_archive.paths import resource_path
from scanners.escl import EsclDriver
from scanners.escl.discovery import discover
from scanners.simulator.server import SimulatedScanner


@pytest.fixture
def announced():
    with SimulatedScanner(resource_path("samples")) as simulated:
        port = int(simulated.url.rsplit(":", 1)[1].split("/")[0])
        try:
            zeroconf = Zeroconf(interfaces=["127.0.0.1"])
        except OSError as error:
            pytest.skip(f"no multicast here: {error}")
        info = ServiceInfo(
            "_uscan._tcp.local.",
            "Test scanner._uscan._tcp.local.",
            addresses=[socket.inet_aton("127.0.0.1")],
            port=port,
            properties={"rs": "eSCL", "ty": "Test scanner", "pdl": "image/jpeg"},
        )
        zeroconf.register_service(info)
        yield simulated
        zeroconf.unregister_service(info)
        zeroconf.close()


def test_an_announced_scanner_is_found_and_scans(announced, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = discover(3.0)
    assert [(scanner.name, scanner.url) for scanner in found] == [("Test scanner", announced.url)]
    driver = EsclDriver()
    (device,) = driver.devices()
    profile = ScanProfile(name="f", source=Source.FEEDER, resolution=200)
    assert len(list(driver.scan(device.id, profile, CancelToken()))) == 9
