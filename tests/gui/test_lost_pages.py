"""A picture that was lost before the centre had it: the clerk is told which page, and scans it again with one key."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from muni_archive.domain.together import Left
from muni_archive.messages import use_language
from muni_archive.services.together.losing import LostPage, lost_pages
from muni_archive.services.together.state import LineState
from ui.centre.words import MOST_LOST, details, headline
from ui.i18n import number


@pytest.fixture
def scan(shell, qtbot):
    screen = shell._screens["scan"]
    qtbot.waitUntil(lambda: screen.choices.device == "fed:1", timeout=5_000)
    return screen


def line(*lost):
    state = LineState(acknowledged=9, contact=object())
    left = Left(entries=0, files=0, documents=0)
    return SimpleNamespace(state=state, trouble=None, left=left, link=None, lost=lost)


def lost(number="", page=2):
    return LostPage(page_id=f"p{page}", batch_id="b", document_id="d", number=number, page=page)


@pytest.fixture
def arabic():
    use_language("ar")
    yield
    use_language("en")


def test_the_line_below_says_so_and_its_numbers_name_the_pages(qapp, monkeypatch, arabic):
    monkeypatch.setattr("ui.centre.words._time", lambda _when: "-")
    many = [lost("A1-2026-000007", at) for at in range(2, 2 + MOST_LOST + 3)]
    assert headline(line()).icon == "shield-check"
    one = headline(line(lost("A1-2026-000007")))
    assert (one.icon, one.role) == ("alert", "alertText")
    assert "فُقدت صورة صفحة واحدة" in one.text
    (named,) = [value for _label, value in details(line(lost("A1-2026-000007"), lost())) if "A1-2026-000007" in value]
    assert named.splitlines()[1] == f"الصفحة {number(2)} من دفعة لم تُغلق"
    (named,) = [value for _label, value in details(line(*many)) if "A1-2026-000007" in value]
    assert len(named.splitlines()) == MOST_LOST + 1
    assert number(3) in named.splitlines()[-1]


def test_one_key_scans_a_page_of_a_closed_batch_again(two_documents, opened, shell, scan, qtbot):
    place = opened.place
    with place.unit_of_work() as unit:
        before = unit.records.documents()[1]
        blob = unit.records.pages_of_document(before.id)[0].blob
    path = place.vault.path(blob)
    path.chmod(0o600)
    path.unlink()
    shell._centre.lost = lost_pages(place, [blob])
    shell._centre.changed.emit()
    assert before.number in scan.empty.text()
    shell.go_to("scan")

    qtbot.keyClick(shell, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: scan._task is None and not lost_pages(place, [blob]), timeout=20_000)
    with place.unit_of_work() as unit:
        now = unit.records.document(before.id)
        (page,) = unit.records.pages_of_document(before.id)
    assert (now.version, now.page_ids) == (before.version + 1, (page.id,))
    assert place.vault.has(page.blob)
    assert page.blob != blob


def test_without_a_lost_page_the_key_does_nothing(opened, shell, scan, scanner, qtbot):
    pages = len(scanner.pages)
    qtbot.keyClick(shell, Qt.Key.Key_F6)
    assert (scan._task, len(scanner.pages)) == (None, pages)
