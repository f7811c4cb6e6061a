"""The screen's four lists, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, QLocale

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.holds import Hold
from muni_archive.domain.permissions import Action
from muni_archive.messages import N_, _
from muni_archive.services.retention.due import Due, Standing, due_documents
from muni_archive.services.retention.holding import resting_holds
from muni_archive.services.retention.wording import (
    ACTIONS,
    SCOPES,
    contest_words,
    hold_words,
    rule_words,
    state_words,
    target_words,
    term_words,
)
from muni_archive.services.together.disposing import Gone, Waiting, destroyed_everywhere, waiting_everywhere
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace
from ui.i18n import number, short_time
from ui.models.rows import Row

DUE = (N_("Number"), N_("Title"), N_("Rule"), N_("Then"), N_("State"), N_("Held by"))
WAITING = (N_("Number"), N_("Title"), N_("Proposed by"), N_("When"), N_("Reason"), N_("State"), N_("Held by"))
HOLDS = (N_("Rests on"), N_("Which"), N_("Reason and order"), N_("Placed by"), N_("When"))
DESTROYED = (
    N_("Number"),
    N_("Reason"),
    N_("Proposed by"),
    N_("Confirmed by"),
    N_("When"),
    N_("Pages"),
    N_("Came too late"),
)


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Everything that the screen shows."""

    due: Due
    waiting: tuple[Waiting, ...]
    holds: tuple[tuple[Hold, str], ...]
    destroyed: tuple[Gone, ...]
    destroyed_total: int


def look_up(place: Workplace, together: Together | None, cancel: CancelToken, most: int) -> Lists:
    """Read the lists that whoever sits here may see, `most` rows of the long ones; for a thread beside the window."""
    gone, total = destroyed_everywhere(place, together, limit=most)
    disposes = place.guard.may(Action.DISPOSE)
    return Lists(
        due=due_documents(place, cancel=cancel, limit=most) if disposes else Due(),
        waiting=waiting_everywhere(place, together) if disposes else (),
        holds=tuple((hold, target_words(place, hold)) for hold in resting_holds(place)),
        destroyed=gone,
        destroyed_total=total,
    )


def shown_day(day: date) -> str:
    """A day with its month's name and its whole year: these are decades apart."""
    return str(QLocale().toString(QDate(day.year, day.month, day.day), "d MMMM yyyy"))


def due_rows(standings: Sequence[Standing]) -> list[Row]:
    return [
        Row(
            subject=standing,
            cells=(
                standing.kept.number,
                standing.kept.title,
                rule_words(standing.rule, number=number),
                _(ACTIONS[standing.rule.action]) if standing.rule else "",
                term_words(standing, day=shown_day),
                _held(standing),
            ),
            icon="lock" if standing.holds else "",
            alert=5,
        )
        for standing in standings
    ]


def waiting_rows(waiting: Sequence[Waiting]) -> list[Row]:
    return [
        Row(
            subject=(each.disposal, each.standing),
            cells=(
                each.standing.kept.number,
                each.standing.kept.title,
                each.disposal.proposed_by,
                short_time(each.disposal.proposed_at),
                each.disposal.reason,
                state_words(each.disposal, each.awaited),
                _held(each.standing),
            ),
            icon="lock" if each.standing.holds or each.disposal.refusal else "",
            alert=5 if each.disposal.refusal else 6,
        )
        for each in waiting
    ]


def hold_rows(holds: Sequence[tuple[Hold, str]]) -> list[Row]:
    return [
        Row(
            subject=hold,
            cells=(_(SCOPES[hold.scope]), target, hold_words(hold), hold.placed_by, short_time(hold.placed_at)),
            icon="lock",
        )
        for hold, target in holds
    ]


def destroyed_rows(destroyed: Sequence[Gone]) -> list[Row]:
    return [
        Row(
            subject=each.document,
            cells=(
                each.document.number,
                each.document.reason,
                each.document.proposed_by,
                each.document.confirmed_by,
                short_time(each.document.destroyed_at),
                number(each.document.pages),
                "، ".join(map(contest_words, each.contested)),
            ),
            icon="lock" if each.contested else "",
            alert=6,
        )
        for each in destroyed
    ]


def _held(standing: Standing) -> str:
    return "، ".join(hold_words(hold) for hold in standing.holds) if standing.holds else ""
