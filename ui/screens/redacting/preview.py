"""The copy as it would go out, page by page, and the decision of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from muni_archive.messages import _, isolate
from muni_archive.services.redaction.deciding import Preview
from ui.i18n import as_plain, direction_mark
from ui.widgets.buttons import shown_keys, text_button


class PreviewDialog(QDialog):
    """The bytes that are shown are those that are approved. Ctrl+Enter approves, Ctrl+Del refuses."""

    def __init__(
        self,
        owner: QWidget,
        seen: Preview,
        *,
        own: bool,
        approve: Callable[[Preview], None],
        refuse: Callable[[Preview, str], None],
    ) -> None:
        """`own`: whoever looks has proposed it, and only looks."""
        super().__init__(owner)
        self._seen, self._approve, self._refuse = seen, approve, refuse
        self.setWindowTitle(_("The redacted copy as it would go out"))
        self.resize(980, 860)
        self._document = QPdfDocument(self)
        self._bytes = QBuffer(self)
        self._bytes.setData(QByteArray(seen.data))
        self._bytes.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._bytes)
        self.pages = QPdfView(self)
        self.pages.setDocument(self._document)
        self.pages.setPageMode(QPdfView.PageMode.MultiPage)
        self.pages.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        column = QVBoxLayout(self)
        column.addWidget(self._said(own))
        column.addWidget(self.pages, 1)
        column.addLayout(self._decision(own))
        self.pages.setFocus()

    @property
    def count(self) -> int:
        """Pages, the notice included."""
        return self._document.pageCount()

    def done(self, result: int) -> None:
        """Let the document go before the bytes that it reads."""
        self.pages.setDocument(QPdfDocument(self))
        self._document.close()
        super().done(result)

    def _said(self, own: bool) -> QLabel:
        name = isolate(self._seen.redaction.proposed_by)
        text = (
            _("You proposed this. Another person must look at it and approve it.")
            if own
            else _("Proposed by {name}. Look at every page: what is not black goes out.").format(name=name)
        )
        label = QLabel(as_plain(f"{direction_mark()}{text}"))
        label.setWordWrap(True)
        return label

    def _decision(self, own: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        self.why = QLineEdit()
        self.why.setPlaceholderText(_("Why it is refused"))
        self.why.setAccessibleName(_("Why it is refused"))
        refuse, approve = _("Refuse"), _("Approve")
        self.refused = text_button(self, "x", f"{refuse}  {shown_keys('Ctrl+Del')}", "Ctrl+Del", self._no)
        self.approved = text_button(
            self, "check", f"{approve}  {shown_keys('Ctrl+Return')}", "Ctrl+Return", self._yes, primary=True
        )
        for button in (self.refused, self.approved):
            button.setAutoDefault(False)
        closed = text_button(self, "arrow-left", _("Back"), "", self.reject)
        closed.setAutoDefault(False)
        row.addWidget(closed)
        row.addStretch(1)
        for part in (self.why, self.refused, self.approved):
            part.setVisible(not own)
            row.addWidget(part)
        self.why.setMinimumWidth(260)
        row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        return row

    def _yes(self) -> None:
        self.accept()
        self._approve(self._seen)

    def _no(self) -> None:
        if not self.why.text().strip():
            self.why.setFocus()
            return
        self.accept()
        self._refuse(self._seen, self.why.text())
