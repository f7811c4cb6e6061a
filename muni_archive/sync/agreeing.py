"""The newest version of the protocol that both sides speak: a station begins with its own, an older centre says its."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from muni_archive.domain.centre_errors import ProtocolTooNew
from muni_archive.domain.versions import SPOKEN

Answer = TypeVar("Answer")


def agree(ask: Callable[[int], Answer], version: int, *, least: int = SPOKEN[0]) -> tuple[Answer, int]:
    """What was answered, and the version in which it was asked: `version`, or the centre's newest if that is older.

    `least`: the version that what is asked needs. Raises `ProtocolTooNew` when the centre speaks no such version, and
    what `ask` raises, as `ProtocolTooOld`.
    """
    while True:
        if version < least:
            raise ProtocolTooNew(have=least, need=version)
        try:
            return ask(version), version
        except ProtocolTooNew as refused:
            newest = str(refused.params.get("need", ""))
            if not newest.isdecimal() or not SPOKEN[0] <= int(newest) < version:
                raise
            version = int(newest)
