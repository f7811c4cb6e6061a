"""Faults that the simulated scanner can be told to have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from muni_archive.domain.errors import WrongUse
from muni_archive.messages import _

AT_A_PAGE = ("jam", "disconnect", "hang", "truncate")
ALWAYS = ("empty", "busy", "cover")
EITHER = ("slow",)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault; `page` counts from 1 over all pages that the scanner delivers, None means always."""

    kind: str
    page: int | None = None


def parse_faults(texts: Sequence[str]) -> tuple[Fault, ...]:
    """Faults from texts like `jam@3`, `empty`, `slow`. Raises `WrongUse` naming those that exist."""
    return tuple(_parse(text) for text in texts)


def _parse(text: str) -> Fault:
    match = re.fullmatch(r"([a-z]+)(?:@([1-9]\d{0,5}))?", text.strip())
    kind, page = (match[1], match[2]) if match else ("", None)
    known = (kind in AT_A_PAGE and page) or (kind in ALWAYS and not page) or kind in EITHER
    if not known:
        every = ", ".join([*(f"{name}@N" for name in AT_A_PAGE), *ALWAYS, "slow", "slow@N"])
        raise WrongUse(
            detail=_("The simulated scanner has no fault «{fault}». Known: {known}").format(fault=text, known=every)
        )
    return Fault(kind=kind, page=int(page) if page else None)
