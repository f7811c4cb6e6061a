"""The picture is of the page that is asked for, or there is none: never of the one before."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.services.view_document import view_document
from ui.screens.conflicts.screen import ConflictsScreen
from ui.screens.desk.page_side import PageSide, _Shown
from ui.tasks import Tasks


class SlowVault:
    """Gives the file of the first page when it is let, the last one's never."""

    def __init__(self, vault, pages):
        self._vault, self._first, self._last = vault, pages[0].blob, pages[-1].blob
        self.let = threading.Event()

    def __getattr__(self, name):
        return getattr(self._vault, name)

    def path(self, blob):
        if blob == self._first:
            assert self.let.wait(10)
        if blob == self._last:
            raise CentreUnreachable(detail="cut")
        return self._vault.path(blob)


@pytest.fixture
def pages(opened, long_document):
    with opened.place.unit_of_work() as unit:
        document = unit.records.documents()[0]
    return view_document(opened.place, document.id).pages


@pytest.fixture
def slow(opened, pages):
    vault = SlowVault(opened.place.vault, pages)
    yield replace(opened.place, vault=vault)
    vault.let.set()


def on_the_desk(side, pages, place):
    side._shown, side._at = _Shown(place=place, document_id="d", pages=pages, drawn=0), 0
    side._load()
    return side.turn


def in_a_conflict(screen, pages, place):
    screen._view, screen._place, screen._at = SimpleNamespace(pages=pages), place, 0
    screen._show_page()
    return screen._turn


SIDES = [(PageSide, on_the_desk), (ConflictsScreen, in_a_conflict)]


@pytest.fixture
def context(shell):
    """Of the window, with tasks of its own."""
    tasks = Tasks()
    yield replace(shell._context, tasks=tasks)
    tasks.close()


@pytest.mark.parametrize(("kind", "show"), SIDES)
def test_a_page_that_comes_late_or_never_leaves_no_other_in_its_place(kind, show, pages, slow, context, qtbot):
    side = kind(context)
    qtbot.addWidget(side)
    turn, picture = show(side, pages, slow), side.picture
    turn(1)
    qtbot.waitUntil(lambda: picture.sheet is not None, timeout=10_000)
    second = picture._levels[0]
    slow.vault.let.set()
    qtbot.waitUntil(lambda: not context.centre.far._running and not context.tasks._running, timeout=10_000)
    assert picture._levels[0] == second
    turn(1)
    qtbot.waitUntil(lambda: picture.sheet is None, timeout=10_000)


@pytest.mark.parametrize(("kind", "show"), SIDES)
def test_while_a_page_is_on_its_way_the_document_before_does_not_stand_there(kind, show, pages, slow, context, qtbot):
    side = kind(context)
    qtbot.addWidget(side)
    show(side, pages[1:], slow)
    qtbot.waitUntil(lambda: side.picture.sheet is not None, timeout=10_000)
    show(side, pages, slow)
    qtbot.waitUntil(lambda: side.picture.sheet is None, timeout=10_000)
    slow.vault.let.set()
    qtbot.waitUntil(lambda: side.picture.sheet is not None, timeout=10_000)


def test_where_the_next_comes_at_once_the_one_before_stays_so_long(pages, opened, context, qtbot):
    side = ConflictsScreen(context)
    qtbot.addWidget(side)
    turn, picture = in_a_conflict(side, pages, opened.place), side.picture
    qtbot.waitUntil(lambda: picture.sheet is not None, timeout=10_000)
    picture._late.setInterval(60_000)
    first = picture.sheet
    turn(1)
    assert picture.sheet is first
    qtbot.waitUntil(lambda: picture.sheet is not first, timeout=10_000)
    assert picture.sheet is not None
    assert not picture._late.isActive()


def test_at_registering_a_file_that_is_lost_leaves_no_other_page(pages, opened, shell, qtbot):
    shell.go_to("register")
    screen = shell._screens["register"]
    qtbot.waitUntil(lambda: screen.picture.sheet is not None, timeout=10_000)
    opened.place.vault.path(pages[1].blob).unlink()
    screen._turn(1)
    qtbot.waitUntil(lambda: screen.picture.sheet is None, timeout=10_000)
    qtbot.waitUntil(lambda: shell._banner.property("kind") == "error", timeout=10_000)
