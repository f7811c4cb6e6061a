"""The register of drawings: which sheet there is, and which revision is in force. Key by key: `docs/screens.md`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from muni_archive.messages import _, ngettext
from muni_archive.services.drawing_rows import DrawingRow, drawing_rows, narrowed
from muni_archive.services.list_drawings import list_drawings
from ui.context import WindowContext
from ui.i18n import number
from ui.icons import icon
from ui.models.drawings import DrawingsModel
from ui.screens.base import Screen
from ui.screens.drawings.filter_edit import FilterEdit
from ui.screens.drawings.table import DrawingTable
from ui.widgets.buttons import shown_keys

_ONLY = "drawings_in_force"


class DrawingsScreen(Screen):
    """Type to narrow, Enter to open. The register is fetched each time the screen is shown."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._all: tuple[DrawingRow, ...] | None = None
        self._asked = 0
        self.model = DrawingsModel()
        self.table = DrawingTable(self.model)
        self._build()
        for keys, act in (("Ctrl+F", self._to_filter), ("Ctrl+I", self.only.toggle), ("Esc", self._clear)):
            QShortcut(QKeySequence(keys), self, act)

    def activated(self) -> None:
        self._to_filter()
        self._asked += 1
        asked, place = self._asked, self.context.place
        self.context.tasks.run(
            lambda _c: drawing_rows(list_drawings(place)),
            done=lambda rows: self._show(rows) if asked == self._asked else None,
            failed=self.context.show_error,
        )

    def open_chosen(self) -> None:
        """The chosen drawing in the viewer."""
        if row := self.model.row_at(self.table.currentIndex().row()):
            self.context.open_document(row.document_id, None, "")

    def _build(self) -> None:
        self.filter = FilterEdit(self.table)
        self.filter.setObjectName("query")
        self.filter.setPlaceholderText(_("Sheet, file, title, office …"))
        self.filter.addAction(icon("filter", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self.open_chosen)
        self.only = QCheckBox(_("Only what is in force"))
        self.only.setToolTip(f"{_('Only what is in force')} ({shown_keys('Ctrl+I')})")
        self.only.setChecked(bool(self.context.settings.get(_ONLY, False)))
        self.only.toggled.connect(self._switched)
        self.summary = QLabel()
        self.table.activated.connect(lambda _index: self.open_chosen())
        self.empty = QLabel()
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.hide()
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.only)
        column = QVBoxLayout(self)
        column.addWidget(self.filter)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self._hint())

    def _hint(self) -> QLabel:
        hint = QLabel(
            _("{arrows} choose · {open} opens · {only} only what is in force · {clear} clears the filter").format(
                arrows="↑ ↓", open=shown_keys("Return"), only=shown_keys("Ctrl+I"), clear=shown_keys("Esc")
            )
        )
        hint.setObjectName("hint")
        return hint

    def _to_filter(self) -> None:
        self.filter.setFocus()
        self.filter.selectAll()

    def _clear(self) -> None:
        self.filter.clear()
        self.filter.setFocus()

    def _switched(self, only: bool) -> None:
        self.context.settings.set(_ONLY, only)
        self._narrow()

    def _show(self, rows: tuple[DrawingRow, ...]) -> None:
        self._all = rows
        self._narrow()
        self.table.fit()

    def _narrow(self) -> None:
        """Show what fits; the chosen drawing stays chosen as long as it does."""
        if self._all is None:
            return
        chosen = self.model.row_at(self.table.currentIndex().row())
        rows = narrowed(self._all, self.filter.text(), only_in_force=self.only.isChecked())
        self.model.show(rows)
        self.table.choose(self.model.place_of(chosen.document_id) if chosen else 0)
        self.summary.setText(_counted(rows))
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.empty.setText(
            _("No drawing holds these words.")
            if self._all
            else _("There are no drawings yet: they stand here once they are registered with their sheet number.")
        )


def _counted(rows: tuple[DrawingRow, ...]) -> str:
    if not rows:
        return ""
    different = len({(row.matter, row.sheet) for row in rows})
    sheets = ngettext("{count} sheet", "{count} sheets", different).format(count=number(different))
    drawings = ngettext("{count} drawing", "{count} drawings", len(rows)).format(count=number(len(rows)))
    return f"{sheets} · {drawings}"
