"""A station sends its scans through the whole protocol, beside the same objects written straight to the same store.

python -m tests.benchmarks.centre upload --gigabytes 5
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from os import urandom
from pathlib import Path

import psutil

from muni_archive.bootstrap import enrol_archive, open_together, open_workplace
from muni_archive.demonstration.postgres import postgres_server
from muni_archive.demonstration.seaweed import running_seaweed
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import BatchOpened, PageCaptured
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.services.workplace import Workplace
from tests.benchmarks.objects import DRAWING, LARGEST, ONE_IN, SMALLEST, plain_puts, timed
from tests.helpers.serving import served

SENDERS, ROUND = 4, 2.5e9


def compare(gigabytes: float) -> None:
    """Rounds of two and a half gigabytes, plain and through the protocol in turn; prints each and the ratio."""
    rounds = max(2, round(gigabytes * 1e9 / ROUND))
    plain_s = ours_s = megabytes = 0.0
    with postgres_server(durable=True) as server, running_seaweed() as store, tempfile.TemporaryDirectory() as folder:
        places = ("--database", server.url(server.create_database()), "--objects", store.url("centre"))
        with served(Path(folder) / "centre", *places) as centre:
            archive = Path(folder) / "station"
            with open_workplace(archive):
                pass
            enrol_archive(archive, url=centre.url, code=centre.invite())
            _send(archive)
            serving = psutil.Process(centre.process.pid if centre.process else None)
            for at in range(rounds):
                with open_workplace(archive) as opened:
                    files = _scan(opened.place, at)
                put = plain_puts(store, "obstore", at)
                first = at % 2
                written = timed(files, SENDERS, put, psutil.Process(store.pid)) if first else None
                spent = _Spent(centre=serving, store=psutil.Process(store.pid))
                took = _send(archive)
                by_part = spent.told(sum(file.stat().st_size for file in files) / 1e6)
                written = written or timed(files, SENDERS, put, psutil.Process(store.pid))
                size = sum(file.stat().st_size for file in files) / 1e6
                plain_s, ours_s, megabytes = plain_s + written.seconds, ours_s + took, megabytes + size
                print(
                    f"{len(files)} files, {size:.0f} MB: plain {written.told()}; through the protocol "
                    f"{size / took:.1f} MB/s ({by_part}); centre {serving.memory_info().rss / 2**20:.0f} MB",
                    flush=True,
                )
    print(f"through the protocol / plain = {plain_s / ours_s:.2f} over {megabytes:.0f} MB (wanted: 0.7)")


class _Spent:
    """Processor time of each process from now on; the station is this process."""

    def __init__(self, **others: psutil.Process) -> None:
        self._processes = {"station": psutil.Process(), **others}
        self._before = self._now()

    def told(self, megabytes: float) -> str:
        spent = {name: (now - self._before[name]) * 1000 / megabytes for name, now in self._now().items()}
        return "CPU a MB: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in spent.items())

    def _now(self) -> dict[str, float]:
        return {name: sum(process.cpu_times()[:2]) for name, process in self._processes.items()}


def _scan(place: Workplace, round_: int) -> Sequence[Path]:
    """Pages of new bytes in the station's vault and journal, as a scanner would leave them."""
    chance, left, blobs = random.Random(round_), ROUND, []
    while left > 0:
        size = DRAWING if len(blobs) % ONE_IN == ONE_IN - 1 else chance.randint(SMALLEST, LARGEST)
        blobs.append(place.vault.put(urandom(size)))
        left -= size
    with place.unit_of_work() as unit:
        batch = place.ids.new()
        unit.record(BatchOpened(batch_id=batch, device="d", profile="p", record_class="building_file"))
        for at, blob in enumerate(blobs):
            unit.record(
                PageCaptured(
                    page_id=place.ids.new(), batch_id=batch, position=at, blob=blob, media_type="image/jpeg",
                    width=2480, height=3508, dpi=300,
                )
            )  # fmt: skip
        unit.commit()
    return [place.vault.path(blob) for blob in blobs]


def _send(archive: Path) -> float:
    started = time.perf_counter()
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
    return time.perf_counter() - started
