"""Above a document's pages: the holds that rest on it, and whether somebody proposed to destroy it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from muni_archive.domain.disposals import DisposalState
from muni_archive.domain.errors import NotFound
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.retention.due import Standing, standing_of
from muni_archive.services.retention.wording import hold_words, state_words
from ui.context import WindowContext
from ui.i18n import as_plain, number
from ui.icons import icon
from ui.screens.retention.keeping_dialog import KeepingDialog
from ui.widgets.buttons import ICON


class KeepingBar(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, owner: QWidget, context: WindowContext) -> None:
        super().__init__()
        self._owner, self._context = owner, context
        self._document: Document | None = None
        self.dialog: KeepingDialog | None = None
        self.setObjectName("hold")
        sign = QLabel()
        sign.setPixmap(icon("lock", "alertText").pixmap(ICON))
        self.text = QLabel()
        self.text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(sign)
        row.addWidget(self.text, 1)
        self.hide()

    def look(self, document: Document) -> None:
        """Ask how it stands with this document."""
        self._document, place = document, self._context.place
        self._context.tasks.run(lambda _c: standing_of(place, document.id), done=self._show, failed=self._not_known)

    def open(self) -> None:
        """Everything about keeping this document, to look at and to decide."""
        if document := self._document:
            self.dialog = KeepingDialog(self._owner, self._context, document, changed=lambda: self.look(document))
            self.dialog.open()

    def _not_known(self, error: Exception) -> None:
        """Of a document of the centre that the copy has not heard of, nothing is said."""
        self.hide()
        if not isinstance(error, NotFound):
            self._context.show_error(error)

    def _show(self, standing: Standing) -> None:
        said = []
        if standing.holds:
            held = ngettext("Under a legal hold", "Under {count} legal holds", len(standing.holds)).format(
                count=number(len(standing.holds))
            )
            said.append(f"{held}: {hold_words(standing.holds[0])}")
        if standing.disposal:
            said.append(
                _("{name} proposed to destroy it; another person decides.").format(
                    name=isolate(standing.disposal.proposed_by)
                )
                if standing.disposal.state is DisposalState.OPEN
                else _("Proposal to destroy it: {state}.").format(state=state_words(standing.disposal).rstrip("."))
            )
        self.text.setText(as_plain("\n".join(said)))
        self.setVisible(bool(said))
