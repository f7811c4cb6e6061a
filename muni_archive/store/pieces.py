"""A stream of bytes in pieces, so that a large file goes through without being held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, Self

PIECE = 256 * 1024


class Source(Protocol):
    """Something open that is read from; an open file is one."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> object: ...


class Pieces(Iterator[bytes]):
    """Reads an open source to its end, or `length` bytes of it; closes it there, or when dropped."""

    def __init__(self, source: Source, length: int | None = None) -> None:
        self._source = source
        self._left = length

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        wanted = PIECE if self._left is None else min(PIECE, self._left)
        piece = self._source.read(wanted) if wanted else b""
        if not piece:
            self.close()
            raise StopIteration
        if self._left is not None:
            self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._left = 0
        self._source.close()

    def __del__(self) -> None:
        self._source.close()
