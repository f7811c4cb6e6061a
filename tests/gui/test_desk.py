"""The desk on a real archive: what waits, deciding by keyboard, and where a case stands."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QKeySequence, QShortcut

from muni_archive.domain.cases import CaseState
from muni_archive.messages import use_language
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import list_procedures
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import show_case, show_task
from tests.gui.keys import type_text
from tests.helpers.people_at_work import Office
from ui.screens.desk.starting import StartDialog
from ui.widgets.diagram_item import DiagramItem, Standing
from ui.widgets.procedure_diagram import ProcedureDiagram

pytestmark = pytest.mark.usefixtures("two_documents")


@pytest.fixture
def settings(tmp_path):
    from ui.settings import Settings

    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "desk")
    return kept


@pytest.fixture
def office(opened, two_documents):
    """Whoever imported the documents works at the station; others decide."""
    return Office(opened)


@pytest.fixture
def cases(office, opened):
    """Two documents, each as far as the supervisor's step."""
    clerk, reviewer = office.person("Ali", "clerk"), office.person("Dana", "reviewer")
    with opened.place.unit_of_work() as unit:
        documents = unit.records.documents()
    begun = []
    for document in documents:
        case = start_case(clerk.place, "archiving", actor=clerk.actor, document_id=document.id)
        for number, (who, outcome) in enumerate(((clerk, "done"), (reviewer, "approve")), start=1):
            items = [item.id for item in show_task(who.place, case.id, number, who.actor).checklist]
            take_step(who.place, case.id, number, Decision(outcome=outcome, ticked=items), actor=who.actor)
        begun.append(case)
    return begun


def sit_down(person, opened, monkeypatch):
    """As whoever signs in will: the window works in their name and with their roles."""
    monkeypatch.setattr(opened, "place", person.place)
    monkeypatch.setattr("ui.shell.actor_of", lambda _place: person.actor)
    monkeypatch.setattr("ui.screens.desk.screen.actor_of", lambda _place: person.actor)
    return person


@pytest.fixture
def supervisor(office, cases, opened, monkeypatch):
    """Fahad, who sits at the window."""
    return sit_down(office.person("Fahad", "supervisor"), opened, monkeypatch)


def desk_of(shell, qtbot, waiting):
    desk = shell._screens["desk"]
    wait_until(qtbot, shell, lambda: desk.inbox.count() == waiting and (desk.task is not None) is bool(waiting))
    return desk


def wait_until(qtbot, shell, condition):
    """Says what the window said when it does not come."""
    try:
        qtbot.waitUntil(condition, timeout=30_000)
    except qtbot.TimeoutError:
        desk = shell._screens["desk"]
        pytest.fail(f"{desk.inbox.count()} wait, {shell._banner.text()!r}")


def shows_what_is_chosen(desk):
    """With its buttons, which a layout shows a moment after they were made."""
    line, buttons = desk.inbox.current_line(), desk.decision.outcomes.values()
    right = desk.task and line and desk.task.view.case.id == line.case.id and desk.decision.isEnabled()
    return bool(right and buttons and all(button.isVisible() for button in buttons))


def test_a_supervisor_approves_one_after_another(supervisor, shell, qtbot, cases):
    desk = desk_of(shell, qtbot, 2)
    assert "٢" in shell._buttons["desk"].text() or "2" in shell._buttons["desk"].text()
    first = desk.task.view.case.id
    desk.decision.outcomes["approve"].click()
    wait_until(qtbot, shell, lambda: desk.inbox.count() == 1 and desk.task and desk.task.view.case.id != first)
    desk.decision.outcomes["approve"].click()
    wait_until(qtbot, shell, lambda: desk.inbox.count() == 0 and desk.empty.isVisible())
    assert {show_case(supervisor.place, case.id).case.end for case in cases} == {"archived"}


def test_returning_asks_why_first(supervisor, shell, qtbot):
    desk = desk_of(shell, qtbot, 2)
    case_id = desk.task.view.case.id
    desk.decision.outcomes["return"].click()
    wait_until(qtbot, shell, lambda: shell._banner.property("kind") == "error")
    assert "اذكر السبب" in shell._banner.text()
    type_text(desk.decision.form.note, "الصفحة ٢ مقصوصة")
    desk.decision.outcomes["return"].click()
    wait_until(qtbot, shell, lambda: desk.inbox.count() == 1)
    assert show_case(supervisor.place, case_id).moves[-1].note == "الصفحة ٢ مقصوصة"


def test_several_are_approved_at_once(supervisor, shell, qtbot, cases):
    desk = desk_of(shell, qtbot, 2)
    desk.inbox.selectAll()
    desk.decision.outcomes["approve"].click()
    wait_until(qtbot, shell, lambda: desk.inbox.count() == 0)
    assert {show_case(supervisor.place, case.id).case.state for case in cases} == {CaseState.ENDED}


def test_who_entered_it_sees_why_they_may_not_approve(cases, opened, shell, qtbot):
    assert actor_of(opened.place).name == opened.place.operator
    desk = desk_of(shell, qtbot, 2)
    assert desk.decision._bar.isVisibleTo(desk)
    assert "أنت أدخلتها" in desk.decision._bar.text()
    assert not desk.decision.outcomes["approve"].isEnabled()
    assert desk.decision.outcomes["return"].isEnabled()


def test_what_waits_for_others_is_shown_when_asked_for_and_cannot_be_taken(
    office, cases, opened, monkeypatch, request, qtbot
):
    sit_down(office.person("Reem", "reader"), opened, monkeypatch)
    shell = request.getfixturevalue("shell")
    desk = desk_of(shell, qtbot, 0)
    desk.everything.toggle()
    wait_until(qtbot, shell, lambda: desk.inbox.count() == 2 and desk.task is not None)
    assert not any(button.isEnabled() for button in desk.decision.outcomes.values())


def test_page_diagram_and_history_lie_behind_keys(supervisor, shell, qtbot):
    desk = desk_of(shell, qtbot, 2)
    wait_until(qtbot, shell, lambda: desk.pages.picture._picture is not None)
    desk.show_part(1)
    assert desk.diagram.drawn._standing.at == {"accept"}
    assert desk.diagram.drawn._standing.passed == {"prepare", "control"}
    assert "اعتماد الحفظ" in desk.diagram.accessibleDescription()
    desk.show_part(2)
    text = desk.history.toPlainText()
    assert "بدأت المعاملة" in text
    assert "Dana" in text


def test_what_other_people_wrote_is_never_html(supervisor, office, shell, qtbot, cases):
    desk = desk_of(shell, qtbot, 2)
    case = desk.task.view.case
    take_step(
        supervisor.place, case.id, desk.task.step.number,
        Decision(outcome="return", note="<img src='x'><b>bold</b>"), actor=supervisor.actor,
    )  # fmt: skip
    desk.history.show_case(show_case(supervisor.place, case.id))
    assert "<b>bold</b>" in desk.history.toPlainText()


def test_a_case_begins_from_the_viewer(supervisor, opened, shell, qtbot, monkeypatch):
    desk_of(shell, qtbot, 2)
    asked = []

    def choose(dialog):
        asked.append([dialog.procedures.item(row).data(0x100) for row in range(dialog.procedures.count())])
        dialog.procedures.setCurrentRow(asked[-1].index("borrowing"))
        return 1

    monkeypatch.setattr(StartDialog, "exec", choose)
    with opened.place.unit_of_work() as unit:
        document = unit.records.documents()[0]
    shell._open_document(document.id, None, "")
    viewer = shell._stack.currentWidget()
    wait_until(qtbot, shell, lambda: viewer._view is not None)
    viewer._start_case()
    wait_until(qtbot, shell, lambda: "بدأت المعاملة" in shell._banner.text())
    with opened.place.unit_of_work() as unit:
        assert "borrowing" in [case.procedure_id for case in unit.cases.cases(document_id=document.id)]
    assert "archiving" in asked[0]


def test_a_diagram_is_turned_over_in_arabic_and_its_texts_are_not(qtbot, opened):
    procedure = next(each for each in list_procedures(opened.place) if each.id == "archiving")
    plain = DiagramItem(procedure, Standing(), mirrored=False)
    turned = DiagramItem(procedure, Standing(), mirrored=True)
    assert plain.place_of("begin").x() < plain.place_of("archived").x()
    assert turned.place_of("begin").x() > turned.place_of("archived").x()
    assert turned.place_of("begin").y() == plain.place_of("begin").y()
    assert plain.boundingRect() == turned.boundingRect()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_shipped_diagram_is_painted(qtbot, opened, language):
    use_language(language)
    for procedure in list_procedures(opened.place):
        view = ProcedureDiagram()
        qtbot.addWidget(view)
        view.resize(900, 500)
        view.show_procedure(procedure, Standing(at=frozenset({procedure.steps[0].id})))
        view.show()
        picture = view.grab().toImage()
        shades = {QColor(picture.pixel(x, y)).name() for x in range(0, 900, 7) for y in range(0, 500, 7)}
        assert len(shades) > 5, procedure.id
    use_language("en")


def test_the_keys_of_a_step_go_with_it(supervisor, shell, qtbot):
    """Two shortcuts for one key would both do nothing."""
    desk = desk_of(shell, qtbot, 2)
    keys = QKeySequence("Ctrl+Return")
    for left in (1, 0):
        wait_until(qtbot, shell, lambda: shows_what_is_chosen(desk))
        (own,) = [each for each in desk.findChildren(QShortcut) if each.key() == keys and each.isEnabled()]
        own.activated.emit()
        wait_until(qtbot, shell, lambda left=left: desk.inbox.count() == left)


def test_at_the_redactions_the_key_that_approves_takes_no_step(supervisor, shell, qtbot, monkeypatch):
    """While the copy is being made the list has the cursor, and Ctrl+Enter means the copy."""
    desk = desk_of(shell, qtbot, 2)
    wait_until(qtbot, shell, lambda: shows_what_is_chosen(desk))
    looked = []
    monkeypatch.setattr(desk.redactions, "look", looked.append)
    desk.redactions.list.addItem("نسخة محجوبة")
    desk.redactions.list.setCurrentRow(0)
    desk.redactions.show()
    desk.redactions.list.setFocus()
    wait_until(qtbot, shell, desk.redactions.list.hasFocus)
    keys = QKeySequence("Ctrl+Return")
    (own,) = [each for each in desk.findChildren(QShortcut) if each.key() == keys and each.isEnabled()]
    own.activated.emit()
    assert looked == [desk.redactions.list.item(0)]
    assert not desk._deciding
