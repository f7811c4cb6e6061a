"""The eSCL driver: finds scanners, asks what they can do, and takes pages as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import httpx

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DeviceLost, DeviceNotFound, FeederEmpty, ScanError, UnsupportedSetting
from muni_archive.domain.records import Side
from muni_archive.domain.scanning import Capabilities, Device, ScannedPage, ScanProfile, Source
from muni_archive.scan_places import SCAN_ADDRESSES, read_lines
from scanners.escl.connection import Connection
from scanners.escl.discovery import discover
from scanners.escl.documents import Region, job_request, parse_capabilities

PREFIX = "escl:"
MEDIA = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"II": "image/tiff", b"MM": "image/tiff"}


class EsclDriver:
    """Implements `ports.ScanDriver`. A device's id is `escl:` and its address: `escl:http://host:port/eSCL`."""

    name = "escl"

    def devices(self) -> Sequence[Device]:
        """Those that announce themselves, then those that somebody listed; whether the latter answer shows in use."""
        found = {scanner.url.rstrip("/"): scanner.name for scanner in discover()}
        for address in read_lines(SCAN_ADDRESSES):
            found.setdefault(address.rstrip("/"), urlsplit(address).netloc or address)
        return [Device(id=f"{PREFIX}{url}", name=name, driver=self.name) for url, name in found.items()]

    def capabilities(self, device_id: str) -> Capabilities:
        with Connection(_url(device_id)) as connection:
            return _capabilities(connection)[0]

    def scan(self, device_id: str, profile: ScanProfile, cancel: CancelToken) -> EsclFeed:
        return EsclFeed(_url(device_id), profile, cancel)


class EsclFeed:
    """Implements `ports.ScanFeed`: one job of one scanner."""

    def __init__(self, url: str, profile: ScanProfile, cancel: CancelToken) -> None:
        self._url, self._profile, self._cancel = url, profile, cancel
        self.delivered: int | None = None

    def __iter__(self) -> Iterator[ScannedPage]:
        with Connection(self._url) as connection:
            capabilities, regions = _capabilities(connection)
            _check(capabilities, self._profile)
            job = connection.begin(job_request(self._profile, regions[self._profile.source]))
            try:
                yield from self._pages(connection, job)
            finally:
                connection.end(job)

    def _pages(self, connection: Connection, job: str) -> Iterator[ScannedPage]:
        number = 0
        while True:
            self._cancel.raise_if_cancelled()
            data = _whole_page(connection, job)
            if data is None:
                break
            number += 1
            back = self._profile.source is Source.DUPLEX and number % 2 == 0
            yield ScannedPage(
                data=data,
                media_type=MEDIA[data[:2]],
                number=number,
                dpi=self._profile.resolution,
                side=Side.BACK if back else Side.FRONT,
            )
        self.delivered = connection.completed(job)
        if not number:
            raise FeederEmpty


def _whole_page(connection: Connection, job: str) -> bytes | None:
    """The next page, complete: a JPEG that breaks off is a lost connection, not a page."""
    try:
        data = connection.page(job)
    except httpx.HTTPStatusError as exc:
        raise ScanError(detail=str(exc)) from exc
    if data is None:
        return None
    if data[:2] not in MEDIA:
        raise ScanError(detail="the page is not a picture")
    if data[:2] == b"\xff\xd8" and b"\xff\xd9" not in data[-64:]:
        raise DeviceLost
    return data


def _capabilities(connection: Connection) -> tuple[Capabilities, dict[Source, Region]]:
    try:
        _, capabilities, regions = parse_capabilities(connection.document("ScannerCapabilities"))
    except httpx.HTTPStatusError as exc:
        raise ScanError(detail=str(exc)) from exc
    return capabilities, regions


def _check(capabilities: Capabilities, profile: ScanProfile) -> None:
    """Raise `UnsupportedSetting` for the first thing that the scanner cannot do."""
    for setting, value, offered in (
        ("source", profile.source, capabilities.sources),
        ("mode", profile.mode, capabilities.modes),
        ("resolution", profile.resolution, capabilities.resolutions),
    ):
        if value not in offered:
            raise UnsupportedSetting(setting=setting, value=value)


def _url(device_id: str) -> str:
    url = device_id.removeprefix(PREFIX)
    if not url.startswith(("http://", "https://")):
        raise DeviceNotFound(device=device_id)
    return url
