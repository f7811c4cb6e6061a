"""What is set up once: how the window looks, where scanners are; and what a newcomer wants to know."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from muni_archive.messages import N_, _, current_language, isolate
from muni_archive.scan_places import SCAN_ADDRESSES, SCAN_FOLDERS, read_lines, write_lines
from ui.context import WindowContext
from ui.entrance.idle import DEFAULT_MINUTES, IDLE_MINUTES, MOST_MINUTES
from ui.i18n import direction_mark
from ui.screens.base import Screen
from ui.screens.settings_centre import CentreBox
from ui.widgets.buttons import shown_keys, text_button

LANGUAGES = (("ar", "العربية"), ("en", "English"))
THEMES = (("light", N_("Light")), ("dark", N_("Dark")))
KEYS = (
    (N_("Scan"), "F5"),
    (N_("Stop"), "Esc"),
    (N_("Set aside"), "Del"),
    (N_("Bring back"), "Ins"),
    (N_("Turn"), "R"),
    (N_("Undo"), "Ctrl+Z"),
    (N_("Close batch"), "Ctrl+Return"),
    (N_("Print separator sheets"), "Ctrl+Shift+P"),
    (N_("Register and go on"), "Ctrl+Return"),
    (N_("Accept all suggestions"), "Ctrl+Shift+A"),
    (N_("Search"), "Ctrl+F"),
    (N_("Next hit"), "F3"),
    (N_("Mark doubtful words"), "Ctrl+D"),
    (N_("Look at this page's doubtful words"), "F4"),
    (N_("Only what is in force"), "Ctrl+I"),
    (N_("Export PDF"), "Ctrl+E"),
    (N_("Print"), "Ctrl+P"),
    (N_("How it stands with the centre"), "Ctrl+Shift+I"),
    (N_("Lock"), "Ctrl+Alt+L"),
    (N_("Sign out"), "Ctrl+Shift+Q"),
    (N_("Synchronise now"), "Ctrl+Shift+Y"),
)


class SettingsScreen(Screen):
    """Changes of look are seen at once; places of scanners with the next look for devices."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        title = QLabel(_("Settings"))
        title.setObjectName("title")
        inside = QWidget()
        inside.setObjectName("page")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._look(), 0, 0)
        grid.addWidget(self._about(), 0, 1)
        grid.addWidget(CentreBox(self.context), 1, 0)
        grid.addWidget(self._scanners(), 2, 0)
        grid.addWidget(self._keys(), 1, 1, 2, 1)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.addWidget(title)
        column.addWidget(area, 1)

    def _look(self) -> QGroupBox:
        self.language, self.theme = QComboBox(), QComboBox()
        for code, name in LANGUAGES:
            self.language.addItem(name, code)
        for code, name in THEMES:
            self.theme.addItem(_(name), code)
        self.language.setCurrentIndex(self.language.findData(current_language()))
        self.theme.setCurrentIndex(self.theme.findData(self.context.settings.get("theme", "light")))
        self.language.activated.connect(lambda: self.context.rebuild("language", str(self.language.currentData())))
        self.theme.activated.connect(lambda: self.context.rebuild("theme", str(self.theme.currentData())))
        box = QGroupBox(_("Appearance"))
        form = QFormLayout(box)
        form.addRow(_("Language"), self.language)
        form.addRow(_("Theme"), self.theme)
        if self.context.place.guard.acting is not None:
            form.addRow(_("Lock when nobody is there"), self._idle())
        return box

    def _idle(self) -> QSpinBox:
        self.idle = QSpinBox()
        self.idle.setRange(0, MOST_MINUTES)
        self.idle.setSpecialValueText(_("never"))
        self.idle.setSuffix(_(" minutes"))
        self.idle.setValue(self.context.settings.get(IDLE_MINUTES, DEFAULT_MINUTES))
        self.idle.valueChanged.connect(lambda minutes: self.context.settings.set(IDLE_MINUTES, minutes))
        return self.idle

    def _scanners(self) -> QGroupBox:
        self.addresses, self.folders = _lines(SCAN_ADDRESSES), _lines(SCAN_FOLDERS)
        self.addresses.setPlaceholderText("\u200ehttp://192.0.2.10/eSCL")
        self.folders.setPlaceholderText("\u200e/srv/scans")
        box = QGroupBox(_("Scanners"))
        column = QVBoxLayout(box)
        for text, edit in (
            (_("Network scanners that do not announce themselves, one address a line"), self.addresses),
            (_("Watched folders, one a line: what another device puts there can be fed"), self.folders),
        ):
            label = QLabel(text)
            label.setWordWrap(True)
            column.addWidget(label)
            column.addWidget(edit)
        column.addWidget(text_button(self, "save", _("Save"), "Ctrl+S", self.save))
        column.addStretch(1)
        return box

    def save(self) -> None:
        """Write the scanners' places down."""
        try:
            write_lines(SCAN_ADDRESSES, self.addresses.toPlainText())
            write_lines(SCAN_FOLDERS, self.folders.toPlainText())
        except OSError as error:
            self.context.show_error(error)
            return
        self.context.notify(_("Saved. On the scan screen, F8 looks for devices again."))

    def _about(self) -> QGroupBox:
        box = QGroupBox(_("This archive"))
        form = QFormLayout(box)
        for text, value in (
            (_("Station"), self.context.place.station),
            (_("Folder"), str(self.context.folder)),
            (_("Search engine"), self.context.place.index.name),
            (_("Reading"), self.context.place.recognizer.name),
            (_("Version"), version("muni-archive")),
        ):
            label = QLabel(f"{direction_mark()}{isolate(value)}")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            form.addRow(text, label)
        return box

    def _keys(self) -> QGroupBox:
        box = QGroupBox(_("Keys"))
        form = QFormLayout(box)
        form.setVerticalSpacing(2)
        for text, keys in KEYS:
            form.addRow(_(text), QLabel(shown_keys(keys)))
        return box


def _lines(name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit("\n".join(read_lines(name)))
    edit.setFixedHeight(66)
    edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    written = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    written.setTextDirection(Qt.LayoutDirection.LeftToRight)
    edit.document().setDefaultTextOption(written)
    return edit
