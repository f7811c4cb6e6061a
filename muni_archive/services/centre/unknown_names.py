"""Names that nobody has at the centre: taken from a station until it has heard that people have names here.

What a station did before there were people, or before it had a centre, was right, whenever it arrives. No clock tells
that apart from what came later: the centre asks every station once, when roles begin to count, and each answers with an
entry of its own journal. What stands before the answer was written by somebody who had not heard.
"""

from __future__ import annotations

from muni_archive.domain.events import HearingAnswered, HearingOpened
from muni_archive.domain.journal import JournalEntry
from muni_archive.domain.saying import said_in
from muni_archive.ports import CentralUnit, Ids

ABOUT_NAMES = ""
"""In the place of a proposal to destroy: this hearing is about no document."""


class UnknownNames:
    """Whether such a name is still taken, entry by entry of one station's journal."""

    def __init__(self, ids: Ids, unit: CentralUnit, station: str) -> None:
        """Asks the stations, if that was not done before: the caller commits."""
        hearing = unit.retention.hearing_of(ABOUT_NAMES)
        if hearing is None:
            unit.record(HearingOpened(hearing_id=ids.new(), disposal_id=ABOUT_NAMES))
            hearing = unit.retention.hearing_of(ABOUT_NAMES)
        assert hearing is not None, "the hearing that was just opened"
        self._id = hearing.id
        self._heard = station in unit.retention.answered(hearing.id)

    def are_taken(self, entry: JournalEntry) -> bool:
        """Asked of every entry in its order: one of them may be the answer."""
        if not self._heard and entry.kind == HearingAnswered.kind:
            self._heard = self._id in said_in(entry.kind, entry.payload)["hearing_ids"]
        return not self._heard
