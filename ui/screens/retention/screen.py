"""Retention: due, waiting for a second person, held, destroyed. Key by key: `docs/screens.md`."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout

from muni_archive.domain.disposals import Destroyed, Disposal
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.messages import N_, _
from muni_archive.services.retention.due import MOST_SHOWN, Standing
from ui.context import WindowContext
from ui.i18n import number
from ui.screens.base import Screen
from ui.screens.retention.asking import Questions
from ui.screens.retention.list_page import Act, ListPage
from ui.screens.retention.rows import (
    DESTROYED,
    DUE,
    HOLDS,
    WAITING,
    Lists,
    destroyed_rows,
    due_rows,
    hold_rows,
    look_up,
    waiting_rows,
)
from ui.widgets.buttons import shown_keys

TABS = (N_("Due"), N_("Waiting for a second person"), N_("Holds"), N_("Destroyed"))
NEXT, BEFORE, MORE = "Ctrl+PgDown", "Ctrl+PgUp", "Ctrl+M"


class RetentionScreen(Screen):
    """Four lists; nothing is destroyed here before two people have said so."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.questions = Questions(self, context, self.refresh)
        self._asked, self._most, self._goes_on = 0, MOST_SHOWN, False
        self._central = 0
        self._elsewhere = frozenset[str]()
        """Ids of documents of other stations among those shown."""
        self.due = self._due_page()
        self.waiting = self._waiting_page()
        self.holds = self._holds_page()
        self.gone = self._destroyed_page()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        pages: tuple[ListPage, ...] = (self.due, self.waiting, self.holds, self.gone)
        for page, name in zip(pages, TABS, strict=True):
            self.tabs.addTab(page, _(name))
        self.tabs.currentChanged.connect(lambda _at: self._look())
        title = QLabel(_("Retention"))
        title.setObjectName("title")
        column = QVBoxLayout(self)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._hint())
        context.centre.changed.connect(self._on_centre_changed)
        QShortcut(QKeySequence(NEXT), self, lambda: self._turn(1))
        QShortcut(QKeySequence(BEFORE), self, lambda: self._turn(-1))
        QShortcut(QKeySequence(MORE), self, self._show_more)

    def activated(self) -> None:
        self.refresh()
        self._look()

    def documents_changed(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read the lists again, beside the window."""
        self._asked += 1
        asked, place, together, most = self._asked, self.context.place, self.context.centre.together, self._most
        self.context.tasks.run(
            lambda task: look_up(place, together, task.cancel, most),
            done=lambda lists: self._show(lists) if asked == self._asked else None,
            failed=self.context.show_error,
        )

    def _on_centre_changed(self) -> None:
        """What the centre decides, and what others propose, comes with its news."""
        central = self.context.centre.state.central
        if self.isVisible() and central != self._central:
            self._central = central
            self.refresh()

    def _show(self, lists: Lists) -> None:
        self._elsewhere = frozenset(
            [each.standing.kept.document_id for each in lists.waiting if each.elsewhere]
            + [each.document.document_id for each in lists.destroyed if each.elsewhere]
        )
        self.due.show_rows(due_rows(lists.due.shown))
        self.waiting.show_rows(waiting_rows(lists.waiting))
        self.holds.show_rows(hold_rows(lists.holds))
        self.gone.show_rows(destroyed_rows(lists.destroyed))
        totals = (lists.due.total, len(lists.waiting), len(lists.holds), lists.destroyed_total)
        for at, total in enumerate(totals):
            self.tabs.setTabText(at, f"{_(TABS[at])} ({number(total)})")
        self.due.say_more(_goes_on(len(lists.due.shown), lists.due.total))
        self.gone.say_more(_goes_on(len(lists.destroyed), lists.destroyed_total))
        self._goes_on = lists.due.total > len(lists.due.shown) or lists.destroyed_total > len(lists.destroyed)

    def _show_more(self) -> None:
        if self._goes_on:
            self._most += MOST_SHOWN
            self.refresh()

    def _due_page(self) -> ListPage:
        return ListPage(
            DUE, stretched=1, empty=_("Nothing is due. Classes without a rule are kept for ever."),
            opened=self._open,
            acts=(
                Act(icon="trash", text=_("Propose destruction …"), keys="Ctrl+D", act=self._propose),
                Act(icon="calendar", text=_("Keep longer …"), keys="Ctrl+K", act=self._keep),
                Act(icon="lock", text=_("Place a hold …"), keys="Ctrl+H", act=self._hold),
            ),
        )  # fmt: skip

    def _waiting_page(self) -> ListPage:
        return ListPage(
            WAITING, stretched=5, empty=_("No proposal waits for a second person."), opened=self._open,
            acts=(
                Act(icon="trash", text=_("Confirm …"), keys="Ctrl+Return", act=self._confirm, primary=True),
                Act(icon="undo", text=_("Turn down …"), keys="Ctrl+Del", act=self._withdraw),
                Act(icon="lock", text=_("Place a hold …"), keys="Ctrl+H", act=self._hold),
            ),
        )  # fmt: skip

    def _holds_page(self) -> ListPage:
        return ListPage(
            HOLDS, stretched=2, empty=_("No hold rests on anything."), opened=self._open,
            acts=(
                Act(icon="lock", text=_("Place a hold …"), keys="Ctrl+H", act=self._hold, needs_row=False),
                Act(icon="undo", text=_("Lift …"), keys="Ctrl+Del", act=self._lift),
            ),
        )  # fmt: skip

    def _destroyed_page(self) -> ListPage:
        return ListPage(
            DESTROYED,
            stretched=1,
            also=6,
            empty=_("Nothing was ever destroyed in this archive."),
            opened=self._open,
            acts=(),
        )

    def _hint(self) -> QLabel:
        hint = QLabel(
            _("{arrows} choose · {open} opens the document · {turn} the next list").format(
                arrows="↑ ↓", open=shown_keys("Return"), turn=shown_keys(NEXT)
            )
        )
        hint.setObjectName("hint")
        return hint

    def _page(self) -> ListPage:
        page = self.tabs.currentWidget()
        assert isinstance(page, ListPage)
        return page

    def _look(self) -> None:
        self._page().look()

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def _chosen_document(self) -> tuple[str, str] | None:
        """Id and number of the document that the chosen row is about."""
        match self._page().chosen:
            case Standing(kept=kept) | (Disposal(), Standing(kept=kept)):
                return kept.document_id, kept.number
            case Destroyed() as gone:
                return gone.document_id, gone.number
            case Hold(scope=HoldScope.DOCUMENT) as hold:
                return hold.target, hold.target
        return None

    def _open(self) -> None:
        if document := self._chosen_document():
            elsewhere = document[0] in self._elsewhere
            show = self.context.open_elsewhere if elsewhere else self.context.open_document
            show(document[0], None, "")

    def _propose(self) -> None:
        if document := self._chosen_document():
            self.questions.propose(document[1])

    def _keep(self) -> None:
        if document := self._chosen_document():
            self.questions.keep_longer(document[1])

    def _hold(self) -> None:
        chosen = self._page().chosen
        document = self._chosen_document() if not isinstance(chosen, Hold) else None
        self.questions.place_hold(HoldScope.DOCUMENT, document[1] if document else "")

    def _lift(self) -> None:
        if isinstance(hold := self._page().chosen, Hold):
            self.questions.lift(hold)

    def _confirm(self) -> None:
        match self._page().chosen:
            case (Disposal() as disposal, Standing() as standing):
                self.questions.confirm(disposal, standing.kept.number)

    def _withdraw(self) -> None:
        match self._page().chosen:
            case (Disposal() as disposal, Standing() as standing):
                self.questions.withdraw(disposal, standing.kept.number)


def _goes_on(shown: int, total: int) -> str:
    """That there is more than is shown."""
    if shown >= total:
        return ""
    text = _("{shown} of {total} are shown · {more} shows more")
    return text.format(shown=number(shown), total=number(total), more=shown_keys(MORE))
