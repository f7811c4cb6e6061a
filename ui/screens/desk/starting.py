"""Asking in which procedure a document or a file begins its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.cases import Case
from muni_archive.domain.procedures import Procedure, Starts
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.library import list_procedures
from muni_archive.services.procedures.starting import procedures_for, start_case
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, label_of
from ui.widgets.kept_dialog import KeptDialog


class StartDialog(KeptDialog):
    """A procedure and a note; for a file also its reference."""

    def __init__(self, owner: QWidget, procedures: Sequence[Procedure], about: str) -> None:
        super().__init__(owner)
        self.setWindowTitle(_("Start a procedure"))
        self.setMinimumWidth(520)
        self.procedures = QListWidget()
        self.procedures.setMinimumHeight(250)
        self.procedures.setWordWrap(True)
        for procedure in procedures:
            item = QListWidgetItem(f"{label_of(procedure.label)}\n{label_of(procedure.about)}")
            item.setData(0x0100, procedure.id)
            item.setSizeHint(QSize(200, 62))
            self.procedures.addItem(item)
        self.procedures.setCurrentRow(0)
        self.procedures.itemActivated.connect(lambda _item: self.accept())
        self.reference = QLineEdit()
        self.reference.setPlaceholderText(_("Reference of the file"))
        self.reference.setVisible(not about)
        self.note = QLineEdit()
        self.note.setPlaceholderText(_("Note (may be empty)"))
        column = QVBoxLayout(self)
        title = QLabel(as_plain(f"{direction_mark()}{isolate(about)}") if about else _("A case about a file"))
        title.setWordWrap(True)
        for part in (title, self.reference, self.procedures, self.note, self._buttons(bool(procedures))):
            column.addWidget(part)

    def chosen(self) -> str:
        """The id of the procedure."""
        item = self.procedures.currentItem()
        return str(item.data(0x0100)) if item else ""

    def _buttons(self, any_fits: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        start = QPushButton(_("Start"))
        start.setObjectName("primary")
        start.setDefault(True)
        start.setEnabled(any_fits)
        buttons.addButton(start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


def ask_to_start(owner: QWidget, context: WindowContext, document: Document, begun: Callable[[], None]) -> None:
    """Begin a case about the document; `begun` is called when it has."""
    place = context.case_place

    def ask(procedures: tuple[Procedure, ...]) -> None:
        if not procedures:
            context.notify(_("No procedure is for documents of this class."))
            return
        dialog = StartDialog(owner, procedures, f"{document.title} · {document.number}")
        if dialog.exec():
            _start(context, dialog, begun, document_id=document.id)

    context.tasks.run(
        lambda _c: procedures_for(place, document.record_class, document=True), done=ask, failed=context.show_error
    )


def ask_to_start_on_file(owner: QWidget, context: WindowContext, begun: Callable[[], None]) -> None:
    """Begin a case about a file, whose reference is asked for."""
    place = context.case_place

    def ask(procedures: tuple[Procedure, ...]) -> None:
        fitting = [procedure for procedure in procedures if procedure.starts is not Starts.DOCUMENT]
        dialog = StartDialog(owner, fitting, "")
        dialog.reference.setFocus()
        if dialog.exec():
            _start(context, dialog, begun, file_reference=dialog.reference.text().strip())

    context.tasks.run(lambda _c: list_procedures(place), done=ask, failed=context.show_error)


def _start(
    context: WindowContext, dialog: StartDialog, begun: Callable[[], None], *, document_id: str | None = None,
    file_reference: str | None = None,
) -> None:  # fmt: skip
    place, chosen, note = context.case_place, dialog.chosen(), dialog.note.text()

    def started(case: Case) -> None:
        context.notify(_("The case began: {title}").format(title=isolate(case.title)))
        begun()

    context.tasks.run(
        lambda _c: start_case(
            place, chosen, actor=actor_of(place), document_id=document_id, file_reference=file_reference, note=note
        ),
        done=started,
        failed=context.show_error,
    )
