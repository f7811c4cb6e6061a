"""Lines in the order in which the network meets them: the same for the same seed, from any step on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from muni_archive.ocr.lines.strip import HEIGHT
from muni_archive.training.fonts import find_fonts
from muni_archive.training.lines import Example, corrected, examples

BATCH = 32
POOL = 16
"""Batches that are drawn together, so that lines of one length can share a batch."""
CORRECTED = 8
"""One line in so many is one that clerks have corrected, where there are any."""
EASY_STEPS, EASY_SIGNS, ANY = 1200, 16, 200
"""The first steps see short lines only: where signs stand is learned on them ten times as fast."""


@dataclass(frozen=True)
class Batch:
    """`strips` (lines × 1 × HEIGHT × widest), `columns` (lines), `numbers` (all signs in a row), `lengths` (lines)."""

    strips: Tensor
    columns: Tensor
    numbers: Tensor
    lengths: Tensor
    visual: tuple[str, ...]


class Lines(IterableDataset[Batch]):
    """Batches from the pool that holds step `start` on; made in a process beside the training."""

    def __init__(self, folders: tuple[Path, ...], *, seed: int, start: int, corrections: Path | None = None) -> None:
        self._folders, self._seed, self._start, self._corrections = folders, seed, start, corrections

    def __iter__(self) -> Iterator[Batch]:
        torch.set_num_threads(1)
        fonts = find_fonts(self._folders)
        kept = corrected(self._corrections) if self._corrections else []
        pool = self._start // POOL
        while True:
            longest = EASY_SIGNS if pool * POOL < EASY_STEPS else ANY
            source = examples(fonts, self._seed * 1_000_003 + pool, longest=longest)
            lines = list(islice(source, BATCH * POOL))
            if kept:
                chance = random.Random(self._seed * 1_000_003 + pool)  # noqa: S311 - a choice, not a secret
                lines[::CORRECTED] = [chance.choice(kept) for _ in lines[::CORRECTED]]
            yield from _sorted_batches(lines, pool)
            pool += 1


def training_batches(
    folders: tuple[Path, ...], *, seed: int, start: int, corrections: Path | None = None
) -> Iterator[Batch]:
    """Endless."""
    loader = DataLoader(
        Lines(folders, seed=seed, start=start, corrections=corrections),
        batch_size=None,
        num_workers=1,
        prefetch_factor=24,
    )
    return iter(loader)


def measuring_batches(folders: tuple[Path, ...], *, seed: int, lines: int, strange: bool) -> list[Batch]:
    """Lines in faces that are held back, of short and long ones as they come; in any face if none are."""
    try:
        fonts = find_fonts(folders, held_back=True)
    except ValueError:
        fonts = find_fonts(folders)
    source = examples(fonts, seed, strange=strange)
    return _sorted_batches(list(islice(source, lines)), 0)


def _sorted_batches(lines: list[Example], seed: int) -> list[Batch]:
    lines = sorted(lines, key=lambda line: line.strip.shape[1])
    batches = [collate(lines[at : at + BATCH]) for at in range(0, len(lines), BATCH)]
    random.Random(seed).shuffle(batches)  # noqa: S311 - an order, not a secret
    return batches


def collate(lines: list[Example]) -> Batch:
    """One batch, its strips filled up with paper to the widest."""
    # Few different widths: the processor's library prepares itself anew for each.
    widest = -(-max(line.strip.shape[1] for line in lines) // 64) * 64
    strips = np.zeros((len(lines), 1, HEIGHT, widest), np.float32)
    for at, line in enumerate(lines):
        strips[at, 0, :, : line.strip.shape[1]] = line.strip
    return Batch(
        strips=torch.from_numpy(strips),
        columns=torch.tensor([line.strip.shape[1] for line in lines]),
        numbers=torch.tensor([number for line in lines for number in line.numbers]),
        lengths=torch.tensor([len(line.numbers) for line in lines]),
        visual=tuple(line.visual for line in lines),
    )
