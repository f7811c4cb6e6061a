"""What remains of a destroyed document: shown where its pages would be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QGroupBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from muni_archive.domain.disposals import Destroyed
from muni_archive.domain.errors import NotFound
from muni_archive.messages import _, isolate
from muni_archive.services.retention.remaining import proof_of, what_remains
from muni_archive.services.retention.wording import said_rule_words
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, label_of, number, short_time


class Remains(QWidget):
    """Hidden until a document turns out to be gone."""

    def __init__(self) -> None:
        super().__init__()
        self.form = QFormLayout()
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading)
        self.form.setHorizontalSpacing(24)
        self.form.setVerticalSpacing(10)
        self.proof = QPlainTextEdit(readOnly=True)
        self.proof.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        told = QLabel(
            _("This document was destroyed. Its pages, what was read on them and its description are gone for ever.")
        )
        told.setObjectName("error")
        told.setWordWrap(True)
        box = QGroupBox(_("What remains"))
        inside = QVBoxLayout(box)
        inside.addLayout(self.form)
        inside.addWidget(QLabel(_("Hashes (SHA-256) of the files that it consisted of:")))
        inside.addWidget(self.proof, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(told)
        column.addWidget(box, 1)
        self.hide()

    def look(self, context: WindowContext, name: str) -> None:
        """Fetch and show it."""
        place = context.place

        def work(_c: object) -> tuple[Destroyed, tuple[str, ...]] | None:
            gone = what_remains(place, name)
            return (gone, proof_of(place, gone.document_id)) if gone else None

        context.tasks.run(work, done=lambda found: self._show(context, found), failed=context.show_error)

    def _show(self, context: WindowContext, found: tuple[Destroyed, tuple[str, ...]] | None) -> None:
        if found is None:
            return
        gone, proof = found
        for text, value in _facts(context, gone):
            self.form.addRow(f"{text}:", _shown(value))
        self.proof.setPlainText("\n".join(proof))
        self.show()


def _facts(context: WindowContext, gone: Destroyed) -> tuple[tuple[str, str], ...]:
    facts = (
        (_("Class"), _class_label(context, gone.record_class)),
        (_("File"), gone.file_reference or ""),
        (_("Date"), gone.date or ""),
        (_("Archived"), short_time(gone.archived_at) if gone.archived_at else ""),
        (_("Pages"), number(gone.pages)),
        (_("Proposed by"), f"{isolate(gone.proposed_by)} · {isolate(short_time(gone.proposed_at))}"),
        (_("Confirmed by"), f"{isolate(gone.confirmed_by)} · {isolate(short_time(gone.destroyed_at))}"),
        (_("Reason"), gone.reason),
        (_("Rule"), said_rule_words(gone.rule, number=number)),
    )
    return tuple((text, value) for text, value in facts if value)


def _shown(value: str) -> QLabel:
    label = QLabel(as_plain(f"{direction_mark()}{isolate(value)}"))
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _class_label(context: WindowContext, class_id: str) -> str:
    try:
        return label_of(context.place.record_classes.get(class_id).label)
    except NotFound:
        return class_id
