"""The worker's side of the desk: opens files that it is told, under limits of memory."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from muni_archive.domain.errors import ArchiveError, FileBroken, FileTooLarge
from muni_archive.intake.page import IntakePage
from muni_archive.messages import _, use_language

if TYPE_CHECKING:
    from muni_archive.intake.complaints import Complaints

_log = logging.getLogger(__name__)

MEMORY, ADDRESSES = 800 << 20, 1600 << 20
"""Bytes of data, and of addresses with the libraries', that the worker and the programs it starts may each take."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A file to open, and the language of its refusal."""

    path: str
    is_pdf: bool
    language: str


def serve(pipe: Connection) -> None:
    """A job in; pages out, and None after the last, or the error that ends them. Until the pipe closes."""
    _limit()
    from muni_archive.intake.complaints import Complaints

    complaints = Complaints()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            job: Job = pipe.recv()
            use_language(job.language)
            for answer in _answers(job, complaints):
                pipe.send(answer)


def _answers(job: Job, complaints: Complaints) -> Iterator[IntakePage | ArchiveError | None]:
    from muni_archive.intake.images import image_pages
    from muni_archive.intake.pdf import pdf_pages

    path = Path(job.path)
    try:
        yield from pdf_pages(path, complaints) if job.is_pdf else image_pages(path, complaints)
        yield None
    except MemoryError:
        yield FileTooLarge(name=path.name, detail=_("it needs more memory than is safe"))
    except ArchiveError as error:
        yield error
    except Exception as error:
        _log.exception("Opening %s failed", path)
        yield FileBroken(name=path.name, detail=type(error).__name__)


def _limit() -> None:
    """Lead a group, so that programs which we start can be ended with us; bound memory."""
    if sys.platform != "linux":
        return
    import resource

    os.setsid()
    for kind, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_AS, ADDRESSES), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # somebody set a lower limit already
            resource.setrlimit(kind, (most, most))
