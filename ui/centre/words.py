"""How it stands with the centre, in words: one line for below, and the numbers for who wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from muni_archive.domain.errors import CentreUnreachable
from muni_archive.messages import N_, _, explain, isolate, ngettext
from muni_archive.services.together.state import Whereabouts
from ui.centre.line import CentreLine
from ui.i18n import moment, number

PLACES = {
    Whereabouts.HERE: ("lock", N_("only here")),
    Whereabouts.UNDER_WAY: ("upload", N_("here, and on its way to the centre")),
    Whereabouts.SAFE: ("shield-check", N_("here, and safe at the centre")),
}
"""By where a document is: its icon and what that means."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """An icon, the role of its colour, and a text."""

    icon: str
    role: str
    text: str


def headline(line: CentreLine) -> Headline:
    """How it stands, in one line."""
    error, left = line.state.error, line.left
    if error is not None and not isinstance(error, CentreUnreachable):
        return Headline(icon="alert", role="alertText", text=_("The centre needs attention"))
    if error is not None:
        since = isolate(moment(line.state.since)) if line.state.since else ""
        return Headline(
            icon="clock",
            role="faint",
            text=_("No connection to the centre since {time}; work goes on").format(time=since),
        )
    if line.state.contact is None or left is None:
        return Headline(icon="loader", role="faint", text=_("Connecting to the centre …"))
    if left.documents:
        text = ngettext(
            "{count} document is on its way to the centre",
            "{count} documents are on their way to the centre",
            left.documents,
        ).format(count=number(left.documents))
        return Headline(icon="upload", role="accent", text=text)
    if left.entries:
        return Headline(icon="upload", role="accent", text=_("The latest work is on its way to the centre"))
    return Headline(icon="shield-check", role="accent", text=_("Everything is safe at the centre"))


def details(line: CentreLine) -> list[tuple[str, str]]:
    """Label and value, line by line."""
    state, left, link = line.state, line.left, line.link
    told = [(_("Centre"), isolate(link.centre_name)), (_("Address"), isolate(link.url))] if link else []
    if left is not None:
        told += [
            (_("Documents not safe yet"), number(left.documents)),
            (_("Entries to send"), number(left.entries)),
            (_("Files to send, at most"), number(left.files)),
        ]
    told += [
        (_("The centre has this station's journal up to entry"), number(state.acknowledged)),
        (_("The copy of the centre is at entry"), number(state.central) if state.central else "—"),
        (_("Last contact"), _time(state.contact)),
    ]
    if state.clock_ahead is not None:
        told.append((_("This computer's clock"), _("{minutes} minutes off; set it").format(
            minutes=number(round(abs(state.clock_ahead) / 60))
        )))  # fmt: skip
    if state.last_error is not None:
        told.append((_("Last error"), explain(state.last_error)))
    if line.last_words and not line.child.process_id:
        told.append((_("The process ended"), isolate(line.last_words)))
    return told


def place_of(where: Whereabouts) -> tuple[str, str]:
    """The icon and the words for where a document is."""
    name, text = PLACES[where]
    return name, _(text)


def _time(when: datetime | None) -> str:
    return isolate(moment(when)) if when else "—"
