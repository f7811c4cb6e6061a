"""The errors that one process or machine tells another, by the code that stands for them on the way."""

from __future__ import annotations

from collections.abc import Mapping

from muni_archive.domain import account_errors, centre_errors, errors
from muni_archive.domain.errors import ArchiveError

BY_CODE: Mapping[str, type[ArchiveError]] = {
    kind.code: kind
    for module in (errors, centre_errors, account_errors)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, ArchiveError)
}
