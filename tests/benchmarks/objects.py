"""Objects straight into an S3 store: plain PUTs against offered, verified uploads, on one SeaweedFS in one run.

python tests/benchmarks/objects.py [--gigabytes 0.5] [--stations 4] [--rounds 4] [--plain obstore|httpx]

Every round writes the same sizes (page images of 200 KB to 3 MB, one object in 25 a drawing of 40 MB) both
ways, each time new bytes; the order changes from round to round, and one short round before warms the store up.
The ratio is what verification leaves.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from os import urandom
from pathlib import Path
from statistics import median
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
import obstore
import psutil
from obstore.store import S3Store

from muni_archive.demonstration.seaweed import ACCESS_KEY, REGION, SECRET_KEY, ObjectStore, running_seaweed
from muni_archive.domain.cancellation import CancelToken
from muni_archive.store.direct_uploads import DirectUploads
from muni_archive.store.s3_vault import S3Vault
from muni_archive.sync.direct import DirectUpload

SMALLEST, LARGEST, DRAWING, ONE_IN = 200_000, 3_000_000, 40_000_000, 25


@dataclass(frozen=True, kw_only=True)
class Written:
    """One way of writing, once."""

    seconds: float
    cpu: float
    store_cpu: float
    megabytes: float

    @property
    def speed(self) -> float:
        return self.megabytes / self.seconds

    def told(self) -> str:
        ours, theirs = self.cpu / self.megabytes * 1000, self.store_cpu / self.megabytes * 1000
        return f"{self.speed:6.1f} MB/s; CPU a MB: {ours:4.1f} ms here, {theirs:4.1f} ms in the store"


def made(folder: Path, total: float) -> Iterator[Path]:
    """Files of new bytes, the same sizes every time; their names are their hashes."""
    chance, left, at = random.Random(7), total, 0
    while left > 0:
        size = DRAWING if at % ONE_IN == ONE_IN - 1 else chance.randint(SMALLEST, LARGEST)
        data = urandom(size)
        file = folder / sha256(data).hexdigest()
        file.write_bytes(data)
        left, at = left - size, at + 1
        yield file


def timed(files: Sequence[Path], stations: int, send: Callable[[Path], None], store: psutil.Process) -> Written:
    begun, cpu, theirs = time.perf_counter(), time.process_time(), sum(store.cpu_times()[:2])
    with ThreadPoolExecutor(stations) as pool:
        list(pool.map(send, files))
    size = sum(file.stat().st_size for file in files)
    return Written(
        seconds=time.perf_counter() - begun,
        cpu=time.process_time() - cpu,
        store_cpu=sum(store.cpu_times()[:2]) - theirs,
        megabytes=size / 1e6,
    )


def plain_puts(store: ObjectStore, library: str, at: int) -> Callable[[Path], None]:
    """The least that can be done: one PUT an object, nothing looked at afterwards."""
    if library == "obstore":
        keys = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY, "region": REGION}
        bucket = S3Store(store.bucket, endpoint=store.endpoint, client_options={"allow_http": True}, **keys)
        return lambda file: obstore.put(bucket, f"plain/{at}/{file.name}", file.read_bytes(), use_multipart=False)
    client, http = store.client(), httpx.Client(timeout=60)

    def put(file: Path) -> None:
        name = {"Bucket": store.bucket, "Key": f"plain/{at}/{file.name}"}
        url = client.generate_presigned_url("put_object", Params=name, ExpiresIn=600)
        http.put(url, content=file.read_bytes()).raise_for_status()

    return put


def verified(store: ObjectStore, cache: Path) -> Callable[[Path], None]:
    """Offer, PUT, finish: server and stations in this one process. A station knows its files by their hash."""
    desk = DirectUploads(S3Vault.open(store.url(), cache))
    station = DirectUpload(desk=desk, http=httpx.Client(), cancel=CancelToken())

    return lambda file: station.send(file, file.name)


class StoreMemory:
    """The most that the store itself held while this was open."""

    def __init__(self, pid: int) -> None:
        self.most, self._process, self._over = 0, psutil.Process(pid), Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> StoreMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, self._process.memory_info().rss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=0.5)
    parser.add_argument("--stations", type=int, default=4, help="uploads at the same time")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--plain", choices=("obstore", "httpx"), default="obstore", help="what the plain PUTs use")
    asked = parser.parse_args()
    found: dict[str, list[Written]] = {"plain": [], "verified": []}
    with running_seaweed() as store, tempfile.TemporaryDirectory() as folder, StoreMemory(store.pid) as memory:
        for at in range(-1, asked.rounds):
            ways = {"plain": plain_puts(store, asked.plain, at), "verified": verified(store, Path(folder) / "cache")}
            for way in sorted(ways, reverse=bool(at % 2)):
                place = Path(folder) / f"{at}-{way}"
                place.mkdir()
                files = list(made(place, asked.gigabytes * 1e9 if at >= 0 else 5e7))
                written = timed(files, asked.stations, ways[way], psutil.Process(store.pid))
                if at >= 0:
                    found[way].append(written)
                    print(f"{way:9} {len(files)} objects: {written.told()}", flush=True)
                for file in files:
                    file.unlink()
    plain, checked = (median(each.speed for each in found[way]) for way in ("plain", "verified"))
    print(f"verified / plain = {checked / plain:.2f} (wanted: 0.7), {asked.stations} at a time")
    spent, checking = (
        median((each.cpu + each.store_cpu) / each.megabytes for each in found[way]) for way in ("plain", "verified")
    )
    print(f"the same by CPU time, which other work on the machine does not sway: {spent / checking:.2f}")
    print(f"memory: this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    print(f"        SeaweedFS {memory.most / 2**20:.0f} MB at most")


if __name__ == "__main__":
    main()
