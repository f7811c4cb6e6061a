"""The HTTP side of the simulated scanner. It runs in a process of its own, or in a test's."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from scanners.simulator.documents import JobState, capabilities, job_wanted, status
from scanners.simulator.faults import parse_faults
from scanners.simulator.feeder import Feeder, Wanted

ROOT = "/eSCL"
SLOW_SECONDS, HANG_SECONDS = 1.5, 120.0
NAME = "Muni Archive Simulated Scanner"


class _Job:
    """One scan job: what it wants and how many pages went out."""

    def __init__(self, wanted: Wanted) -> None:
        self.id = str(uuid.uuid4())
        self.wanted = wanted
        self.sent = 0
        self.state = "Processing"


class _Server(ThreadingHTTPServer):
    """The scanner's state: its feeder, its jobs, and whether paper is jammed."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], feeder: Feeder) -> None:
        super().__init__(address, _Handler)
        self.feeder = feeder
        self.jobs: dict[str, _Job] = {}
        self.jammed = False
        self.stopping = threading.Event()
        self.uuid = str(uuid.uuid4())

    def adf_state(self) -> str:
        if self.jammed:
            return "ScannerAdfJam"
        if self.feeder.open_cover:
            return "ScannerAdfHatchOpen"
        return "ScannerAdfEmpty" if self.feeder.empty else "ScannerAdfLoaded"


class _Handler(BaseHTTPRequestHandler):
    """Answers eSCL requests."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if self.path == f"{ROOT}/ScannerCapabilities":
            self._xml(capabilities(NAME, self.server.uuid))
        elif self.path == f"{ROOT}/ScannerStatus":
            busy = self.server.feeder.busy or any(job.state == "Processing" for job in self.server.jobs.values())
            jobs = [JobState(id=job.id, state=job.state, completed=job.sent) for job in self.server.jobs.values()]
            self._xml(status("Processing" if busy else "Idle", self.server.adf_state(), jobs[::-1]))
        elif job := self._job("/NextDocument"):
            self._next_document(job)
        else:
            self._empty(404)

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536))
        if self.path != f"{ROOT}/ScanJobs":
            self._empty(404)
            return
        wanted = job_wanted(body)
        if wanted is None:
            self._empty(400)
        elif self.server.feeder.busy:
            self._empty(503)
        elif not wanted.flatbed and self.server.feeder.open_cover:
            self._empty(409)
        else:
            self._begin(wanted)

    def do_DELETE(self) -> None:
        job = self._job("")
        if job and job.state == "Processing":
            job.state = "Canceled"
        self._empty(200 if job else 404)

    def _begin(self, wanted: Wanted) -> None:
        feeder = self.server.feeder
        self.server.jammed = False
        feeder.refill()
        if feeder.empty and not wanted.flatbed:
            self._empty(409)
            return
        for earlier in self.server.jobs.values():
            if earlier.state == "Processing":
                earlier.state = "Aborted"
        job = _Job(wanted)
        self.server.jobs[job.id] = job
        host, port = self.server.server_address[:2]
        self.send_response(201)
        self.send_header("Location", f"http://{host!s}:{port}{ROOT}/ScanJobs/{job.id}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _next_document(self, job: _Job) -> None:
        feeder = self.server.feeder
        if job.state != "Processing" or (job.wanted.flatbed and job.sent):
            self._finished(job)
            return
        if feeder.slow:
            self.server.stopping.wait(SLOW_SECONDS)
        fault = feeder.fault_ahead()
        if fault == "jam":
            self.server.jammed, job.state = True, "Aborted"
            self._empty(409)
            return
        if fault == "hang":
            self.server.stopping.wait(HANG_SECONDS)
        data = feeder.take(job.wanted)
        if data is None:
            self._finished(job)
        else:
            self._picture(job, data, cut=fault in ("disconnect", "truncate", "hang"))

    def _picture(self, job: _Job, data: bytes, *, cut: bool) -> None:
        """Send a page; a cut one breaks off half-way and is next again."""
        try:
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if cut else data)
            self.wfile.flush()
        except OSError:
            cut = True
        if cut:
            job.state = "Aborted"
            self.server.feeder.put_back()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            job.sent += 1

    def _finished(self, job: _Job) -> None:
        if job.state == "Processing":
            job.state = "Completed"
        self._empty(404)

    def _job(self, ending: str) -> _Job | None:
        prefix = f"{ROOT}/ScanJobs/"
        if not (self.path.startswith(prefix) and self.path.endswith(ending)):
            return None
        return self.server.jobs.get(self.path[len(prefix) : len(self.path) - len(ending)])

    def _xml(self, text: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _empty(self, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: whoever runs the scanner reads its first line and its last."""


class SimulatedScanner:
    """The scanner while it is switched on. A context manager; `url` is its eSCL address."""

    def __init__(self, pages: Path, *, faults: tuple[str, ...] | list[str] = (), port: int = 0) -> None:
        self.feeder = Feeder(pages, parse_faults(faults))
        self._server = _Server(("127.0.0.1", port), self.feeder)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{ROOT}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Serve until interrupted."""
        while self._thread.is_alive():
            time.sleep(0.5)
