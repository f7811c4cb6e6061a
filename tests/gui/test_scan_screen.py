"""The clerk at the scanner."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from muni_archive.domain.errors import PaperJam
from muni_archive.domain.records import PageState
from muni_archive.imaging.separators import find_separator
from muni_archive.paths import resource_path
from muni_archive.sync.state import CentreLink, save_link
from ui.screens.scan.separators import SeparatorDialog
from ui.shell import Shell


@pytest.fixture
def scan(shell, qtbot):
    screen = shell._screens["scan"]
    qtbot.waitUntil(lambda: screen.choices.device == "fed:1", timeout=5_000)
    return screen


def fed(scan, qtbot, count=9):
    scan.scan()
    qtbot.waitUntil(lambda: scan._task is None and scan.model.rowCount() == count and settled(scan), timeout=20_000)


def settled(scan):
    return scan.edits.idle and not scan._looking and not scan._look_again


def state(scan, row):
    return scan.model.page_at(row).state


def test_pages_appear_with_their_pictures_and_the_ledger_adds_up(scan, qtbot):
    fed(scan, qtbot)
    assert "✓" in scan.ledger.text()
    assert [state(scan, row) for row in range(9)].count(PageState.BLANK) == 1
    scan.list.scrollToTop()
    first = scan.model.page_at(0).blob
    qtbot.waitUntil(lambda: first in scan.model._pictures, timeout=5_000)
    assert not scan.model._pictures[first].isNull()


def test_a_scan_that_is_asked_for_before_devices_are_known_begins_when_they_are(scan, scanner, shell, qtbot):
    scanner.pause_finding = 0.5
    scan.choices.devices.clear()
    qtbot.keyClick(shell, Qt.Key.Key_F8)
    assert scan.choices.looking
    qtbot.keyClick(shell, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: scan.model.rowCount() == 9, timeout=20_000)


def test_an_enrolled_station_is_offered_the_classes_of_its_departments(scan, shell):
    place, choices = scan.context.place, scan.choices
    mine, *rest = place.record_classes.all()
    other = next(each for each in rest if each.department != mine.department)
    choices.classes.setCurrentIndex(choices.classes.findData(other.id))
    link = CentreLink(url="", centre_id="c", centre_name="C", station_id="s", departments=[mine.department])
    save_link(place.departments.args[0], link)

    def offered():
        scan.context.centre.changed.emit()
        return {choices.classes.itemData(at) for at in range(choices.classes.count())}

    own = {each.id for each in place.record_classes.all() if each.department == mine.department}
    choices.set_fixed(fixed=True)  # a batch of before is open: it keeps its class
    assert (offered(), choices.record_class) == (own | {other.id}, other.id)
    choices.set_fixed(fixed=False)
    assert offered() == own
    assert choices.record_class in own
    assert choices.profile.name == place.record_classes.get(choices.record_class).profile


def test_keys_set_aside_turn_move_and_undo(scan, shell, qtbot):
    fed(scan, qtbot)
    scan.list.select(0)
    scan.list.setFocus()
    ids = [page.id for page in scan.model.pages()]
    qtbot.keyClick(shell, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: state(scan, 0) is PageState.REJECTED, timeout=5_000)
    qtbot.keyClick(shell, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: state(scan, 0) is PageState.KEPT, timeout=5_000)
    qtbot.keyClick(shell, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: scan.model.page_at(0).rotation == 90, timeout=5_000)
    qtbot.waitUntil(lambda: settled(scan), timeout=5_000)
    qtbot.keyClick(shell, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: [p.id for p in scan.model.pages()][:2] == [ids[1], ids[0]], timeout=5_000)
    qtbot.waitUntil(lambda: settled(scan) and scan.list.current_page().id == ids[0], timeout=5_000)
    for _ in range(2):
        qtbot.keyClick(shell, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: [p.id for p in scan.model.pages()] == ids and scan.model.page_at(0).rotation == 0)


def test_a_blank_page_is_brought_back_and_undo_makes_it_blank_again(scan, qtbot):
    fed(scan, qtbot)
    row = next(row for row in range(9) if state(scan, row) is PageState.BLANK)
    scan.list.select(row)
    scan._bring_back()
    qtbot.waitUntil(lambda: state(scan, row) is PageState.KEPT, timeout=5_000)
    scan.undo.undo()
    qtbot.waitUntil(lambda: state(scan, row) is PageState.BLANK, timeout=5_000)


def test_several_pages_are_dragged_together(scan, qtbot):
    fed(scan, qtbot)
    ids = [page.id for page in scan.model.pages()]
    scan.model.ask_to_move([0, 2], 5)
    wanted = [ids[1], ids[3], ids[4], ids[0], ids[2], *ids[5:]]
    qtbot.waitUntil(lambda: [page.id for page in scan.model.pages()] == wanted, timeout=5_000)


def test_after_a_jam_scanning_goes_on_at_the_right_page(scan, scanner, qtbot, shell):
    scanner.fault, scanner.fault_at = PaperJam(), 4
    scan.scan()
    qtbot.waitUntil(lambda: scan._task is None and scan.model.rowCount() == 4, timeout=10_000)
    assert shell._banner.property("kind") == "error"
    fed(scan, qtbot, 9)
    assert "✓" in scan.ledger.text()


def test_stopping_keeps_what_came(scan, scanner, qtbot):
    scanner.pause = 0.2
    scan.scan()
    qtbot.waitUntil(lambda: scan.model.rowCount() >= 2, timeout=10_000)
    scan._stop()
    qtbot.waitUntil(lambda: scan._task is None, timeout=5_000)
    assert 2 <= scan.model.rowCount() < 9


def test_separators_show_where_documents_begin_and_closing_makes_them(scan, scanner, qtbot, tmp_path, shell):
    sheet = tmp_path / "sheet.jpg"
    dialog = SeparatorDialog(scan, scan.context, record_class="employee_file", file_reference="E/12")
    dialog.copies.setValue(1)
    dialog.save(tmp_path / "sheets.pdf")
    qtbot.waitUntil((tmp_path / "sheets.pdf").is_file, timeout=10_000)
    from pdf2image import convert_from_path

    convert_from_path(tmp_path / "sheets.pdf", dpi=200)[0].convert("L").save(sheet, dpi=(200, 200))
    pages = sorted(resource_path("samples").glob("*.jpg"))
    scanner.pages = [pages[0], sheet, pages[5], pages[6]]
    fed(scan, qtbot, 4)
    captions = [scan.model.data(scan.model.index(row)) for row in range(4)]
    assert ["وثيقة" in caption for caption in captions] == [True, False, True, False]
    scan.close_batch()
    qtbot.waitUntil(lambda: scan.batch is None, timeout=10_000)
    with scan.context.place.unit_of_work() as unit:
        made = [(d.record_class, d.file_reference, len(d.page_ids)) for d in unit.records.documents()]
    assert made == [("building_file", None, 1), ("employee_file", "E/12", 2)]


def test_what_was_left_open_is_offered_on_the_next_start(scan, qtbot, opened, settings):
    fed(scan, qtbot)
    again = Shell(opened, settings)
    qtbot.addWidget(again)
    screen = again._screens["scan"]
    qtbot.waitUntil(lambda: screen.model.rowCount() == 9, timeout=5_000)
    assert not screen.choices.classes.isEnabled()
    again.close()


def test_a_printed_sheet_carries_class_and_file(scan, qtbot, tmp_path):
    from PySide6.QtPrintSupport import QPrinter

    from muni_archive.domain.cancellation import CancelToken
    from muni_archive.services.print_separators import separator_picture
    from ui.widgets.printing import print_pictures

    data = separator_picture(scan.context.place, record_class="building_file", file_reference="12/3")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert print_pictures(printer, [lambda: QImage.fromData(data)] * 2, CancelToken()) == 2
    import numpy as np
    from pdf2image import convert_from_path

    printed = convert_from_path(tmp_path / "printed.pdf", dpi=150)
    assert len(printed) == 2
    code = find_separator(np.asarray(printed[1].convert("L")))
    assert (code.record_class, code.file_reference) == ("building_file", "12/3")
