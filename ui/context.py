"""What every screen is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muni_archive.services.together.casework import case_workplace
from muni_archive.services.workplace import Workplace
from ui.centre.line import CentreLine
from ui.noting import Noting
from ui.settings import Settings
from ui.tasks import Tasks


@dataclass(frozen=True, kw_only=True)
class WindowContext:
    """The archive, the ways to work with it, and the ways to speak to the rest of the window."""

    place: Workplace
    home: Workplace
    """This window's own archive; `place` is another one where a document of the centre is looked at."""
    tasks: Tasks
    settings: Settings
    open_document: Callable[[str, str | None, str], None]
    """Document id, page id, query whose words are marked."""
    review_page: Callable[[str], None]
    """Page id: its doubtful words are looked at, then the document is there again."""
    open_elsewhere: Callable[[str, str | None, str], None]
    """The same for a document that the centre has and this archive has not."""
    centre: CentreLine
    noting: Noting
    """What somebody looks at and takes out is told here, for the journal."""
    notify: Callable[[str], None]
    show_error: Callable[[Exception], None]
    pool_prefer: Callable[[Sequence[str]], None]
    """Pages that are read before others: what somebody looks at."""
    wake_reading: Callable[[], None]
    go_to: Callable[[str], None]
    rebuild: Callable[[str, str], None]
    """Set a setting of the look and build the window anew."""
    cases_changed: Callable[[], None]
    """Called when a case began or moved: the rail counts what waits."""
    folder: Path
    """Of the archive."""
    ask_who: Callable[[], None]
    """Close the window and let somebody sign in."""

    @property
    def case_place(self) -> Workplace:
        """Where cases are worked on: with a centre, those of all stations."""
        return case_workplace(self.place, self.centre.together)
