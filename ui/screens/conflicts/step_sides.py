"""Two decisions on one step of a case, side by side; which of them counts is chosen by keyboard."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from muni_archive.domain.cases import Move
from muni_archive.domain.procedures import Procedure
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.together.disputes import Decided, OpenDispute
from ui.i18n import as_plain, direction_mark, label_of, number, short_time
from ui.screens.desk.history import History, what_happened, what_was_filled_in


class SideCard(QFrame):
    """One decision: what, who, where, when, why, and whether it is signed."""

    clicked = Signal()

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = heading
        self.setObjectName("sideCard")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        column = QVBoxLayout(self)
        column.addWidget(self._text, 1)

    def show_side(self, procedure: Procedure, side: Decided) -> None:
        self._text.setText(f"<p><b>{escape(self._heading)}</b></p>{_words(procedure, side)}")

    def set_chosen(self, chosen: bool) -> None:
        self.setProperty("chosen", "yes" if chosen else "no")
        self.style().unpolish(self)
        self.style().polish(self)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.clicked.emit()


class StepSides(QWidget):
    """Nothing is chosen at first. `chosen` is an entry's id, empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: OpenDispute | None = None
        self.chosen = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._reason, self._step, self._after = QLabel(), QLabel(), QLabel(), QLabel()
        self._title.setObjectName("title")
        self._step.setObjectName("section")
        self._reason.setObjectName("hint")
        self._bar = QLabel()
        self._bar.setObjectName("banner")
        self._bar.setProperty("kind", "error")
        self.history = History()
        self.history.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.counted, self.late = SideCard(_("Counts")), SideCard(_("Came later"))
        self.counted.clicked.connect(lambda: self._choose(late=False))
        self.late.clicked.connect(lambda: self._choose(late=True))
        sides = QHBoxLayout()
        sides.addWidget(self.counted, 1)
        sides.addWidget(self.late, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for label in (self._title, self._reason, self._step, self._bar):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addLayout(sides)
        self._after.setWordWrap(True)
        column.addWidget(self._after)
        column.addWidget(self.history, 1)

    def show_dispute(self, shown: OpenDispute) -> None:
        """What was chosen still is, where this is the same conflict and the same would follow."""
        chosen = self.chosen if self.shown is not None and _at_stake(self.shown) == _at_stake(shown) else ""
        self.shown = shown
        step = shown.procedure.step(shown.dispute.element)
        self._title.setText(as_plain(f"{direction_mark()}{isolate(shown.case.title)}"))
        self._reason.setText(
            _("Two people decided one step before they heard of each other. A third says which counts.")
        )
        name = label_of(step.label) if step else shown.dispute.element
        self._step.setText(as_plain(f"{direction_mark()}{isolate(name)}"))
        self.counted.show_side(shown.procedure, shown.counted)
        self.late.show_side(shown.procedure, shown.late)
        self.history.show_moves(shown.procedure, shown.moves)
        self._bar.setText(_why_not(shown))
        self._bar.setVisible(bool(self._bar.text()))
        self._mark(chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self._choose(late=(event.key() == Qt.Key.Key_Left) is self._later_is_left())
        else:
            event.ignore()

    def _later_is_left(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _choose(self, *, late: bool) -> None:
        shown = self.shown
        if shown is None or not shown.mine or (late and not shown.possible):
            return
        self._mark((shown.late if late else shown.counted).move.entry)

    def _mark(self, chosen: str) -> None:
        shown = self.shown
        assert shown is not None
        self.chosen = chosen
        self.counted.set_chosen(chosen == shown.counted.move.entry)
        self.late.set_chosen(chosen == shown.late.move.entry)
        self._after.setText(_what_follows(shown, chosen))


def _at_stake(shown: OpenDispute) -> tuple[object, ...]:
    return shown.dispute.id, shown.counted, shown.late, shown.undone, shown.possible, shown.mine


def _words(procedure: Procedure, side: Decided) -> str:
    """As HTML; names and notes are what others say."""
    move = side.move
    name = escape(isolate(move.by))
    if move.stands_in_for:
        name = _("{name} for {other}").format(name=name, other=escape(isolate(move.stands_in_for)))
    who = _("{name}, station {station}, {time}").format(
        name=name, station=escape(isolate(side.station)), time=escape(isolate(short_time(move.at)))
    )
    rest = [escape(isolate(move.note))] if move.note else []
    rest += what_was_filled_in(procedure, move)
    if move.signature:
        signed = _("Signed; the signature fits.") if side.signed else _("The signature does not fit.")
        rest.append(f"<i>{escape(signed)}</i> {escape(isolate(move.key[:16]))}")
    return "".join(f"<p>{direction_mark()}{each}</p>" for each in (escape(what_happened(procedure, move)), who, *rest))


def _why_not(shown: OpenDispute) -> str:
    if not shown.mine:
        return _("You made one of the two decisions, or whom you stood in for did: somebody else settles this.")
    return "" if shown.possible else _("What was done since cannot be undone: only what counts can be confirmed.")


def _what_follows(shown: OpenDispute, chosen: str) -> str:
    """What becomes of the case, before anything is decided."""
    if not chosen:
        return ""
    if chosen == shown.counted.move.entry:
        return _("The case stays as it is. The other decision is kept beside it.")
    later = shown.undone[1:]
    if not later:
        return _("The case goes on from this decision. The other one is kept beside it.")
    text = ngettext(
        "The case goes on from this decision; {count} move that was made since counts no more:",
        "The case goes on from this decision; {count} moves that were made since count no more:",
        len(later),
    )
    named = "<br>".join(f"{direction_mark()}• {_short(shown.procedure, move)}" for move in later)
    return f"{escape(text.format(count=number(len(later))))}<br>{named}"


def _short(procedure: Procedure, move: Move) -> str:
    return f"{escape(what_happened(procedure, move))} · {escape(isolate(move.by))}"
