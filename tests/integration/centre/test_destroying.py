"""Two people at stations and the centre destroy a document everywhere, or the centre says why it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseActor
from muni_archive.domain.centre_errors import NotAllowed
from muni_archive.domain.events import DisposalConfirmed, PersonAdmitted, ProcedureLoaded
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.organisation_events import RolesDelegated
from muni_archive.domain.people import Role
from muni_archive.domain.permissions import AccessLevel
from muni_archive.domain.retention_errors import DisposalSettled, SamePerson, UnderHold
from muni_archive.organisation_files import read_units
from muni_archive.paths import resource_path
from muni_archive.services.centre.destroying import end_hearing, pending_disposals
from muni_archive.services.levels import set_level
from muni_archive.services.organisation.places import NewPlace, give_place
from muni_archive.services.organisation.units import begin_organisation
from muni_archive.services.procedures.library import load_procedure
from muni_archive.services.retention.disposing import propose_in
from muni_archive.services.retention.holding import lift_hold
from muni_archive.services.retention.wording import refusal_words
from muni_archive.services.together.casework import case_workplace
from muni_archive.services.together.disposing import confirm_anywhere, waiting_everywhere, withdraw_anywhere
from muni_archive.store.tables import blobs, destroyed_files
from tests.helpers.case_stations import decide, start
from tests.helpers.centres import centre_problems
from tests.helpers.destroying import municipality
from tests.helpers.linked import revise_document
from tests.helpers.people_at_work import AtWork, KeptKeys
from tests.helpers.proofs import engine_of
from tests.helpers.stores import problems, record


@pytest.fixture(params=["sqlite", "postgres"])
def town(tmp_path, request):
    database = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with municipality(tmp_path, database=database) as made:
        yield made


@pytest.fixture
def small(tmp_path):
    """On SQLite alone, for what does not depend on the database."""
    with municipality(tmp_path) as made:
        yield made


def test_a_document_goes_everywhere(town):
    maker, other = town.station("A1"), town.station("B2")
    document_id, kept = maker.due_document("x"), maker.due_document("y")
    town.sync()
    files = maker.files_of(document_id)
    assert other.copied.vault.get(files[0])  # fetched once, so it lies in the cache
    disposal = maker.propose(document_id)
    town.sync()
    with pytest.raises(SamePerson):
        confirm_anywhere(other.of("Ali "), other.together, disposal)
    other.confirm(disposal)
    with pytest.raises(DisposalSettled):
        other.confirm(disposal)
    (waiting,) = waiting_everywhere(other.of("x"), other.together)
    assert waiting.disposal.state == "confirmed"
    other.sync()
    town.until(lambda: "hearing-opened" in town.kinds(), other)
    assert town.destroyed(document_id) is None  # the first station has not been heard
    assert maker.has(document_id)
    town.until(lambda: town.destroyed(document_id), maker, other)
    town.until(lambda: not maker.has(document_id) and not other.copy_has(document_id))
    town.until(lambda: not town.has_files(files))

    gone = town.destroyed(document_id)
    assert (gone.proposed_by, gone.confirmed_by, gone.pages) == ("ali", "sara", 2)
    assert town.kinds().count("document-destroyed") == 1
    assert not any(maker.store.vault.has(sha) for sha in files)
    assert not any(other.copied.vault.has(sha) for sha in files)
    assert {page.number for page in maker.own_index.pages.values()} == {page_number(maker, kept)}
    with maker.store.unit_of_work() as unit:
        assert unit.retention.destroyed(document_id) == gone
        assert tuple(unit.retention.destroyed_files(document_id)) == files
    assert waiting_everywhere(other.of("x"), other.together) == ()
    town.prove()


def page_number(station, document_id):
    with station.store.unit_of_work() as unit:
        return unit.records.document(document_id).number


def test_a_hold_that_is_on_the_way_wins(town):
    """The station that placed it answers after it, so it stands at the centre before the centre looks."""
    maker, other = town.station("A1"), town.station("B2")
    document_id = maker.due_document("x")
    town.sync()
    disposal = maker.propose(document_id)
    hold_id = other.hold("building_file", HoldScope.RECORD_CLASS)
    maker.sync()
    maker.confirm(disposal)
    town.until(lambda: town.state(disposal) == "refused", maker, other)
    town.sync()
    assert "legal hold" in refusal_words(maker.disposal(disposal))
    assert maker.has(document_id)
    with pytest.raises(UnderHold):
        confirm_anywhere(other.of("sara"), other.together, disposal)
    with other.store.unit_of_work() as unit:
        assert unit.retention.hold(hold_id).rests
    lift_hold(other.of("adel"), hold_id, reason="r")
    town.sync()
    town.sync()
    other.confirm(disposal)  # the proposal waits for a second person again
    town.until(lambda: town.destroyed(document_id))
    town.prove()


def test_a_hold_that_comes_after_is_told_and_keeps_what_is_still_there(small):
    maker, other = small.station("A1"), small.station("B2")
    document_id = maker.due_document("x")
    small.sync()
    disposal = maker.propose(document_id)
    maker.confirm(disposal)
    small.until(lambda: "hearing-answered" in small.kinds(), maker)
    number = page_number(maker, document_id)
    hold_id = maker.hold(document_id)  # after its answer, and nobody has it yet
    files = maker.files_of(document_id)
    small.until(lambda: small.destroyed(document_id), other)
    small.sync()
    small.sync()
    assert other.contested() == maker.contested() == [("hold", number, "A1")]
    assert maker.has(document_id)
    assert all(maker.store.vault.has(sha) for sha in files)
    lift_hold(maker.of("adel"), hold_id, reason="r")
    small.until(lambda: not maker.has(document_id))
    assert not any(maker.store.vault.has(sha) for sha in files)
    small.prove()


def test_two_stations_confirm_at_once(town):
    maker, other = town.station("A1"), town.station("B2")
    document_id = maker.due_document("x")
    town.sync()
    disposal = maker.propose(document_id)
    town.sync()
    maker.confirm(disposal, by="noor")
    other.confirm(disposal, by="sara")
    town.until(lambda: town.destroyed(document_id))
    assert town.kinds().count("document-destroyed") == 1
    town.prove()


def test_a_station_that_is_away_is_waited_for_until_an_administrator_says_otherwise(small):
    maker, other = small.station("A1"), small.station("B2")
    document_id = maker.due_document("x")
    small.sync()
    edited = other.sees(document_id)
    disposal = maker.propose(document_id)
    maker.confirm(disposal)
    small.until(lambda: "hearing-answered" in small.kinds(), maker)
    (pending,) = pending_disposals(small.opened.centre)
    assert pending.awaited == ("B2",)
    (waiting,) = waiting_everywhere(maker.of("x"), maker.together)
    assert waiting.awaited == ("B2",)
    assert small.destroyed(document_id) is None
    end_hearing(small.opened.centre, disposal, reason="B2 is in repair")
    assert small.destroyed(document_id)
    revise_document(other, document_id, edited, title="edited while it was away")
    hold_id = other.hold("F-1", HoldScope.FILE)
    small.sync()
    small.sync()
    assert [what for what, *_ in maker.contested()] == ["edit"]  # the document was in no file
    assert not other.copy_has(document_id)
    assert hold_id
    small.prove()


def test_a_withdrawal_before_the_decision_keeps(small):
    maker, other = small.station("A1"), small.station("B2")
    document_id = maker.due_document("x")
    small.sync()
    disposal = maker.propose(document_id)
    maker.confirm(disposal)
    small.until(lambda: "hearing-answered" in small.kinds(), maker)
    withdraw_anywhere(maker.of("adel"), maker.together, disposal, reason="r")
    small.sync()
    small.until(lambda: small.state(disposal) == "withdrawn")
    assert maker.has(document_id)
    again = maker.propose(document_id)
    small.sync()
    withdraw_anywhere(other.of("adel"), other.together, again, reason="r")
    small.sync()
    small.sync()
    maker.propose(document_id)  # it has heard that the one before does not wait any more
    small.prove()


def test_what_the_centre_cannot_let_go_is_refused_with_the_reason(small):
    maker = small.station("A1")
    document_id = maker.due_document("x")
    small.sync()
    with small.opened.centre.unit_of_work() as unit:
        unit.forget_blob(maker.files_of(document_id)[0])
        unit.commit()
    disposal = maker.propose(document_id)
    maker.line.wanted = lambda: []  # it does not offer it again
    maker.confirm(disposal)
    small.until(lambda: small.state(disposal) == "refused", maker)
    small.sync()
    assert "missing at the centre" in refusal_words(maker.disposal(disposal))
    with maker.store.unit_of_work() as unit:
        assert unit.retention.disposal(disposal).state == "refused"


def test_a_limited_station_hears_what_concerns_it_and_nothing_else(town):
    every, limited = town.station("A1"), town.station("L1", "personnel")
    document_id = every.due_document("x")
    town.sync()
    disposal = every.propose(document_id)
    every.confirm(disposal)
    town.until(lambda: town.destroyed(document_id))
    town.sync()
    with limited.copy.unit_of_work() as unit:
        told = [entry.kind for entry in unit.records.journal(limit=10_000)]
        assert unit.retention.count_destroyed() == 0
    assert "hearing-opened" in told
    assert not {"document-destroyed", "disposal-proposed", "disposal-confirmed"} & set(told)
    with limited.store.unit_of_work() as unit:
        assert "hearing-answered" in [entry.kind for entry in unit.records.journal(limit=10_000)]
    late = town.station("L2", "personnel")
    town.sync()
    assert not late.copy_has(document_id)


def test_a_limited_station_loses_what_it_made_though_it_was_moved_away(small):
    every, limited = small.station("A1"), small.station("L1", "licences")
    document_id = limited.due_document("x")
    small.sync()
    small.sync()
    revise_document(every, document_id, department="personnel")
    small.sync()
    small.sync()
    assert not limited.copy_has(document_id)
    assert limited.has(document_id)
    files = limited.files_of(document_id)
    disposal = limited.propose(document_id)
    small.sync()
    small.sync()
    every.confirm(disposal)
    small.until(lambda: small.destroyed(document_id))
    small.until(lambda: not limited.has(document_id))
    assert not any(limited.store.vault.has(sha) for sha in files)
    small.sync()
    with small.opened.centre.unit_of_work() as unit:
        assert unit.standing(limited.id).sequence == limited.entries()[-1].sequence
    late = small.station("L2", "licences")
    small.sync()
    assert not late.copy_has(document_id)
    small.until(lambda: not small.files_to_remove())
    assert centre_problems(small.opened) == []
    assert problems(limited.store) == []
    assert list(limited.copy.integrity().problems(cancel=CancelToken(), progress=lambda *_: None)) == []


def test_the_centre_asks_again_who_may_destroy(small, tmp_path):
    """As it knows people: by their role for that record, and counting whom they stand in for."""
    centre = small.opened.centre
    begin_organisation(centre.place, read_units())
    with centre.unit_of_work() as unit:
        for name in ("ali", "sara", "noor", "adel"):
            unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
        unit.commit()
    maker = small.station("A1")
    document_id = maker.due_document("x")
    small.sync()
    give_place(centre.place, "ali", NewPlace(role="records_manager"))
    give_place(centre.place, "sara", NewPlace(role="reader"))
    give_place(centre.place, "noor", NewPlace(role="records_manager"))
    give_place(centre.place, "adel", NewPlace(role="records_manager"))
    disposal = maker.propose(document_id)
    maker.confirm(disposal, by="sara")  # works on cases, and that is all
    small.until(lambda: small.state(disposal) == "refused", maker)
    small.until(lambda: maker.disposal(disposal).refusal == "not-permitted", maker)
    with centre.unit_of_work() as unit:
        lent = RolesDelegated(
            delegation_id="d", from_person="id-ali", to_person="id-noor", roles=(("records_manager", ""),),
            since="2000-01-01T00:00:00.000000+00:00", until="2999-01-01T00:00:00.000000+00:00", reason="r",
        )  # fmt: skip
        unit.record(lent)
        unit.commit()
    small.sync()
    maker.confirm(disposal, by="noor")  # stands in for who proposed it, as the centre knows and the station does not
    small.until(lambda: maker.disposal(disposal).refusal == "same-person", maker)
    maker.confirm(disposal, by="adel")
    small.until(lambda: small.destroyed(document_id), maker)
    small.until(lambda: not small.files_to_remove())
    assert centre_problems(small.opened) == []


def with_people(town, *names):
    """The centre knows them, and that they work there."""
    begin_organisation(town.opened.centre.place, read_units())
    with town.opened.centre.unit_of_work() as unit:
        for name in names:
            unit.record(PersonAdmitted(person_id=f"id-{name}", name=name, role=Role.NONE.value))
        unit.commit()


def test_who_does_not_reach_the_level_of_a_document_does_not_destroy_it(small):
    """The station does not ask who they are; somebody else raised it above its class."""
    with_people(small, "ali", "sara", "noor")
    maker, other = small.station("A1"), small.station("B2")
    document_id = maker.due_document("x")
    small.sync()
    place = small.opened.centre.place
    for name, highest in (("ali", ""), ("noor", ""), ("sara", "internal")):
        give_place(place, name, NewPlace(role="records_manager", highest=highest))
    disposal = maker.propose(document_id)
    set_level(maker.of("ali"), document_id, AccessLevel.CONFIDENTIAL, reason="قضية")
    maker.confirm(disposal, by="sara")
    small.until(lambda: small.state(disposal) == "refused" or small.destroyed(document_id))
    small.until(lambda: maker.disposal(disposal).refusal == "not-permitted")
    maker.confirm(disposal, by="noor")
    small.until(lambda: small.destroyed(document_id))
    small.sync()
    with case_workplace(other.of("x"), other.together).unit_of_work() as unit:
        assert unit.records.levels_of([document_id]) == {document_id: "confidential"}
    small.until(lambda: not small.files_to_remove())
    assert centre_problems(small.opened) == []


def test_a_step_of_another_case_gives_no_leave_to_destroy(small):
    """Sara worked on a case about another document; who proposes may name whatever case they like."""
    with_people(small, "ali", "sara", "noor")
    maker = small.station("A1")
    document_id, other = maker.due_document("x"), maker.due_document("y")
    joined = replace(case_workplace(maker.of("sara"), maker.together), keys=KeptKeys(), operator="sara")
    sara = AtWork(place=joined, actor=CaseActor(name="sara", roles=frozenset({"clerk"})))
    case = start(sara, other)
    decide(sara, case.id, "done")
    small.sync()
    with small.opened.centre.unit_of_work() as unit:
        assert all(move.stands for move in unit.cases.moves(case.id))
    for name, role in (("ali", "records_manager"), ("noor", "records_manager"), ("sara", "clerk")):
        give_place(small.opened.centre.place, name, NewPlace(role=role))
    with maker.of("ali").unit_of_work() as unit:
        disposal = propose_in(maker.of("ali"), unit, document_id, reason="انتهت المدة", case_id=case.id)
        unit.commit()
    maker.confirm(disposal, by="sara")
    small.until(lambda: small.state(disposal) == "refused" or small.destroyed(document_id))
    small.until(lambda: maker.disposal(disposal).refusal == "not-permitted")
    maker.confirm(disposal, by="noor")
    small.until(lambda: small.destroyed(document_id))


def test_a_case_that_disposes_of_nothing_is_no_leave_to_pass_it_by(small):
    """The case about the record itself is open, and the proposal names it."""
    maker = small.station("A1")
    document_id = maker.due_document("x")
    joined = replace(case_workplace(maker.of("sara"), maker.together), keys=KeptKeys(), operator="sara")
    case = start(AtWork(place=joined, actor=CaseActor(name="sara", roles=frozenset({"clerk"}))), document_id)
    with maker.of("ali").unit_of_work() as unit:
        disposal = propose_in(maker.of("ali"), unit, document_id, reason="انتهت المدة", case_id=case.id)
        unit.commit()
    maker.confirm(disposal, by="sara")
    small.until(lambda: small.state(disposal) == "refused" or small.destroyed(document_id))
    small.until(lambda: maker.disposal(disposal).refusal == "case-open")


def test_a_procedure_whose_file_is_gone_keeps_what_it_may_be_the_only_way_for(small):
    """Nobody knows what it says."""
    maker, other = small.station("A1"), small.station("B2")
    disposal = maker.propose(maker.due_document("x"))
    other.add_document("B2-y", 1)  # a vault that holds nothing at all is taken for one that is away
    record(other.store, ProcedureLoaded(procedure_id="own", version="ab" * 32))
    small.sync()
    maker.confirm(disposal, by="sara")
    small.until(lambda: maker.disposal(disposal).refusal == "procedure-missing")
    assert "Load that procedure again" in refusal_words(maker.disposal(disposal))


def test_a_limited_station_says_nothing_of_proposals_of_others_and_hears_nothing(small):
    every, second, limited = small.station("A1"), small.station("B2"), small.station("L1", "personnel")
    document_id = every.due_document("x")
    small.sync()
    disposal = every.propose(document_id)
    small.sync()
    withdraw_anywhere(second.of("sara"), second.together, disposal, reason="سرّ")
    small.sync()
    small.sync()
    assert "disposal-received" in small.kinds()
    with limited.copy.unit_of_work() as unit:
        told = list(unit.records.journal(limit=10_000))
    assert not {"disposal-received", "disposal-withdrawn"} & {entry.kind for entry in told}
    again = every.propose(document_id)
    small.sync()
    record(limited.store, DisposalConfirmed(disposal_id=again))
    with pytest.raises(NotAllowed, match="another department"):
        limited.sync()
    assert small.state(again) == "open"


def test_a_disposal_procedure_that_another_station_brought_in_is_the_only_way_everywhere(small):
    first, second = small.station("A1"), small.station("B2")
    document_id = first.due_document("x")
    disposal = first.propose(document_id)
    load_procedure(second.of("sara"), resource_path("procedures", "disposal.bpmn").read_bytes())
    small.sync()
    first.confirm(disposal, by="sara")
    small.until(lambda: small.state(disposal) == "refused" or small.destroyed(document_id))
    small.until(lambda: first.disposal(disposal).refusal == "through-disposal-procedure")
    assert "Begin a case" in refusal_words(first.disposal(disposal))


def test_a_file_that_is_destroyed_in_this_moment_is_not_called_missing(small):
    """`verify` beside the serving process: the file goes first, and then the word that it is here."""
    maker = small.station("A1")
    document_id = maker.due_document("x")
    small.sync()
    maker.confirm(maker.propose(document_id), by="adel")
    small.until(lambda: small.destroyed(document_id), maker)
    small.until(lambda: not small.files_to_remove())
    with engine_of(small.opened).begin() as connection:
        sha = connection.execute(select(destroyed_files.c.sha)).scalars().first()
        connection.execute(insert(blobs).values(sha=sha, size=1, received_at=""))
    assert centre_problems(small.opened) == []
