"""Processes that end when they are told to, and never outlive the one that started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from types import FrameType

_PR_SET_PDEATHSIG = 1


def follow_parent(parent: int) -> None:
    """Call first in a worker: it leads its own group, and takes the group along when the parent dies.

    An engine that the worker started is in the group, so that no orphan goes on computing.
    """
    if sys.platform != "linux":
        return
    os.setsid()
    signal.signal(signal.SIGTERM, _end_group)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked to be told
        _end_group(signal.SIGTERM, None)


def end_group(pid: int) -> None:
    """Kill a worker and whatever it started, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "linux":
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def _end_group(_signal: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)
