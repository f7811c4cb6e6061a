"""HTTP to one scanner, with time limits, bounds on what is taken in, and errors in the archive's own words."""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from muni_archive.domain.errors import CoverOpen, DeviceBusy, DeviceHung, DeviceLost, FeederEmpty, PaperJam, ScanError
from scanners.escl.documents import Status, parse_status

ANSWER_SECONDS, PAGE_SECONDS = 10.0, 60.0
LARGEST_XML, LARGEST_PAGE = 1 << 20, 400 << 20
ADF_ERRORS: dict[str, type[ScanError]] = {
    "ScannerAdfJam": PaperJam,
    "ScannerAdfMispick": PaperJam,
    "ScannerAdfMultipickDetected": PaperJam,
    "ScannerAdfHatchOpen": CoverOpen,
    "ScannerAdfEmpty": FeederEmpty,
}


class Connection:
    """Speaks to the scanner at `url` (`http://host:port/eSCL`). A context manager."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/"
        # Scanners sign their own certificates; the line is a local one and the archive trusts no content of it.
        self._client = httpx.Client(timeout=ANSWER_SECONDS, verify=False, trust_env=False)  # noqa: S501

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def document(self, name: str) -> bytes:
        """An XML document of the scanner."""
        return self._fetch(name, LARGEST_XML, ANSWER_SECONDS, missing=ScanError(detail=f"{name}: 404")) or b""

    def status(self) -> Status:
        return parse_status(self.document("ScannerStatus"))

    def begin(self, request: bytes) -> str:
        """Start a job; returns its address. Raises what keeps the scanner from it."""
        response = self._send("POST", "ScanJobs", content=request, headers={"Content-Type": "text/xml"})
        if response.status_code == 201 and "Location" in response.headers:
            # The path alone: some scanners put a name there that does not resolve here.
            return urljoin(self._url, httpx.URL(response.headers["Location"]).path).rstrip("/")
        raise self.trouble(response.status_code)

    def page(self, job: str) -> bytes | None:
        """The next page of the job, or None when it has no more."""
        try:
            return self._fetch(f"{job}/NextDocument", LARGEST_PAGE, PAGE_SECONDS, missing=None)
        except httpx.HTTPStatusError as exc:
            raise self.trouble(exc.response.status_code) from exc

    def end(self, job: str) -> None:
        """Tell the scanner to stop and forget the job; one that cannot hear it has stopped anyway."""
        try:
            self._client.delete(job)
        except httpx.HTTPError:
            return

    def completed(self, job: str) -> int | None:
        """How many pages the scanner itself counts for the job, None when it does not tell."""
        try:
            return self.status().completed.get(job.rpartition("/")[2])
        except ScanError:
            return None

    def trouble(self, code: int) -> ScanError:
        """What stands behind a refusal: the feeder's state says more than the code."""
        kind = ADF_ERRORS.get(self.status().adf_state)
        if kind:
            return kind()
        return DeviceBusy() if code in (409, 503) else ScanError(detail=f"HTTP {code}")

    def _send(self, method: str, name: str, **options: object) -> httpx.Response:
        try:
            return self._client.request(method, urljoin(self._url, name), **options)  # type: ignore[arg-type]  # httpx's own options
        except httpx.TimeoutException as exc:
            raise DeviceHung(seconds=round(ANSWER_SECONDS)) from exc
        except httpx.HTTPError as exc:
            raise DeviceLost from exc

    def _fetch(self, name: str, largest: int, seconds: float, *, missing: ScanError | None) -> bytes | None:
        """A whole body within bounds; 404 gives None or raises `missing`, other codes raise `HTTPStatusError`."""
        try:
            with self._client.stream("GET", urljoin(self._url, name), timeout=seconds) as response:
                if response.status_code == 404:
                    if missing:
                        raise missing
                    return None
                response.raise_for_status()
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > largest:
                        raise ScanError(detail=f"{name}: more than {largest} bytes")
                return bytes(body)
        except httpx.TimeoutException as exc:
            raise DeviceHung(seconds=round(seconds)) from exc
        except httpx.TransportError as exc:
            raise DeviceLost from exc
