"""Taking the text out of a PDF again, with poppler's pdftotext."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from muni_archive.domain.errors import AccessCopyRefused, EngineMissing

SECONDS = 120


def extracted_pages(data: bytes) -> list[str]:
    """The text of each page, in the order of the file. Raises `EngineMissing`, `AccessCopyRefused`."""
    program = shutil.which("pdftotext")
    if program is None:
        raise EngineMissing(detail="poppler-utils")
    with tempfile.TemporaryDirectory(prefix="muni-archive-") as folder:
        source = Path(folder) / "copy.pdf"
        source.write_bytes(data)
        try:
            done = subprocess.run(
                [program, "-enc", "UTF-8", str(source), "-"],
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
            raise AccessCopyRefused(detail=str(exc)) from exc
    return done.stdout.decode("utf-8", errors="replace").split("\f")[:-1]
