"""Two people, a rule and no hold destroy a record; anything less does not. What remains, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.disposals import DisposalState
from muni_archive.domain.errors import BlobMissing, FieldsMissing, NotFound, ObjectStoreFailed, WrongUse
from muni_archive.domain.events import DocumentRevised, FieldDecided, PageCaptured, PageRead, RenditionMade
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.reading import Reading
from muni_archive.domain.retention import Term
from muni_archive.domain.retention_errors import (
    DecidedAtCentre,
    DisposalSettled,
    DisposalWaiting,
    DocumentGone,
    FileStateKnown,
    HoldOver,
    KeptForEver,
    NotBegun,
    NotDue,
    SamePerson,
    UnderHold,
)
from muni_archive.services.export_document import export_document
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.read_pages import _record
from muni_archive.services.retention.closing_files import close_file, reopen_file
from muni_archive.services.retention.disposing import (
    confirm_disposal,
    keep_longer,
    propose_disposal,
    withdraw_disposal,
)
from muni_archive.services.retention.due import due_documents, standing_of, waiting_disposals
from muni_archive.services.retention.holding import lift_hold, place_hold
from muni_archive.services.retention.remaining import destroyed_and_total, destroyed_documents, proof_of
from muni_archive.services.retention.removing import remove_destroyed
from muni_archive.services.verify_archive import verify_archive
from muni_archive.services.view_document import view_document
from muni_archive.store.tables import PROJECTIONS, journal
from muni_archive.store.unit_of_work import SqlUnitOfWork
from tests.helpers.retained import elsewhere, office
from tests.helpers.stores import sha


@pytest.fixture
def at(tmp_path):
    with office(tmp_path / "a") as opened:
        yield opened


def due(at):
    return [standing.kept.document_id for standing in due_documents(at.of("sara"), cancel=CancelToken()).shown]


def destroy(at, document_id):
    disposal = propose_disposal(at.of("ali"), document_id, reason="انتهت المدة")
    gone = confirm_disposal(at.of("sara"), disposal.id)
    follow_journal(at.of("sara"))
    return gone


def hold(at, scope, target):
    return place_hold(at.of("sara"), scope, target, reason="دعوى", authority="المحكمة ٧")


def _killed(*_args, **_said):
    raise KeyboardInterrupt


def verified(at):
    place = at.of("sara")
    return list(verify_archive(place, cancel=CancelToken(), progress=lambda *_: None).problems)


def test_two_people_destroy_what_is_due(at):
    document_id = at.add(b"one", b"two", reference="F-1")
    number = view_document(at.of("x"), document_id).document.number
    assert due(at) == []
    at.clock.pass_years(6)
    assert due(at) == [document_id]

    gone = destroy(at, document_id)

    assert (gone.number, gone.pages, gone.files, gone.file_reference) == (number, 2, 4, "F-1")
    assert (gone.proposed_by, gone.confirmed_by, gone.reason) == ("ali", "sara", "انتهت المدة")
    assert {sha(b"one"), sha(b"two")} <= set(proof_of(at.of("x"), document_id))
    assert not list(at.store.vault.names())
    assert at.index.pages == {}
    assert due(at) == []
    assert destroyed_documents(at.of("x")) == (gone,)
    assert verified(at) == []


def test_nothing_of_it_stands_in_a_table_but_its_remains(at):
    """The journal keeps its entries, as the protocol's page says; whatever else shows the archive has forgotten."""
    document_id = at.add(b"one", title="اسم لا يجوز بقاؤه")
    page_id = view_document(at.of("x"), document_id).pages[0].id
    at.clock.pass_years(6)
    destroy(at, document_id)
    with at.store.engine.connect() as connection:
        told = {table.name: repr(connection.execute(select(table)).all()) for table in PROJECTIONS}
        assert "اسم لا يجوز بقاؤه" not in repr(told)
        entry = connection.execute(select(journal.c.payload).where(journal.c.kind == "document-destroyed")).scalar_one()
    assert "اسم" not in entry
    speak_of_it = {name for name, rows in told.items() if document_id in rows or page_id in rows}
    assert speak_of_it == {
        "destroyed_documents", "destroyed_pages", "destroyed_files", "destroyed_places", "disposals", "serials",
    }  # fmt: skip


def test_its_number_is_never_given_again(at):
    at.add(b"one")
    document_id = at.add(b"two")
    at.clock.pass_years(6)
    destroy(at, document_id)
    with at.store.unit_of_work() as unit:
        assert unit.records.next_serial("T1", 2020) == 3


def test_whoever_asks_for_it_hears_what_remains(at, tmp_path):
    document_id = at.add(b"one")
    number = view_document(at.of("x"), document_id).document.number
    at.clock.pass_years(6)
    destroy(at, document_id)
    for name in (number, document_id):
        with pytest.raises(DocumentGone) as told:
            view_document(at.of("x"), name)
        assert told.value.params["proposed_by"] == "ali"
        assert told.value.params["confirmed_by"] == "sara"
    with pytest.raises(DocumentGone):
        export_document(at.of("x"), number, tmp_path / "x.pdf", cancel=CancelToken())
    with pytest.raises(DocumentGone):
        propose_disposal(at.of("ali"), number, reason="r")
    with pytest.raises(DocumentGone):
        hold(at, HoldScope.DOCUMENT, number)
    with pytest.raises(NotFound):
        view_document(at.of("x"), "T1-2020-000999")


def test_one_person_is_not_enough(at):
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("Ali"), document_id, reason="r")
    for same in ("Ali", "ali", " ALI "):
        with pytest.raises(SamePerson):
            confirm_disposal(at.of(same), disposal.id)
    assert at.store.vault.has(sha(b"one"))
    assert [disposal.state for disposal, _ in waiting_disposals(at.of("x"))] == ["open"]
    with at.store.unit_of_work() as unit:
        assert unit.records.journal(after=0)[-1].kind == "disposal-proposed"


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_beats_a_disposal_that_is_on_its_way(at, scope):
    document_id = at.add(b"one", reference="F-1")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), document_id, reason="r")
    target = {HoldScope.DOCUMENT: document_id, HoldScope.FILE: "F-1", HoldScope.RECORD_CLASS: "short"}[scope]
    first, second = hold(at, scope, target), hold(at, HoldScope.DOCUMENT, document_id)

    for one in (first, second):
        with pytest.raises(UnderHold):
            confirm_disposal(at.of("sara"), disposal.id)
        lift_hold(at.of("sara"), one.id, reason="انتهت الدعوى")
    confirm_disposal(at.of("sara"), disposal.id)
    assert not at.store.vault.has(sha(b"one"))


def test_a_hold_on_a_file_follows_what_is_moved_out_of_it(at):
    from muni_archive.services.register_document import register_document

    document_id = at.add(b"one", reference="F-1")
    hold(at, HoldScope.FILE, "F-1")
    with at.store.unit_of_work() as unit:
        seen = unit.records.document(document_id)
    register_document(
        at.of("clerk"), seen, title="t", record_class="short", file_reference="F-2", date=None,
        metadata={"f": "v"},
    )  # fmt: skip
    at.clock.pass_years(6)
    with pytest.raises(UnderHold):
        propose_disposal(at.of("ali"), document_id, reason="r")


def test_held_records_are_due_and_say_so(at):
    document_id = at.add(b"one")
    placed = hold(at, HoldScope.DOCUMENT, document_id)
    at.clock.pass_years(6)
    (standing,) = due_documents(at.of("x"), cancel=CancelToken()).shown
    assert standing.holds == (placed,)


def test_a_list_that_is_cut_says_how_many_there_are(at):
    documents = [at.add(f"page {each}".encode()) for each in range(4)]
    at.clock.pass_years(6)
    propose_disposal(at.of("ali"), documents[0], reason="r")
    found = due_documents(at.of("sara"), cancel=CancelToken(), limit=2)
    assert ([each.kept.document_id for each in found.shown], found.total) == (documents[1:3], 3)
    for document in documents[1:3]:
        destroy(at, document)
    gone, total = destroyed_and_total(at.of("sara"), limit=1)
    assert ([each.document_id for each in gone], total) == ([documents[2]], 2)


def test_what_is_not_due_is_not_proposed(at):
    running, ever = at.add(b"one"), at.add(b"two", record_class="ever")
    unregistered, unclosed = at.add(b"three", registered=False), at.add(b"four", record_class="closing", reference="F")
    with pytest.raises(NotDue):
        propose_disposal(at.of("ali"), running, reason="r")
    at.clock.pass_years(50)
    for document_id, why in ((ever, KeptForEver), (unregistered, NotBegun), (unclosed, NotBegun)):
        with pytest.raises(why):
            propose_disposal(at.of("ali"), document_id, reason="r")
    with pytest.raises(FieldsMissing):
        propose_disposal(at.of("ali"), running, reason=" ")
    assert due(at) == [running]


def test_the_closing_of_a_file_begins_its_years_and_opening_it_again_ends_them(at):
    document_id = at.add(b"one", record_class="closing", reference="F-1")
    with pytest.raises(NotFound):
        close_file(at.of("x"), "F-unknown", reason="r")
    with pytest.raises(FileStateKnown):
        reopen_file(at.of("x"), "F-1", reason="r")
    close_file(at.of("x"), "F-1", reason="تم")
    with pytest.raises(FileStateKnown):
        close_file(at.of("x"), "F-1", reason="r")
    at.clock.pass_years(3)
    assert due(at) == [document_id]
    reopen_file(at.of("x"), "F-1", reason="طلب جديد")
    assert due(at) == []
    close_file(at.of("x"), "F-1", reason="تم")
    assert standing_of(at.of("x"), document_id).verdict.term is Term.RUNNING


def test_somebody_may_keep_it_longer_and_nobody_shorter(at):
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), document_id, reason="r")
    keep_longer(at.of("sara"), document_id, until=date(2040, 1, 1), reason="قيمة تاريخية")
    keep_longer(at.of("ali"), document_id, until=date(2030, 1, 1), reason="r")
    with pytest.raises(NotDue):
        confirm_disposal(at.of("sara"), disposal.id)
    assert standing_of(at.of("x"), document_id).verdict.due == date(2040, 1, 1)
    with pytest.raises(WrongUse):
        keep_longer(at.of("sara"), document_id, until=date(2020, 1, 1), reason="r")


def test_a_proposal_is_settled_once(at):
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    first = propose_disposal(at.of("ali"), document_id, reason="r")
    with pytest.raises(DisposalWaiting):
        propose_disposal(at.of("sara"), document_id, reason="r")
    withdraw_disposal(at.of("sara"), first.id, reason="ما زال مطلوبا")
    for settle in (lambda: confirm_disposal(at.of("sara"), first.id),
                   lambda: withdraw_disposal(at.of("sara"), first.id, reason="r")):  # fmt: skip
        with pytest.raises(DisposalSettled):
            settle()
    assert due(at) == [document_id]
    destroy(at, document_id)


def test_a_hold_is_lifted_once(at):
    document_id = at.add(b"one")
    placed = hold(at, HoldScope.DOCUMENT, document_id)
    lift_hold(at.of("ali"), placed.id, reason="r")
    with pytest.raises(HoldOver):
        lift_hold(at.of("ali"), placed.id, reason="r")
    with pytest.raises(FieldsMissing):
        place_hold(at.of("ali"), HoldScope.FILE, "F", reason="", authority=" ")


def test_a_hold_on_nothing_is_refused_where_all_files_are_known(at):
    at.add(b"one", reference="F-1")
    for scope in HoldScope:
        with pytest.raises(NotFound):
            hold(at, scope, "F-1O")
    placed = place_hold(elsewhere(at.of("ali")), HoldScope.FILE, "F-9", reason="r", authority="a")
    assert placed.target == "F-9"


def test_where_a_centre_decides_nothing_is_destroyed(at):
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    with pytest.raises(DecidedAtCentre):
        propose_disposal(replace(at.of("ali"), central=True), document_id, reason="r")
    disposal = propose_disposal(elsewhere(at.of("ali")), document_id, reason="r")
    with pytest.raises(SamePerson):
        confirm_disposal(elsewhere(at.of("ali")), disposal.id)
    assert confirm_disposal(elsewhere(at.of("sara")), disposal.id) is None
    assert destroyed_documents(at.of("x")) == ()
    assert [waiting.state for waiting, _ in waiting_disposals(at.of("x"))] == [DisposalState.CONFIRMED]
    with pytest.raises(DisposalSettled):
        confirm_disposal(elsewhere(at.of("noor")), disposal.id)
    withdraw_disposal(elsewhere(at.of("noor")), disposal.id, reason="r")
    assert at.problems() == []


def test_bytes_that_another_record_needs_stay(at):
    going, staying = at.add(b"shared", b"own"), at.add(b"shared")
    at.clock.pass_years(6)
    destroy(at, going)
    assert at.store.vault.get(sha(b"shared")) == b"shared"
    assert not at.store.vault.has(sha(b"own"))
    assert verified(at) == []
    destroy(at, staying)
    assert not at.store.vault.has(sha(b"shared"))


def test_a_vault_that_does_not_answer_is_noticed_while_nobody_waits(at, monkeypatch):
    """It is asked before the write lock is taken."""
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), document_id, reason="r")
    monkeypatch.setattr("muni_archive.services.retention.disposing.remove_destroyed", _killed)
    with pytest.raises(KeyboardInterrupt):
        confirm_disposal(at.of("sara"), disposal.id)
    locks, lock = [], SqlUnitOfWork.lock
    monkeypatch.setattr(SqlUnitOfWork, "lock", lambda unit: (locks.append(unit), lock(unit)))

    class Away:
        def has(self, _sha):
            raise ObjectStoreFailed(detail="away")

    place = at.of("x")
    with pytest.raises(ObjectStoreFailed):
        remove_destroyed(replace(place, vault=Away()))
    assert not locks
    assert remove_destroyed(place).removed > 0


def test_bytes_that_come_in_again_stay(at):
    document_id = at.add(b"again")
    at.clock.pass_years(6)
    destroy(at, document_id)
    at.add(b"again")
    remove_destroyed(at.of("x"), thorough=True)
    assert at.store.vault.has(sha(b"again"))
    assert verified(at) == []


def test_copies_and_what_was_set_aside_go_too(at):
    """A bad scan that a clerk set aside shows what the document showed."""
    document_id = at.add(b"one")
    batch_id = view_document(at.of("x"), document_id).pages[0].batch_id
    with at.store.unit_of_work() as unit:
        unit.record(PageCaptured(page_id="bad", batch_id=batch_id, position=1, blob=at.store.vault.put(b"bad scan"),
                                 media_type="image/png", width=1, height=1, dpi=1, state="rejected"))  # fmt: skip
        unit.record(RenditionMade(document_id=document_id, rendition="access-pdf", version=2,
                                  blob=at.store.vault.put(b"copy"), made_with="m"))  # fmt: skip
        unit.commit()
    at.clock.pass_years(6)
    destroy(at, document_id)
    assert not list(at.store.vault.names())
    assert verified(at) == []


def test_what_was_set_aside_stays_while_another_document_of_the_batch_is_there(at):
    document_id, other = at.add(b"one"), at.add(b"two")
    batch_id = view_document(at.of("x"), document_id).pages[0].batch_id
    with at.store.unit_of_work() as unit:
        unit.record(PageCaptured(page_id="bad", batch_id=batch_id, position=1, blob=at.store.vault.put(b"bad scan"),
                                 media_type="image/png", width=1, height=1, dpi=1, state="rejected"))  # fmt: skip
        seen = unit.records.document(other)
        page = PageCaptured(page_id="p9", batch_id=batch_id, position=2, blob=at.store.vault.put(b"nine"),
                            media_type="image/png", width=1, height=1, dpi=1)  # fmt: skip
        unit.record(page)
        more = {"page_ids": (*seen.page_ids, "p9"), "record_class": "short", "department": "d", "title": "t"}
        unit.record(DocumentRevised(document_id=other, version=3, base=seen.entry, registered=True, **more))
        unit.commit()
    at.clock.pass_years(6)
    destroy(at, document_id)
    assert at.store.vault.has(sha(b"bad scan"))


def test_entries_that_come_late_change_nothing(at):
    document_id = at.add(b"one")
    page_id = view_document(at.of("x"), document_id).pages[0].id
    at.clock.pass_years(6)
    destroy(at, document_id)
    late = at.store.vault.put(b"late reading")
    with at.store.unit_of_work() as unit:
        unit.record(PageRead(page_id=page_id, reading=late, engine="e", confidence=0.1))
        unit.record(FieldDecided(document_id=document_id, field="f", proposed=None, decided="سر"))
        unit.commit()
        assert unit.records.reading_blob(page_id) is None
        assert not unit.records.decisions(document_id)
    assert at.problems() == []


def test_a_reading_that_was_under_way_is_dropped(at):
    document_id = at.add(b"one")
    page_id = view_document(at.of("x"), document_id).pages[0].id
    at.clock.pass_years(6)
    destroy(at, document_id)
    assert _record(at.of("x"), [(page_id, Reading(engine="late", width=1, height=1))]) == 0
    assert verified(at) == []


def test_a_kill_between_entry_and_bytes_is_finished_later(at, monkeypatch):
    document_id = at.add(b"one", b"two")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), document_id, reason="r")
    monkeypatch.setattr("muni_archive.services.retention.disposing.remove_destroyed", _killed)
    with pytest.raises(KeyboardInterrupt):
        confirm_disposal(at.of("sara"), disposal.id)

    assert at.store.vault.has(sha(b"one"))
    assert {problem.kind for problem in at.problems()} == {"vault-destroyed"}
    with pytest.raises(DocumentGone):
        view_document(at.of("x"), document_id)
    assert remove_destroyed(at.of("x")).removed == 4
    assert not list(at.store.vault.names())
    assert at.problems() == []


def test_verify_finishes_it_too(at):
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    destroy(at, document_id)
    at.store.vault.put(b"one")  # as a backup of the vault that was put back would
    assert [problem.kind for problem in at.problems()] == ["vault-destroyed"]
    assert verified(at) == []
    assert not at.store.vault.has(sha(b"one"))


def test_a_file_that_was_put_again_while_its_like_was_removed_is_missed_at_once(at):
    """Whoever put it must put it again; nothing is recorded that is not there."""
    document_id = at.add(b"one")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), document_id, reason="r")
    blob = at.store.vault.put(b"one")
    confirm_disposal(at.of("sara"), disposal.id)
    with at.store.unit_of_work() as unit, pytest.raises(BlobMissing):
        unit.record(PageCaptured(page_id="p", batch_id="b", position=0, blob=blob, media_type="image/png", width=1,
                                 height=1, dpi=1))  # fmt: skip
