"""Word by word: the picture of what was read with doubt, and what was read, to accept or to correct by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from muni_archive.messages import _, isolate
from muni_archive.services.review_words import PageToReview, next_page_to_review
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, number
from ui.screens.base import Screen
from ui.screens.review.answers import Answers
from ui.widgets.buttons import shown_keys, text_button
from ui.widgets.snippet import Snippet


class ReviewScreen(Screen):
    """Enter takes what stands in the line and shows the next word."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.shown: PageToReview | None = None
        self.at = 0
        self._texts: dict[int, str] = {}
        self._skipped: set[str] = set()
        self._wanted: str | None = None
        self._back: Callable[[], None] | None = None
        self._asked = False
        self._answers = Answers(context, self._written)
        self._build()

    def activated(self) -> None:
        self._came_from(None)
        if self.shown is None:
            self._skipped.clear()
            self._ask()
        else:
            self.edit.setFocus()

    def open_page(self, page_id: str, back: Callable[[], None]) -> None:
        """This page now; the one that was under way waits in the archive with what is left of it."""
        self._came_from(back)
        if self.shown is None or self.shown.page.id != page_id:
            self.shown, self._wanted = None, page_id
            self._skipped.discard(page_id)
            self._written()

    def pages_read(self, page_ids: Sequence[str]) -> None:
        if self.shown is None and page_ids and self.isVisible():
            self._ask()

    def accept(self) -> None:
        """What stands in the line is what stands on the page."""
        if self.edit.text().strip():
            self._answer(self.edit.text())

    def no_text(self) -> None:
        """There is nothing to read: a speck, a line, a stamp."""
        self._answer("")

    def back(self) -> None:
        """The word before; another answer outranks the first."""
        if self.shown and self.at > 0:
            self.at -= 1
            self._show_word()

    def later(self) -> None:
        """Leave the rest of this page for another time."""
        if self.shown:
            self._skipped.add(self.shown.page.id)
            self.shown = None
            self._written()

    def go_back(self) -> None:
        """To the document that led here, if one did."""
        if self._back is not None:
            back = self._back
            self._came_from(None)
            back()

    def _came_from(self, back: Callable[[], None] | None) -> None:
        self._back = back
        self.to_document.setVisible(back is not None)

    def _build(self) -> None:
        self.where = QLabel()
        self.where.setObjectName("hint")
        self.count = QLabel()
        self.count.setObjectName("hint")
        self.to_document = text_button(self, "arrow-left", _("Back to the document"), "Esc", self.go_back)
        self.to_document.hide()
        head = QHBoxLayout()
        head.addWidget(self.to_document)
        head.addWidget(self.where, 1)
        head.addWidget(self.count)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.snippet = Snippet()
        self.edit = QLineEdit()
        self.edit.setStyleSheet("font-size: 22pt; padding: 8px;")
        self.edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.edit.setAccessibleName(_("What stands in the frame"))
        self.edit.setMaximumWidth(760)
        self.edit.returnPressed.connect(self.accept)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.edit, 4)
        middle.addStretch(1)
        self.work = QWidget()
        column = QVBoxLayout(self.work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.snippet, 1)
        column.addLayout(middle)
        column.addLayout(self._buttons())
        self.empty = QLabel()
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.addWidget(self.work, 1)
        whole.addWidget(self.empty, 1)
        self._show_nothing()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        accept = text_button(self, "check", _("That is right"), "", self.accept, primary=True)
        accept.setText(f"{accept.text()}   {shown_keys('Return')}")
        row.addWidget(accept)
        for name, text, keys, act in (
            ("x", _("No text"), "Ctrl+Del", self.no_text),
            ("undo", _("Word before"), "Alt+Up", self.back),
            ("clock", _("Page later"), "Alt+Down", self.later),
        ):
            button = text_button(self, name, text, "", act)
            button.setText(f"{button.text()}   {shown_keys(keys)}")
            QShortcut(QKeySequence(keys), self, act)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _ask(self) -> None:
        if self._asked:
            return
        self._asked = True
        place, skipped, wanted = self.context.place, frozenset(self._skipped), self._wanted
        self.context.tasks.run(
            lambda _c: next_page_to_review(place, skipped=skipped, wanted=wanted),
            done=lambda page: self._show_page(page) if wanted == self._wanted else self._ask_again(),
            failed=self._refused,
        )

    def _ask_again(self) -> None:
        self._asked = False
        self._ask()

    def _refused(self, error: Exception) -> None:
        self._asked = False
        self.context.show_error(error)

    def _show_page(self, page: PageToReview | None) -> None:
        wanted, self._asked, self._wanted = self._wanted, False, None
        if wanted is not None and (page is None or page.page.id != wanted):
            self.context.notify(_("Nothing on this page waits to be looked at."))
            self.go_back()
            return
        self.shown, self.at, self._texts = page, 0, {}
        if page is None:
            self._show_nothing()
            return
        self.work.setVisible(True)
        self.empty.setVisible(False)
        if not page.doubts:  # the count and the reading differ: leave it rather than ask for ever
            self.later()
            return
        self.where.setText(as_plain(f"{direction_mark()}{isolate(page.document)}"))
        self._show_word()

    def _show_nothing(self) -> None:
        self.snippet.clear()
        self.work.setVisible(False)
        self.empty.setVisible(True)
        self.empty.setText(
            _("The other pages are left for later. They come back when this screen is opened again.")
            if self._skipped
            else _("Nothing waits to be looked at: what was read is read well.")
        )

    def _show_word(self) -> None:
        if self.shown is None:
            return
        doubt = self.shown.doubts[self.at]
        self.snippet.show_word(self.shown.paper, doubt.read.box)
        text = self._texts.get(self.at, doubt.read.text)
        # The page is Arabic whatever the window's language is; only Latin letters run the other way.
        latin = any(char.isascii() and char.isalpha() for char in text)
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight if latin else Qt.LayoutDirection.RightToLeft)
        self.edit.setText(text)
        self.edit.selectAll()
        self.edit.setFocus()
        self.progress.setMaximum(len(self.shown.doubts))
        self.progress.setValue(self.at)
        self.count.setText(
            _("word {at} of {count} on this page · {pages} pages wait").format(
                at=number(self.at + 1), count=number(len(self.shown.doubts)), pages=number(self.shown.waiting)
            )
        )

    def _answer(self, text: str) -> None:
        if self.shown is None:
            return
        page, doubt = self.shown, self.shown.doubts[self.at]
        self._texts[self.at] = text
        self.at += 1
        if self.at < len(page.doubts):
            self._show_word()
        else:
            self.shown = None
            self.progress.setValue(self.progress.maximum())
        self._answers.add(page, doubt, text)

    def _written(self) -> None:
        if self.shown is not None or self._answers.under_way:
            return
        if self._back is not None and self._wanted is None:
            self.go_back()
        else:
            self._ask()
