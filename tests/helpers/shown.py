"""What a label or a tooltip shows, which may not be what it was given."""

from __future__ import annotations

from PySide6.QtGui import Qt, QTextDocument

HOSTILE = '<img src="//host/share/a.png"><b>Approved</b> & paid'
"""A title that another station could send."""


def as_qt_shows_it(text: str) -> str:
    if not Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()
