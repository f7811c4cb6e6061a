"""What decoders only print: they go on over damaged data, fill the hole with grey, and return no error."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from muni_archive.domain.errors import FileBroken

_DAMAGE = re.compile(
    r"Corrupt JPEG data: (?!\d+ extraneous bytes)[^\n]*|Premature end[^\n]*"
    r"|Fax[34]\w*: (?:Bad code word|Premature EO|Uncompressed data)[^\n]*"
    r"|(?:LZW|ZIP|PackBits|JPEG)\w*: [^\n]*(?:[Ee]rror|[Nn]ot enough|[Cc]orrupt)[^\n]*"
)
"""Harmless remarks (an unknown tag, filling after the last byte) are not among them."""


class Complaints:
    """Takes over this process's stderr, where the libraries in C complain. For a worker process alone."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        os.dup2(self._file.fileno(), 2)

    def clear(self) -> None:
        """Forget what was printed so far."""
        self._file.seek(0)
        self._file.truncate()

    def check(self, path: Path) -> None:
        """Raise `FileBroken` when damage was reported since `clear`."""
        self._file.seek(0)
        found = _DAMAGE.search(self._file.read(100_000).decode(errors="replace"))
        self.clear()
        if found:
            raise FileBroken(name=path.name, detail=found[0].strip())
