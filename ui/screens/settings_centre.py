"""The centre, in the settings: enrolling with one, and how it stands with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from muni_archive.messages import _, explain, isolate
from ui.centre.status import SYNC_KEYS
from ui.centre.words import headline
from ui.context import WindowContext
from ui.i18n import as_plain, direction_mark
from ui.widgets.buttons import icon_button, shown_keys, text_button

KILO = 1000
MOST_KB = 1_000_000


class CentreBox(QGroupBox):
    """One form before the archive is enrolled, another after; and what is in the way where that cannot be told."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(_("The centre"))
        self._context, self._line = context, context.centre
        self.before, self.after, self.hindered = self._enrolling(), self._enrolled(), self._hindered()
        column = QVBoxLayout(self)
        column.addWidget(self.before)
        column.addWidget(self.after)
        column.addWidget(self.hindered)
        column.addStretch(1)
        self._line.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        enrolled, trouble = self._line.together is not None, self._line.trouble
        self.before.setVisible(not enrolled and trouble is None)
        self.after.setVisible(enrolled and trouble is None)
        self.hindered.setVisible(trouble is not None)
        if trouble:
            self.trouble.setText(explain(trouble))
        if enrolled and self._line.link:
            self.name.setText(as_plain(f"{direction_mark()}{isolate(self._line.link.centre_name)}"))
            self.url_shown.setText(f"{direction_mark()}{isolate(self._line.link.url)}")
            self.state.setText(headline(self._line).text)

    def enrol(self) -> None:
        """Enrol with what stands in the form."""
        url, code = self.url.text().strip(), self.code.text().strip()
        if not url or not code:
            self._context.notify(_("Type the centre's address and the code that its administrator gave."))
            return
        if "://" not in url:
            url = f"https://{url}"
        chosen = self.authority.text().strip()
        self.go.setEnabled(False)
        self._context.notify(_("The centre is being asked …"))
        self._line.enrol(url, code, Path(chosen) if chosen else None, done=self._done, failed=self._failed)

    def _done(self) -> None:
        self.go.setEnabled(True)
        self.code.clear()
        self._context.notify(_("Enrolled. From now on everything is sent to the centre by itself."))

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self._context.show_error(error)

    def _enrolling(self) -> QWidget:
        self.url, self.code, self.authority = QLineEdit(), QLineEdit(), QLineEdit()
        self.url.setPlaceholderText("\u200ehttps://archive.example")
        self.code.setPlaceholderText(_("from the administrator; good for one station"))
        self.authority.setPlaceholderText(_("only where the system does not know it"))
        for edit in (self.url, self.authority):
            edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.enrol)
        choose = icon_button(self, "folder-open", _("Choose a file"), "", self._choose)
        file = QHBoxLayout()
        file.addWidget(self.authority, 1)
        file.addWidget(choose)
        self.go = text_button(self, "check", _("Enrol this station"), "", self.enrol, primary=True)
        part = QWidget()
        form = QFormLayout(part)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(_("Address"), self.url)
        form.addRow(_("Code"), self.code)
        form.addRow(_("Authority (PEM)"), file)
        form.addRow(self.go)
        return part

    def _enrolled(self) -> QWidget:
        self.name, self.url_shown, self.state = QLabel(), QLabel(), QLabel()
        self.state.setWordWrap(True)
        kilobytes = _("KB")
        self.limit = QSpinBox()
        self.limit.setRange(0, MOST_KB)
        self.limit.setSingleStep(100)
        self.limit.lineEdit().setTextMargins(8, 0, 8, 0)
        self.limit.setSpecialValueText(_("as much as the line takes"))
        self.limit.setSuffix(f" {kilobytes}")
        self.limit.setValue(self._line.bytes_per_s // KILO)
        self.limit.editingFinished.connect(lambda: self._line.send_no_more_than(self.limit.value() * KILO))
        sync = text_button(self, "refresh", _("Synchronise now"), "", self._line.synchronise)
        sync.setText(f"{sync.text()}   {shown_keys(SYNC_KEYS)}")
        part = QWidget()
        form = QFormLayout(part)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(_("Centre"), self.name)
        form.addRow(_("Address"), self.url_shown)
        form.addRow(_("Station"), QLabel(f"{direction_mark()}{isolate(self._context.place.station)}"))
        form.addRow(_("State"), self.state)
        form.addRow(_("Sent a second, at most"), self.limit)
        form.addRow(sync)
        return part

    def _hindered(self) -> QWidget:
        self.trouble = QLabel()
        self.trouble.setObjectName("error")
        self.trouble.setWordWrap(True)
        again = text_button(self, "refresh", _("Try again"), "", self._line.synchronise)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.trouble)
        column.addWidget(again, 0, Qt.AlignmentFlag.AlignLeading)
        return part

    def _choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose a file"), "", "PEM (*.pem *.crt);;* (*)")
        if path:
            self.authority.setText(path)
