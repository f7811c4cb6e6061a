"""Run the tests of faults and print what each counted.

    python -m tests.faults            as in the whole suite: a few of each
    python -m tests.faults --full     hundreds of each, hours on a small machine
    python -m tests.faults --full kills cuts …    only those of these files

The table goes to the standard output, for `docs/reliability.md`; what pytest says goes to the standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "tests/integration/faults"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--full", action="store_true", help="hundreds of each fault instead of a few")
    parser.add_argument("which", nargs="*", help="parts of names of files; all without any")
    chosen = parser.parse_args()
    files = [file for file in sorted(PLACE.glob("test_*.py")) if _wanted(file, chosen.which)]
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures"
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "MUNI_ARCHIVE_FIGURES": str(figures)}
        if chosen.full:
            environment |= {"MUNI_ARCHIVE_FAULTS": "full"}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--timeout", "20000", *map(str, files)]
        done = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, env=environment, check=False)
        if figures.exists():
            _print_table(figures.read_text(encoding="utf-8"))
    return done.returncode


def _wanted(file: Path, which: list[str]) -> bool:
    return not which or any(part in file.stem for part in which)


def _print_table(lines: str) -> None:
    print("| test | counted |\n|---|---|")
    for line in lines.splitlines():
        counted = json.loads(line)
        name = counted.pop("test").removeprefix("test_").replace("_", " ")
        print(f"| {name} | {', '.join(f'{key} {value}' for key, value in counted.items())} |")


if __name__ == "__main__":
    sys.exit(main())
