"""Finding: Arabic analysis, the query language, the engines."""

from muni_archive.search.folding import fold
from muni_archive.search.opening import open_followed, open_index

__all__ = ["fold", "open_followed", "open_index"]
