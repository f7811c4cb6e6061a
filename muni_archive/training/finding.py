"""The network that finds lines on a sheet, and its training: hours less than the reader's, minutes on two cores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from muni_archive.ocr.lines.finding import SHRUNK
from muni_archive.training.fonts import find_fonts
from muni_archive.training.halves import half_precision
from muni_archive.training.sheets import Quad, Sheets

SIDE = 512


class LineFinder(nn.Module):
    """From paper (batch × 1 × rows × columns, ink 0..1, both multiples of 16) to the logits that a line runs there.

    The answer (batch × 1 × rows/2 × columns/2) has half the size of the question.
    """

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        a, b, c, d = width, width * 2, width * 3, width * 4
        self.at_2 = _layer(1, a, 2)
        self.at_4 = nn.Sequential(_layer(a, b, 2), _layer(b, b))
        self.at_8 = nn.Sequential(_layer(b, c, 2), _layer(c, c))
        self.at_16 = nn.Sequential(_layer(c, d, 2), _layer(d, d, spread=2), _layer(d, d, spread=4))
        self.up_8, self.up_4, self.up_2 = _layer(c + d, c), _layer(b + c, b), _layer(a + b, a)
        self.mark = nn.Conv2d(a, 1, 3, padding=1)

    def forward(self, paper: Tensor) -> Tensor:
        half = self.at_2(paper)
        quarter = self.at_4(half)
        eighth = self.at_8(quarter)
        deep = self.at_16(eighth)
        deep = self.up_8(torch.cat([eighth, _twice(deep)], 1))
        deep = self.up_4(torch.cat([quarter, _twice(deep)], 1))
        marks: Tensor = self.mark(self.up_2(torch.cat([half, _twice(deep)], 1)))
        return marks


def _layer(before: int, after: int, stride: int = 1, spread: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(before, after, 3, stride, spread, dilation=spread, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.ReLU())


def _twice(values: Tensor) -> Tensor:
    return nn.functional.interpolate(values, scale_factor=2.0, mode="nearest")


def marked(quads: list[Quad], side: int) -> NDArray[np.float32]:
    """What the network should answer (side/2 × side/2, 0 or 1)."""
    mask = np.zeros((side // 2, side // 2), np.uint8)
    for quad in quads:
        cv2.fillPoly(mask, [np.round(core(quad) / 2 * 16).astype(np.int32)], (1,), shift=4)
    return mask.astype(np.float32)


def core(quad: Quad) -> Quad:
    """The middle part of a line's height, its ends drawn in by a tenth of its height."""
    upper_left, upper_right, lower_right, lower_left = quad
    down_left, down_right = lower_left - upper_left, lower_right - upper_right
    off = (1 - SHRUNK) / 2
    along = upper_right - upper_left
    length, height = float(np.linalg.norm(along)), float(np.linalg.norm(down_left))
    inset = along / max(length, 1e-6) * min(0.1 * height, length * 0.2)
    return np.array([
        upper_left + down_left * off + inset, upper_right + down_right * off - inset,
        lower_right - down_right * off - inset, lower_left - down_left * off + inset,
    ], dtype=np.float32)  # fmt: skip


class _Parts(IterableDataset[tuple[Tensor, Tensor]]):
    def __init__(self, folders: tuple[Path, ...], seed: int) -> None:
        self._folders, self._seed = folders, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        torch.set_num_threads(1)
        sheets = Sheets(find_fonts(self._folders), self._seed, SIDE)
        while True:
            sheet = sheets.draw()
            ink = 1 - sheet.paper.astype(np.float32) / 255
            yield torch.from_numpy(ink[None]), torch.from_numpy(marked(sheet.lines, SIDE)[None])


def train_finder(
    folders: tuple[Path, ...], folder: Path, *, steps: int, seed: int, say: Callable[[str], None]
) -> LineFinder:
    """Batches of four parts of sheets; writes `finder.pt`."""
    torch.manual_seed(seed)
    network: LineFinder = LineFinder().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    learner = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(learner, 3e-3, total_steps=steps, pct_start=0.1)
    parts = iter(DataLoader(_Parts(folders, seed), batch_size=4, num_workers=1, prefetch_factor=8))
    began, total = time.monotonic(), 0.0
    for step in range(1, steps + 1):
        paper, truth = next(parts)
        with half_precision():
            answer = network(paper.to(memory_format=torch.channels_last))
        loss = _loss(answer.float(), truth)
        learner.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        learner.step()
        plan.step()
        total += float(loss.detach())
        if step % 50 == 0:
            say(f"step {step}: loss {total / 50:.3f}, {4 * step / (time.monotonic() - began):.1f} parts/s")
            total = 0.0
        if step % 200 == 0 or step == steps:
            torch.save(network.state_dict(), folder / "finder.pt")
    network.eval()
    return network


def _loss(answer: Tensor, truth: Tensor) -> Tensor:
    """Every point right, and the marks as a whole: lines are few among much paper."""
    points = nn.functional.binary_cross_entropy_with_logits(answer, truth)
    chance = torch.sigmoid(answer)
    shared = 2 * (chance * truth).sum() + 1
    return points + 1 - shared / (chance.sum() + truth.sum() + 1)
