"""Tesseract as a program: is it there, which models has it, one run over one picture."""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytesseract
from numpy.typing import NDArray

from muni_archive.domain.errors import EngineMissing, ReadingFailed

PACKAGES = {"Arabic": "tesseract-ocr-script-arab", "ara": "tesseract-ocr-ara", "osd": "tesseract-ocr-osd"}
"""Debian's package of each model."""


def run_engine(grey: NDArray[np.uint8], *, models: tuple[str, ...], mode: int, dpi: int, seconds: float) -> str:
    """The TSV of one pass. Raises `EngineMissing`, `ReadingFailed`."""
    # One thread a process: the workers fill the cores already, and more threads cost a third for nothing.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    language = "+".join(_installed_name(model) for model in models)
    with tempfile.TemporaryDirectory(prefix="muni-page-") as folder:
        picture = Path(folder) / "page.pgm"
        _write_pgm(grey, picture)
        try:
            text = pytesseract.image_to_data(
                str(picture), lang=language, config=f"--psm {mode} --dpi {dpi}", timeout=seconds
            )
        except pytesseract.TesseractNotFoundError as exc:
            raise EngineMissing(detail="tesseract-ocr") from exc
        except pytesseract.TesseractError as exc:
            raise ReadingFailed(detail=str(exc.message).strip()) from exc
        except RuntimeError as exc:
            raise ReadingFailed(detail=f"no result within {seconds:.0f} s") from exc
    return str(text)


@cache
def engine_version() -> str:
    """Raises `EngineMissing`."""
    try:
        return str(pytesseract.get_tesseract_version().public)
    except (pytesseract.TesseractNotFoundError, SystemExit) as exc:
        raise EngineMissing(detail="tesseract-ocr") from exc


@cache
def _installed_name(model: str) -> str:
    """Debian lays script models beside the languages, others in `script/`."""
    # Not pytesseract's own list: it leaves out names with capitals, which all script models have.
    command = [pytesseract.pytesseract.tesseract_cmd, "--list-langs"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise EngineMissing(detail="tesseract-ocr") from exc
    names = set(answer.stdout.split())
    for name in (model, f"script/{model}"):
        if name in names:
            return name
    raise EngineMissing(detail=PACKAGES.get(model, model))


def _write_pgm(grey: NDArray[np.uint8], path: Path) -> None:
    """Uncompressed: both sides are faster than with any other format."""
    height, width = grey.shape
    with path.open("wb") as file:
        file.write(b"P5 %d %d 255\n" % (width, height))
        file.write(np.ascontiguousarray(grey).data)
