"""The system's clock and new ids."""

from __future__ import annotations

from datetime import UTC, datetime

import uuid_utils


class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Uuid7Ids:
    """UUIDv7 in text form; ids made later in one process sort later."""

    def new(self) -> str:
        return str(uuid_utils.uuid7())
