"""How sending goes, in one line, while nobody has signed in: it says nothing of documents."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QLabel

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.together import Left
from muni_archive.services.together.losing import LostPage
from muni_archive.services.together.state import LineState, heard
from muni_archive.services.together.synchronising import News
from ui.centre.child import SyncChild
from ui.centre.words import headline


class CentreGlimpse(QLabel):
    """Empty while no process sends, and until it tells something."""

    trouble: ArchiveError | None = None
    lost: tuple[LostPage, ...] = ()

    def __init__(self, child: SyncChild) -> None:
        super().__init__()
        self.state = LineState()
        self.left: Left | None = None
        self.setObjectName("hint")
        self.setWordWrap(True)
        child.told.connect(self._heard)
        child.ended.connect(lambda _words: self.clear())

    def _heard(self, news: News) -> None:
        self.state = heard(self.state, news, datetime.now(UTC))
        if news.sent:
            self.left = Left(entries=news.sent.left, files=0, documents=0)
        self.setText(headline(self).text)
