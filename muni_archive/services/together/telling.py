"""News of synchronising as lines of text: the window hears them from the process that it runs beside itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from muni_archive.domain.centre_errors import CentreError
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.errors_by_code import BY_CODE
from muni_archive.domain.together import Standing
from muni_archive.services.together.sending import Sent
from muni_archive.services.together.synchronising import News, Side


def as_line(news: News) -> str:
    """One line of JSON; it says nothing in any language, so that whoever reads it says it in theirs. Plain ASCII: a
    pipe may have any encoding, on Windows cp1252.
    """
    said: dict[str, object] = {"side": str(news.side)}
    if news.error:
        params = {name: str(value) for name, value in news.error.params.items()}
        said |= {"error": news.error.code, "params": params}
    if news.sent:
        at = news.sent.acknowledged
        said |= {
            "acknowledged": at.sequence, "hash": at.hash, "left": news.sent.left, "files": news.sent.files,
            "bytes": news.sent.bytes, "lost": list(news.sent.lost), "held": news.sent.held,
        }  # fmt: skip
    if news.central is not None:
        said["central"] = news.central
    if news.clock_ahead is not None:
        said["clock_ahead"] = news.clock_ahead
    if news.documents:
        said["documents"] = True
    return json.dumps(said)


def from_line(line: str) -> News | None:
    """The news that the line tells; None for a line that tells none."""
    try:
        said = json.loads(line)
        return News(
            side=Side(said["side"]),
            error=_error(said) if "error" in said else None,
            sent=_sent(said) if "acknowledged" in said else None,
            central=said.get("central"),
            clock_ahead=said.get("clock_ahead"),
            documents=bool(said.get("documents")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _error(said: Mapping[str, Any]) -> ArchiveError:
    return BY_CODE.get(said["error"], CentreError)(**{"detail": said["error"], **said.get("params", {})})


def _sent(said: Mapping[str, Any]) -> Sent:
    at = Standing(sequence=int(said["acknowledged"]), hash=str(said.get("hash", "")))
    return Sent(
        acknowledged=at, left=int(said["left"]), files=int(said["files"]), bytes=int(said["bytes"]),
        lost=tuple(map(str, said.get("lost", ()))), held=bool(said.get("held")),
    )  # fmt: skip
