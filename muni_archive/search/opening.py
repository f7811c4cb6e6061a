"""Choosing the engine; only the one that is chosen is loaded."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from muni_archive.domain.errors import IndexDamaged, WrongUse
from muni_archive.ports import SearchIndex

ENGINES = ("tantivy", "whoosh")
_NONE = "none"
_log = logging.getLogger(__name__)


def open_index(folder: Path, *, engine: str = "tantivy", read_only: bool = False) -> SearchIndex:
    """Open the index in `folder`, made when missing (not by a reader, who finds nothing then).

    Raises `IndexDamaged`, `WrongUse` for an engine that does not exist.
    """
    if engine == "tantivy":
        from muni_archive.search.tantivy_engine import TantivyIndex

        return TantivyIndex(folder, read_only=read_only)
    if engine == "whoosh":
        from muni_archive.search.whoosh_engine import WhooshIndex

        return WhooshIndex(folder, read_only=read_only)
    raise WrongUse(detail=f"engine {engine}: {', '.join(ENGINES)}")


def open_followed(folder: Path, *, read_only: bool = False) -> SearchIndex:
    """As `open_index`, where whoever writes follows the journal all the time: of a centre, or of a copy of it.

    A damaged one is begun anew, and filled from the journal; who reads beside finds nothing until it is opened again.
    """
    try:
        return open_index(folder, read_only=read_only)
    except IndexDamaged as error:
        if read_only:
            _log.warning("nothing is found for now: %s", error)
            return open_index(folder / _NONE, read_only=True)
        _log.error("the index is built anew: %s", error)
    shutil.rmtree(folder, ignore_errors=True)
    return open_index(folder)
