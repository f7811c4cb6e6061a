"""How sending goes, in one line, while nobody has signed in: it says nothing of documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QLabel

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.together import Left
from muni_archive.services.together.state import LineState, ended, heard
from muni_archive.services.together.synchronising import News
from ui.centre.child import SyncChild
from ui.centre.words import headline


class CentreGlimpse(QLabel):
    """Empty until the process that sends tells something, or ends again and again."""

    trouble: ArchiveError | None = None

    def __init__(self, child: SyncChild) -> None:
        super().__init__()
        self.state = LineState()
        self.left: Left | None = None
        self.setObjectName("hint")
        self.setWordWrap(True)
        self._child = child
        child.told.connect(self._heard)
        child.ended.connect(self._ended)

    @property
    def lost(self) -> Sequence[object]:
        return self.state.lost

    def _heard(self, news: News) -> None:
        self.state = heard(self.state, news, datetime.now(UTC))
        if news.sent:
            self.left = Left(entries=news.sent.left, files=0, documents=0)
        self._tell()

    def _ended(self, words: str) -> None:
        self.state = ended(self.state, self._child.silent, words)
        self._tell()

    def _tell(self) -> None:
        self.setText(headline(self).text)
