"""Runs the simulated scanner in a process of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scanners.simulator.server import SimulatedScanner


def run(pages: Path, *, port: int, faults: Sequence[str]) -> None:
    """Serve until interrupted; the first line printed is the device's id."""
    with SimulatedScanner(pages, faults=list(faults), port=port) as scanner:
        print(f"escl:{scanner.url}", flush=True)
        try:
            scanner.wait()
        except KeyboardInterrupt:
            return


def main() -> int:
    """As a child process: serve until standard input closes, which it does when the parent dies."""
    parser = argparse.ArgumentParser(prog="scanners.simulator")
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[])
    wanted = parser.parse_args()
    with SimulatedScanner(wanted.pages, faults=wanted.fault, port=wanted.port) as scanner:
        print(f"escl:{scanner.url}", flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
