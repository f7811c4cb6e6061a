"""Choosing the engine; only the one that is chosen is loaded."""

from __future__ import annotations

from pathlib import Path

from muni_archive.domain.errors import WrongUse
from muni_archive.ports import SearchIndex

ENGINES = ("tantivy", "whoosh")


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
