"""Who may see a document, and why: its access level, everybody's reason; to raise it, to give leave, to end it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from muni_archive.domain.permissions import LEVEL_TEXTS, AccessLevel, Action
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.services.levels import DocumentLevel
from muni_archive.services.organisation.granting import end_grant, grant_file
from muni_archive.services.organisation.seeing import Seers, who_may_see
from muni_archive.services.subjects import about_document
from muni_archive.services.together.levels import level_anywhere, set_level_anywhere
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, short_time
from ui.screens.access.leave_dialog import LeaveDialog
from ui.screens.access.table import SeersTable
from ui.screens.organisation.dialogs import ReasonDialog
from ui.widgets.ask_dialog import AskDialog, Asked
from ui.widgets.buttons import shown_keys, text_button

WIDTH, HEIGHT = 720, 460


class AccessDialog(QDialog):
    """What is decided here is recorded in this window's archive, wherever the document is kept."""

    def __init__(self, owner: QWidget, context: WindowContext, document: Document) -> None:
        super().__init__(owner)
        self._context, self._document = context, document
        self.known: DocumentLevel | None = None
        self.found: Seers | None = None
        self.question: QDialog | None = None
        self.setWindowTitle(_("Who may see this"))
        self.resize(WIDTH, HEIGHT)
        title = QLabel(as_plain(f"{direction_mark()}{isolate(document.title)}  ·  {isolate(document.number)}"))
        title.setWordWrap(True)
        self.level, self.why = QLabel(), QLabel()
        self.why.setObjectName("hint")
        self.why.setWordWrap(True)
        self.table = SeersTable(context.home.roles)
        self.table.itemSelectionChanged.connect(self._offer)
        self.note = QLabel()
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self.change = self._button("lock", _("Access level …"), "Ctrl+L", self._ask_level)
        self.give = self._button("plus", _("Give leave …"), "Ctrl+N", self._ask_leave)
        self.end = self._button("x-circle", _("End leave …"), "Ctrl+Del", self._ask_end)
        close = self._button("x", _("Close"), "Esc", self.reject)
        row = QHBoxLayout()
        for button in (self.change, self.give, self.end, close):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for part in (title, self.level, self.why):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        column.addLayout(row)
        self._offer()
        self.look()

    def look(self) -> None:
        """Ask anew who may."""
        home, together, document = self._context.home, self._context.centre.together, self._document

        def work() -> tuple[DocumentLevel, Seers | None]:
            known = level_anywhere(home, together, document.id)
            grants = home.guard.may(Action.GRANT, about_document(known.document))
            return known, who_may_see(home, known.document) if grants else None

        self._context.tasks.run(lambda _c: work(), done=lambda both: self._show(*both), failed=self._failed)

    def _show(self, known: DocumentLevel, found: Seers | None) -> None:
        self.known, self.found = known, found
        self.level.setText(_("Access level: {level}").format(level=isolate(_(LEVEL_TEXTS[known.counts]))))
        self.why.setText(as_plain(_level_words(known)))
        self.table.setVisible(found is not None)
        if found is not None:
            self.table.show_seers(found)
        self.note.setText(as_plain(self._note()))
        self.note.setVisible(bool(self.note.text()))
        self._offer()
        self.table.setFocus()

    def _note(self) -> str:
        if self.found is None:
            return _("Who may see it is shown to those who may give leave for it.")
        if not self.found.names:
            return _("Nobody has to sign in here: whoever uses this computer sees everything.")
        if not self._document.file_reference:
            return _("Leave is for files, and this document is in none.")
        return ""

    def _offer(self) -> None:
        """Buttons for what may be done."""
        self.change.setEnabled(self.known is not None and bool(self.known.may_set))
        grants = self.found is not None and bool(self.found.names)
        self.give.setEnabled(grants and bool(self._document.file_reference))
        self.end.setEnabled(self.found is not None and self.table.chosen_grant is not None)

    def _ask_level(self) -> None:
        if self.known is None or not self.known.may_set:
            return
        choices = [(level.value, _(LEVEL_TEXTS[level])) for level in self.known.may_set]
        told = _(
            "Who does not reach the level neither sees nor finds the document from then on. It never sinks below its"
            " record class's."
        )
        asked = (
            Asked(name="level", label=_("Level"), choices=choices),
            Asked(name="reason", label=_("Reason")),
        )
        self.question = AskDialog(
            self, _("Access level"), told, asked, button=_("Set"), icon="lock", act=self._set_level
        )
        self.question.open()

    def _set_level(self, said: Mapping[str, str]) -> None:
        home, together, document_id = self._context.home, self._context.centre.together, self._document.id
        level = AccessLevel(said["level"])
        self._do(lambda: set_level_anywhere(home, together, document_id, level, reason=said["reason"]))

    def _ask_leave(self) -> None:
        reference = self._document.file_reference
        if self.found is None or not reference:
            return
        dialog = LeaveDialog(self, self.found, self._context.home.roles, file=reference)
        dialog.accepted.connect(lambda: self._give(dialog, reference))
        self.question = dialog
        dialog.open()

    def _give(self, dialog: LeaveDialog, reference: str) -> None:
        home, to, until, actions = self._context.home, dialog.to, dialog.end, dialog.allowed
        reason = dialog.reason.text()
        self._do(lambda: grant_file(home, to, reference, until=until, reason=reason, actions=actions))

    def _ask_end(self) -> None:
        grant = self.table.chosen_grant
        if grant is None:
            return
        hint = _("{file}: {reason}").format(file=isolate(grant.file_reference), reason=isolate(grant.reason))
        dialog = ReasonDialog(self, _("End leave"), _("End leave"), hint=hint)
        home = self._context.home
        dialog.accepted.connect(lambda: self._do(lambda: end_grant(home, grant.id, reason=dialog.reason.text())))
        self.question = dialog
        dialog.open()

    def _do(self, act: Callable[[], object]) -> None:
        def done(_nothing: object) -> None:
            self._context.wake_reading()  # the index follows the journal there
            self.look()

        self._context.tasks.run(lambda _c: act(), done=done, failed=self._context.show_error)

    def _failed(self, error: Exception) -> None:
        """Who has just raised it above their own reach sees it no more."""
        self._context.show_error(error)
        self.reject()

    def _button(self, sign: str, text: str, keys: str, act: Callable[[], object]) -> QPushButton:
        button = text_button(self, sign, text, keys, act)
        button.setText(f"{button.text()}   {shown_keys(keys)}")
        button.setAutoDefault(False)
        return button


def _level_words(known: DocumentLevel) -> str:
    """What its class asks for, and who raised it above that, when and why."""
    told = _("Its record class asks for: {level}").format(level=isolate(_(LEVEL_TEXTS[known.of_class])))
    if not known.history:
        return told
    last = known.history[-1]
    if not last.level:
        return told
    raised = _("{name} set it on {day}: {reason}").format(
        name=isolate(last.set_by), day=isolate(short_time(datetime.fromisoformat(last.set_at))),
        reason=isolate(last.reason),
    )  # fmt: skip
    return f"{told}\n{raised}"
