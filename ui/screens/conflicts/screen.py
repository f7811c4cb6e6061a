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
        self._asked = self._more = self._stale = self._deciding = False
        self._build()
        context.centre.changed.connect(self._look_again)

    def activated(self) -> None:
        """What is shown may have been decided elsewhere meanwhile."""
        if not self._current():
            self._skipped.clear()
        self._ask()
        self._focus()

    def documents_changed(self) -> None:
        """The conflict that is shown may have been decided elsewhere."""
        self._ask()

    def centre_followed(self) -> None:
        """Of documents of other stations, nothing else is heard."""
        self._ask()

    def decide(self) -> None:
        """What was taken for each field is what the document says; the chosen decision is the one that counts."""
        if self.steps.shown is not None and self.steps.isVisible():
            self._settle(self.steps.shown)
            return
        if self.shown is None or self.context.centre.together is None:
            return
        if self.table.undecided:
            self.table.go_to_undecided()
            self.context.notify(self._still_open())
            return
        place, together, shown = self.context.place, self.context.centre.together, self.shown
        choices, note = dict(self.table.choices), self.note.text()
        self._begin_deciding()
        self.context.tasks.run(
            lambda _c: resolve_conflict(place, together, shown, choices, note=note),
            done=lambda _said: self._decided(),
            failed=self._not_decided,
        )

    def later(self) -> None:
        """Leave it for another time and show the next."""
        if shown := self._current():
            self._skipped.add(shown)
            self._ask(anew=True)

    def _settle(self, shown: OpenDispute) -> None:
        place, chosen, note = self.context.case_place, self.steps.chosen, self.note.text()
        if not chosen:
            self.context.notify(_("Choose the decision that counts: ← or →."))
            return
        if not note.strip():
            self.note.setFocus()
        self._begin_deciding()
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
        if self.isVisible() and not self._current() and waiting - self._skipped:
            self._ask()

    def _current(self) -> str:
        """The id of the conflict that is shown, empty for none."""
        return self.shown.conflict.id if self.shown else self.steps.shown.dispute.id if self.steps.shown else ""

    def _ask(self, *, anew: bool = False) -> None:
        """`anew`: what is being looked for already may be what was left just now, and is not shown."""
        together, place, skipped = self.context.centre.together, self.context.place, frozenset(self._skipped)
        case_place, current = self.context.case_place, self._current()
        if together is None:
            self._show_nothing()
        elif self._asked:
            self._more, self._stale = True, self._stale or anew
        elif not self._deciding:  # it is asked when that is done
            self._asked = True
            self.context.tasks.run(
                lambda _c: first_to_show(place, case_place, together, skipped, current),
                done=self._answered,
                failed=self._failed,
            )

    def _answered(self, found: Found | tuple[OpenDispute, int] | None) -> None:
        more, stale = self._more, self._stale
        self._asked = self._more = self._stale = False
        if not stale and not self._deciding:
            self._show(found)
        if more:
            self._ask()

    def _show(self, found: Found | tuple[OpenDispute, int] | None) -> None:
        """Who was at one that waits no more is told."""
        current = self._current()
        if current and current not in self._skipped and current != _id_of(found):
            self.context.show_error(ConflictSettled())
        if found is None:
            self._show_nothing()
        elif len(found) == 2:
            self._show_step(*found)
        else:
            self._show_versions(found)

    def _show_step(self, shown: OpenDispute, waiting: int) -> None:
        """Nothing of it is chosen before somebody does."""
        before, self._waiting = self.steps.shown, waiting
        self.count.setText(_("conflicts waiting: {waiting}").format(waiting=number(waiting)))
        if before == shown:
            return
        if before is None or before.dispute.id != shown.dispute.id:
            self._show_nothing()
            self._show_part(self.steps)
            self.steps.setFocus()
        chosen = self.steps.chosen if before is not None and before.dispute.id == shown.dispute.id else ""
        self.steps.show_dispute(shown)
        if chosen and not self.steps.chosen:
            self.context.notify(_("Choose the decision that counts: ← or →."))
        self.note.setPlaceholderText(_("Why it is decided so; both of them will read it"))
        self.hint.setText(
            _("{arrows} choose · {note} why").format(arrows=shown_signs("← →"), note=shown_keys("Ctrl+N"))
        )
        self.decide_button.setEnabled(shown.mine)

    def _show_versions(self, found: Found) -> None:
        """Of one that is shown already, what somebody chose and typed stays."""
        shown, view, place, self._waiting = found
        if self.shown == shown:
            self._count()
            return
        before = self.shown if self.shown and self.shown.conflict.id == shown.conflict.id else None
        at = min(self._at, max(0, len(view.pages) - 1)) if before else 0
        same_pages = before is not None and self._view is not None and self._view.pages == view.pages
        self.shown, self._view, self._place, self._at = shown, view, place, at
        self.steps.shown = None
        self._describe(shown, view)
        self.table.show_conflict(shown, before)
        if before is None:
            self._show_part(self.work)
            self.table.setFocus()
        else:
            self._say_changed(shown)
        if not same_pages:
            self._show_page()

    def _say_changed(self, shown: OpenConflict) -> None:
        """Not of what was changed at this very station."""
        said = ngettext(
            "{count} document was changed elsewhere and is shown as it is now",
            "{count} documents were changed elsewhere and are shown as they are now",
            1,
        ).format(count=number(1))
        elsewhere = [said] if shown.standing.station != self.context.place.station else []
        if words := elsewhere + ([self._still_open()] if self.table.undecided else []):
            self.context.notify(". ".join(words))

    def _still_open(self) -> str:
        """How many fields are not decided yet, and how one does."""
        count = len(self.table.undecided)
        return ngettext(
            "{count} field is not decided yet: ← or → chooses, Enter takes.",
            "{count} fields are not decided yet: ← or → chooses, Enter takes.",
            count,
        ).format(count=number(count))

    def _describe(self, shown: OpenConflict, view: DocumentView) -> None:
        """All but the fields themselves."""
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

    def _begin_deciding(self) -> None:
        self._deciding = True
        self.decide_button.setEnabled(False)

    def _decided(self) -> None:
        self._deciding = False
        self.context.notify(_("Decided. The centre and every other station will hear of it."))
        self.shown, self.steps.shown = None, None
        self.context.centre.look_again()
        self._ask(anew=True)

    def _not_decided(self, error: Exception) -> None:
        """Decided elsewhere, or become another: what one chose and typed stays as far as the conflict does."""
        self._deciding = False
        self.decide_button.setEnabled(True)
        self.context.show_error(error)
        self.context.centre.look_again()
        self._ask(anew=True)

    def _failed(self, error: Exception) -> None:
        self._asked = self._more = self._stale = False
        self.context.show_error(error)


def _id_of(found: Found | tuple[OpenDispute, int] | None) -> str:
    if found is None:
        return ""
    return found[0].dispute.id if len(found) == 2 else found[0].conflict.id


def _who(version: Version) -> str:
    """As HTML; the name is what another station says."""
    when = short_time(datetime.fromisoformat(version.at))
    return _("{name}, station {station}, {time}").format(
        name=escape(isolate(version.by)), station=escape(isolate(version.station)), time=isolate(when)
    )
