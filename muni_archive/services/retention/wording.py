"""Retention in people's words: rules, where a record stands, what a hold rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from muni_archive.domain.disposals import Contested, Disposal, DisposalState
from muni_archive.domain.errors import NotFound
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.domain.retention import Action, CountedFrom, RetentionRule, Term, Trigger
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
_BEGINNINGS = {
    Trigger.REGISTERED: N_("registration"),
    Trigger.CLOSED: N_("the closing of its file"),
    Trigger.DATED: N_("the date that it bears"),
}
REFUSALS = {
    "under-hold": N_("a legal hold rests on it."),
    "kept-for-ever": N_("its class is kept for ever."),
    "not-begun": N_("its time has not begun."),
    "not-due": N_("its time is not over."),
    "same-person": N_("one person proposed and confirmed it, or stood in for who did."),
    "not-permitted": N_("who proposed or confirmed it may not destroy it, as the centre knows people."),
    "case-open": N_("a case about it is open."),
    "through-disposal-procedure": N_("it goes through the disposal procedure only. Begin a case about it."),
    "conflict-open": N_("two stations changed it differently, and nobody has decided yet."),
    "procedure-missing": N_(
        "the file of a procedure that was loaded is missing at the centre, so nobody knows whether it is the only way."
        " Load that procedure again, then propose anew."
    ),
    "files-awaited": N_("files of it are missing at the centre."),
    "not-found": N_("the centre does not know it."),
}
"""Why the centre kept a document, by the code in the entry that says so (`services.centre.destroying`)."""
STATES = {
    DisposalState.OPEN: N_("waits for a second person"),
    DisposalState.CONFIRMED: N_("confirmed by {name}; the centre decides"),
    DisposalState.REFUSED: N_("kept by the centre: {reason}"),
}
CONTESTS = {
    "hold": N_("a legal hold came too late"),
    "keep": N_("a decision to keep it longer came too late"),
    "withdrawal": N_("the proposal was withdrawn too late"),
    "edit": N_("an edit came too late"),
}
_SAID = re.compile(r"(\w+) \+ (\d+) years from ([\w-]+): (\w+)")
ShownDay = Callable[[date], str]


def rule_words(rule: RetentionRule | None, *, number: Callable[[int], str] = str) -> str:
    """What the class's rule says, in its own label where it has one."""
    if rule is None:
        return _("Kept for ever")
    if label := rule.label.get(current_language()):
        return label
    return ngettext("{count} year", "{count} years", rule.years).format(count=number(rule.years))


def said_rule_words(said: str, *, number: Callable[[int], str] = str) -> str:
    """A rule as it was written down beside what was done by it (`RetentionRule.said`)."""
    found = _SAID.fullmatch(said)
    if found is None or found[1] not in set(Trigger):
        return said
    years = ngettext("{count} year", "{count} years", int(found[2])).format(count=number(int(found[2])))
    told = _("{years} after the year of {event}") if found[3] == CountedFrom.YEAR_END else _("{years} after {event}")
    return told.format(years=years, event=_(_BEGINNINGS[Trigger(found[1])]))


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


def refusal_words(disposal: Disposal) -> str:
    """Why the centre kept the document; a reason that this program does not know is shown as it came."""
    known = REFUSALS.get(disposal.refusal)
    return f"{_(known) if known else disposal.refusal} {isolate(disposal.note) if disposal.note else ''}".strip()


def state_words(disposal: Disposal, awaited: Sequence[str] = ()) -> str:
    """How far a proposal has come; `awaited` are stations that the centre has yet to hear."""
    if awaited:
        return _("the centre waits for {stations}").format(stations="، ".join(map(isolate, awaited)))
    return _(STATES.get(disposal.state, disposal.state.value)).format(
        name=isolate(disposal.decided_by), reason=refusal_words(disposal)
    )


def contest_words(contested: Contested) -> str:
    """What came when the document was destroyed already."""
    what = _(CONTESTS[contested.what]) if contested.what in CONTESTS else contested.what
    told = _("{what}, from {name} at {station}").format(
        what=what, name=isolate(contested.said_by), station=isolate(contested.station)
    )
    return f"{told}: {isolate(contested.detail)}" if contested.detail else told


def _class_label(place: Workplace, class_id: str) -> str:
    try:
        return place.record_classes.get(class_id).label.get(current_language()) or class_id
    except NotFound:
        return class_id


def _not_begun(standing: Standing, rule: RetentionRule) -> str:
    registered = standing.kept.life.registered is not None
    return _("Not counted yet: {why}").format(why=_(_NOT_BEGUN[rule.trigger if registered else Trigger.REGISTERED]))
