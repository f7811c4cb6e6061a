"""Numbers of half the size, where they save time."""

from __future__ import annotations

import contextlib

import torch


def half_precision() -> contextlib.AbstractContextManager[object]:
    """As good, and twice as fast where the processor has it; eight times as slow where it must be imitated."""
    able = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(able.get("avx512_bf16") or able.get("amx_bf16")))
