"""What happened in a case, in the order in which it happened."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser

from muni_archive.domain.cases import Move, MoveKind
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _, isolate
from muni_archive.services.procedures.waiting import CaseView
from ui.i18n import label_of, short_time
from ui.theme import color


class History(QTextBrowser):
    """One paragraph a move: who, when, what, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setAccessibleName(_("History of the case"))

    def show_case(self, view: CaseView) -> None:
        self.setHtml("".join(_paragraph(view.procedure, move) for move in view.moves))


def _paragraph(procedure: Procedure, move: Move) -> str:
    """Names and notes are other people's words: shown as they are, never as HTML."""
    who = escape(isolate(move.by))
    if move.stands_in_for:
        who = _("{name} for {other}").format(name=who, other=escape(isolate(move.stands_in_for)))
    head = f"<b>{escape(what_happened(procedure, move))}</b>"
    when = escape(isolate(short_time(move.at)))
    too_late = escape(_("came too late, and does not count"))
    late = "" if move.stands else f" · <i>{too_late}</i>"
    faint = color("faint").name()
    said = "".join(
        f"<br>{escape(_field(procedure, move, name))}: {escape(isolate(_value(procedure, move, name)))}"
        for name in move.fields
    )
    note = f"<br>{escape(isolate(move.note))}" if move.note else ""
    return f"<p>{head}{late}<br><span style='color:{faint}'>{who} · {when}</span>{said}{note}</p>"


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
