"""`python -m muni_archive.samples OUT` writes the sample pages into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from muni_archive.samples.generator import RECIPES, make_samples


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m muni_archive.samples", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=len(RECIPES))
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(make_samples(chosen.out, pages=chosen.pages, seed=chosen.seed))


if __name__ == "__main__":
    main()
