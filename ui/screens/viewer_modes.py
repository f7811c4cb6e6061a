"""What stands beside the page in the viewer: its text, or the marks, or what is to be hidden; one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLayout, QStackedWidget, QWidget

from muni_archive.domain.records import Page
from muni_archive.messages import _
from ui.context import WindowContext
from ui.screens.marking.panel import MarkPanel
from ui.screens.redacting.panel import RedactPanel
from ui.widgets.buttons import icon_button
from ui.widgets.page_view import PageView

_SHOWN = "marks"
"""Setting: whether marks are seen."""


class ViewerModes:
    """The buttons of the modes, and the panel of the one that is on."""

    def __init__(
        self,
        owner: QWidget,
        context: WindowContext,
        picture: PageView,
        text: QWidget,
        show_page: Callable[[str], None],
    ) -> None:
        self._context, self._text, self._owner = context, text, owner
        self.marking = MarkPanel(context, picture)
        self.redacting = RedactPanel(context, picture)
        self.redacting.page_wanted.connect(show_page)
        self.stack = QStackedWidget()
        for part in (text, self.marking, self.redacting):
            self.stack.addWidget(part)
        self._mark = icon_button(owner, "pencil", _("Lay marks over the page"), "Ctrl+M", self._switch_marking)
        self._redact = icon_button(
            owner, "eye-off", _("Hide parts in a copy for release"), "Ctrl+B", self._switch_redacting
        )
        self._show = icon_button(owner, "layers", _("Show the marks"), "Ctrl+H", self._switch_shown)
        for button in (self._mark, self._redact, self._show):
            button.setCheckable(True)
        for button in (self._mark, self._redact):
            button.setEnabled(not context.place.copied)
        self._show.setChecked(self.marks_shown)
        self.marking.set_marks_shown(self.marks_shown)

    @property
    def marks_shown(self) -> bool:
        return bool(self._context.settings.get(_SHOWN, True))

    def add_to(self, row: QLayout) -> None:
        for button in (self._show, self._mark, self._redact):
            row.addWidget(button)

    def show_page(self, document_id: str, page: Page) -> None:
        """The page that is looked at now."""
        self.marking.show_page(page)
        self.redacting.show_page(document_id, page)

    def leave(self) -> bool:
        """Back to the text; False where that stands there already."""
        panel = self.stack.currentWidget()
        if panel is self._text:
            return False
        self._put(self._text)
        return True

    def _switch_marking(self) -> None:
        self._put(self._text if self.stack.currentWidget() is self.marking else self.marking)
        if not self.marks_shown and self.stack.currentWidget() is self.marking:
            self._switch_shown()

    def _switch_redacting(self) -> None:
        self._put(self._text if self.stack.currentWidget() is self.redacting else self.redacting)

    def _switch_shown(self) -> None:
        self._context.settings.set(_SHOWN, not self.marks_shown)
        self._show.setChecked(self.marks_shown)
        self.marking.set_marks_shown(self.marks_shown)

    def _put(self, panel: QWidget) -> None:
        before = self.stack.currentWidget()
        if before in (self.marking, self.redacting):
            (self.marking if before is self.marking else self.redacting).end()
        self.stack.setCurrentWidget(panel)
        if panel in (self.marking, self.redacting):
            (self.marking if panel is self.marking else self.redacting).begin()
        else:
            self._owner.setFocus()
        self._mark.setChecked(panel is self.marking)
        self._redact.setChecked(panel is self.redacting)
