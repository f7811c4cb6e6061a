"""Retention in people's words: rules, where a record stands, what a hold rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from muni_archive.domain.errors import NotFound
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.domain.retention import Action, RetentionRule, Term, Trigger
from muni_archive.messages import N_, _, current_language, isolate, ngettext
from muni_archive.services.retention.due import Standing
from muni_archive.services.workplace import Workplace

SCOPES = {HoldScope.DOCUMENT: N_("Document"), HoldScope.FILE: N_("File"), HoldScope.RECORD_CLASS: N_("Class")}
ACTIONS = {Action.REVIEW: N_("review"), Action.DESTROY: N_("destroy")}
_NOT_BEGUN = {
    Trigger.REGISTERED: N_("not registered yet"),
    Trigger.CLOSED: N_("its file is still open"),
    Trigger.DATED: N_("it bears no date"),
}
ShownDay = Callable[[date], str]


def rule_words(rule: RetentionRule | None, *, number: Callable[[int], str] = str) -> str:
    """What the class's rule says, in its own label where it has one."""
    if rule is None:
        return _("Kept for ever")
    if label := rule.label.get(current_language()):
        return label
    return ngettext("{count} year", "{count} years", rule.years).format(count=number(rule.years))


def term_words(standing: Standing, *, day: ShownDay = date.isoformat) -> str:
    """Where the record stands, in a few words."""
    verdict, rule = standing.verdict, standing.rule
    if verdict.due is None or rule is None:
        return _("Kept for ever") if rule is None else _not_begun(standing, rule)
    shown = isolate(day(verdict.due))
    if verdict.term is Term.DUE:
        return _("Due since {day}").format(day=shown)
    if verdict.term is Term.EXTENDED:
        return _("Kept longer, until {day}").format(day=shown)
    return _("Kept until {day}").format(day=shown)


def hold_words(hold: Hold) -> str:
    """Why, and by whose order."""
    return _("{reason} — by order of {authority}").format(
        reason=isolate(hold.reason), authority=isolate(hold.authority)
    )


def target_words(place: Workplace, hold: Hold) -> str:
    """What the hold rests on, by the name that people know."""
    if hold.scope is HoldScope.FILE:
        return hold.target
    if hold.scope is HoldScope.RECORD_CLASS:
        return _class_label(place, hold.target)
    with place.unit_of_work() as unit:
        found = unit.records.documents_by_id([hold.target]).get(hold.target)
        gone = unit.retention.destroyed(hold.target)
    return found.number if found else gone.number if gone else hold.target


def _class_label(place: Workplace, class_id: str) -> str:
    try:
        return place.record_classes.get(class_id).label.get(current_language()) or class_id
    except NotFound:
        return class_id


def _not_begun(standing: Standing, rule: RetentionRule) -> str:
    registered = standing.kept.life.registered is not None
    return _("Not counted yet: {why}").format(why=_(_NOT_BEGUN[rule.trigger if registered else Trigger.REGISTERED]))
