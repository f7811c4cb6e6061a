"""What somebody wrote elsewhere is shown as it is written, never taken for the program's own formatting."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from muni_archive.services.together.conflicts import Version
from tests.helpers.shown import HOSTILE, as_qt_shows_it
from ui.i18n import as_plain
from ui.screens.conflicts.screen import _who
from ui.screens.organisation.dialogs import ReasonDialog


@pytest.mark.parametrize("text", ["رخصة بناء", "a < b & c > d", HOSTILE, f"first\n{HOSTILE}", "&lt;b&gt;"])
def test_any_text_is_shown_as_it_is(qapp, text):
    assert as_qt_shows_it(as_plain(text)) == text


def test_ordinary_texts_are_left_alone():
    assert as_plain("رخصة بناء, 12 < 13") == "رخصة بناء, 12 < 13"


def test_the_name_of_somebody_elsewhere_is_no_formatting():
    version = Version(said=None, by=HOSTILE, station="B2", at="2026-11-25T08:00:00+00:00")
    assert HOSTILE in as_qt_shows_it(f"<b>Stands</b><br>{_who(version)}")


def test_the_hint_of_a_dialog_is_no_formatting(qtbot):
    """A leave's reason and its file come from other stations."""
    owner = QWidget()
    qtbot.addWidget(owner)
    dialog = ReasonDialog(owner, "End leave", "End leave", hint=HOSTILE)
    (hint,) = [each for each in dialog.findChildren(QLabel) if each.objectName() == "hint"]
    assert as_qt_shows_it(hint.text()) == HOSTILE
