"""What a clerk sees of the centre: below, in the search, in the list of what waits, and where two stations differ."""

import os
import signal
import sys
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest
from PySide6.QtCore import Qt

from muni_archive.bootstrap import enrol_archive, open_centre, open_together
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import (
    CentreUnreachable,
    CodeInvalid,
    LinkDamaged,
    StationParted,
    StationRefused,
)
from muni_archive.domain.errors import ArchiveBusy, KeyMissing
from muni_archive.domain.events import PageRead, PagesSearched
from muni_archive.domain.people import Role
from muni_archive.domain.together import BEGINNING
from muni_archive.paths import resource_path
from muni_archive.services.centre.people import add_person
from muni_archive.services.import_files import import_files
from muni_archive.services.people.admitting import set_up_administrator
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.people.signing_in import last_sign_ins
from muni_archive.services.register_document import register_document
from muni_archive.services.together.conflicts import Choice
from muni_archive.services.together.sending import Sent
from muni_archive.services.together.state import Whereabouts, heard
from muni_archive.services.together.synchronising import News, Side, follow_once, synchronise_once
from muni_archive.sync.state import load_link, load_taken, save_link
from tests.helpers.joined import JoinedStation
from tests.helpers.serving import served
from ui.centre.child import SyncChild
from ui.centre.glimpse import CentreGlimpse
from ui.centre.status import CentreStatus
from ui.centre.words import details, headline
from ui.entrance.window import SignInWindow
from ui.screens.conflicts.table import STANDING
from ui.screens.register.screen import PLACE
from ui.screens.settings_centre import CentreBox
from ui.screens.viewer import Viewer
from ui.settings import Settings
from ui.shell import Shell
from ui.theme import color

SECRET = "four words and a river"
LONG = 60_000
"""Milliseconds that something may take on a busy machine."""


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "search")
    kept.set("query", "رخصة")
    return kept


@pytest.fixture
def centre(tmp_path):
    with served(tmp_path / "served" / "centre") as running:
        yield running


@pytest.fixture
def other(tmp_path, centre):
    """Another station, with one document at the centre."""
    station = JoinedStation(tmp_path / "other", "B2", centre)
    station.document_id = station.scan("there", text="رخصة بناء")
    station.sync()
    return station


@pytest.fixture
def enrolled(opened, centre, tmp_path):
    """This window's archive, with a document of one page, enrolled."""
    files = [resource_path("samples", "01-licence-form.jpg")]
    import_files(opened.place, files, record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
    enrol_archive(opened.folder, url=centre.url, code=centre.invite())
    return opened


def waits(qtbot, sentence):
    qtbot.waitUntil(sentence, timeout=LONG)


def recorded(opened):
    with opened.place.unit_of_work() as unit:
        return {entry.kind for entry in unit.records.journal(after=0, limit=100)}


def is_safe(shell):
    left = shell._centre.left
    return shell._centre.state.online and left is not None and left.entries == 0


def own_document(opened):
    with opened.place.unit_of_work() as unit:
        return unit.records.documents()[0]


@pytest.mark.slow
def test_everything_is_sent_found_and_opened_and_a_lost_line_stops_nobody(other, enrolled, shell, centre, qtbot):
    waits(qtbot, lambda: is_safe(shell))
    status = shell.findChild(CentreStatus)
    assert "كل شيء محفوظ في المركز" in status.text()

    search = shell._screens["search"]

    def both():
        search._ask()
        qtbot.wait(300)
        return search.hits.count_here == 1 and search.hits.rowCount() == 3

    waits(qtbot, both)
    here, there = (search.hits.data(search.hits.index(row)) for row in (0, 1))
    assert "هنا، ومحفوظة في المركز" in here
    assert "في المركز" in there
    assert "هنا" not in there
    assert "في المركز" in search.summary.text()

    search.results.setCurrentIndex(search.hits.index(1))
    qtbot.keyClick(search.query, Qt.Key.Key_Return)
    waits(qtbot, lambda: isinstance(shell._stack.currentWidget(), Viewer))
    viewer = shell._stack.currentWidget()
    waits(qtbot, lambda: "رخصة" in viewer.text.toPlainText())
    viewer.context.review_page(viewer._view.pages[0].id)
    assert shell._stack.currentWidget() is viewer
    assert "محطة أخرى" in shell._banner.text()
    viewer.closed.emit()

    shell.go_to("register")
    register = shell._screens["register"]
    waits(qtbot, lambda: register.waiting.count() == 1 and register.waiting.item(0).data(PLACE) == Whereabouts.SAFE)

    centre.kill()
    shell._centre.synchronise()
    waits(qtbot, lambda: "لا اتصال بالمركز منذ" in status.text())
    document = own_document(enrolled)
    register_document(
        enrolled.place, document, title="بلا خط", record_class="building_file", file_reference=None, date=None,
        metadata={"area": "السالمية", "parcel": "1"},
    )  # fmt: skip
    shell.go_to("search")

    def from_the_copy():
        search._ask()
        qtbot.wait(300)
        return "نسخة المركز" in search.summary.text() and search.hits.rowCount() == 3

    waits(qtbot, from_the_copy)
    waits(qtbot, lambda: "في الطريق" in search.hits.data(search.hits.index(0)))
    centre.start()
    shell._centre.synchronise()
    waits(qtbot, lambda: is_safe(shell))
    assert status.show_details() is not None


def make_conflict(other, enrolled, shell, qtbot):
    """The title was changed here and there; the area there only."""
    waits(qtbot, lambda: is_safe(shell))
    document = own_document(enrolled)
    other.sync()
    said = {"area": "السالمية", "parcel": "1"}
    shell._centre.child.stop()
    register_document(
        enrolled.place, document, title="عنوان المحطة الأولى", record_class="building_file", file_reference=None,
        date=None, metadata=said,
    )  # fmt: skip
    seen = other_version(other, document.id)
    other.work(lambda plain: plain.revise(seen, title="عنوان المحطة الثانية", date="2024-03-01", metadata=said))
    other.sync()
    shell._centre.synchronise()
    waits(qtbot, lambda: len(shell._centre.waiting) == 1)
    return document.id


def other_version(other, document_id):
    with other.open() as (_, together), together.copy() as unit:
        return unit.records.document(document_id)


@pytest.mark.slow
def test_a_conflict_is_decided_by_keyboard(other, enrolled, shell, qtbot):
    shell.go_to("conflicts")
    screen = shell._screens["conflicts"]
    document_id = make_conflict(other, enrolled, shell, qtbot)
    assert shell._buttons["conflicts"].isVisible()
    assert "(١)" in shell._buttons["conflicts"].text()
    waits(qtbot, lambda: screen.shown is not None)
    table = screen.table
    assert table.undecided == ["title"]
    assert table._current() == "title"
    cell = table.visualItemRect(table.item(0, STANDING)).topLeft()
    assert table.viewport().grab().toImage().pixelColor(cell.x() + 2, cell.y() + 2) == color("suggested")
    screen.decide()
    assert "حقل واحد" in shell._banner.text()

    left = table.side_at(left=True)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert (table.choices["title"], left) == (Choice.WAITING, Choice.WAITING)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.choices["title"] == Choice.STANDING
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert table.undecided == ["title"]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert table.undecided == []
    wanted = table.choices["title"]
    said = screen.shown.waiting.said if wanted == Choice.WAITING else screen.shown.standing.said
    screen.note.setText("الأصل يقول ذلك")
    qtbot.keyClick(shell, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    waits(qtbot, lambda: screen.shown is None and screen.empty.isVisible())
    waits(qtbot, lambda: not shell._buttons["conflicts"].isVisible())
    waits(qtbot, lambda: own_document(enrolled).title == said.title)
    waits(qtbot, lambda: is_safe(shell))
    other.sync()
    assert other_version(other, document_id).title == said.title


@pytest.mark.slow
def test_the_process_is_started_again_when_it_dies_and_ends_with_the_window(enrolled, shell, qtbot):
    waits(qtbot, lambda: is_safe(shell))
    first = shell._centre.child.process_id
    os.kill(first, signal.SIGKILL)
    waits(qtbot, lambda: shell._centre.child.process_id not in (0, first))
    second = shell._centre.child.process_id
    shell.close()
    assert not psutil.pid_exists(second)


@pytest.mark.slow
def test_an_archive_is_enrolled_in_the_settings(centre, shell, qtbot):
    shell.go_to("settings")
    screen = shell._screens["settings"]
    box = screen.findChild(CentreBox)
    box.enrol()
    assert "عنوان المركز" in shell._banner.text()
    box.url.setText(centre.url)
    box.code.setText("wrong")
    box.enrol()
    waits(qtbot, lambda: shell._banner.property("kind") == "error" and box.go.isEnabled())
    box.code.setText(centre.invite())
    box.enrol()
    waits(qtbot, lambda: shell._centre.together is not None and box.after.isVisible())
    waits(qtbot, lambda: is_safe(shell))
    box.limit.setValue(500)
    box.limit.editingFinished.emit()
    assert shell._settings.get("centre_bytes_per_s", 0) == 500_000


def test_a_process_that_ends_each_time_is_told_until_something_is_heard(shell, qtbot, monkeypatch):
    """What was heard last stood there for ever."""
    monkeypatch.setattr("ui.centre.child.FIRST_PAUSE_S", 0.01)
    line, ends = shell._centre, []
    line._heard(News(side=Side.FOLLOWING, central=5))
    line.child.ended.connect(lambda words: ends.append((words, headline(line).icon)))
    line.child.start([sys.executable, "-c", "raise SystemExit('no memory')"])
    waits(qtbot, lambda: line.state.ended is not None)
    assert (len(ends), ends[0][0], ends[1:]) == (2, "no memory", [("no memory", "alert")])
    assert ends[0][1] != "alert"
    assert "no memory" in dict(details(line))["آخر خطأ"]
    line.child.stop()
    line._heard(News(side=Side.FOLLOWING))
    assert headline(line).icon != "alert"


@pytest.mark.slow
def test_beside_a_service_that_synchronises_the_window_looks_how_far_it_is(
    other, enrolled, settings, qtbot, monkeypatch
):
    monkeypatch.setattr("ui.centre.line.QUIET_MS", 300)
    with open_together(enrolled.folder, enrolled.place) as service:
        shell = Shell(enrolled, settings)
        qtbot.addWidget(shell)
        line, told = shell._centre, []
        line.followed.connect(lambda: told.append(line.state.central))
        waits(qtbot, lambda: line.state.elsewhere and line.left is not None)
        assert line.left.documents == 1
        assert line.state.central == 0
        waits(qtbot, lambda: {PageRead.kind, PagesSearched.kind} <= recorded(enrolled))  # by the window itself
        synchronise_once(service.together, cancel=CancelToken(), told=lambda _news: None)
        waits(qtbot, lambda: line.left.entries == 0 and bool(told) and load_taken(enrolled.folder) != BEGINNING)
        assert headline(line).icon == "check"
    line.synchronise()
    waits(qtbot, lambda: line.state.online and not line.state.elsewhere)
    shell.close()


def test_news_of_many_stations_are_told_together_and_more_seldom_where_looking_takes_long(shell, qtbot, monkeypatch):
    monkeypatch.setattr("ui.centre.line.FOLLOWED_MS", 100)
    line, told = shell._centre, []
    line.followed.connect(lambda: told.append(line.state.central))
    line.looked(0.001)
    for entry in range(5):
        line._heard(News(side=Side.FOLLOWING, central=entry))
    qtbot.waitUntil(lambda: told == [4])
    line.looked(0.05)
    assert line._followed.interval() == 1000
    line._heard(News(side=Side.FOLLOWING, central=5))
    line.looked(0.001)
    qtbot.waitUntil(lambda: told == [4, 5])


def test_without_a_centre_nothing_of_it_is_shown(shell, qtbot):
    qtbot.wait(200)
    assert not shell._buttons["conflicts"].isVisible()
    assert shell._centre.together is None
    assert shell._centre.child.process_id == 0
    assert not shell.findChild(CentreStatus).isVisible()


@pytest.fixture
def key(no_key_store, enrolled):
    """The station's key, out of reach before the window opens."""
    return (enrolled.folder / "station.key").rename(enrolled.folder / "key")


@pytest.fixture
def damaged(enrolled):
    (enrolled.folder / "centre.json").write_text("{", encoding="utf-8")


def test_a_key_that_cannot_be_read_is_told_and_nobody_is_asked_to_enrol(key, shell, qtbot):
    shell.go_to("settings")
    box, status, line = shell.findChild(CentreBox), shell.findChild(CentreStatus), shell._centre
    waits(qtbot, lambda: isinstance(line.trouble, KeyMissing))
    assert "تعذرت قراءة مفتاح هذه المحطة" in status.text()
    assert status.isVisible()
    assert "مخزن مفاتيح" in status.toolTip()
    status.show_details().close()
    assert (box.before.isVisible(), box.after.isVisible(), box.hindered.isVisible()) == (False, False, True)
    assert "muni-archive enrol" in box.trouble.text()
    key.rename(key.with_name("station.key"))
    line.synchronise()
    waits(qtbot, box.after.isVisible)
    assert (line.trouble, box.before.isVisible(), box.hindered.isVisible()) == (None, False, False)


def test_a_damaged_link_is_told_and_nobody_is_asked_to_enrol(damaged, shell, qtbot):
    shell.go_to("settings")
    box = shell.findChild(CentreBox)
    waits(qtbot, lambda: isinstance(shell._centre.trouble, LinkDamaged))
    assert not box.before.isVisible()
    assert "centre.json" in box.trouble.text()


@pytest.fixture
def copied_while_in_use(enrolled, monkeypatch):
    """The archive was put back from a copy in which the link is newer than the database. The centre is not asked."""
    monkeypatch.setattr(SyncChild, "start", lambda *_: None)
    save_link(enrolled.folder, replace(load_link(enrolled.folder), acknowledged=3, acknowledged_hash="0" * 64))


@pytest.mark.usefixtures("copied_while_in_use")
def test_what_the_centre_acknowledged_of_another_journal_is_not_called_safe(enrolled, shell, qtbot):
    line = shell._centre
    waits(qtbot, lambda: line.together is not None)
    assert line.state.acknowledged == 0
    with enrolled.place.unit_of_work() as unit:
        last = unit.records.journal(after=2, limit=1)[0]
    save_link(enrolled.folder, replace(load_link(enrolled.folder), acknowledged_hash=last.hash))
    line.begin()
    waits(qtbot, lambda: line.state.acknowledged == 3)


@pytest.mark.usefixtures("copied_while_in_use")
def test_what_could_not_be_taken_over_is_tried_again_by_itself_and_told_once(shell, qtbot, monkeypatch):
    line, tries, told = shell._centre, [], []
    waits(qtbot, lambda: line.together is not None and not line._taking)

    def busy(*_, **__):
        tries.append(1)
        if len(tries) < 3:
            raise ArchiveBusy
        return (), BEGINNING

    monkeypatch.setattr("ui.centre.line.FIRST_PAUSE_S", 0.01, raising=False)
    monkeypatch.setattr("ui.centre.line.take_over_news", busy)
    shell._tasks.unhandled.connect(told.append)
    line._take_over()
    waits(qtbot, lambda: len(tries) == 3 and not line._taking)
    assert len(told) == 1


@pytest.mark.usefixtures("copied_while_in_use")
def test_what_could_not_be_counted_is_told_once_until_it_is_counted_again(shell, qtbot, monkeypatch):
    line, tries, told = shell._centre, [], []
    waits(qtbot, lambda: line.left is not None and not line._looking)
    left = line.left

    def busy(*_):
        tries.append(1)
        if len(tries) != 3:
            raise ArchiveBusy
        return left

    monkeypatch.setattr("ui.centre.line.left_to_send", busy)
    shell._tasks.unhandled.connect(told.append)
    for at, count in ((1, 1), (2, 1), (3, 1), (4, 2)):
        line._look()
        waits(qtbot, lambda at=at: len(tries) == at and not line._looking)
        assert len(told) == count


def test_the_tip_says_what_is_wrong_now_where_the_line_says_the_same(shell):
    """Both need attention: below stands the same of each."""
    status, line = shell.findChild(CentreStatus), shell._centre
    line._opened = SimpleNamespace(together=object(), close=lambda: None)
    tips = []
    for error in (StationRefused(detail="stolen"), StationParted(sequence=3)):
        line.state = heard(line.state, News(side=Side.SENDING, error=error), line._place.clock.now())
        status.refresh()
        tips.append(status.toolTip())
    line._opened = None
    assert "stolen" in tips[0]
    assert "stolen" not in tips[1]
    assert "rejoin" in tips[1]


@pytest.mark.slow
def test_who_enrols_again_stops_the_process_of_before_and_closes_its_line(enrolled, shell, centre, qtbot):
    line = shell._centre
    waits(qtbot, lambda: is_safe(shell))
    before, ended = line._opened, []
    line.enrol(centre.url, "wrong", None, done=lambda: None, failed=ended.append)
    waits(qtbot, lambda: bool(ended and line.child.process_id))
    assert isinstance(ended[0], CodeInvalid)
    line.enrol(
        centre.url, centre.invite("building_licences"), None, done=lambda: ended.append("done"), failed=ended.append
    )
    waits(qtbot, lambda: line._opened not in (before, None) and is_safe(shell))
    assert ended[1:] == ["done"]
    assert before._line._http.is_closed
    assert line.link.departments == ["building_licences"]
    assert load_link(enrolled.folder).departments == ["building_licences"]


@pytest.fixture
def peopled(enrolled, centre, cheap_passwords):
    """The archive's copy of the centre knows somebody, who has a role."""
    with open_centre(centre.folder, beside=True) as beside:
        add_person(beside.centre, "مريم", SECRET, role=Role.CLERK)
    with open_together(enrolled.folder, enrolled.place) as line:
        follow_once(line.together, cancel=CancelToken())
    return enrolled


def test_what_was_done_is_sent_while_nobody_is_signed_in(enrolled, settings, qtbot, cheap_passwords):
    set_up_administrator(enrolled.place, "Admin", SECRET)
    with enrolled.place.unit_of_work() as unit:
        last = unit.records.last_sequence()
    door = OwnDoor(enrolled.place)
    window = SignInWindow(door, settings, enrolled.place.station, archive=enrolled.folder)
    qtbot.addWidget(window)
    window.show()
    glimpse = window.findChild(CentreGlimpse)
    waits(qtbot, lambda: glimpse.text() == "Everything is safe at the centre")
    assert load_link(enrolled.folder).acknowledged == last
    assert window.isVisible()
    at_the_door = window.child.process_id
    window.form.name.setText("Admin")
    window.form.password.setText(SECRET)
    window.form.try_signing_in()
    waits(qtbot, lambda: window.person is not None)
    assert not psutil.pid_exists(at_the_door)
    shell = Shell(enrolled, settings, window.person, door)
    qtbot.addWidget(shell)
    waits(qtbot, lambda: is_safe(shell))
    shell.close()


def test_before_the_window_nothing_is_said_of_documents(qtbot):
    child = SyncChild()
    glimpse = CentreGlimpse(child)
    qtbot.addWidget(glimpse)
    assert glimpse.text() == ""
    sent = Sent(acknowledged=BEGINNING, left=3, files=1, bytes=9)
    said = []
    for news in (
        News(side=Side.FOLLOWING, central=4, documents=True),
        News(side=Side.SENDING, sent=sent),
        News(side=Side.SENDING, sent=replace(sent, left=0)),
        News(side=Side.SENDING, sent=replace(sent, left=0, lost=("a",))),
        News(side=Side.SENDING, error=CentreUnreachable(detail="x")),
    ):
        child.told.emit(news)
        said.append(glimpse.text().split(" since ")[0])
    assert said == [
        "Connecting to the centre …", "The latest work is on its way to the centre", "Everything is safe at the centre",
        "The picture of 1 page is lost on this computer: scan it again", "No connection to the centre",
    ]  # fmt: skip
    for child.silent, told in (
        (1, "No connection"),
        (2, "Nothing is sent to the centre: the process for it"),
    ):
        child.ended.emit("killed")
        assert glimpse.text().startswith(told)


def test_a_window_without_sign_in_makes_way_when_the_centre_has_people(peopled, shell, settings, qtbot):
    waits(qtbot, lambda: shell.signed_out)
    assert not shell.isVisible()
    assert load_taken(peopled.folder) == BEGINNING  # nothing was recorded under a name that the centre does not know
    assert shell.people_came
    window = SignInWindow(peopled.door(), settings, peopled.place.station, people_came=True)
    qtbot.addWidget(window)
    assert window.form.told.text() == "أصبح المركز يعرف من يعمل هنا. سجّل الدخول للمتابعة."


@pytest.mark.slow
def test_a_window_makes_way_when_the_first_role_comes_while_it_is_open(enrolled, shell, centre, qtbot, cheap_passwords):
    waits(qtbot, lambda: is_safe(shell))
    assert not shell.signed_out
    with open_centre(centre.folder, beside=True) as beside:
        add_person(beside.centre, "مريم", SECRET, role=Role.CLERK)
    waits(qtbot, lambda: shell.signed_out)


def test_who_signed_in_at_the_archive_alone_makes_way_too_and_who_did_at_the_centre_stays(peopled, settings, qtbot):
    set_up_administrator(peopled.place, "Admin", SECRET)
    own, central = OwnDoor(peopled.place), peopled.door()
    shell = Shell(peopled, settings, own.enter("Admin", SECRET), own)
    qtbot.addWidget(shell)
    waits(qtbot, lambda: shell.signed_out)
    assert last_sign_ins(peopled.place, 1)[0].outcome == "out"
    shell = Shell(peopled, settings, central.enter("مريم", SECRET), central)
    qtbot.addWidget(shell)
    waits(qtbot, lambda: load_taken(peopled.folder) != BEGINNING)
    assert not shell.signed_out
    shell.close()


@pytest.mark.slow
def test_before_a_copy_that_is_made_again_somebody_signs_in_when_it_has_followed(
    enrolled, centre, settings, qtbot, cheap_passwords
):
    with open_centre(centre.folder, beside=True) as beside:
        add_person(beside.centre, "مريم", SECRET, role=Role.CLERK)
    with open_together(enrolled.folder, enrolled.place) as line:
        follow_once(line.together, cancel=CancelToken())
        with line.together.copy() as unit:
            unit.begin_anew()
            unit.commit()
    door = enrolled.door()
    window = SignInWindow(door, settings, enrolled.place.station, archive=enrolled.folder)
    qtbot.addWidget(window)
    window.show()
    assert "does not know yet" in window.form.told.text()
    waits(qtbot, lambda: window.wants_rebuilding)
    assert not window.child.process_id
    assert door.enter("مريم", SECRET).name == "مريم"
