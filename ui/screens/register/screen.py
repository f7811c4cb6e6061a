"""The registration screen: documents that wait, the page's picture, the form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from muni_archive.domain.errors import ChangedMeanwhile
from muni_archive.domain.merging import Description, description_of
from muni_archive.domain.records import Document
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.find_duplicates import Duplicate, duplicates_of
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.register_document import (
    PlacedProposal,
    known_areas,
    proposals_for,
    register_document,
    set_document_aside,
    still_waiting,
    waiting_documents,
)
from muni_archive.services.together.state import Whereabouts, whereabouts
from muni_archive.services.view_document import DocumentView, view_document
from ui.centre.words import place_of
from ui.context import WindowContext
from ui.i18n import as_plain, label_of, number
from ui.icons import icon
from ui.screens.base import Screen
from ui.screens.register.drafts import Draft, Drafts
from ui.screens.register.duplicates import DuplicatePanel
from ui.screens.register.form import RecordForm
from ui.screens.register.meanwhile import MeanwhileNote, form_values, typed_since
from ui.settings import Settings
from ui.widgets.buttons import shown_keys, text_button
from ui.widgets.page_view import PageView

PLACE = Qt.ItemDataRole.UserRole + 1
"""Of an item in the list: where its document is."""
LISTED = 200
"""So many documents are listed at most."""
WIDTHS, WIDTHS_COMPARING = [208, 462, 0, 370], [110, 290, 290, 350]
"""Pixels, in proportion: what waits, the page, the earlier page that looks like it, the form."""


class RegisterScreen(Screen):
    """Enter accepts and goes on, Ctrl+Enter registers and opens the next."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.view: DocumentView | None = None
        self.form: RecordForm | None = None
        self._at = 0
        self._filled: Document | None = None
        """What the form was filled from."""
        self._since: tuple[str, Description] | None = None
        """Entry and description of the version from which the note above the form tells the changes."""
        self._proposals: tuple[PlacedProposal, ...] = ()
        self._marking = False
        acting, kept = context.place.guard.acting, Settings(context.folder / "drafts.json")
        self.drafts = Drafts(kept, acting.person_id if acting else "", context.show_error)
        self._asked, self._looked = 0, 0
        """How often documents, and the list of them, were asked for."""
        self._build()
        self._wanted = self.drafts.opened
        """Id of the document that was asked for last."""
        context.centre.changed.connect(self._mark_places)

    def documents_changed(self) -> None:
        self.activated()

    def activated(self) -> None:
        self._looked += 1
        looked, place, drafted = self._looked, self.context.place, self.drafts.documents
        self.context.tasks.run(
            lambda _c: (waiting_documents(place, limit=LISTED), still_waiting(place, drafted)),
            done=lambda found: self._show_looked(drafted, *found) if looked == self._looked else None,
        )

    def closing(self) -> None:
        self._keep_draft()
        self.drafts.remember_opened(self._wanted)

    def pages_read(self, page_ids: Sequence[str]) -> None:
        if self.view and set(page_ids) & set(self.view.document.page_ids):
            place, document_id = self.context.place, self.view.document.id
            self.context.tasks.run(lambda _c: proposals_for(place, document_id), done=self._suggest)

    def _build(self) -> None:
        self.waiting = QListWidget()
        self.waiting.setIconSize(QSize(16, 16))
        self.waiting.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.waiting.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.waiting.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.waiting.currentItemChanged.connect(lambda item, _before: self._open(item))
        self.picture = PageView(self.context.tasks)
        self.where = QLabel()
        self.where.setObjectName("hint")
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = QWidget()
        pictures = QVBoxLayout(middle)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.addWidget(self.picture, 1)
        pictures.addWidget(self.where)
        self.duplicates = DuplicatePanel(self.context)
        self.duplicates.set_aside.connect(self._set_aside)
        self.empty = QLabel(_("Nothing waits to be registered. Scan a batch or import files."))
        self.empty.setObjectName("empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(10)
        for part in (self.waiting, middle, self.duplicates, self._side()):
            self.split.addWidget(part)
        self.split.setSizes(WIDTHS)
        self.split.setCollapsible(3, False)
        column = QVBoxLayout(self)
        column.addWidget(self.split, 1)
        column.addWidget(self.empty, 1)
        self._clear()
        self.empty.hide()  # until it has looked: a register that is long may take a moment
        for keys, act in (
            ("Ctrl+Shift+A", self._accept_all),
            ("PgDown", lambda: self._turn(1)),
            ("PgUp", lambda: self._turn(-1)),
            ("Alt+Down", lambda: self._skip(1)),
            ("Alt+Up", lambda: self._skip(-1)),
            ("Ctrl+G", self._start_case),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _side(self) -> QWidget:
        self.classes = QComboBox()
        self.classes.activated.connect(lambda _index: self._make_form(self._draft()))
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.classes.setMinimumContentsLength(10)
        self.number = QLabel()
        self.note = MeanwhileNote(self.context.place.record_classes)
        self.form_area = QScrollArea()
        self.form_area.setWidgetResizable(True)
        self.form_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        hint = QLabel(
            _(
                "{enter} accepts · {all} accepts all · {down} other readings · {page} pages · {skip} skips a document"
            ).format(
                enter=shown_keys("Return"),
                all=shown_keys("Ctrl+Shift+A"),
                down=shown_keys("Down"),
                page=shown_keys("PgDown"),
                skip=shown_keys("Alt+Down"),
            )
        )
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        register = text_button(self, "check", _("Register and go on"), "Ctrl+Return", self.register, primary=True)
        register.setText(f"{register.text()}   {shown_keys('Ctrl+Return')}")
        side = QWidget()
        side.setMinimumWidth(340)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.note)
        row = QHBoxLayout()
        row.addWidget(self.number)
        row.addWidget(self.classes, 1)
        column.addLayout(row)
        column.addWidget(self.form_area, 1)
        column.addWidget(register)
        column.addWidget(hint)
        return side

    def _start_case(self) -> None:
        from ui.screens.desk.starting import ask_to_start

        if self.view is not None:
            ask_to_start(self, self.context, self.view.document, self.context.cases_changed)

    def _skip(self, step: int) -> None:
        row = self.waiting.currentRow() + step
        if 0 <= row < self.waiting.count():
            self.waiting.setCurrentRow(row)

    def _suggest(self, proposals: tuple[PlacedProposal, ...]) -> None:
        if self.view is None or self.form is None:
            return
        if any(placed.page_id not in self.view.document.page_ids for placed in proposals):
            return
        self._proposals = proposals
        self.form.suggest(proposals)

    def _show_looked(self, drafted: frozenset[str], documents: tuple[Document, ...], still: frozenset[str]) -> None:
        """`still` are those of the `drafted` that wait."""
        self.drafts.still_wait(still)
        self._show_waiting(documents, drafted - still)

    def _show_waiting(self, documents: tuple[Document, ...], done_with: Collection[str] = ()) -> None:
        """`done_with` are ids of documents that were drafted and wait no more."""
        if self.view is not None and self._is_kept(documents):
            documents = (self.view.document, *documents)
        ids = [document.id for document in documents]
        self._give_up_drafts([each for each in done_with if each not in ids])
        self._list(documents)
        if ids:
            self.waiting.setCurrentRow(ids.index(self._wanted) if self._wanted in ids else 0)
        else:
            self._clear()
        self.split.setVisible(bool(documents))
        self.empty.setVisible(not documents)
        self._mark_places()

    def _is_kept(self, documents: Sequence[Document]) -> bool:
        """Whether somebody else described what is open, while somebody typed here."""
        opened = self._filled
        return opened is not None and all(each.id != opened.id for each in documents) and bool(self._typed())

    def _give_up_drafts(self, done_with: Collection[str]) -> None:
        """Of documents that wait no more; it is said where this person typed something."""
        gone = [isolate(draft.number) for draft in self.drafts.give_up(done_with)]
        if gone:
            said = _("No longer waiting to be registered: {numbers}. What was typed here is given up.")
            self.context.notify(said.format(numbers=" · ".join(gone)))

    def _list(self, documents: Sequence[Document]) -> None:
        self.waiting.blockSignals(True)
        self.waiting.clear()
        for document in documents:
            count = len(document.page_ids)
            pages = ngettext("{count} page", "{count} pages", count).format(count=number(count))
            label = label_of(self.context.place.record_classes.get(document.record_class).label)
            item = QListWidgetItem(f"{isolate(document.number)}\n{label} · {pages}")
            item.setToolTip(as_plain(document.title))
            item.setData(Qt.ItemDataRole.UserRole, document.id)
            self.waiting.addItem(item)
        self.waiting.blockSignals(False)

    def _mark_places(self) -> None:
        """Say of each document that waits how far it is safe at the centre."""
        centre, place = self.context.centre, self.context.place
        items = [self.waiting.item(row) for row in range(self.waiting.count())]
        if centre.together is None or not items or self._marking:
            return
        self._marking = True
        ids, acknowledged = [item.data(Qt.ItemDataRole.UserRole) for item in items], centre.state.acknowledged
        lacking = centre.incomplete
        self.context.tasks.run(
            lambda _c: whereabouts(place, ids, acknowledged, lacking),
            done=self._show_places,
            failed=self._not_marked,
        )

    def _not_marked(self, error: Exception) -> None:
        """What is shown stays until something is sent again."""
        self._marking = False
        self.context.show_error(error)

    def _show_places(self, places: Mapping[str, Whereabouts]) -> None:
        self._marking = False
        for row in range(self.waiting.count()):
            item = self.waiting.item(row)
            where = places.get(item.data(Qt.ItemDataRole.UserRole))
            if where is not None and item.data(PLACE) != where:
                name, words = place_of(where)
                item.setIcon(icon(name, "accent" if where is Whereabouts.SAFE else "faint"))
                item.setData(PLACE, where)
                item.setToolTip(f"{item.toolTip().splitlines()[0] if item.toolTip() else ''}\n{words}".strip())

    def _clear(self) -> None:
        self.view, self.form, self._filled, self._since, self._wanted = None, None, None, None, ""
        self._asked += 1  # an answer that is still to come is for nothing
        self.picture.clear_page()
        self.split.hide()
        self.empty.show()

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._open_document(item.data(Qt.ItemDataRole.UserRole))

    def _open_document(self, document_id: str) -> None:
        """Show it when it has come, unless another was asked for meanwhile."""
        place = self.context.place
        self._wanted, self._asked = document_id, self._asked + 1
        asked = self._asked

        def work(_c: object) -> tuple[DocumentView, tuple[PlacedProposal, ...], tuple[Duplicate, ...]]:
            return (
                view_document(place, document_id),
                proposals_for(place, document_id),
                duplicates_of(place, document_id),
            )

        self.context.tasks.run(
            work,
            done=lambda found: self._show(*found) if asked == self._asked else None,
            failed=lambda error: self._not_opened(error) if asked == self._asked else None,
        )

    def _not_opened(self, error: Exception) -> None:
        """What stands there stays, and is what the list marks."""
        self.context.show_error(error)
        self._wanted = self.view.document.id if self.view else ""
        rows = range(self.waiting.count())
        row = next((at for at in rows if self.waiting.item(at).data(Qt.ItemDataRole.UserRole) == self._wanted), -1)
        self.waiting.blockSignals(True)
        self.waiting.setCurrentRow(row)
        self.waiting.blockSignals(False)

    def _show(
        self, view: DocumentView, proposals: tuple[PlacedProposal, ...], duplicates: tuple[Duplicate, ...]
    ) -> None:
        filled = self._filled
        if filled and (filled.id, filled.entry) == (view.document.id, view.document.entry):
            self._show_again(view, proposals)
        else:
            self._begin(view, proposals)
        self.context.pool_prefer([page.id for page in view.pages])
        if not self.duplicates.shows(duplicates):
            self.duplicates.show_found(duplicates)
            self.split.setSizes(WIDTHS_COMPARING if duplicates else WIDTHS)
        if not proposals:  # reading may have come just after they were asked for
            self.pages_read(view.document.page_ids)

    def _show_again(self, view: DocumentView, proposals: tuple[PlacedProposal, ...]) -> None:
        """The form and the cursor stay: nobody changed the document, and somebody may be typing."""
        before, self.view = self.view, view
        self._offer_classes(str(self.classes.currentData()))
        self._suggest(proposals)
        if self.picture.sheet is None or before is None or _pictures(before) != _pictures(view):
            self._show_page()

    def _begin(self, view: DocumentView, proposals: tuple[PlacedProposal, ...]) -> None:
        """Another document, or the same as it has become."""
        now, same = view.document, self._filled is not None and self._filled.id == view.document.id
        draft = self._draft() if same else self.drafts.all().get(now.id)
        if not same:
            self._keep_draft()
        at = min(self._at, max(0, len(view.pages) - 1)) if same else 0
        self.view, self._at, self._proposals = view, at, proposals
        self._since = (draft.entry, draft.said) if draft else (now.entry, description_of(now))
        if draft and draft.entry != now.entry:
            self.note.show_changes(draft.said, now)
        else:
            self.note.hide()
        self.number.setText(as_plain(isolate(now.number)))
        self._offer_classes(draft.chosen_class if draft and draft.chosen_class else now.record_class)
        self.picture.set_boxes(())
        self._make_form(draft)
        if same and self._at != at:  # the reading of the field with the cursor stands on another page
            self._at = at
            self.picture.set_boxes(())
        self._show_page()

    def _offer_classes(self, chosen: str) -> None:
        """What may be entered here may have changed since the last document: the archive was enrolled."""
        self.classes.clear()
        besides = self.view.document.record_class if self.view else chosen
        for record_class in offered_classes(self.context.place, besides=besides):
            self.classes.addItem(label_of(record_class.label), record_class.id)
        self.classes.setCurrentIndex(max(0, self.classes.findData(chosen)))

    def _make_form(self, draft: Draft | None) -> None:
        """The class's form; what was done in fields of the same name is kept."""
        if self.view is None:
            return
        document = self.view.document
        cursor = self.form.cursor_place() if self.form and self._filled and self._filled.id == document.id else None
        record_class = self.context.place.record_classes.get(str(self.classes.currentData()))
        touched = draft.touched if draft else ()
        self.form = RecordForm(
            record_class, self._proposals, self._show_place, areas=known_areas(), touched=touched
        )  # fmt: skip
        self._filled = document
        for name, value in {**form_values(document), **(draft.typed if draft else {})}.items():
            self.form.fill(name, value)
        self.form_area.setWidget(self.form)
        if cursor is None:
            self.form.edits["title"].setFocus()
        else:
            self.form.put_cursor(*cursor)
            QTimer.singleShot(0, self, self._show_cursor)  # when the fields have their places

    def _show_cursor(self) -> None:
        if self.form is not None and (edit := self.form.focusWidget()) is not None:
            self.form_area.ensureWidgetVisible(edit)

    def _draft(self) -> Draft | None:
        """What was done in the form that stands there."""
        if self.form is None or self._filled is None or self._since is None:
            return None
        entry, said = self._since
        return Draft(
            number=self._filled.number,
            entry=entry,
            said=said,
            record_class=str(self.classes.currentData()),
            typed=self._typed(),
            touched=self.form.touched,
        )

    def _keep_draft(self) -> None:
        draft = self._draft()
        if draft is not None and self._filled is not None:
            self.drafts.keep(self._filled.id, draft)

    def _send_draft(self) -> None:
        draft = self._draft()
        if draft is not None and self._filled is not None:
            self.drafts.send(self._filled.id, draft)

    def _typed(self) -> dict[str, str]:
        return typed_since(self.form.decided(), self._filled) if self.form and self._filled else {}

    def _show_place(self, placed: PlacedProposal) -> None:
        if self.view is None:
            return
        if placed.page - 1 != self._at:
            self._at = placed.page - 1
            self._show_page()
        self.picture.set_boxes([placed.proposal.box], 0)

    def _turn(self, step: int) -> None:
        if self.view and 0 <= self._at + step < len(self.view.pages):
            self._at += step
            self.picture.set_boxes(())
            self._show_page()

    def _show_page(self) -> None:
        if self.view is None or not self.view.pages:
            self.picture.clear_page()
            self.where.setText(_("This document has no pages."))
            return
        page, count = self.view.pages[self._at], len(self.view.pages)
        self.where.setText(_("page {page} of {count}").format(page=number(self._at + 1), count=number(count)))
        self.picture.fetch_page(self.context.place, page, self.context.tasks, failed=self.context.show_error)

    def _set_aside(self, reason: str) -> None:
        if self.view is None:
            return
        place, seen = self.context.place, self.view.document
        self._send_draft()
        self.context.tasks.run(
            lambda _c: set_document_aside(place, seen, reason=reason),
            done=lambda _document: self._gone(seen.id),
            failed=lambda error: self._not_recorded(seen.id, error),
        )

    def _not_recorded(self, document_id: str, error: Exception) -> None:
        """One that somebody has left meanwhile is shown as it is now when they come back to it."""
        self.drafts.not_recorded(document_id)
        self.context.show_error(error)
        if isinstance(error, ChangedMeanwhile) and self._wanted == document_id:
            self._open_document(document_id)

    def _gone(self, document_id: str) -> None:
        """What was typed for it is recorded; what was typed meanwhile for the next stays."""
        self.drafts.drop(document_id)
        if self._filled is not None and self._filled.id == document_id:
            self._filled = None
        self.context.wake_reading()
        self.context.centre.look_again()
        self.activated()

    def _accept_all(self) -> None:
        if self.form:
            self.form.accept_all()

    def register(self) -> None:
        """Register what the form says and open the next document."""
        if self.view is None or self.form is None:
            return
        values, place, seen = self.form.values(), self.context.place, self.view.document
        title, reference, date = values.pop("title"), values.pop("file"), values.pop("date")
        record_class, chosen = str(self.classes.currentData()), self.form.chosen()
        self._send_draft()
        self.context.tasks.run(
            lambda _c: register_document(
                place,
                seen,
                title=title,
                record_class=record_class,
                file_reference=reference or None,
                date=date or None,
                metadata=values,
                chosen=chosen,
            ),
            done=self._registered,
            failed=lambda error: self._not_recorded(seen.id, error),
        )

    def _registered(self, document: Document) -> None:
        self.context.notify(_("Registered: {number}").format(number=isolate(document.number)))
        self._gone(document.id)


def _pictures(view: DocumentView) -> list[tuple[str, str, int]]:
    """What has to be shown anew where it differs."""
    return [(page.id, page.blob, page.rotation) for page in view.pages]
