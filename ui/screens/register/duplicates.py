"""A page that the archive seems to hold already, beside the earlier one; the clerk chooses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from muni_archive.messages import _, isolate
from muni_archive.services.find_duplicates import Duplicate
from ui.context import WindowContext
from ui.i18n import as_plain, number
from ui.widgets.buttons import icon_button, text_button
from ui.widgets.page_view import PageView


class DuplicatePanel(QWidget):
    """The earlier page's picture, what is alike, and the two things that can be done."""

    set_aside = Signal(str)
    """The reason, when the clerk decides that the document repeats another."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._found: Sequence[Duplicate] = ()
        self._at = 0
        self.text = QLabel()
        self.text.setObjectName("error")
        self.text.setWordWrap(True)
        self.picture = PageView(context.tasks)
        row = QHBoxLayout()
        row.addWidget(text_button(self, "trash", _("Set document aside"), "Ctrl+Shift+D", self._ask), 1)
        row.addWidget(text_button(self, "check", _("Keep both"), "Ctrl+Shift+K", self.hide), 1)
        self.next = icon_button(self, "next", _("Next"), "Ctrl+Shift+N", self._next)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self.hide()

    def shows(self, found: Sequence[Duplicate]) -> bool:
        """Whether that is what was asked about last, even if it was answered since."""
        return tuple(found) == tuple(self._found)

    def show_found(self, found: Sequence[Duplicate]) -> None:
        """Show the first of them; nothing found hides the panel."""
        self._found, self._at = found, 0
        self.setVisible(bool(found))
        self.next.setVisible(len(found) > 1)
        if found:
            self._show()

    def _next(self) -> None:
        self._at = (self._at + 1) % len(self._found)
        self._show()

    def _show(self) -> None:
        duplicate = self._found[self._at]
        self.text.setText(as_plain(_described(duplicate)))
        context = self._context
        self.picture.fetch_page(context.place, duplicate.earlier, context.tasks, failed=context.show_error)

    def _ask(self) -> None:
        question = _("Set this document aside? Its number stays taken and its pages can be brought back.")
        if QMessageBox.question(self, _("Duplicate"), question) == QMessageBox.StandardButton.Yes:
            self.set_aside.emit(_described(self._found[self._at]))


def _described(duplicate: Duplicate) -> str:
    text = (
        _("Page {page} is the same file as page {other} of {number}.")
        if duplicate.same_bytes
        else _("Page {page} looks like page {other} of {number}.")
    )
    return text.format(
        page=number(duplicate.page.number or 1),
        other=number(duplicate.earlier.number or 1),
        number=isolate(duplicate.earlier_document.number),
    )
