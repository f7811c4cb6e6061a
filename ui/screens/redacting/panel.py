"""Beside the page: what is to be hidden in a copy for release, from the first area to the copy that goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from muni_archive.domain.four_eyes import same_person
from muni_archive.domain.geometry import Box
from muni_archive.domain.records import Page
from muni_archive.domain.redaction import HiddenArea, Redaction, RedactionState
from muni_archive.messages import N_, _, isolate
from muni_archive.redaction_reasons import load_reasons
from muni_archive.services.redaction.deciding import (
    Preview,
    approve_redaction,
    preview_redaction,
    refuse_redaction,
)
from muni_archive.services.redaction.finding import FieldValue, FoundPlace, field_values, occurrences, word_at
from muni_archive.services.redaction.material import Material, current_material
from muni_archive.services.redaction.proposing import propose_redaction, redactions_of, withdraw_redaction
from muni_archive.services.redaction.releasing import export_redacted, released_name
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark, label_of, moment, number
from ui.screens.redacting.draft import Draft
from ui.screens.redacting.preview import PreviewDialog
from ui.tasks import Task
from ui.widgets.areas_layer import AreasLayer
from ui.widgets.buttons import shown_keys, text_button
from ui.widgets.page_tools import DragTool, box_between
from ui.widgets.page_view import PageView

STATES = {
    RedactionState.PROPOSED: N_("Proposed by {name}, {when}. It waits for another person."),
    RedactionState.APPROVED: N_("Approved by {name}, {when}. The copy can be given out."),
    RedactionState.REFUSED: N_("Refused by {name}, {when}: {note}"),
    RedactionState.WITHDRAWN: N_("Taken back by {name}, {when}."),
}


class RedactPanel(QWidget):
    """Dragging hides a place, a click a word; a name or number that is typed is hidden wherever it stands."""

    page_wanted = Signal(str)
    """Id of the page on which the chosen area lies."""

    def __init__(self, context: WindowContext, picture: PageView) -> None:
        super().__init__()
        self._context, self._picture = context, picture
        self.layer = AreasLayer(picture)
        self.tool = DragTool(picture)
        self.tool.drawn.connect(self._drawn)
        self.tool.clicked.connect(self._clicked)
        self.draft = Draft()
        self.shown: Redaction | None = None
        self.material: Material | None = None
        self._document = ""
        self._page: Page | None = None
        self._looking: Task[Preview] | None = None
        self._active = False
        self._build()

    def show_page(self, document_id: str, page: Page) -> None:
        """The page that is looked at now."""
        self._document, self._page = document_id, page
        self._draw()

    def begin(self) -> None:
        """Read the pages, and what was redacted before."""
        self._active = True
        self._picture.use_tool(self.tool)
        self.what.setFocus()
        self.load()

    def end(self) -> None:
        self._active = False
        self._picture.use_tool(None)
        self.layer.show_areas(())

    def load(self) -> None:
        place, document_id = self._context.place, self._document

        def work(_c: object) -> tuple[Material, tuple[FieldValue, ...], tuple[Redaction, ...]]:
            material = current_material(place, document_id)
            return material, field_values(place, material), tuple(redactions_of(place, document_id))

        self._context.tasks.run(work, done=self._loaded, failed=self._context.show_error)

    def start_anew(self) -> None:
        """A redaction of the version as it is now."""
        self.shown, self.draft = None, Draft()
        self._show()

    def cover_text(self) -> None:
        """Everywhere the text stands."""
        text = self.what.currentText().strip()
        if self.material is None or not text or self.shown is not None:
            return
        places = occurrences(self.material, text)
        if not places:
            self._context.notify(_("«{text}» stands nowhere on the pages").format(text=isolate(text)))
            return
        self._add(places)
        self.what.setCurrentText("")

    def cover_everywhere(self) -> None:
        """What stands under the chosen area, on all pages."""
        row = self.list.currentRow()
        if self.material is not None and 0 <= row < len(self.draft.areas) and self.draft.areas[row][1]:
            self._add(occurrences(self.material, self.draft.areas[row][1]))

    def remove(self) -> None:
        if self.shown is None and self.list.currentRow() >= 0:
            self.draft = self.draft.without(self.list.currentRow())
            self._show()

    def propose(self) -> None:
        place, document_id = self._context.place, self._document
        areas = [area for area, _text in self.draft.areas]
        if self.shown is None and areas:
            self._run(
                lambda: propose_redaction(place, document_id, areas), _("Proposed. Another person must approve it.")
            )

    def take_back(self) -> None:
        if self.shown is not None:
            place, redaction_id = self._context.place, self.shown.id
            self._run(lambda: withdraw_redaction(place, redaction_id), _("The proposal was taken back."))

    def look(self) -> None:
        """Make the copy, and show it as it would go out."""
        if self.shown is None or self._looking is not None:
            return
        place, redaction_id = self._context.place, self.shown.id
        self._looking = self._context.tasks.run(
            lambda task: preview_redaction(place, redaction_id, cancel=task.cancel),
            done=self._seen,
            failed=self._not_seen,
        )
        self._context.notify(_("The redacted copy is being made …"))

    def export(self) -> None:
        if self.shown is None or self.material is None:
            return
        name = released_name(self.material.document)
        target, _kind = QFileDialog.getSaveFileName(self, _("Export the redacted copy"), name, "PDF (*.pdf)")
        if target:
            self.export_to(Path(target))

    def export_to(self, target: Path) -> None:
        if self.shown is not None:
            place, document_id, redaction_id = self._context.place, self._document, self.shown.id
            said = _("Exported to {path}").format(path=isolate(target))
            self._run(lambda: export_redacted(place, document_id, target, redaction_id=redaction_id), said)

    def decide(self, seen: Preview, note: str | None = None) -> None:
        """Approve what was seen, or refuse it with a note."""
        place = self._context.place
        if note is None:
            self._run(lambda: approve_redaction(place, seen), _("Approved: the redacted copy can be given out."))
        else:
            self._run(lambda: refuse_redaction(place, seen.redaction.id, note), _("Refused; the proposer sees why."))

    def _build(self) -> None:
        self.reason = QComboBox()
        self.reason.setAccessibleName(_("Reason"))
        for reason in load_reasons().values():
            self.reason.addItem(f"{reason.code}  {label_of(reason.label)}", reason.id)
        self.reason.activated.connect(self._reason_chosen)
        self.what = QComboBox(editable=True)
        self.what.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.what.setAccessibleName(_("Name or number to hide everywhere"))
        edit = self.what.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(_("Name or number to hide everywhere"))
        edit.returnPressed.connect(self.cover_text)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAccessibleName(_("What is hidden"))
        self.list.currentRowChanged.connect(self._chosen)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.hint = QLabel(_("Drag over a place, click a word, or type a name and press Enter."))
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.state, self.reason, self.what, self.hint):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        self.buttons = {}
        for name, icon, text, keys, act in (
            ("everywhere", "files", _("Everywhere"), "F9", self.cover_everywhere),
            ("remove", "trash", _("Show again"), "Ctrl+Del", self.remove),
            ("propose", "check", _("Propose"), "Ctrl+Return", self.propose),
            ("look", "eye", _("Look at the copy"), "F8", self.look),
            ("back", "undo", _("Take the proposal back"), "Ctrl+Shift+Z", self.take_back),
            ("new", "plus", _("New redaction"), "Ctrl+N", self.start_anew),
            ("export", "export", _("Export the redacted copy"), "Ctrl+Shift+E", self.export),
        ):
            labelled, primary = f"{text}  {shown_keys(keys)}", name in ("propose", "look", "export")
            self.buttons[name] = text_button(self, icon, labelled, keys, act, primary=primary)
            grid.addWidget(self.buttons[name], grid.rowCount(), 0)
        return grid

    def _loaded(self, found: tuple[Material, tuple[FieldValue, ...], tuple[Redaction, ...]]) -> None:
        self.material, values, redactions = found
        self.what.clear()
        self.what.addItems([value.value for value in values])
        self.what.setCurrentIndex(-1)
        self.what.setCurrentText("")
        waiting = next((each for each in redactions if each.state is RedactionState.PROPOSED), None)
        done = next((each for each in redactions if each.state is not RedactionState.WITHDRAWN), None)
        if not self.draft.areas:
            self.shown = waiting or done
        self._show()

    def _show(self) -> None:
        """The list, the buttons and the page, as they are for a draft or for what was proposed."""
        row = self.list.currentRow()
        self.list.clear()
        self.list.addItems([self._described(area, text) for area, text in self._areas()])
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.state.setText(as_plain(self._said()))
        drafting, shown = self.shown is None, self.shown
        waits = shown is not None and shown.state is RedactionState.PROPOSED
        seen = {
            "everywhere": drafting, "remove": drafting, "propose": drafting, "look": waits, "back": waits,
            "new": not drafting and not waits, "export": shown is not None and bool(shown.copy),
        }  # fmt: skip
        for name, button in self.buttons.items():
            button.setVisible(seen[name])
        for part in (self.reason, self.what, self.hint):
            part.setVisible(drafting)
        self._draw()

    def _areas(self) -> tuple[tuple[HiddenArea, str], ...]:
        return self.draft.areas if self.shown is None else tuple((area, "") for area in self.shown.areas)

    def _draw(self) -> None:
        """Those of this page; the chosen one stronger."""
        if not self._active or self._page is None:
            return
        reasons, chosen = load_reasons(), None
        here: list[tuple[Box, str]] = []
        for at, (area, _text) in enumerate(self._areas()):
            if area.page_id == self._page.id:
                chosen = len(here) if at == self.list.currentRow() else chosen
                here.append((area.box, reasons[area.reason].code if area.reason in reasons else "?"))
        self.layer.show_areas(here, chosen)

    def _described(self, area: HiddenArea, text: str) -> str:
        reason = load_reasons().get(area.reason)
        at = self.material.number_of(area.page_id) if self.material else 0
        page = _("page {page}").format(page=number(at))
        label = f"{reason.code} {label_of(reason.label)}" if reason else area.reason
        said = f"{direction_mark()}{page}  ·  {label}"
        return f"{said}\n{direction_mark()}{isolate(text)}" if text else said

    def _said(self) -> str:
        shown = self.shown
        if shown is None:
            return _("What is chosen here is black in the copy for release; the document stays as it is.")
        proposed = shown.state is RedactionState.PROPOSED
        when = shown.proposed_at if proposed else shown.decided_at or shown.proposed_at
        said = _(STATES[shown.state]).format(
            name=isolate(shown.proposed_by if proposed else shown.decided_by), when=isolate(moment(when)),
            note=isolate(shown.decision_note),
        )  # fmt: skip
        version = _("Version {version}").format(version=number(shown.version))
        return f"{direction_mark()}{version}. {said}"

    def _add(self, places: tuple[FoundPlace, ...]) -> None:
        if self.material is not None and self.shown is None:
            order = tuple(page.id for page in self.material.pages)
            self.draft = self.draft.adding(places, self.reason.currentData(), order)
            self._show()
            self.list.setCurrentRow(next(
                at for at, (area, _text) in enumerate(self.draft.areas) if area.box == places[0].box
            ))  # fmt: skip

    def _drawn(self, tail: tuple[float, float], head: tuple[float, float]) -> None:
        if self._page is not None:
            box = box_between(tail, head, self._page.width, self._page.height)
            self._add((FoundPlace(page_id=self._page.id, box=box, text=""),))

    def _clicked(self, x: float, y: float) -> None:
        """A click on what is hidden chooses it, one on a word hides it."""
        if self._page is None or self.material is None:
            return
        at = self.layer.at(x, y)
        if at is not None:
            here = [row for row, (area, _t) in enumerate(self._areas()) if area.page_id == self._page.id]
            self.list.setCurrentRow(here[at])
        elif (word := word_at(self.material, self._page.id, x, y)) is not None:
            self._add((word,))

    def _chosen(self, row: int) -> None:
        areas = self._areas()
        if not 0 <= row < len(areas):
            return
        area = areas[row][0]
        self.reason.setCurrentIndex(self.reason.findData(area.reason))
        if self._page is not None and area.page_id != self._page.id:
            self.page_wanted.emit(area.page_id)
        else:
            self._draw()

    def _reason_chosen(self) -> None:
        """For what is chosen; without that, for what is hidden next."""
        row = self.list.currentRow()
        if self.shown is None and row >= 0:
            self.draft = self.draft.with_reason(row, self.reason.currentData())
            self._show()

    def _seen(self, seen: Preview) -> None:
        self._looking = None
        own = same_person(seen.redaction.proposed_by, seen.approver)
        dialog = PreviewDialog(self, seen, own=own, approve=self.decide, refuse=self.decide)
        dialog.open()

    def _not_seen(self, error: Exception) -> None:
        self._looking = None
        self._context.show_error(error)

    def _run(self, act: Callable[[], object], said: str) -> None:
        def done(_result: object) -> None:
            self.draft = Draft()
            self._context.notify(said)
            self.load()

        self._context.tasks.run(lambda _c: act(), done=done, failed=self._context.show_error)
