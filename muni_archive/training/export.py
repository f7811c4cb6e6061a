"""Trained networks as ONNX files, the form in which they ship and run."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from muni_archive.ocr.lines.networks import FINDER, READER
from muni_archive.ocr.lines.strip import HEIGHT
from muni_archive.training.finding import SIDE, LineFinder
from muni_archive.training.network import LineReader


def export_reader(network: LineReader, folder: Path) -> Path:
    """`strips` (lines × 1 × HEIGHT × columns) in, `chances` (lines × steps × signs) out."""
    return _export(
        network, torch.rand(3, 1, HEIGHT, 256), folder / READER, "strips", "chances",
        {"strips": {0: "lines", 3: "columns"}, "chances": {0: "lines", 1: "steps"}},
    )  # fmt: skip


def export_finder(network: LineFinder, folder: Path) -> Path:
    """`paper` (1 × 1 × rows × columns) in, `marks` (1 × 1 × rows/2 × columns/2, chances) out."""
    return _export(
        nn.Sequential(network, nn.Sigmoid()), torch.rand(1, 1, SIDE, SIDE), folder / FINDER, "paper", "marks",
        {"paper": {2: "rows", 3: "columns"}, "marks": {2: "half_rows", 3: "half_columns"}},
    )  # fmt: skip


def _export(
    network: nn.Module, example: torch.Tensor, path: Path, given: str, answer: str, free: dict[str, dict[int, str]]
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    torch.onnx.export(
        network, (example,), str(path), input_names=[given], output_names=[answer], dynamic_axes=free,
        opset_version=17, dynamo=False,
    )  # fmt: skip
    return path
