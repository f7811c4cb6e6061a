"""What the values of one page say about each other.

Repeated ones are surer, and those that a bar code holds; dates of two calendars must agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from muni_archive.domain.reading import FieldProposal

CALENDARS_DIFFER = "date_calendars_differ"
_DAYS = 2
"""Two calendars may differ by so much: the month begins when the moon is seen."""
_TRUST = 0.5
"""The share of what is missing to certainty that a second witness adds."""
_LEAST_IN_CODE = 4
_NEAR = 4.0
"""Two dates are one day in two calendars when they stand this near each other, in heights of a word."""


def cross_checked(proposals: Iterable[FieldProposal], codes: Sequence[str] = ()) -> tuple[FieldProposal, ...]:
    """Each value once, where it is surest. `codes` are the texts of the bar codes on the page."""
    every = list(proposals)
    best: dict[tuple[str, str], FieldProposal] = {}
    for proposal in every:
        key = proposal.name, proposal.value
        if key not in best or proposal.confidence > best[key].confidence:
            best[key] = proposal
    checked = []
    for proposal in best.values():
        places = {other.box for other in every if (other.name, other.value) == (proposal.name, proposal.value)}
        witnesses = (len(places) > 1) + any(_holds(code, proposal.value) for code in codes)
        checked.append(_surer(proposal, witnesses))
    return _calendars(checked)


def _holds(code: str, value: str) -> bool:
    """Whether a code says the value; short numbers stand in any code by chance."""
    if len(value) < _LEAST_IN_CODE or not any(char.isdigit() for char in value):
        return False
    return re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", code) is not None


def _surer(proposal: FieldProposal, witnesses: int = 1) -> FieldProposal:
    doubt = (1 - proposal.confidence) * _TRUST**witnesses
    return replace(proposal, confidence=round(1 - doubt, 3)) if witnesses else proposal


def _calendars(proposals: Sequence[FieldProposal]) -> tuple[FieldProposal, ...]:
    """A Hijri date beside a Gregorian one is the same day, or one of them was misread."""
    out = list(proposals)
    dates = [at for at, proposal in enumerate(out) if proposal.name == "date"]
    for one in dates:
        for other in dates:
            if other <= one or not _beside(out[one], out[other]) or _hijri(out[one]) == _hijri(out[other]):
                continue
            apart = abs((date.fromisoformat(out[one].value) - date.fromisoformat(out[other].value)).days)
            for at in (one, other):
                if apart <= _DAYS:
                    out[at] = _surer(out[at])
                elif _agreed(out[one], out[other]):
                    out[at] = replace(out[at], warning=CALENDARS_DIFFER)
    return tuple(out)


def _agreed(one: FieldProposal, other: FieldProposal) -> bool:
    """Whether the two are meant to be one day: on one line, and about a year apart at most."""
    apart = abs((date.fromisoformat(one.value) - date.fromisoformat(other.value)).days)
    return abs(one.box.y - other.box.y) < max(one.box.height, other.box.height) and apart < 400


def _beside(one: FieldProposal, other: FieldProposal) -> bool:
    height = max(min(one.box.height, one.box.width), min(other.box.height, other.box.width))
    return abs(one.box.y - other.box.y) < _NEAR * height


def _hijri(proposal: FieldProposal) -> bool:
    """By the year as it stands on the page."""
    digits = "".join(char if char.isdigit() else " " for char in proposal.raw)
    return any(len(part) == 4 and int(part) < 1600 for part in digits.split())
