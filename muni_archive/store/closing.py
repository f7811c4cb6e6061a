"""What was opened is closed again where something that belongs to it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Closable(Protocol):
    """Whatever holds something until it is closed."""

    def close(self) -> None: ...


@contextmanager
def closed_on_error(opened: Closable) -> Iterator[None]:
    """A lock that an error leaves held keeps the next try out, too."""
    try:
        yield
    except BaseException:
        opened.close()
        raise
