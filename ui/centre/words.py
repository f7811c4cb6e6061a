"""How it stands with the centre, in words: one line for below, and the numbers for who wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from muni_archive.domain.centre_errors import (
    AuthorityMissing,
    CentreDiskFull,
    CentreTooNew,
    CentreUntrusted,
    ProtocolTooNew,
    ProtocolTooOld,
    SyncEnded,
)
from muni_archive.domain.errors import ArchiveError, DiskFull, KeyMissing, KeyStoreFailed
from muni_archive.domain.together import Left
from muni_archive.messages import N_, _, explain, isolate, ngettext
from muni_archive.services.together.clocks import clock_words
from muni_archive.services.together.losing import LostPage
from muni_archive.services.together.state import LineState, Whereabouts
from ui.centre.line import CentreLine
from ui.i18n import moment, number

PLACES = {
    Whereabouts.HERE: ("lock", N_("only here")),
    Whereabouts.UNDER_WAY: ("upload", N_("here, and on its way to the centre")),
    Whereabouts.SAFE: ("shield-check", N_("here, and safe at the centre")),
}
"""By where a document is: its icon and what that means."""
NEEDS: Sequence[tuple[tuple[type[ArchiveError], ...], str]] = (
    ((CentreTooNew, ProtocolTooOld), N_("This program must be updated: the centre is newer")),
    ((ProtocolTooNew,), N_("The centre must be updated: this program is newer")),
    ((AuthorityMissing,), N_("Nothing is sent to the centre: the file of its authority cannot be used")),
    ((CentreUntrusted,), N_("What answers does not prove to be the centre: tell the administrator")),
    ((KeyStoreFailed, KeyMissing), N_("Nothing is sent to the centre: this station's key cannot be read")),
    ((SyncEnded,), N_("Nothing is sent to the centre: the process for it ends each time it is started")),
    ((DiskFull,), N_("This computer's disk is full: free some space")),
    ((CentreDiskFull,), N_("The centre's disk is full: tell its administrator. Work goes on")),
    ((ArchiveError,), N_("The centre needs attention")),
)
"""By kinds of errors, what somebody has to do about them; the first that fits."""
MOST_LOST = 8
"""Pages that are named; the others are counted."""


class Line(Protocol):
    """What the headline is made of: a `CentreLine`, or as much of it as is known."""

    trouble: ArchiveError | None
    state: LineState
    left: Left | None

    @property
    def lost(self) -> Sequence[object]:
        """Pages whose picture the centre lacks, and this computer has no more."""
        ...


@dataclass(frozen=True, kw_only=True)
class Headline:
    """An icon, the role of its colour, and a text."""

    icon: str
    role: str
    text: str


def headline(line: Line) -> Headline:
    """How it stands, in one line; a clock that is wrong is pointed out behind it."""
    now = _standing(line)
    if not line.state.clock_ahead:
        return now
    label, clock = _("This computer's clock"), clock_words(line.state.clock_ahead, number=number)
    return Headline(icon="alert", role="alertText", text=f"{now.text} · {label}: {clock}")


def hindrance(line: Line) -> ArchiveError | None:
    """What keeps it from synchronising, the worst first."""
    return line.trouble or line.state.ended or line.state.error


def _standing(line: Line) -> Headline:
    error = hindrance(line)
    if error is not None and (error is not line.state.error or not line.state.away):
        return Headline(icon="alert", role="alertText", text=_needs(error))
    if error is not None:
        since = isolate(moment(line.state.since)) if line.state.since else ""
        return Headline(
            icon="clock",
            role="faint",
            text=_("No connection to the centre since {time}; work goes on").format(time=since),
        )
    if line.lost:
        return _lost(len(line.lost))
    return _elsewhere(line.left) if line.state.elsewhere else _on_the_line(line)


def _on_the_line(line: Line) -> Headline:
    """While nothing needs anybody."""
    left = line.left
    if line.state.contact is None or left is None:
        return Headline(icon="loader", role="faint", text=_("Connecting to the centre …"))
    if left.entries or left.documents:
        return _waiting() if line.state.held else _under_way(left.documents)
    return Headline(icon="shield-check", role="accent", text=_("Everything is safe at the centre"))


def _needs(error: ArchiveError) -> str:
    """What somebody has to do about it, in short."""
    return _(next(text for kinds, text in NEEDS if isinstance(error, kinds)))


def _waiting() -> Headline:
    text = _("The centre must be updated: the latest work waits here, and work goes on")
    return Headline(icon="alert", role="alertText", text=text)


def _elsewhere(left: Left | None) -> Headline:
    """Whether the centre misses files cannot be looked at: nothing is called safe."""
    text = _("Another process synchronises this archive")
    if left is None:
        return Headline(icon="loader", role="faint", text=text)
    sent = Headline(icon="check", role="accent", text=_("Everything from here was sent"))
    now = _under_way(left.documents) if left.entries or left.documents else sent
    return replace(now, text=f"{text} · {now.text}")


def _lost(pages: int) -> Headline:
    text = ngettext(
        "The picture of {count} page is lost on this computer: scan it again",
        "The pictures of {count} pages are lost on this computer: scan them again",
        pages,
    )
    return Headline(icon="alert", role="alertText", text=text.format(count=number(pages)))


def _under_way(documents: int) -> Headline:
    if not documents:
        return Headline(icon="upload", role="accent", text=_("The latest work is on its way to the centre"))
    text = ngettext(
        "{count} document is on its way to the centre", "{count} documents are on their way to the centre", documents
    )
    return Headline(icon="upload", role="accent", text=text.format(count=number(documents)))


def details(line: CentreLine) -> list[tuple[str, str]]:
    """Label and value, line by line."""
    if line.trouble is not None:
        return [(_("Last error"), explain(line.trouble))]
    state, left, link = line.state, line.left, line.link
    told = [(_("Centre"), isolate(link.centre_name)), (_("Address"), isolate(link.url))] if link else []
    if left is not None:
        told += [
            (_("Documents not safe yet"), number(left.documents)),
            (_("Entries to send"), number(left.entries)),
            (_("Files to send, at most"), number(left.files)),
        ]
    if state.held:
        told.append((_("Waits for the centre to be updated"), _("everything from entry {sequence} on").format(
            sequence=number(state.acknowledged + 1)
        )))  # fmt: skip
    told += [
        (_("The centre has this station's journal up to entry"), number(state.acknowledged)),
        (_("The copy of the centre is at entry"), number(state.central) if state.central else "—"),
        (_("Last contact"), _time(state.contact)),
    ]
    if line.lost:
        told.append((_("To be scanned again"), _lost_text(line.lost)))
    if state.clock_ahead:
        told.append((_("This computer's clock"), clock_words(state.clock_ahead, number=number)))
    if state.last_error is not None:
        told.append((_("Last error"), explain(state.last_error)))
    return told


def page_name(page: LostPage) -> str:
    """By the number of its document; what is in none yet lies in an open batch."""
    if page.number:
        return _("{document}, page {page}").format(document=isolate(page.number), page=number(page.page))
    return _("page {page} of a batch that is not closed").format(page=number(page.page))


def _lost_text(lost: Sequence[LostPage]) -> str:
    names = [page_name(page) for page in lost[:MOST_LOST]]
    if len(lost) > MOST_LOST:
        more = len(lost) - MOST_LOST
        names.append(ngettext("and {count} more", "and {count} more", more).format(count=number(more)))
    return "\n".join(names)


def place_of(where: Whereabouts) -> tuple[str, str]:
    """The icon and the words for where a document is."""
    name, text = PLACES[where]
    return name, _(text)


def _time(when: datetime | None) -> str:
    return isolate(moment(when)) if when else "—"
