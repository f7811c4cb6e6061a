"""A day in the municipality: each shipped procedure from start to end, in the window, in Arabic, by keys.

Everybody signs in at one computer, does their part and signs out; one archive, which nothing connects to anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from PySide6.QtWidgets import QApplication

from muni_archive.cli.main import main
from muni_archive.domain.auditing import AuditFilter
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseState, MoveKind
from muni_archive.messages import use_language
from muni_archive.paths import resource_path
from muni_archive.services.audit.trail import audit_part, audit_trail
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.import_files import import_files
from muni_archive.services.people import passwords
from muni_archive.services.register_document import register_document
from muni_archive.services.retention.remaining import what_remains
from muni_archive.services.verify_archive import verify_archive
from tests.helpers import day_at_work as people
from tests.helpers.day_at_work import PATIENCE_MS, Window, people_arrive
from tests.helpers.workplaces import PlainPool, archive
from ui.app import apply_look
from ui.settings import Settings

SAMPLE = resource_path("samples", "01-licence-form.jpg")
OTHER_SAMPLE = resource_path("samples", "03-ownership-letter.jpg")
FILES = ("BL-2026-17", "BL-2026-18", "BL-2026-19")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[tuple[object, object]]:
    """The archive of all stories, with its people and some files, and the clock on the wall."""
    folder = tmp_path_factory.mktemp("day")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        with archive(folder / "a") as opened:
            opened._pool = PlainPool()
            clock = people_arrive(opened)
            for reference in FILES:
                import_files(opened.place, [SAMPLE], record_class="building_file", file_reference=reference,
                             cancel=CancelToken(), progress=lambda *_: None)  # fmt: skip
            yield opened, clock


@pytest.fixture
def window(qtbot, office, tmp_path) -> Iterator[Window]:
    with at_work(office[0], qtbot, tmp_path) as window:
        yield window


@contextmanager
def at_work(opened, qtbot, folder) -> Iterator[Window]:
    """The computer on this archive, in Arabic; whoever is still in it when the story ends is put out."""
    settings = Settings(folder / "window.json")
    apply_look(QApplication.instance(), settings)

    def wait(holds):
        try:
            qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)
        except qtbot.TimeoutError:
            pytest.fail(f"it stands there: {window.told!r}")

    window = Window(opened, settings, wait)
    try:
        yield window
    finally:
        if window._shell is not None:
            window._shell.close()
        use_language("en")


def command(office, *arguments):
    """What a command answers beside the window, which goes on; commands speak the language of the environment."""
    code = main(["--archive", str(office[0].folder), *arguments])
    use_language("ar")
    return code


def proven(office):
    """By command: signatures, procedures and samples. Then journal, tables, vault and index, as `verify` does."""
    place = office[0].place
    follow_journal(place)
    report = verify_archive(place, cancel=CancelToken(), progress=lambda *_: None)
    return command(office, "cases", "verify") == 0 and report.problems == ()


def old_document(opened):
    """Described years ago, with a date that makes it due; its id and number."""
    report = import_files(opened.place, [OTHER_SAMPLE], record_class="building_file", file_reference="BL-1999-4",
                          cancel=CancelToken(), progress=lambda *_: None)  # fmt: skip
    document = register_document(
        opened.place, report.documents[0], title="رخصة هدم قديمة", record_class="building_file",
        file_reference="BL-1999-4", date="1999-02-01", metadata={"area": "حولي", "parcel": "٤١"},
    )  # fmt: skip
    return document.id, document.number


def who_did(office, case_id):
    """What the journal says of a case: each step and who took it, in their order."""
    with office[0].place.unit_of_work() as unit:
        moves = unit.cases.moves(case_id)
        entries = unit.records.journal(after=0, limit=100_000)
    by = {entry.sequence: entry.actor for entry in entries}
    return [(move.element, by[move.sequence]) for move in moves if move.kind is MoveKind.TAKEN]


def test_a_building_file_is_archived_and_nobody_approves_their_own(window, office):
    """A clerk brings it in, describes it and puts it on its way; she may review too, but not this."""
    window.sign_in(people.CLERK)
    window.bring_in(SAMPLE, "BL-2026-30")
    register = window.describe("BL-2026-30", title="ملف بناء القسيمة ٣٠", area="السالمية")
    case = window.start_on_document(register, "archiving")
    window.press(register, "Ctrl+Return")
    window.wait_for_news("سُجّلت")
    assert window.decide(case, "prepare") == {"control"}
    window.open_step(case, "control")
    assert "يجب أن يوافق على هذا شخص آخر: أنت أدخلتها" in window.desk.decision._bar.text()
    window.press(window.desk, "Ctrl+Shift+A")
    window.press(window.desk, "Ctrl+Return")
    assert window.case(case).stands_at == {"control"}
    window.sign_out()

    window.sign_in(people.REVIEWER)
    assert window.send_back(case, "control", "الصفحة الأولى مائلة") == {"prepare"}
    window.sign_out()

    window.sign_in(people.CLERK)
    window.open_step(case, "prepare")
    assert "الصفحة الأولى مائلة" in window.desk.history.toPlainText()
    assert window.decide(case, "prepare") == {"control"}
    window.sign_out()

    window.sign_in(people.REVIEWER)
    assert window.decide(case, "control") == {"accept"}
    window.sign_out()

    window.sign_in(people.SUPERVISOR)
    assert window.decide(case, "accept") == {"archived"}
    window.sign_out()
    assert window.case(case).case.state is CaseState.ENDED


def test_a_building_licence_goes_through_every_hand(window, office):
    """An application for a tower: the engineer asks everybody, the supervisor decides, the clerk hands it out."""
    window.sign_in(people.CLERK)
    case = window.start_on_file("building_licence", FILES[0])
    assert window.decide(case, "receive", height="٥٢") == {"technical"}
    window.sign_out()

    window.sign_in(people.ENGINEER)
    assert window.decide(case, "technical") == {"electricity", "fire", "roads", "aviation"}
    for asked in ("electricity", "fire", "roads"):
        window.decide(case, asked, **{f"{asked}_letter": "ك/١٢٣"})
    assert window.decide(case, "aviation", aviation_letter="ط/٩") == {"decide"}
    window.sign_out()

    window.sign_in(people.SUPERVISOR)
    assert window.decide(case, "decide") == {"issue"}
    window.sign_out()

    window.sign_in(people.CLERK)
    assert window.decide(case, "issue", licence_number="ر-٢٠٢٦-٧", receipt="٤٤١٢") == {"issued"}
    window.sign_out()
    assert {who for _step, who in who_did(office, case)} == {people.CLERK, people.ENGINEER, people.SUPERVISOR}


def test_a_description_certificate_is_inspected_checked_and_signed(window, office):
    window.sign_in(people.CLERK)
    case = window.start_on_file("description_certificate", FILES[1])
    assert window.decide(case, "receive") == {"inspect"}
    window.sign_out()

    window.sign_in(people.ENGINEER)
    assert window.decide(case, "inspect", inspected_on="2026-03-01", floors="٣") == {"draft"}
    window.sign_out()

    window.sign_in(people.CLERK)
    assert window.decide(case, "draft") == {"check"}
    window.sign_out()

    window.sign_in(people.REVIEWER)
    assert window.decide(case, "check") == {"sign"}
    window.sign_out()

    window.sign_in(people.SUPERVISOR)
    assert window.decide(case, "sign") == {"deliver"}
    window.sign_out()

    window.sign_in(people.CLERK)
    assert window.decide(case, "deliver", certificate_number="ش-١٢") == {"delivered"}
    window.sign_out()


def test_a_file_is_borrowed_and_comes_back(window, office):
    window.sign_in(people.READER)
    case = window.start_on_file("borrowing", FILES[2])
    assert window.decide(case, "request", kind="borrow", purpose="دعوى رقم ٨١") == {"check"}
    window.sign_out()

    window.sign_in(people.ARCHIVIST)
    assert window.decide(case, "check") == {"allow"}
    window.sign_out()

    window.sign_in(people.RECORDS_MANAGER)
    assert window.decide(case, "allow") == {"hand_over", "not_collected"}
    window.sign_out()

    window.sign_in(people.ARCHIVIST)
    window.decide(case, "hand_over", borrower="فاطمة حسين")
    assert window.decide(case, "take_back") == {"returned"}
    window.sign_out()


def test_a_document_is_destroyed_by_two_people_and_certified(window, office):
    """Found by search and proposed; approved twice; after the term another archivist destroys it."""
    opened, clock = office
    document_id, number = old_document(opened)
    window.sign_in(people.ARCHIVIST)
    viewer = window.find("هدم")
    case = window.start_on_document(viewer, "disposal")
    assert window.decide(case, "propose", rule="خمس سنوات من تاريخها", reason="انتهت مدة حفظها") == {"first"}
    window.sign_out()

    window.sign_in(people.RECORDS_MANAGER)
    assert window.decide(case, "first") == {"second"}
    window.sign_out()

    window.sign_in(people.SUPERVISOR)
    assert window.decide(case, "second") == {"objections"}
    window.sign_out()

    clock.pass_days(9)
    window.sign_in(people.ARCHIVIST)
    window.open_step(case, "destroy")
    window.fill_in({"witness": people.AUDITOR, "method": "erase"})
    window.press(window.desk, "Ctrl+Return")
    window.wait(lambda: window.told and window.is_refused())
    assert what_remains(opened.place, document_id) is None
    window.sign_out()

    window.sign_in(people.SECOND_ARCHIVIST)
    assert window.decide(case, "destroy", witness=people.AUDITOR, method="erase") == {"certify"}
    window.sign_out()
    gone = what_remains(opened.place, document_id)
    assert (gone.proposed_by, gone.confirmed_by) == (people.ARCHIVIST, people.SECOND_ARCHIVIST)
    assert window.case(case).case.title == number

    window.sign_in(people.AUDITOR)
    assert window.decide(case, "certify") == {"disposed"}
    window.sign_out()
    assert proven(office)


def test_the_trail_tells_who_did_what(window, office):
    """The auditor looks at one person's day, and the commands prove the decisions of everybody."""
    window.sign_in(people.CLERK)
    case = window.start_on_file("building_licence", "BL-2026-19")
    window.send_back(case, "receive", "السند غير واضح")
    window.sign_out()
    trail = audit_trail(office[0].place, AuditFilter(person=people.CLERK))
    kinds = [row.kind for row in audit_part(office[0].place, trail, 0)]
    assert {"case-started", "step-taken"} <= set(kinds)
    ways_in = audit_trail(office[0].place, AuditFilter(kinds=("signed-in", "signed-out")))
    last = audit_part(office[0].place, ways_in, 0)[0]
    assert (last.kind, last.who) == ("signed-out", people.CLERK)
    assert who_did(office, case) == [("receive", people.CLERK)]
    assert proven(office)


def test_a_procedure_that_somebody_drew_is_brought_in_and_followed(qtbot, tmp_path, monkeypatch, cheap_passwords):
    """The administrator's command, with the window closed; then a clerk and a supervisor, without a line of code."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder, drawn = tmp_path / "a", Path(__file__).with_name("outgoing_letter.bpmn")
    with archive(folder) as opened:
        people_arrive(opened)
        import_files(opened.place, [SAMPLE], record_class="building_file", file_reference=FILES[0],
                     cancel=CancelToken(), progress=lambda *_: None)  # fmt: skip
    assert main(["--archive", str(folder), "procedures", "check", str(drawn)]) == 0
    assert main(["--archive", str(folder), "procedures", "load", str(drawn)]) == 0
    with archive(folder) as opened:
        opened._pool = PlainPool()
        with at_work(opened, qtbot, tmp_path) as window:
            window.sign_in(people.CLERK)
            case = window.start_on_file("outgoing_letter", FILES[0])
            assert window.decide(case, "Activity_0write") == {"Activity_0sign"}
            window.sign_out()

            window.sign_in(people.SUPERVISOR)
            assert window.send_back(case, "Activity_0sign", "صحّح اسم الجهة") == {"Activity_0write"}
            window.sign_out()

            window.sign_in(people.CLERK)
            assert window.decide(case, "Activity_0write") == {"Activity_0sign"}
            window.sign_out()

            window.sign_in(people.SUPERVISOR)
            window.open_step(case, "Activity_0sign")
            assert "توقيع الخطاب" in window.desk.diagram.accessibleDescription()
            assert window.decide(case, "Activity_0sign") == {"Activity_0send"}
            window.sign_out()

            window.sign_in(people.CLERK)
            assert window.decide(case, "Activity_0send") == {"Event_0sent"}
            window.sign_out()
        assert proven((opened, None))
