"""In the viewer: the keys and the legend of words that were read with doubt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QLayout, QWidget

from muni_archive.messages import _, ngettext
from ui.i18n import number
from ui.settings import Settings
from ui.widgets.buttons import icon_button

_KEPT = "doubts"


class DoubtBar:
    """Whether the words are framed is remembered; the legend, in the same frame, says how many there are."""

    def __init__(
        self, owner: QWidget, settings: Settings, *, show: Callable[[], None], review: Callable[[], None]
    ) -> None:
        self._settings, self._show = settings, show
        self._toggle = icon_button(owner, "help", _("Mark doubtful words"), "Ctrl+D", self._switch)
        self._toggle.setCheckable(True)
        self._toggle.setChecked(self.shown)
        self._review = icon_button(owner, "eye", _("Look at this page's doubtful words"), "F4", review)
        self.legend = QLabel()
        self.legend.setObjectName("doubts")
        self.legend.hide()

    @property
    def shown(self) -> bool:
        return bool(self._settings.get(_KEPT, True))

    def add_to(self, row: QLayout) -> None:
        row.addWidget(self._toggle)
        row.addWidget(self._review)

    def say(self, count: int) -> None:
        """How many such words the page holds."""
        self._review.setEnabled(count > 0)
        self.legend.setText(
            ngettext("{count} doubtful word", "{count} doubtful words", count).format(count=number(count))
        )
        self.legend.setVisible(count > 0 and self.shown)

    def _switch(self) -> None:
        self._settings.set(_KEPT, not self.shown)
        self._toggle.setChecked(self.shown)
        self._show()
