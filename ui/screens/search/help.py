"""How to ask: examples that can be clicked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPushButton, QWidget

from muni_archive.messages import N_, _, isolate

EXAMPLES = (
    ("رخصة بناء", N_("pages with both words, in any of their spellings")),
    ("«رخصة بناء»", N_("these words in this order, as written")),
    ("رخصة أو شهادة", N_("one of them (also OR)")),
    ("رخصة ليس بناء", N_("without the second (also NOT)")),
    ("ترخ*", N_("words that begin so")),
    ("قسيمة:123", N_("a field: parcel, block, area, civil ID, licence, file …")),
    ("تاريخ:[2020 TO 2022]", N_("documents of these years")),
    ("(رخصة أو شهادة) قطعة:5", N_("brackets and fields together")),
)


def query_help(owner: QWidget, use: Callable[[str], None]) -> QDialog:
    """A dialog; clicking an example puts it into the query."""
    dialog = QDialog(owner)
    dialog.setWindowTitle(_("How to ask"))
    grid = QGridLayout(dialog)
    grid.setHorizontalSpacing(16)
    for row, (query, meaning) in enumerate(EXAMPLES):
        button = QPushButton(isolate(query))
        button.clicked.connect(lambda _checked=False, query=query: use(query))
        button.clicked.connect(dialog.accept)
        grid.addWidget(button, row, 0)
        grid.addWidget(QLabel(_(meaning)), row, 1)
    spelling = QLabel(_("Letters that are written in several ways find each other: أ إ آ ا, ى ي, ة ه; so do ٣ and 3."))
    spelling.setObjectName("hint")
    spelling.setWordWrap(True)
    grid.addWidget(spelling, len(EXAMPLES), 0, 1, 2)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    grid.addWidget(buttons, len(EXAMPLES) + 1, 0, 1, 2)
    return dialog
