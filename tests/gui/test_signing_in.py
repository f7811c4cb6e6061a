"""Who is there: the way in, the lock, the rail of each, and the first administrator."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import SignInRefused
from muni_archive.domain.errors import DiskFull
from muni_archive.organisation_files import read_units
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.people.admitting import add_person, change_password, set_up_administrator
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.signing_in import FREE_TRIES, last_sign_ins
from ui.entrance.idle import IDLE_MINUTES
from ui.entrance.window import SignInWindow
from ui.screens.organisation.dialogs import ReasonDialog
from ui.shell import Shell

pytestmark = pytest.mark.usefixtures("cheap_passwords")
SECRET = "four words and a river"


@pytest.fixture
def people(opened):
    """An administrator and a clerk of building licences."""
    begin_organisation(opened.place, read_units())
    set_up_administrator(opened.place, "Admin", SECRET)
    add_person(opened.place, "مريم", SECRET)
    give_place(opened.place, "مريم", NewPlace(role="clerk", unit_id="building_licences"))
    return opened


@pytest.fixture
def entrance(qtbot, people, settings):
    window = SignInWindow(OwnDoor(people.place), settings, people.place.station)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def inside(qtbot, people, settings):
    """The window as somebody has it who signed in."""
    shown = []

    def come_in(name):
        door = people.door()
        shell = Shell(people, settings, door.enter(name, SECRET), door)
        qtbot.addWidget(shell)
        shell.show()
        shown.append(shell)
        return shell

    yield come_in
    for shell in shown:
        shell.close()


def type_in(entrance, name, password):
    entrance.form.name.setText(name)
    entrance.form.password.setText(password)


def visible(shell):
    return {name for name, button in shell._buttons.items() if button.isVisibleTo(shell)}


def test_enter_leads_from_the_name_to_the_password_and_in(qtbot, entrance, settings):
    type_in(entrance, "Admin", SECRET)
    qtbot.keyClick(entrance.form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() in (entrance.form.password, None))
    qtbot.keyClick(entrance.form.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: entrance.person is not None, timeout=5_000)
    assert entrance.person.name == "Admin"
    assert settings.get("last_name", "") == "Admin"


def test_a_wrong_password_is_told_and_guessing_waits(qtbot, entrance, people):
    for _ in range(FREE_TRIES - 1):
        with pytest.raises(SignInRefused):
            OwnDoor(people.place).enter("Admin", "a wrong password")
    for told in ("wrong", "Too many tries"):
        type_in(entrance, "Admin", "a wrong password")
        entrance.form.try_signing_in()
        qtbot.waitUntil(lambda told=told: told in entrance.form.told.text(), timeout=5_000)
    assert not entrance.form.go.isEnabled()
    assert entrance.form.password.text() == ""
    assert {tried.outcome for tried in last_sign_ins(people.place, 20)} == {"wrong", "locked"}


def test_the_rail_shows_what_the_person_may_use(qtbot, inside):
    clerk, admin = inside("مريم"), inside("Admin")
    assert visible(clerk) == {
        "scan",
        "register",
        "review",
        "search",
        "drawings",
        "archive",
        "desk",
        "settings",
        "glass",
    }
    assert visible(admin) == {"archive", "settings", "organisation"}
    admin.go_to("scan")
    assert set(admin._screens) == {"archive"}


def test_it_locks_by_itself_and_everything_is_there_again(qtbot, inside, settings):
    shell = inside("مريم")
    shell.go_to("search")
    search = shell._screens["search"]
    search.query.setText("رخصة")
    settings.set(IDLE_MINUTES, 10)
    shell.presence.watch.idle.emit()
    dialog = shell.presence.lock_dialog
    assert dialog is not None
    assert not search.isVisible()
    dialog.reject()
    assert dialog.isVisible()
    dialog.form.password.setText("a wrong password")
    dialog.form.try_signing_in()
    qtbot.waitUntil(dialog.form.told.isVisible, timeout=5_000)
    dialog.form.password.setText(SECRET)
    dialog.form.try_signing_in()
    qtbot.waitUntil(lambda: not shell.presence.locked, timeout=5_000)
    assert search.isVisible()
    assert search.query.text() == "رخصة"


def test_the_watch_begins_anew_with_each_key(qtbot, inside, settings):
    settings.set("screen", "settings")
    settings.set(IDLE_MINUTES, 1)
    shell = inside("مريم")
    watch = shell.presence.watch
    qtbot.keyClick(shell, Qt.Key.Key_Shift)
    assert watch._timer.isActive()
    assert watch._timer.interval() == 60_000
    settings.set(IDLE_MINUTES, 0)
    qtbot.keyClick(shell, Qt.Key.Key_Shift)
    assert not watch._timer.isActive()


def test_a_role_that_is_given_shows_its_screens(qtbot, inside, people):
    shell = inside("Admin")
    give_place(people.place, "Admin", NewPlace(role="reader"))
    shell.presence._check()
    qtbot.waitUntil(lambda: {"search", "drawings"} <= visible(shell), timeout=5_000)


def test_signing_out_is_noted_and_closes(qtbot, inside, people):
    shell = inside("مريم")
    shell.presence.sign_out()
    qtbot.waitUntil(lambda: not shell.isVisible(), timeout=5_000)
    assert shell.signed_out
    assert [tried.outcome for tried in last_sign_ins(people.place, 20)][:2] == ["out", "ok"]


@pytest.mark.parametrize("error", [DiskFull(), RuntimeError()])
def test_signing_out_of_a_locked_window_uncovers_nothing_and_a_full_disk_keeps_nobody_in(
    qtbot, inside, monkeypatch, caplog, error
):
    shell = inside("مريم")
    presence, seen = shell.presence, []

    def leave(*_args):
        seen.append(shell.centralWidget().isVisible())
        raise error

    monkeypatch.setattr(presence._door, "leave", leave)
    presence.lock()
    presence.lock_dialog.leave.click()
    assert seen == [False]
    assert shell.signed_out
    assert (shell.isVisible(), presence.lock_dialog.isVisible()) == (False, False)
    assert shell.centralWidget().isHidden()
    assert [record.exc_info[1] for record in caplog.records] == [error]


@pytest.fixture
def locked(qtbot, inside):
    """The window of somebody who was looking at a dialog, and at a question of it, when it was locked."""
    shell = inside("مريم")
    shell.before = shown_dialog(shell)
    shell.question = shown_dialog(shell.before)
    menu = shown_menu(shell)
    assert menu.isVisible()
    shell.presence.lock()
    return shell


def shown_dialog(owner):
    dialog = QDialog(owner)
    dialog.edit = QLineEdit(dialog)
    dialog.button = QPushButton(dialog)
    dialog.open()
    return dialog


def shown_menu(owner):
    menu = QMenu(owner)
    menu.addAction("Approve")
    menu.popup(QPoint(0, 0))
    return menu


def unlock(qtbot, shell):
    dialog = shell.presence.lock_dialog
    assert QApplication.activeModalWidget() is dialog
    assert dialog.isVisible()
    dialog.form.password.setText(SECRET)
    dialog.form.try_signing_in()
    qtbot.waitUntil(lambda: not shell.presence.locked, timeout=5_000)


def on_screen():
    return {window for window in QApplication.topLevelWidgets() if window.isVisible()}


def test_nothing_else_stands_before_a_locked_window_and_all_is_there_again(qtbot, locked):
    """What a job opens is never seen, and keeps nobody from unlocking."""
    shell, lock = locked, locked.presence.lock_dialog
    assert on_screen() == {shell, lock}
    mapped = []
    late, over = shown_dialog(shell), shown_dialog(shell)
    for dialog in (late, over):
        dialog.windowHandle().visibleChanged.connect(mapped.append)
        dialog.edit.setText("half")
    over.accept()
    qtbot.waitUntil(lambda: on_screen() == {shell, lock}, timeout=5_000)
    gone = shown_dialog(shell)
    gone.close()
    unlock(qtbot, shell)
    qtbot.waitUntil(late.windowHandle().isExposed, timeout=5_000)
    assert mapped == [True]
    assert on_screen() == {shell, shell.before, shell.question, late}
    assert late.edit.text() == "half"
    for dialog in (late, shell.question, shell.before):
        assert QApplication.activeModalWidget() is dialog
        assert dialog.windowModality() == Qt.WindowModality.WindowModal
        dialog.accept()
    over.open()
    qtbot.waitUntil(over.windowHandle().isExposed, timeout=5_000)


def test_a_dialog_that_comes_just_before_unlocking_is_there(qtbot, locked):
    late = shown_dialog(locked)
    locked.presence.lock_dialog.accept()
    qtbot.waitUntil(late.windowHandle().isExposed, timeout=5_000)
    assert QApplication.activeModalWidget() is late


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dialog_that_is_waited_for_is_answered_after_unlocking(qtbot, inside, when):
    shell, presence, dialogs = inside("مريم"), None, []
    presence = shell.presence

    def ask():
        dialog = ReasonDialog(shell, "Reason", "Reason", hint="")
        dialogs.append(dialog)
        if when == "before":
            QTimer.singleShot(0, presence.lock)
        else:
            presence.lock()
        QTimer.singleShot(0, come_back)
        dialogs.append(dialog.exec())

    def come_back():
        qtbot.waitUntil(lambda: on_screen() == {shell, presence.lock_dialog}, timeout=5_000)
        unlock(qtbot, shell)
        assert len(dialogs) == 1
        assert dialogs[0].isVisible()
        dialogs[0].reason.setText("a reason")
        dialogs[0].accept_button.click()

    ask()
    assert dialogs[1] == QDialog.DialogCode.Accepted
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["question", "file"])
def test_a_question_with_a_loop_of_its_own_counts_as_cancelled(qtbot, inside, when, kind):
    shell = inside("مريم")

    def ask():
        if kind == "question":
            return QMessageBox.question(shell, "Question", "Question") != QMessageBox.StandardButton.Yes
        return QFileDialog.getSaveFileName(shell, "File") == ("", "")

    if when == "before":
        QTimer.singleShot(0, shell.presence.lock)
    else:
        shell.presence.lock()
    assert ask()
    assert on_screen() == {shell, shell.presence.lock_dialog}
    unlock(qtbot, shell)
    assert on_screen() == {shell}


def test_the_lock_has_a_menu_and_nothing_else_has(qtbot, locked):
    lock = locked.presence.lock_dialog
    other = shown_menu(locked)
    assert not other.windowHandle().isVisible()
    qtbot.waitUntil(lambda: on_screen() == {locked, lock}, timeout=5_000)
    own = shown_menu(lock.form.password)
    QApplication.processEvents()
    assert on_screen() == {locked, lock, own}
    own.close()


def test_who_signs_out_of_a_locked_window_leaves_no_dialog(qtbot, locked):
    done = []
    dialogs = (locked.before, locked.question, shown_dialog(locked))
    for dialog in dialogs:
        dialog.finished.connect(done.append)
    locked.presence.lock_dialog.leave.click()
    QApplication.processEvents()
    assert done == [QDialog.DialogCode.Rejected] * 3
    assert on_screen() == set()
    next_one = QWidget()
    qtbot.addWidget(next_one)
    next_one.show()
    qtbot.waitUntil(next_one.windowHandle().isExposed, timeout=5_000)


def test_who_may_no_more_is_out_also_when_that_cannot_be_noted(qtbot, inside, monkeypatch, caplog):
    shell = inside("مريم")

    def leave(*_args):
        raise DiskFull

    monkeypatch.setattr(shell.presence._door, "leave", leave)
    monkeypatch.setattr(shell.presence._door, "still_may", lambda _person: False)
    shell.presence._check()
    qtbot.waitUntil(lambda: shell.signed_out, timeout=5_000)
    assert "not noted" in caplog.text


def test_a_new_password_signs_out_where_the_old_one_was_used(qtbot, inside, people):
    shell = inside("مريم")
    change_password(people.place, "مريم", "another river of words")
    shell.presence._check()
    qtbot.waitUntil(lambda: shell.signed_out, timeout=5_000)


def test_what_somebody_does_stands_under_their_name(qtbot, inside, people):
    shell = inside("Admin")
    shell.go_to("organisation")
    screen = shell._screens["organisation"]
    qtbot.waitUntil(lambda: screen.view is not None, timeout=5_000)
    screen._changes.close_unit("survey_maps", "دمج")
    qtbot.waitUntil(lambda: screen.view.organisation.units["survey_maps"].closed, timeout=5_000)
    with people.place.unit_of_work() as unit:
        last = unit.records.journal(after=unit.records.last_sequence() - 1, limit=1)[0]
    assert (last.kind, last.actor) == ("unit-closed", "Admin")


def test_broken_glass_opens_the_file_and_its_keeper_sees_why(qtbot, inside, people):
    add_person(people.place, "Chief", SECRET)
    give_place(people.place, "Chief", NewPlace(role="supervisor", unit_id="personnel"))
    import_files(
        people.place, [resource_path("samples", "06-leave-form.jpg")], record_class="employee_file",
        file_reference="EMP-1", cancel=CancelToken(), progress=lambda *_: None,
    )  # fmt: skip
    clerk, chief = inside("مريم"), inside("Chief")
    clerk.go_to("glass")
    screen = clerk._screens["glass"]
    assert not screen.overseen.isVisibleTo(screen)
    screen.file.setText("EMP-1")
    screen.look()
    qtbot.waitUntil(lambda: "the reason" in clerk._banner.text(), timeout=5_000)
    screen.reason.setText("حريق")
    qtbot.keyClick(screen.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.documents.count() == 1, timeout=5_000)
    chief.go_to("glass")
    overseen = chief._screens["glass"].overseen
    qtbot.waitUntil(lambda: overseen.table.rowCount() == 1, timeout=5_000)
    assert [overseen.table.item(0, at).text().strip("\u2068\u2069") for at in (1, 2, 3)] == ["مريم", "EMP-1", "حريق"]


def test_without_people_nobody_is_asked_and_the_first_administrator_changes_that(qtbot, shell, opened):
    shell.go_to("organisation")
    screen = shell._screens["organisation"]
    qtbot.waitUntil(lambda: screen.view is not None, timeout=5_000)
    assert shell.presence is None
    assert screen.beginning.first.isVisibleTo(screen)
    screen.beginning.units.click()
    qtbot.waitUntil(lambda: screen.tree.topLevelItem(0).childCount() == 4, timeout=5_000)
    screen._changes.set_up("Admin", SECRET, then=shell._leave)
    qtbot.waitUntil(lambda: shell.signed_out, timeout=5_000)
    assert opened.door().enter("Admin", SECRET).name == "Admin"


def test_people_of_a_unit_and_their_roles_are_shown(qtbot, inside, people):
    shell = inside("Admin")
    shell.go_to("organisation")
    screen = shell._screens["organisation"]
    qtbot.waitUntil(lambda: screen.view is not None, timeout=5_000)
    screen.people.show_people(screen.view, "building_licences")
    assert [row.person.name for row in screen.people.rows] == ["مريم"]
    screen._changes.delegate(
        "مريم", "Admin", people.place.clock.now(), people.place.clock.now().replace(year=2099), "إجازة"
    )
    qtbot.waitUntil(lambda: bool(screen.view.delegations()), timeout=5_000)
    screen.people.show_people(screen.view, "building_licences")
    assert "Admin" in screen.people.rows[0].note
