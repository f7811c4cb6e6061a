"""Tells somebody that a decision of theirs does not count, until they say that they have seen it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.together.disputes import Uncounted
from ui.i18n import as_plain, direction_mark, number, short_time
from ui.screens.desk.history import what_happened, why_refused
from ui.settings import Settings
from ui.widgets.buttons import shown_keys, text_button

SEEN = "uncounted-seen"
KEPT = 500
"""Of what was seen, so many are remembered: the oldest are long settled."""


class UncountedBar(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._found: Sequence[Uncounted] = ()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setObjectName("banner")
        self.text.setProperty("kind", "error")
        self.seen = text_button(self, "check", _("I have seen it"), "Ctrl+H", self._see)
        self.seen.setText(f"{self.seen.text()}   {shown_keys('Ctrl+H')}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.seen)
        self.hide()

    def show_found(self, found: Sequence[Uncounted]) -> None:
        """Those that were not seen yet, the latest in words."""
        known = set(self._settings.get(SEEN, []))
        self._found = [each for each in found if _key(each) not in known]
        self.setVisible(bool(self._found))
        if self._found:
            self.text.setText(as_plain(direction_mark() + _words(self._found[0], len(self._found) - 1)))

    def _see(self) -> None:
        seen = [*self._settings.get(SEEN, []), *map(_key, self._found)]
        self._settings.set(SEEN, seen[-KEPT:])
        self.show_found(())


def _key(found: Uncounted) -> str:
    """What becomes of it is told too."""
    return f"{found.move.entry} {'waits' if found.waits else found.move.refused}"


def _words(found: Uncounted, more: int) -> str:
    why = why_refused(found.move) or _("another decision counts")
    if found.waits:
        why = _("somebody else decided the step first, and a third person will say which decision counts")
    text = _("Your decision {what}, {time}, in {case}, does not count: {why}.").format(
        what=isolate(what_happened(found.procedure, found.move)), time=isolate(short_time(found.move.at)),
        case=isolate(found.case.title), why=why,
    )  # fmt: skip
    if more:
        text += " " + ngettext("And {count} more.", "And {count} more.", more).format(count=number(more))
    return text
