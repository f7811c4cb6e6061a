"""A file that is not one's own, in need; and, for who oversees a department, who looked at its files so, and why."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QGroupBox, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from muni_archive.domain.organisation import Grant
from muni_archive.domain.permissions import Action
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate
from muni_archive.services.organisation.granting import break_glass, documents_of_file
from ui.context import WindowContext
from ui.i18n import direction_mark, moment
from ui.screens.base import Screen
from ui.screens.glass.overseen import OverseenBox
from ui.widgets.buttons import text_button

ID = Qt.ItemDataRole.UserRole


class GlassScreen(Screen):
    """What is done here is told to the department that keeps the file."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        title = QLabel(_("Urgent access"))
        title.setObjectName("title")
        self.overseen = OverseenBox(context)
        guard = context.place.guard
        column = QVBoxLayout(self)
        column.addWidget(title)
        box = self._breaking()
        box.setVisible(guard.may(Action.BREAK_GLASS))
        column.addWidget(box)
        self.overseen.setVisible(guard.may(Action.OVERSEE))
        column.addWidget(self.overseen, 1)
        column.addStretch(0 if guard.may(Action.OVERSEE) else 1)

    def activated(self) -> None:
        if self.context.place.guard.may(Action.OVERSEE):
            self.overseen.refresh()

    def look(self) -> None:
        """Break the glass, and list what is in the file."""
        place, file, reason = self.context.place, self.file.text().strip(), self.reason.text()
        if not file:
            self.file.setFocus()
            return

        def work() -> tuple[Grant, tuple[Document, ...]]:
            grant = break_glass(place, file, reason=reason)
            return grant, documents_of_file(place, grant.file_reference)

        self.context.tasks.run(lambda _c: work(), done=lambda both: self._show(*both), failed=self.context.show_error)

    def _breaking(self) -> QGroupBox:
        hint = QLabel(
            _(
                "Only in need: for an hour you may look at one file, whoever keeps it. Your name and the reason are"
                " kept, and the department that keeps the file sees them."
            )
        )
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        self.file, self.reason = QLineEdit(), QLineEdit()
        self.documents = QListWidget()
        self.documents.setFixedHeight(140)
        self.documents.setVisible(False)
        self.documents.itemActivated.connect(self._open)
        self.file.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self.look)
        box = QGroupBox(_("Look at a file that is not yours"))
        form = QFormLayout(box)
        form.addRow(hint)
        form.addRow(_("File number"), self.file)
        form.addRow(_("Reason"), self.reason)
        form.addRow("", text_button(self, "eye", _("Break the glass"), "", self.look))
        form.addRow(self.documents)
        return box

    def _show(self, grant: Grant, documents: tuple[Document, ...]) -> None:
        self.documents.clear()
        for document in documents:
            item = QListWidgetItem(f"{direction_mark()}{isolate(document.number)}  {isolate(document.title)}")
            item.setData(ID, document.id)
            self.documents.addItem(item)
        self.documents.setVisible(True)
        self.documents.setFocus()
        until = moment(datetime.fromisoformat(grant.until))
        self.context.notify(
            _("{file} can be seen until {time}.").format(file=isolate(grant.file_reference), time=isolate(until))
        )
        self.activated()

    def _open(self, item: QListWidgetItem) -> None:
        self.context.open_document(str(item.data(ID)), None, "")
