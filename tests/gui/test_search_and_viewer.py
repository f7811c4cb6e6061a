"""Department staff: finding, looking, taking away."""

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from muni_archive.domain.errors import ArchiveError, QueryMalformed
from muni_archive.messages import use_language
from muni_archive.scan_places import SCAN_ADDRESSES, read_lines
from muni_archive.services.together.finding import Elsewhere
from tests.helpers.shown import HOSTILE, as_qt_shows_it
from ui.app import apply_look
from ui.screens.search.elsewhere import ElsewhereSearch
from ui.screens.search.help import query_help
from ui.screens.viewer import Viewer
from ui.settings import Settings
from ui.shell import Shell
from ui.widgets.buttons import shown_keys


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "search")
    return kept


@pytest.fixture
def search(two_documents, shell, qtbot):
    screen = shell._screens["search"]
    screen.query.setText("رخصة")

    def found():
        screen._ask()
        qtbot.wait(50)
        return screen.hits.rowCount() == 2

    qtbot.waitUntil(found, timeout=10_000)
    return screen


@pytest.fixture
def viewer(long_document, shell, qtbot):
    search = shell._screens["search"]
    search.query.setText("رخصة")

    def found():
        search._ask()
        qtbot.wait(50)
        return search.hits.rowCount() == 3

    qtbot.waitUntil(found, timeout=10_000)
    qtbot.keyClick(search.query, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(shell._stack.currentWidget(), Viewer), timeout=5_000)
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: viewer.picture._sheet is not None and bool(viewer.text.toPlainText()), timeout=5_000)
    return viewer


def test_what_is_elsewhere_is_shown_though_it_came_before_what_is_here(search, qtbot, monkeypatch):
    far = replace(search.hits.hit_at(0), page_id="far", title="بعيد")
    answer = Elsewhere(hits=(far,), total=1, facets={}, from_copy=False)
    monkeypatch.setattr(search.elsewhere, "ask", lambda request: search._show_elsewhere(request, answer))
    search.query.setText("إجازة")
    qtbot.waitUntil(lambda: "في المركز" in search.summary.text(), timeout=10_000)
    assert search.hits.hit_at(search.hits.count_here) == far

    answer = replace(answer, hits=(), total=0)
    search.query.setText("لايوجد")
    qtbot.waitUntil(lambda: search.summary.text() == "لا شيء هنا · لا شيء في المركز", timeout=10_000)


def test_a_question_to_the_centre_that_fails_is_given_up(search):
    """«The centre is being asked» stood there for ever."""
    runs, given_up = [], []
    centre = SimpleNamespace(
        together=object(),
        state=SimpleNamespace(error=None),
        far=SimpleNamespace(run=lambda _work, **to: runs.append(to)),
    )
    elsewhere = ElsewhereSearch(
        SimpleNamespace(centre=centre, place=None), lambda *_: None, lambda *_: given_up.append(elsewhere.asking)
    )
    elsewhere.ask(search.request())
    assert elsewhere.asking
    runs[0]["failed"](RuntimeError("unforeseen"))
    assert given_up == [False]


def test_a_centre_that_could_not_be_asked_is_told(search, qtbot, monkeypatch):
    """What is here stood alone, as if that were all."""
    error = [ArchiveError(detail="unforeseen")]
    monkeypatch.setattr(search.elsewhere, "ask", lambda request: search._do_without(request, error[0]))
    for query, here in (("رخصة", ""), ("لايوجد", "لا شيء هنا · ")):
        search.query.setText(query)
        search._ask()
        expected = f"{here}تعذّر سؤال المركز"
        qtbot.waitUntil(lambda: search.summary.text().endswith(expected), timeout=10_000)  # noqa: B023
    error[0] = QueryMalformed(detail="x")
    search.query.setText("رخصة")
    qtbot.waitUntil(lambda: search.hits.rowCount() == 2, timeout=10_000)
    assert "المركز" not in search.summary.text()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("Ctrl+Return", "Ctrl+Enter"), ("Alt+Down", "Alt+↓"), ("Ctrl++", "Ctrl++"), ("PgDown", "PgDn"), ("", "")],
)
def test_keys_are_named_as_on_keyboards(keys, shown):
    assert shown_keys(keys).strip("\u2066\u2069") == shown


def test_a_page_whose_file_is_lost_shows_neither_picture_nor_text_of_the_one_before(viewer, opened, shell, qtbot):
    """Nor can anything be marked, or hidden, on the picture of another page."""
    viewer.pages.select(0)  # equal hits come in any order: another page may have been opened
    qtbot.waitUntil(lambda: viewer._read == viewer._view.pages[0].id, timeout=5_000)
    opened.place.vault.path(viewer._view.pages[1].blob).unlink()
    qtbot.keyClick(viewer, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: viewer.picture.sheet is None, timeout=5_000)
    assert viewer.text.toPlainText() == ""
    qtbot.waitUntil(lambda: shell._banner.property("kind") == "error", timeout=5_000)
    qtbot.keyClick(viewer, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: viewer.picture.sheet is not None and bool(viewer.text.toPlainText()), timeout=5_000)


def facet(search, name):
    for top in range(search.filters.tree.topLevelItemCount()):
        item = search.filters.tree.topLevelItem(top)
        for row in range(item.childCount()):
            if item.child(row).data(0, Qt.ItemDataRole.UserRole) == name:
                return item.child(row)
    return None


def test_a_click_on_a_facet_narrows_and_a_second_one_frees(search, qtbot):
    year = facet(search, "year")
    assert "(٢)" in year.text(0)
    search.filters._toggle(year)
    qtbot.waitUntil(lambda: "✓" in facet(search, "year").text(0), timeout=5_000)
    assert search.request().year
    search.filters._toggle(facet(search, "year"))
    qtbot.waitUntil(lambda: "✓" not in facet(search, "year").text(0), timeout=5_000)


def test_dates_narrow_and_a_wrong_one_is_explained(search, shell, qtbot):
    search.filters.start.setText("١/١/٢٠٩٩")
    search.filters.start.editingFinished.emit()
    qtbot.waitUntil(lambda: search.hits.rowCount() == 0, timeout=5_000)
    assert search.empty.isVisible()
    search.filters.start.setText("31/31/2020")
    search.filters.start.editingFinished.emit()
    assert shell._banner.property("kind") == "error"
    search.filters.clear()
    qtbot.waitUntil(lambda: search.hits.rowCount() == 2, timeout=5_000)


def test_arrows_choose_while_the_query_keeps_the_focus(search, qtbot):
    assert search.results.currentIndex().row() == 0
    qtbot.keyClick(search.query, Qt.Key.Key_Down)
    assert search.results.currentIndex().row() == 1
    qtbot.keyClick(search.query, Qt.Key.Key_Down)
    assert search.results.currentIndex().row() == 1


def test_a_search_is_saved_with_its_filters_used_and_forgotten(search, qtbot):
    search.filters._toggle(facet(search, "record_class"))
    search._save()
    assert not search.saved.save()
    kept = search.saved.all()[0]
    search.filters.clear()
    search.query.setText("شيء آخر")
    search._use(kept)
    assert search.query.text() == "رخصة"
    assert search.filters.chosen == {"record_class": "building_file"}
    search.saved._fill()
    assert len(search.saved.menu().actions()) == 4
    search.saved.forget(kept)
    assert search.saved.all() == []


def test_a_malformed_query_is_explained_beside_the_field(search, qtbot):
    search.query.setText("(رخصة")
    qtbot.waitUntil(lambda: "قوس" in search.summary.text(), timeout=5_000)


def test_examples_can_be_taken_over(search, qtbot):
    taken = []
    dialog = query_help(search, taken.append)
    dialog.layout().itemAtPosition(0, 0).widget().click()
    assert taken == ["رخصة بناء"]


def test_pages_are_turned_by_key_and_by_thumbnail(viewer, shell, qtbot):
    at = viewer._at
    viewer.pages.select(0)
    assert viewer._at == 0
    qtbot.keyClick(shell, Qt.Key.Key_PageDown)
    assert viewer._at == 1
    qtbot.keyClick(shell, Qt.Key.Key_PageUp)
    assert (viewer._at, at in range(3)) == (0, True)


def test_hits_are_boxed_and_stepped_through(viewer, qtbot):
    qtbot.waitUntil(lambda: len(viewer.picture._marks) == 1, timeout=5_000)
    viewer._step(1)
    assert viewer._mark == 0


def test_zooming_keeps_within_bounds_and_shows_a_copy_that_fits(viewer):
    viewer.picture.fit_page()
    near = viewer.picture._picture.pixmap().width()
    for _ in range(40):
        viewer.picture.zoom_in()
    assert viewer.picture.transform().m11() < 9
    assert viewer.picture._picture.pixmap().width() >= near
    for _ in range(60):
        viewer.picture.zoom_out()
    assert viewer.picture.transform().m11() > 0.01


def test_the_text_is_copied_and_the_document_exported(viewer, shell, qtbot, tmp_path):
    viewer._copy()
    assert "رخصة" in QGuiApplication.clipboard().text()
    viewer.export_to(tmp_path / "copy.pdf")
    qtbot.waitUntil(lambda: (tmp_path / "copy.pdf").is_file() and viewer._exporting is None, timeout=30_000)
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF")


def test_escape_goes_back_to_the_search(viewer, shell, qtbot):
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shell._stack.currentWidget() is shell._screens["search"], timeout=5_000)


def test_places_of_scanners_are_written_down(shell):
    shell.go_to("settings")
    screen = shell._screens["settings"]
    screen.addresses.setPlainText("http://192.0.2.9/eSCL\n\n")
    screen.save()
    assert read_lines(SCAN_ADDRESSES) == ("http://192.0.2.9/eSCL",)


def test_the_look_is_changed_by_building_the_window_anew(shell):
    shell.go_to("settings")
    screen = shell._screens["settings"]
    screen.theme.setCurrentIndex(screen.theme.findData("dark"))
    screen.theme.activated.emit(screen.theme.currentIndex())
    assert shell.wants_rebuilding
    assert shell._settings.get("theme", "") == "dark"


def test_a_title_is_never_taken_for_formatting(viewer):
    view = viewer._view
    viewer._show_document(replace(view, document=replace(view.document, title=HOSTILE)))
    assert HOSTILE in as_qt_shows_it(viewer.title.text())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_document_that_is_open_and_every_screen_fit_1366_by_768(opened, settings, two_documents, qtbot, language):
    settings.set("language", language)
    apply_look(QApplication.instance(), settings)
    shell = Shell(opened, settings)
    qtbot.addWidget(shell)
    for button in shell._buttons.values():
        button.show()
    shell.resize(1366, 690)
    shell.show()
    with opened.place.unit_of_work() as unit:
        document_id = unit.records.documents()[0].id
    shell._open_document(document_id, None, "")
    viewer = shell._stack.currentWidget()
    qtbot.waitUntil(lambda: viewer.title.text() != "", timeout=10_000)
    viewer.stop.show()
    qtbot.wait(100)
    assert shell.minimumSizeHint().width() <= 1366
    assert shell.minimumSizeHint().height() <= 690
    assert (shell.width(), shell.height()) == (1366, 690)
    buttons = [each for each in viewer.children() if isinstance(each, QToolButton | QPushButton) and each.isVisible()]
    assert len(buttons) > 18
    places = [each.geometry() for each in buttons]
    assert all(viewer.rect().contains(each) for each in places)
    assert not any(one.intersects(other) for one, other in combinations(places, 2))
    assert not any(each.intersects(viewer.split.geometry()) for each in places)
    shell.resize(1366, 660)
    shell.go_to("organisation")
    qtbot.wait(100)
    chosen = shell._buttons["organisation"]
    seen = chosen.visibleRegion().boundingRect()
    assert (seen.width(), seen.height()) == (chosen.width(), chosen.height())
    shell.close()
    use_language("en")
