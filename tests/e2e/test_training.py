"""The command that trains, from typefaces to a network that runs: smaller, and stopped in the middle."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("torch", reason="the extra `training` is not installed")
ROOT = Path(__file__).parents[2]


def train(*arguments: object) -> str:
    command = [sys.executable, "-m", "muni_archive.training", *map(str, arguments), "--fonts", ROOT / "resources/fonts"]
    # One thread: the tests beside it use the other core, and threads that wait for one another stand still.
    threads = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    environment = {key: value for key, value in os.environ.items() if key != "OMP_THREAD_LIMIT"} | threads
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1500, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(1800)
def test_a_small_reader_learns_and_goes_on_after_a_stop(tmp_path: Path) -> None:
    options = ("--work", tmp_path, "--to", tmp_path, "--width", 0.25)

    first = train("reader", *options, "--steps", 16)
    second = train("reader", *options, "--steps", 100)

    assert "from step 16 to 100" in second
    early, late = (float(re.findall(r"loss ([\d.]+)", said)[-1]) for said in (first, second))
    assert late < early, first + second
    session = onnxruntime.InferenceSession(str(tmp_path / "line-reader.onnx"))
    (chances,) = session.run(None, {"strips": np.zeros((2, 1, 40, 160), np.float32)})
    assert chances.shape[:2] == (2, 40)
    assert np.exp(chances).sum(axis=2) == pytest.approx(1, abs=1e-3)


@pytest.mark.timeout(1800)
def test_a_finder_is_trained_and_runs(tmp_path: Path) -> None:
    train("finder", "--work", tmp_path, "--to", tmp_path, "--steps", 6)

    session = onnxruntime.InferenceSession(str(tmp_path / "line-finder.onnx"))
    (marks,) = session.run(None, {"paper": np.zeros((1, 1, 96, 160), np.float32)})
    assert marks.shape == (1, 1, 48, 80)
