"""Reading against stock Tesseract: same pages, same run, two workers each, one page of each in turn.

    .venv/bin/python -m tests.benchmarks.reading [--pages 40] [--drawings] [--pages-in FOLDER]

The pages are the development pages, or those that `tests.benchmarks.strange_pages` has made. Prints the evaluation
by kind of damage and by set of digits for both, the wall times and their ratio, the memory of a worker, and how far
its confidence can be believed. `MUNI_ARCHIVE_READER=tesseract` measures the engine that stood here before.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from queue import Empty, Queue

import psutil

from muni_archive.bootstrap import reader
from muni_archive.domain.reading import Reading
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.pool import ProcessPool
from muni_archive.ports import ReadRequest

SCANS = (Path(__file__).parents[2] / ".." / "shared" / "ocr-dev").resolve()
CHUNK = 8


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pages", type=int, default=40)
    arguments.add_argument("--drawings", action="store_true")
    arguments.add_argument("--pages-in", type=Path, default=SCANS)
    chosen = arguments.parse_args()
    if not SCANS.exists():
        sys.exit("The scanned pages are not here, nor what judges a reading.")
    scans = chosen.pages_in.resolve()
    manifest = json.loads((scans / "manifest.json").read_text(encoding="utf-8"))["pages"]
    pages = [page for page in manifest if (page["kind"] == "drawing") == chosen.drawings]
    pages = pages[:: max(1, len(pages) // chosen.pages)]
    with tempfile.TemporaryDirectory() as folder:
        compare(pages, scans, Path(folder))


def compare(pages: list[dict[str, object]], scans: Path, folder: Path) -> None:
    """Both read a few pages in turn, so that whatever else the machine does slows both alike."""
    ours, stock = folder / "ours", folder / "stock"
    ours.mkdir()
    stock.mkdir()
    pool = ProcessPool(reader(), workers=2, seconds=600)
    took, memory = {"ours": 0.0, "stock": 0.0}, 0
    words: list[tuple[float, bool]] = []
    for at in range(0, len(pages), CHUNK):
        part = pages[at : at + CHUNK]
        started = time.monotonic()
        memory = max(memory, read_ours(pool, part, scans, ours, words))
        took["ours"] += time.monotonic() - started
        started = time.monotonic()
        read_stock(part, scans, stock)
        took["stock"] += time.monotonic() - started
    pool.close()
    for result in (stock, ours):
        for kind in ("profile", "digits"):
            command: list[str | Path] = [
                sys.executable,
                SCANS / "evaluate.py",
                "--gt",
                scans,
                "--hyp",
                result,
                "--by",
                kind,
            ]
            subprocess.run(command, check=True, cwd=folder)
    print(f"wall: ours {took['ours']:.1f} s, stock {took['stock']:.1f} s, ratio {took['ours'] / took['stock']:.2f}")
    print_calibration(words)
    print(f"largest worker, its engine included: {memory / 1e6:.0f} MB")


def print_calibration(words: list[tuple[float, bool]]) -> None:
    """Of the words given this much confidence, how many stand on the page as they were read."""
    for low, high in ((0.95, 1.01), (0.8, 0.95), (0.5, 0.8), (0.0, 0.5)):
        some = [right for confidence, right in words if low <= confidence < high]
        if some:
            share = 100 * sum(some) / len(some)
            print(f"confidence {low:.2f} to {min(high, 1):.2f}: {len(some)} words, {share:.1f} % right")


def judged(reading: Reading, truth: str) -> list[tuple[float, bool]]:
    """Confidence of each word, and whether the page has it (each word of the page counts once)."""
    left = Counter(re.findall(r"[^\W_]+", fold(truth)))
    words = []
    for word in reading.words:
        parts = re.findall(r"[^\W_]+", fold(word.text))
        if parts:
            right = all(left[part] > 0 for part in parts)
            left.subtract(parts if right else ())
            words.append((word.confidence, right))
    return words


def read_ours(
    pool: ProcessPool, pages: list[dict[str, object]], scans: Path, folder: Path, words: list[tuple[float, bool]]
) -> int:
    answers: Queue[tuple[str, Reading | Exception]] = Queue()
    for page in pages:
        request = ReadRequest(
            path=scans / f"{page['id']}.jpg", media_type="image/jpeg", rotation=0, dpi=int(str(page["dpi"]))
        )
        pool.submit(str(page["id"]), request, lambda key, result: answers.put((key, result)))
    left, memory = len(pages), 0
    while left:
        memory = max(memory, worker_memory())
        try:
            key, result = answers.get(timeout=0.2)
        except Empty:
            continue
        left -= 1
        if isinstance(result, Exception):
            print(f"{key}: {result}")
            continue
        (folder / f"{key}.txt").write_text(result.text, encoding="utf-8")
        words.extend(judged(result, (scans / f"{key}.gt.txt").read_text(encoding="utf-8")))
    return memory


def worker_memory() -> int:
    """Resident bytes of the largest worker with the engine that it runs."""
    sizes = [0]
    for child in psutil.Process().children():
        try:
            family = [child, *child.children(recursive=True)]
            sizes.append(sum(process.memory_info().rss for process in family))
        except psutil.NoSuchProcess:
            continue
    return max(sizes)


def read_stock(pages: list[dict[str, object]], scans: Path, folder: Path) -> None:
    """`tesseract -l Arabic`, nothing else, two at a time."""
    waiting = [str(page["id"]) for page in pages]
    running: list[subprocess.Popen[bytes]] = []
    while waiting or running:
        while waiting and len(running) < 2:
            name = waiting.pop()
            running.append(
                subprocess.Popen(
                    ["tesseract", scans / f"{name}.jpg", folder / name, "-l", "Arabic"],  # noqa: S607
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                )
            )
        time.sleep(0.01)
        running = [process for process in running if process.poll() is None]


if __name__ == "__main__":
    main()
