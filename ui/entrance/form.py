"""Name, password, the municipality's account, and what became of the try."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from muni_archive.domain.centre_errors import CentreNotAsked, SignInLocked, SignInRefused
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.people import Person
from muni_archive.messages import _, explain, ngettext
from muni_archive.services.people.entering import Door
from ui.entrance.account import AccountEntry
from ui.entrance.browser import Browser, open_browser
from ui.i18n import number
from ui.tasks import TaskContext, Tasks

WIDTH = 420


class SignInForm(QWidget):
    """Enter goes from the name to the password, and from there in. While one must wait, the seconds are counted.

    The municipality's account is offered where its service is named.
    """

    signed_in = Signal(object)
    """The `Person`."""
    refused = Signal(object)
    """The error."""

    def __init__(
        self, door: Door, tasks: Tasks, *, name: str = "", browser: Browser = open_browser, why: str = ""
    ) -> None:
        """With a `name`, that person alone is asked for. `why` one has to sign in now, where that is not plain."""
        super().__init__()
        self._door, self._tasks = door, tasks
        self.setFixedWidth(WIDTH)
        self.name, self.password = QLineEdit(name), QLineEdit()
        self.name.setReadOnly(bool(name))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.name.setAccessibleName(_("Name"))
        self.password.setAccessibleName(_("Password"))
        self.go = QPushButton(_("Sign in"))
        self.go.setObjectName("primary")
        self.told = QLabel()
        self.told.setObjectName("error")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)  # names of accounts stand in it
        self.told.setVisible(False)
        self.asking = QLabel(_("The centre is being asked …"))
        self.asking.setObjectName("hint")
        self.asking.setVisible(False)
        self.account = AccountEntry(door, tasks, browser, expected=name) if door.provider() else None
        self._wait = 0
        self._tick = QTimer(self, interval=1_000)
        self._tick.timeout.connect(self._count_down)
        self._lay_out()
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.try_signing_in)
        self.go.clicked.connect(self.try_signing_in)
        if self.account:
            self.account.signed_in.connect(self._entered)
            self.account.refused.connect(self._account_refused)
            self.account.waiting_changed.connect(self._show_browser_waiting)
        hindrance = door.hindrance()
        if hindrance or why:
            self._tell(explain(hindrance) if hindrance else why)

    def begin(self) -> None:
        """The cursor stands where one types first."""
        (self.password if self.name.isReadOnly() else self.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def try_signing_in(self) -> None:
        """Compare the password beside the window: that takes a moment, and is meant to; a centre may take longer."""
        name, password = self.name.text(), self.password.text()
        if self._wait or not self.go.isEnabled() or not name.strip() or not password:
            return
        self._compares(True)
        door = self._door

        def work(context: TaskContext) -> Person:
            if door.is_central:
                context.report(None)
            return door.enter(name, password, context.cancel)

        self._tasks.run(work, done=self._entered, failed=self._refused, progress=self._show_asking)

    def _show_asking(self, _nothing: object) -> None:
        self.asking.setVisible(True)

    def _compares(self, on: bool) -> None:  # noqa: FBT001  # a state
        """One way at a time: nobody begins with an account while their password is compared. What was told of the try
        before is no answer to this one.
        """
        self.asking.setVisible(False)
        if on:
            self.told.setVisible(False)
        self.go.setDisabled(on)
        if self.account:
            self.account.setDisabled(on)

    def _entered(self, person: Person) -> None:
        self._compares(False)
        self.password.clear()
        self.told.setVisible(False)
        self.signed_in.emit(person)

    def _refused(self, error: Exception) -> None:
        self.password.clear()
        self._compares(False)
        if isinstance(error, SignInLocked):
            self._wait = int(str(error.params["seconds"]))
            self._tick.start()
            self._show_wait()
        elif isinstance(error, SignInRefused) and not isinstance(error, CentreNotAsked):
            self._tell(_("The name or the password is wrong. Look at the keyboard's language, and try again."))
        else:
            self._tell(explain(error) if isinstance(error, ArchiveError) else str(error))
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refused.emit(error)

    def _account_refused(self, error: Exception | None) -> None:
        if error is not None:
            self._tell(explain(error) if isinstance(error, ArchiveError) else str(error))
        self.begin()

    def _show_browser_waiting(self, waiting: bool) -> None:  # noqa: FBT001  # what a signal brings
        """One way at a time."""
        self.told.setVisible(False)
        for widget in (self.name, self.password, self.go):
            widget.setDisabled(waiting or (widget is self.go and self._wait > 0))

    def _count_down(self) -> None:
        self._wait = max(0, self._wait - 1)
        if self._wait:
            self._show_wait()
            return
        self._tick.stop()
        self.go.setEnabled(True)
        self.told.setVisible(False)

    def _show_wait(self) -> None:
        self.go.setEnabled(False)
        text = ngettext(
            "Too many tries under this name. Try again in {count} second.",
            "Too many tries under this name. Try again in {count} seconds.",
            self._wait,
        )
        self._tell(text.format(count=number(self._wait)))

    def _tell(self, text: str) -> None:
        """As high as its lines: who is centred in a window is asked for a height before the width is known."""
        self.told.ensurePolished()  # its font and margins, which it has else when it is shown
        self.told.setText(text)
        self.told.setMinimumHeight(self.told.heightForWidth(WIDTH))
        self.told.setVisible(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(_("Name"), self.name)
        form.addRow(_("Password"), self.password)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.told)
        column.addWidget(self.asking)
        column.addWidget(self.go)
        if self.account:
            column.addWidget(self.account)
