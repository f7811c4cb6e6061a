"""All that a station needs to work together with its centre, put together by `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muni_archive.domain.together import Standing
from muni_archive.ports import CopyAnew, ReplicaUnit, SyncTransport, UnitOfWork, Vault
from muni_archive.services.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Together:
    """The station's own archive (to read), its copy of the central one, and the line between them."""

    own: Callable[[], UnitOfWork]
    own_vault: Vault
    copy: Callable[[], ReplicaUnit]
    copied: Workplace
    """The copy as an archive: every use case that only reads runs on it."""
    kept: Workplace
    """The same with those files alone that were fetched before: nothing in it waits for the line."""
    line: SyncTransport
    anew: CopyAnew
    """Where the copy is made anew: the one that is there is used until the other is as far as the centre."""
    acknowledge: Callable[[Standing], None] = lambda _: None
    """Remembers how far the centre has the station's journal."""
    has_people: Callable[[bool], None] = lambda _: None
    """Remembers whether the centre has people, for while the copy does not tell."""
    is_whole: Callable[[bool], None] = lambda _: None
    """Remembers whether the copy was ever as far as the centre."""
    departments: Callable[[], Sequence[str] | None] = lambda: None
    """For which the station works, as far as it remembers; none of them means all, None that it does not know."""
    works_for: Callable[[Sequence[str]], None] = lambda _: None
    """Remembers for which departments the centre says that the station works."""
    bytes_per_s: int = 0
