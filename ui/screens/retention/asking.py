"""The screen's questions: each says what happens, asks why, and does it off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtWidgets import QWidget

from muni_archive.domain.disposals import Destroyed, Disposal
from muni_archive.domain.holds import Hold, HoldScope
from muni_archive.messages import _, isolate
from muni_archive.services.field_values import canonical_date
from muni_archive.services.retention.closing_files import close_file, reopen_file
from muni_archive.services.retention.disposing import keep_longer, propose_disposal
from muni_archive.services.retention.holding import lift_hold, place_hold
from muni_archive.services.retention.wording import SCOPES, hold_words
from muni_archive.services.together.disposing import confirm_anywhere, withdraw_anywhere
from muni_archive.services.workplace import Workplace
from ui.context import WindowContext
from ui.i18n import number
from ui.widgets.ask_dialog import AskDialog, Asked

Done = Callable[[], None]


class Questions:
    """`done` is called when what was asked for is recorded."""

    def __init__(self, owner: QWidget, context: WindowContext, done: Done) -> None:
        self._owner, self._context, self._done = owner, context, done
        self.dialog: AskDialog | None = None

    def propose(self, document_number: str) -> None:
        text = _(
            "{number} would be destroyed: its pages, what was read on them and its description. Nothing happens before "
            "another person confirms it."
        ).format(number=isolate(document_number))
        self._ask(
            _("Propose destruction"), text, [_reason()], button=_("Propose"), icon="trash",
            act=lambda said: self._run(
                lambda: propose_disposal(self._context.place, document_number, reason=said["reason"]),
                _("Proposed. It waits for another person."),
            ),
        )  # fmt: skip

    def confirm(self, disposal: Disposal, document_number: str) -> None:
        together = self._context.centre.together
        text = _(
            "{name} proposed to destroy {number} ({reason}). If you agree, its pages, what was read on them and its "
            "description are gone for ever. This cannot be taken back. Number, class, dates, who, why and the hashes "
            "of its files remain."
        ).format(name=isolate(disposal.proposed_by), number=isolate(document_number), reason=isolate(disposal.reason))
        if together is not None:
            asks = _(
                "The centre asks every station first, and destroys it everywhere unless something keeps it. Until then "
                "the proposal can be withdrawn."
            )
            text = f"{text}\n\n{asks}"
        self._ask(
            _("Destroy for ever?"), text, [], button=_("Destroy for ever"), icon="trash",
            act=lambda _said: self._run(
                lambda: confirm_anywhere(self._context.place, together, disposal.id), self._told_gone
            ),
        )  # fmt: skip

    def withdraw(self, disposal: Disposal, document_number: str) -> None:
        text = _("{number} stays, and is due as before.").format(number=isolate(document_number))
        self._ask(
            _("Turn the proposal down"), text, [_reason()], button=_("Turn down"), icon="undo",
            act=lambda said: self._run(
                lambda: withdraw_anywhere(
                    self._context.place, self._context.centre.together, disposal.id, reason=said["reason"]
                ),
                _("The proposal is withdrawn."),
            ),
        )  # fmt: skip

    def keep_longer(self, document_number: str) -> None:
        text = _("{number} is kept at least until that day, and is due again then.").format(
            number=isolate(document_number)
        )
        until = Asked(name="until", label=_("Until"), hint=_("day/month/year"))
        self._ask(
            _("Keep longer"), text, [until, _reason()], button=_("Keep"), icon="calendar",
            act=lambda said: self._run(lambda: self._keep(document_number, said), _("Kept longer.")),
        )  # fmt: skip

    def place_hold(self, scope: HoldScope, target: str = "") -> None:
        """On what the person names; with a target on that."""
        text = _("As long as a hold rests, nothing that it covers is destroyed, whatever any rule or person says.")
        choices = [(each.value, _(SCOPES[each])) for each in HoldScope]
        where = [
            Asked(name="scope", label=_("Rests on"), choices=choices, value=scope.value),
            Asked(name="target", label=_("Which"), value=target, hint=_("document number, file number or class name")),
        ]
        order = Asked(name="authority", label=_("By order of"), hint=_("court, department, number of the order"))
        self._ask(
            _("Place a legal hold"), text, [*where, _reason(), order], button=_("Place the hold"), icon="lock",
            act=lambda said: self._run(
                lambda: place_hold(
                    self._context.place, HoldScope(said["scope"]), said["target"], reason=said["reason"],
                    authority=said["authority"], elsewhere=self._copied(),
                ),
                _("The hold rests."),
            ),
        )  # fmt: skip

    def lift(self, hold: Hold) -> None:
        text = _("This hold ends: {hold}. Others that rest on the same record stay.").format(hold=hold_words(hold))
        self._ask(
            _("Lift the hold"), text, [_reason()], button=_("Lift"), icon="undo",
            act=lambda said: self._run(
                lambda: lift_hold(self._context.place, hold.id, reason=said["reason"]), _("The hold is lifted.")
            ),
        )  # fmt: skip

    def turn_file(self, reference: str, *, closed: bool) -> None:
        """Close the file, or open it again."""
        act = reopen_file if closed else close_file
        text = (
            _("{file} goes on; the years of its documents begin anew with the next closing.")
            if closed
            else _("Nothing more is expected in {file}: the years of documents that wait for this begin.")
        )
        self._ask(
            _("Open the file again") if closed else _("Close the file"), text.format(file=isolate(reference)),
            [_reason()], button=_("Open again") if closed else _("Close the file"), icon="folder",
            act=lambda said: self._run(
                lambda: act(self._context.place, reference, reason=said["reason"]),
                _("The file is open again.") if closed else _("The file is closed."),
            ),
        )  # fmt: skip

    def _copied(self) -> Workplace | None:
        """Where documents of other stations stand."""
        together = self._context.centre.together
        return together.copied if together else None

    def _keep(self, document_number: str, said: Mapping[str, str]) -> object:
        until = date.fromisoformat(canonical_date(said["until"]))
        return keep_longer(self._context.place, document_number, until=until, reason=said["reason"])

    def _told_gone(self, gone: object) -> str:
        if not isinstance(gone, Destroyed):
            return _("Confirmed. The centre decides when every station has been heard.")
        return _("{number} is destroyed: {pages} pages, {files} files.").format(
            number=isolate(gone.number), pages=number(gone.pages), files=number(gone.files)
        )

    def _ask(
        self,
        title: str,
        text: str,
        asked: list[Asked],
        *,
        button: str,
        icon: str,
        act: Callable[[Mapping[str, str]], None],
    ) -> None:
        self.dialog = AskDialog(self._owner, title, text, asked, button=button, icon=icon, act=act)
        self.dialog.open()

    def _run(self, work: Callable[[], object], told: str | Callable[[object], str]) -> None:
        def done(result: object) -> None:
            self._context.notify(told if isinstance(told, str) else told(result))
            self._context.wake_reading()  # the index follows: what is destroyed is not found any more
            self._done()

        def failed(error: Exception) -> None:
            self._context.show_error(error)
            self._done()  # somebody else may have decided meanwhile

        self._context.tasks.run(lambda _c: work(), done=done, failed=failed)


def _reason() -> Asked:
    return Asked(name="reason", label=_("Reason"), hint=_("Why; it stays in the journal."))
