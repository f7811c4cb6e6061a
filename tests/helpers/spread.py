"""Time that passes only where somebody waits, and what was sent when."""

from __future__ import annotations

from muni_archive.domain.errors import Cancelled


class PassingTime:
    """A clock, and the cancel token of one who lives by it: waiting takes no time but the clock's."""

    def __init__(self) -> None:
        self.at = 0.0
        self.cancelled = False

    def now(self) -> float:
        return self.at

    def wait(self, seconds: float) -> bool:
        self.at += max(0.0, seconds)
        return self.cancelled

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            raise Cancelled


def most_within(sent: list[tuple[float, int]], seconds: float) -> int:
    """The most bytes that went within so many seconds, of (moment, bytes)."""
    return max(sum(size for at, size in sent if begin <= at < begin + seconds) for begin, _ in sent)
