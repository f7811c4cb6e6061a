"""What happened in a case, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtWidgets import QTextBrowser

from muni_archive.domain.cases import Move, MoveKind, Refusal
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import N_, _, isolate
from muni_archive.services.procedures.waiting import CaseView
from ui.i18n import direction_mark, label_of, short_time
from ui.theme import color

_REFUSED = {
    Refusal.FOUR_EYES: N_("the person had entered or decided something of it before"),
    Refusal.ROLE: N_("the person did not have the role"),
    Refusal.SIGNATURE: N_("the signature is not the person's"),
    Refusal.STEP: N_("it does not fit the procedure"),
    Refusal.CASE: N_("it says another department, document or procedure than the case has"),
    Refusal.PROCEDURE: N_("the centre cannot read the procedure"),
    Refusal.RESTS: N_("it rests on a decision that does not count"),
}


class History(QTextBrowser):
    """One paragraph a move: who, when, what, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setAccessibleName(_("History of the case"))

    def show_case(self, view: CaseView) -> None:
        self.show_moves(view.procedure, view.moves)

    def show_moves(self, procedure: Procedure, moves: Sequence[Move]) -> None:
        self.setHtml("".join(_paragraph(procedure, move) for move in moves))


def _paragraph(procedure: Procedure, move: Move) -> str:
    """Names and notes are other people's words: shown as they are, never as HTML."""
    who = escape(isolate(move.by))
    if move.stands_in_for:
        who = _("{name} for {other}").format(name=who, other=escape(isolate(move.stands_in_for)))
    head = f"<b>{escape(what_happened(procedure, move))}</b>"
    when = escape(isolate(short_time(move.at)))
    late = "" if move.stands else f" · <i>{escape(why_beside(move))}</i>"
    faint = color("faint").name()
    said = "".join(f"<br>{line}" for line in what_was_filled_in(procedure, move))
    note = f"<br>{escape(isolate(move.note))}" if move.note else ""
    return f"<p>{direction_mark()}{head}{late}<br><span style='color:{faint}'>{who} · {when}</span>{said}{note}</p>"


def what_was_filled_in(procedure: Procedure, move: Move) -> list[str]:
    """As HTML, a line for each field."""
    return [
        f"{escape(_field(procedure, move, name))}: {escape(isolate(_value(procedure, move, name)))}"
        for name in move.fields
    ]


def why_beside(move: Move) -> str:
    """Why a move does not count, in a few words."""
    if move.refused:
        return _("does not count: {why}").format(why=why_refused(move))
    return _("came too late, and does not count")


def why_refused(move: Move) -> str:
    """What the centre has against it; empty for nothing."""
    return _(_REFUSED[Refusal(move.refused)]) if move.refused else ""


def what_happened(procedure: Procedure, move: Move) -> str:
    """In a few words."""
    step = procedure.step(move.element)
    name = label_of(step.label) if step else move.element
    match move.kind:
        case MoveKind.STARTED:
            return _("The case began")
        case MoveKind.TAKEN:
            outcome = step.outcome(move.outcome) if step else None
            return f"{name}: {label_of(outcome.label) if outcome else move.outcome}"
        case MoveKind.TIMER:
            node = procedure.node(move.element)
            return _("A time passed: {timer}").format(timer=label_of(node.label) if node else move.element)
        case MoveKind.REASSIGNED:
            return _("Passed on to {name}").format(name=isolate(move.outcome or _("everybody of the role")))
        case MoveKind.WITHDRAWN:
            return _("The case was withdrawn")
        case MoveKind.SETTLED:
            outcome = step.outcome(move.outcome) if step else None
            said = label_of(outcome.label) if outcome else move.outcome
            return _("Settled which decision counts: {outcome}").format(outcome=f"{name}: {said}")


def _field(procedure: Procedure, move: Move, name: str) -> str:
    step = procedure.step(move.element)
    found = [label_of(spec.label) for spec in (step.fields if step else ()) if spec.name == name]
    return found[0] if found else name


def _value(procedure: Procedure, move: Move, name: str) -> str:
    step = procedure.step(move.element)
    for spec in step.fields if step else ():
        for choice in spec.choices:
            if spec.name == name and choice.value == move.fields[name]:
                return label_of(choice.label)
    return move.fields[name]
