"""Beside the page: the kinds of marks to lay over it, and those that lie there, each with who and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QListWidget, QVBoxLayout, QWidget

from muni_archive.domain.geometry import Box
from muni_archive.domain.marks import Mark, MarkKind, corner_of, shifted, stretched
from muni_archive.domain.records import Page
from muni_archive.messages import N_, _, isolate
from muni_archive.services.marks.marking import NewMark, add_mark, change_mark, marks_on, remove_mark
from muni_archive.stamps import load_stamps
from ui.context import WindowContext
from ui.i18n import direction_mark, label_of, moment
from ui.widgets.buttons import shown_keys, text_button
from ui.widgets.marks_layer import MarksLayer
from ui.widgets.page_tools import DragTool, box_between
from ui.widgets.page_view import PageView

KINDS = (
    (MarkKind.HIGHLIGHT, N_("Highlight"), "sparkles"),
    (MarkKind.UNDERLINE, N_("Underline"), "minus"),
    (MarkKind.BOX, N_("Box"), "stop"),
    (MarkKind.ARROW, N_("Arrow"), "arrow-down"),
    (MarkKind.NOTE, N_("Note"), "text"),
    (MarkKind.STAMP, N_("Stamp"), "check-circle"),
)
STEP_INCHES, CORNER = 0.05, 0.3
"""How far a key moves a mark; the part of its shorter side that is its corner."""
INCHES = {MarkKind.STAMP: (2.2, 0.7), MarkKind.NOTE: (2.2, 0.5)}
"""Width and height of what is put there without drawing it."""
USUAL_INCHES = (1.5, 0.3)


class MarkPanel(QWidget):
    """Alt and a number choose what dragging over the page makes; Ctrl+Enter puts it in the middle of what is seen."""

    counted = Signal(int)
    """Marks on the page."""
    export_wanted = Signal()
    """The document, with its marks."""

    def __init__(self, context: WindowContext, picture: PageView) -> None:
        super().__init__()
        self._context, self._picture = context, picture
        self.layer = MarksLayer(picture)
        self.tool = DragTool(picture)
        self.tool.drawn.connect(self._dragged)
        self.tool.clicked.connect(self._clicked)
        self.kind = MarkKind.HIGHLIGHT
        self.marks: tuple[Mark, ...] = ()
        self._page: Page | None = None
        self._waiting: NewMark | None = None
        self._kept = ""
        self._build()
        self.choose_kind(self.kind)

    def show_page(self, page: Page) -> None:
        """The page that is looked at now."""
        self._page, self._waiting = page, None
        self.layer.show_marks((), page.dpi)
        self._load()

    def set_marks_shown(self, shown: bool) -> None:
        self.layer.set_shown(shown)

    def begin(self) -> None:
        self._picture.use_tool(self.tool)
        self.list.setFocus()

    def end(self) -> None:
        self._picture.use_tool(None)
        self.layer.choose("")

    def choose_kind(self, kind: MarkKind) -> None:
        self.kind = kind
        for each, button in self.buttons.items():
            button.setChecked(each is kind)
        self.stamp.setEnabled(kind is MarkKind.STAMP)
        self.text.setEnabled(kind is MarkKind.NOTE)

    def put_in_the_middle(self) -> None:
        """For those who do not use a mouse."""
        if self._page is None or self._picture.sheet is None:
            return
        middle, wide, tall = self._picture.middle_shown(), *INCHES.get(self.kind, USUAL_INCHES)
        if self._picture.rotation_shown % 180 == 90:
            wide, tall = tall, wide
        x, y = wide * (self._page.dpi or 300) / 2, tall * (self._page.dpi or 300) / 2
        self._drawn((middle.x() - x, middle.y() - y), (middle.x() + x, middle.y() + y))

    def nudge(self, right: int, down: int, *, stretch: bool) -> None:
        """By so many steps, as the page is seen; `stretch` moves one corner only."""
        mark, page = self._current(), self._page
        if mark is None or page is None:
            return
        step = round((page.dpi or 300) * STEP_INCHES)
        for _quarter in range(self._picture.rotation_shown // 90 % 4):
            right, down = down, -right
        self._put(mark, right * step, down * step, stretch=stretch)

    def remove(self) -> None:
        mark = self._current()
        if mark is not None:
            place = self._context.place
            self._run(lambda: remove_mark(place, mark.id))

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        self.buttons = {}
        for at, (kind, title, icon) in enumerate(KINDS):
            keys = f"Alt+{at + 1}"
            button = text_button(self, icon, f"{_(title)}  {shown_keys(keys)}", keys, partial(self.choose_kind, kind))
            button.setCheckable(True)
            self.buttons[kind] = button
            grid.addWidget(button, at // 2, at % 2)
        self.stamp = QComboBox()
        self.stamp.setAccessibleName(_("Stamp"))
        for stamp in load_stamps().values():
            self.stamp.addItem(label_of(stamp.label), stamp.id)
        self.text = QLineEdit()
        self.text.setPlaceholderText(_("What the note says"))
        self.text.setAccessibleName(_("What the note says"))
        self.text.returnPressed.connect(self._say)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAccessibleName(_("Marks on this page"))
        self.list.currentRowChanged.connect(self._chosen)
        for keys, right, down in (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1)):
            for held, stretch in (("Alt", False), ("Alt+Shift", True)):
                QShortcut(
                    QKeySequence(f"{held}+{keys}"), self,
                    partial(self.nudge, right, down, stretch=stretch),
                    context=Qt.ShortcutContext.WindowShortcut,
                )  # fmt: skip
        hint = QLabel(
            _(
                "Drag over the page. The page itself stays as it is. The chosen mark is moved by dragging it, and"
                " stretched at its lower right corner."
            )
        )
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        for part in (self.stamp, self.text, hint):
            column.addWidget(part)
        column.addWidget(QLabel(_("Marks on this page")))
        column.addWidget(self.list, 1)
        column.addLayout(self._row())

    def _row(self) -> QVBoxLayout:
        row = QVBoxLayout()
        row.setSpacing(6)
        for icon, text, keys, act in (
            ("plus", _("Put in the middle"), "Ctrl+Return", self.put_in_the_middle),
            ("trash", _("Take away"), "Ctrl+Del", self.remove),
            ("export", _("Export with marks"), "Ctrl+Shift+E", self.export_wanted.emit),
        ):
            row.addWidget(text_button(self, icon, f"{text}  {shown_keys(keys)}", keys, act))
        return row

    def _dragged(self, tail: tuple[float, float], head: tuple[float, float]) -> None:
        """From within the chosen mark it moves it, from its lower right corner it stretches it; else it makes one."""
        mark = self._current()
        if mark is None or not _holds(mark.box, tail):
            self._drawn(tail, head)
            return
        at_corner = _is_corner(mark.box, tail)
        self._put(mark, round(head[0] - tail[0]), round(head[1] - tail[1]), stretch=at_corner)

    def _put(self, mark: Mark, right: int, down: int, *, stretch: bool) -> None:
        """Where it lies from now on is recorded, and it stays the chosen one."""
        if self._page is None:
            return
        change = stretched if stretch else shifted
        place, box = self._context.place, change(mark.box, right, down, self._page.width, self._page.height)
        if box != mark.box:
            self._kept = mark.id
            self._run(lambda: change_mark(place, mark.id, box=box))

    def _drawn(self, tail: tuple[float, float], head: tuple[float, float]) -> None:
        if self._page is None:
            return
        box = box_between(tail, head, self._page.width, self._page.height)
        new = NewMark(
            kind=self.kind, box=box, text=self.text.text() if self.kind is MarkKind.NOTE else "",
            stamp=self.stamp.currentData() if self.kind is MarkKind.STAMP else "",
            corner=corner_of(tail, head) if self.kind is MarkKind.ARROW else "",
        )  # fmt: skip
        if self.kind is MarkKind.NOTE and not new.text.strip():
            self._waiting = new
            self.text.setFocus()
            self._context.notify(_("Type what the note says, and press Enter."))
            return
        self._add(new)

    def _say(self) -> None:
        """The text of the note that was drawn, or a new one for the note that is chosen."""
        text, mark, place = self.text.text(), self._current(), self._context.place
        if self._waiting is not None:
            new, self._waiting = self._waiting, None
            self._add(NewMark(kind=new.kind, box=new.box, text=text))
        elif mark is not None and mark.kind is MarkKind.NOTE:
            self._run(lambda: change_mark(place, mark.id, text=text))
        self.text.clear()

    def _add(self, new: NewMark) -> None:
        if self._page is not None:
            place, page_id = self._context.place, self._page.id
            self.text.clear()
            self._run(lambda: add_mark(place, page_id, new))

    def _run(self, act: Callable[[], object]) -> None:
        self._context.tasks.run(lambda _c: act(), done=lambda _done: self._load(), failed=self._context.show_error)

    def _load(self) -> None:
        if self._page is None:
            return
        place, page = self._context.place, self._page

        def show(marks: tuple[Mark, ...]) -> None:
            if self._page is not None and self._page.id == page.id:
                self._show(marks)

        self._context.tasks.run(lambda _c: marks_on(place, page.id), done=show)

    def _show(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        self.layer.show_marks(marks, self._page.dpi if self._page else 300)
        self.list.clear()
        self.list.addItems([described(mark) for mark in marks])
        ids = [mark.id for mark in marks]
        if self._kept in ids:
            self.list.setCurrentRow(ids.index(self._kept))
        self._kept = ""
        self.counted.emit(len(marks))

    def _chosen(self, row: int) -> None:
        mark = self._current()
        self.layer.choose(mark.id if mark else "")
        if mark is not None and mark.kind is MarkKind.NOTE:
            self.choose_kind(MarkKind.NOTE)
            self.text.setText(mark.text)

    def _clicked(self, x: float, y: float) -> None:
        """A click chooses the mark that lies there."""
        mark = self.layer.at(x, y)
        if mark is not None:
            self.list.setCurrentRow(self.marks.index(mark))

    def _current(self) -> Mark | None:
        row = self.list.currentRow()
        return self.marks[row] if 0 <= row < len(self.marks) else None


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom


def _is_corner(box: Box, point: tuple[float, float]) -> bool:
    near = CORNER * min(box.width, box.height)
    return point[0] >= box.right - near and point[1] >= box.bottom - near


def described(mark: Mark) -> str:
    """What it is and says, and below who laid it there and when, and who changed it last."""
    title = _(next(title for kind, title, _icon in KINDS if kind is mark.kind))
    stamp = load_stamps().get(mark.stamp)
    said = mark.text or (label_of(stamp.label) if stamp else mark.stamp)
    first = f"{direction_mark()}{title}: {isolate(said)}" if said else f"{direction_mark()}{title}"
    who = f"{direction_mark()}{isolate(mark.made_by)}  ·  {isolate(moment(mark.made_at))}"
    if mark.changed_at is None:
        return f"{first}\n{who}"
    changed = _("changed by {name}, {when}").format(
        name=isolate(mark.changed_by), when=isolate(moment(mark.changed_at))
    )
    return f"{first}\n{who}\n{direction_mark()}{changed}"
