"""What two people did differently: two versions of one document beside its page, decided field by field, and two
decisions on one step of a case. Key by key: `docs/screens.md`.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from muni_archive.domain.centre_errors import ConflictSettled
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.together.conflicts import (
    OpenConflict,
    Version,
    resolve_conflict,
)
from muni_archive.services.together.disputes import OpenDispute, settle_dispute
from muni_archive.services.view_document import DocumentView
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, number, short_time
from ui.screens.base import Screen
from ui.screens.conflicts.first import Found, first_to_show
from ui.screens.conflicts.step_sides import StepSides
from ui.screens.conflicts.table import SidesTable
from ui.screens.conflicts.wording import Wording
from ui.widgets.buttons import shown_keys, shown_signs, text_button
from ui.widgets.page_view import PageView


class ConflictsScreen(Screen):
    """One conflict at a time; nothing is decided before Ctrl+Enter."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.shown: OpenConflict | None = None
        self._view: DocumentView | None = None
        self._place = context.place
        self._at = self._waiting = 0
        self._skipped: set[str] = set()
        self._asked = False
        self._build()
        context.centre.changed.connect(self._look_again)

    def activated(self) -> None:
        if self.shown is None and self.steps.shown is None:
            self._skipped.clear()
            self._ask()
        self._focus()

    def documents_changed(self) -> None:
        """The conflict that is shown may have been decided elsewhere."""
        self._ask()

    def decide(self) -> None:
        """What was taken for each field is what the document says; the chosen decision is the one that counts."""
        if self.steps.shown is not None and self.steps.isVisible():
            self._settle(self.steps.shown)
            return
        if self.shown is None or self.context.centre.together is None:
            return
        if open_fields := len(self.table.undecided):
            self.table.go_to_undecided()
            self.context.notify(
                ngettext(
                    "{count} field is not decided yet: ← or → chooses, Enter takes.",
                    "{count} fields are not decided yet: ← or → chooses, Enter takes.",
                    open_fields,
                ).format(count=number(open_fields))
            )
            return
        place, together, shown = self.context.place, self.context.centre.together, self.shown
        choices, note = dict(self.table.choices), self.note.text()
        self.decide_button.setEnabled(False)
        self.context.tasks.run(
            lambda _c: resolve_conflict(place, together, shown, choices, note=note),
            done=lambda _said: self._decided(),
            failed=self._not_decided,
        )

    def later(self) -> None:
        """Leave it for another time and show the next."""
        shown = self.shown.conflict.id if self.shown else self.steps.shown.dispute.id if self.steps.shown else ""
        if shown:
            self._skipped.add(shown)
            self._ask()

    def _settle(self, shown: OpenDispute) -> None:
        place, chosen, note = self.context.case_place, self.steps.chosen, self.note.text()
        if not chosen:
            self.context.notify(_("Choose the decision that counts: ← or →."))
            return
        if not note.strip():
            self.note.setFocus()
        self.decide_button.setEnabled(False)
        self.context.tasks.run(
            lambda _c: settle_dispute(place, shown, chosen, actor=actor_of(place), note=note),
            done=lambda _none: self._decided(),
            failed=self._not_decided,
        )

    def _build(self) -> None:
        self.picture = PageView(self.context.tasks)
        self.where = QLabel()
        self.where.setObjectName("hint")
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        pages = QVBoxLayout(page)
        pages.setContentsMargins(0, 0, 0, 0)
        pages.addWidget(self.picture, 1)
        pages.addWidget(self.where)
        self.work = QSplitter(Qt.Orientation.Horizontal)
        self.work.setHandleWidth(10)
        self.work.addWidget(page)
        self.work.addWidget(self._side())
        self.work.setSizes([440, 620])
        self.empty = QLabel(_("No conflict waits for a decision."))
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.steps = StepSides()
        column = QVBoxLayout(self)
        column.addWidget(self.work, 1)
        column.addWidget(self.steps, 1)
        column.addWidget(self._below())
        column.addWidget(self.empty, 1)
        self._show_nothing()
        for keys, act in (
            ("Ctrl+N", self._to_note),
            ("PgDown", lambda: self._turn(1)),
            ("PgUp", lambda: self._turn(-1)),
            ("Ctrl+Shift+Left", lambda: self.table.take_all(self.table.side_at(left=True))),
            ("Ctrl+Shift+Right", lambda: self.table.take_all(self.table.side_at(left=False))),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _side(self) -> QWidget:
        self.title = QLabel()
        self.title.setObjectName("title")
        self.title.setWordWrap(True)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setObjectName("hint")
        self.standing, self.waiting = QLabel(), QLabel()
        sides = QHBoxLayout()
        for label in (self.standing, self.waiting):
            label.setObjectName("ledger")
            label.setWordWrap(True)
            sides.addWidget(label, 1)
        self.table = SidesTable(Wording(self.context.place.record_classes))
        self.table.decided.connect(self._count)
        side = QWidget()
        side.setMinimumWidth(420)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.reason)
        column.addLayout(sides)
        column.addWidget(self.table, 1)
        return side

    def _below(self) -> QWidget:
        """What both kinds of conflict have: why, the decision, how many wait."""
        self.note = QLineEdit()
        self.note.returnPressed.connect(self._focus)
        self.count = QLabel()
        self.count.setObjectName("hint")
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.note)
        column.addLayout(self._buttons())
        column.addWidget(self.count)
        return self.below

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.decide_button = text_button(self, "check", _("Decide"), "Ctrl+Return", self.decide, primary=True)
        self.decide_button.setText(f"{self.decide_button.text()}   {shown_keys('Ctrl+Return')}")
        later = text_button(self, "clock", _("Later"), "Alt+Down", self.later)
        later.setText(f"{later.text()}   {shown_keys('Alt+Down')}")
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        row.addWidget(self.decide_button)
        row.addWidget(later)
        row.addWidget(self.hint, 1)
        return row

    def _look_again(self) -> None:
        """One that came while none was shown; at the start of the program that is each."""
        centre = self.context.centre
        waiting = {each.id for each in centre.waiting} | {each.id for each in centre.disputes}
        if self.isVisible() and self.shown is None and self.steps.shown is None and waiting - self._skipped:
            self._ask()

    def _ask(self) -> None:
        together, place, skipped = self.context.centre.together, self.context.place, frozenset(self._skipped)
        case_place = self.context.case_place
        if together is None or self._asked:
            self._show_nothing() if together is None else None
            return
        self._asked = True
        self.context.tasks.run(
            lambda _c: first_to_show(place, case_place, together, skipped), done=self._show, failed=self._failed
        )

    def _show(self, found: Found | tuple[OpenDispute, int] | None) -> None:
        self._asked = False
        if found is None:
            self._show_nothing()
        elif len(found) == 2:
            self._show_step(*found)
        else:
            self._show_versions(found)

    def _show_step(self, shown: OpenDispute, waiting: int) -> None:
        """Nothing of it is chosen before somebody does."""
        if self.steps.shown == shown:
            return
        self._show_nothing()
        self._waiting = waiting
        self.steps.show_dispute(shown)
        self._show_part(self.steps)
        self.note.setPlaceholderText(_("Why it is decided so; both of them will read it"))
        self.hint.setText(
            _("{arrows} choose · {note} why").format(arrows=shown_signs("← →"), note=shown_keys("Ctrl+N"))
        )
        self.decide_button.setEnabled(shown.mine)
        self.count.setText(_("conflicts waiting: {waiting}").format(waiting=number(waiting)))
        self.steps.setFocus()

    def _show_versions(self, found: Found) -> None:
        shown, view, place, waiting = found
        if self.shown == shown:
            return
        self.shown, self._view, self._place, self._at = shown, view, place, 0
        self._waiting = waiting
        self.steps.shown = None
        self._show_part(self.work)
        self.note.setPlaceholderText(_("Note: why it is decided so (may be empty)"))
        self.hint.setText(
            _("{arrows} choose · {take} takes · {all} takes all of a side · {note} note · {page} pages").format(
                arrows=shown_signs("← →"),
                take=shown_keys("Return"),
                all=shown_keys("Ctrl+Shift+Left"),
                note=shown_keys("Ctrl+N"),
                page=shown_keys("PgDown"),
            )
        )
        self.decide_button.setEnabled(True)
        title = f"{direction_mark()}{isolate(view.document.title)}  ·  {isolate(shown.number)}"
        self.title.setText(as_plain(title))
        self.reason.setText(
            _("Two people decided an earlier conflict of this document differently.")
            if shown.conflict.reason == "decided"
            else _("Two stations changed the same field before they heard of each other.")
        )
        self.standing.setText(f"<b>{_('Stands')}</b><br>{_who(shown.standing)}")
        self.waiting.setText(f"<b>{_('Waits')}</b><br>{_who(shown.waiting)}")
        self.table.show_conflict(shown)
        self.table.setFocus()
        self._show_page()

    def _show_part(self, part: QWidget) -> None:
        """Versions, decisions, or the word that nothing waits."""
        for each in (self.work, self.steps, self.empty):
            each.setVisible(each is part)
        self.below.setVisible(part is not self.empty)
        self.note.clear()

    def _show_nothing(self) -> None:
        self.shown, self.steps.shown, self._view = None, None, None
        self.picture.clear_page()
        self._show_part(self.empty)
        if self._skipped:
            self.empty.setText(_("The other conflicts are left for later. They come back when this screen is opened."))
        else:
            self.empty.setText(_("No conflict waits for a decision."))

    def _turn(self, step: int) -> None:
        if self._view and 0 <= self._at + step < len(self._view.pages):
            self._at += step
            self._show_page()

    def _show_page(self) -> None:
        if self._view is None or not self._view.pages:
            self.picture.clear_page()
            self.where.setText(_("This document has no pages."))
            return
        page, count = self._view.pages[self._at], len(self._view.pages)
        self.where.setText(_("page {page} of {count}").format(page=number(self._at + 1), count=number(count)))
        self.picture.fetch_page(self._place, page, self.context.centre.far, failed=self.context.show_error)

    def _focus(self) -> None:
        (self.steps if self.steps.shown else self.table).setFocus()

    def _to_note(self) -> None:
        self.note.setFocus()

    def _count(self) -> None:
        self.count.setText(
            _("{left} of {count} fields to decide · conflicts waiting: {waiting}").format(
                left=number(len(self.table.undecided)),
                count=number(len(self.table.choices)),
                waiting=number(self._waiting),
            )
        )

    def _decided(self) -> None:
        self.context.notify(_("Decided. The centre and every other station will hear of it."))
        self._go_on()

    def _not_decided(self, error: Exception) -> None:
        self.context.show_error(error)
        if isinstance(error, ConflictSettled):
            self._go_on()
        else:
            self.decide_button.setEnabled(True)

    def _go_on(self) -> None:
        self.shown, self.steps.shown = None, None
        self.context.centre.look_again()
        self._ask()

    def _failed(self, error: Exception) -> None:
        self._asked = False
        self.context.show_error(error)


def _who(version: Version) -> str:
    """As HTML; the name is what another station says."""
    when = short_time(datetime.fromisoformat(version.at))
    return _("{name}, station {station}, {time}").format(
        name=escape(isolate(version.by)), station=escape(isolate(version.station)), time=isolate(when)
    )
