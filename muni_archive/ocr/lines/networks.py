"""The two networks as they ship, run on the processor; one session each in a process."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muni_archive.paths import resource_path

Chances = NDArray[np.float32]

READER, FINDER = "line-reader.onnx", "line-finder.onnx"


def read_chances(strips: NDArray[np.float32]) -> Chances:
    """Log chances (lines × steps × signs) for strips (lines × 1 × HEIGHT × columns, ink 0..1)."""
    return np.asarray(_session(READER).run(None, {"strips": strips})[0], dtype=np.float32)


def find_marks(paper: NDArray[np.float32]) -> Chances:
    """Chances that a line runs there (rows/2 × columns/2) for paper (rows × columns, multiples of 16, ink 0..1)."""
    return np.asarray(_session(FINDER).run(None, {"paper": paper[None, None]})[0][0, 0], dtype=np.float32)


@cache
def _session(name: str) -> Any:
    # Here and not above: the window knows the reader too, and must be up within a second.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread a process: the workers fill the cores already.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Without the arena memory is given back after each pass: pages differ, and a worker must stay small.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(resource_path("models", name)), options, providers=["CPUExecutionProvider"])
