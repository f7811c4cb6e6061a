"""The command that synchronises looks at what is new, and at everything where the numbers mean something else."""

from types import SimpleNamespace

import pytest

from muni_archive.bootstrap import enrol_archive, open_centre
from muni_archive.cli.main import main
from muni_archive.domain.errors import NotFound
from muni_archive.domain.events import ConflictResolved, DisposalProposed, DisposalWithdrawn
from muni_archive.domain.together import Standing
from muni_archive.services.centre.enrolling import revoke_station
from muni_archive.services.together.conflicts import open_conflicts
from muni_archive.services.together.decided import decided_here
from muni_archive.services.together.synchronising import Side
from muni_archive.services.together.telling import as_line
from muni_archive.services.unguarded import Unguarded
from muni_archive.sync.state import load_taken, save_taken
from tests.helpers.linked import current_version, linked_directly, revise_document
from tests.helpers.serving import served
from tests.helpers.stores import batch, record
from tests.helpers.together import Station


@pytest.fixture
def stations(tmp_path):
    with served(tmp_path / "centre") as centre:
        yield Station(tmp_path / "A1", "A1", centre), Station(tmp_path / "B2", "B2", centre)


def ends(station):
    """The end of the copy."""
    with station.line() as line, line.together.copy() as unit:
        return unit.records.last_sequence()


def test_each_change_is_taken_over_once(stations, capsys):
    mine, other = stations
    mine.work(lambda at: at.add_document("x"))
    synchronise = ["--archive", str(mine.folder), "sync"]

    def change(title):
        other.sync()
        there = other.at_centre("x-d")
        other.work(lambda at: at.revise(there, title=title))
        other.sync()

    assert main(synchronise) == 0
    assert load_taken(mine.folder).sequence == ends(mine) > 0
    for title in ("first", "second"):
        change(title)
        assert main(synchronise) == 0
        assert mine.here("x-d").title == title
        assert load_taken(mine.folder).sequence == ends(mine)
    assert capsys.readouterr().out.count("changed elsewhere") == 2

    change("third")
    save_taken(mine.folder, Standing(sequence=10**6, hash="0" * 64))  # of a copy that was longer than this one
    assert main(synchronise) == 0
    assert mine.here("x-d").title == "third"


def test_enrolled_again_for_other_departments_it_sees_what_was_withheld(tmp_path):
    with served(tmp_path / "centre") as centre:
        all_of_it = Station(tmp_path / "A1", "A1", centre)
        all_of_it.work(lambda at: at.add_document("x"))
        all_of_it.sync()
        limited = Station(tmp_path / "C3", "C3", centre, "personnel")
        limited.sync()
        with pytest.raises(NotFound):
            limited.at_centre("x-d")
        with open_centre(centre.folder, beside=True) as opened:
            revoke_station(opened.centre, "C3", reason="moves to licences")
        enrol_archive(limited.folder, url=centre.url, code=centre.invite("licences"))
        limited.sync()
        assert limited.at_centre("x-d").department == "licences"


@pytest.mark.parametrize("anew", [False, True])
def test_what_is_told_of_a_copy_is_short_however_many_documents_came(tmp_path, anew):
    """The window reads it line by line; it stood still over the ids of a million documents."""
    with open_centre(tmp_path / "centre") as opened:
        one, other = (linked_directly(tmp_path, opened, name) for name in ("A1", "B2"))
        for serial in range(1, 31):
            one.add_document(f"x{serial}", serial, 1)
        one.sync()
        if anew:
            with other.together.anew.open():
                pass
        told = []
        other.sync(told.append)
        assert any(news.documents for news in told)
        assert max(len(as_line(news)) for news in told if news.side is Side.FOLLOWING) < 100
        told.clear()
        other.sync(told.append)
        assert not any(news.documents for news in told)
        for station in (one, other):
            station.close()


def test_what_was_decided_here_is_asked_no_more_however_much_was_done_since(tmp_path, monkeypatch):
    """Until the copy has it: a station that works without its line for long was asked again."""
    monkeypatch.setattr("muni_archive.services.together.decided.LOOKED_BACK", 4)
    with open_centre(tmp_path / "centre") as opened:
        one, other = (linked_directly(tmp_path, opened, name) for name in ("A1", "B2"))
        document_id = one.add_document("x")
        record(one.store, DisposalProposed(disposal_id="w", document_id=document_id, rule="r", due="", reason="x"))
        for station in (one, other):
            station.sync()
        seen = other.sees(document_id)
        revise_document(one, document_id, title="of one")
        revise_document(other, document_id, seen, title="of the other")
        for station in (one, other):
            station.sync()
        place = SimpleNamespace(unit_of_work=other.store.unit_of_work, guard=Unguarded())
        (conflict,) = open_conflicts(place, other.together)
        entry, version, said = current_version(other.copy.engine, document_id)
        resolved = {"conflict_id": conflict.id, "document_id": document_id, "version": version + 1, "base": entry}
        record(
            other.store, ConflictResolved(**resolved, **said.values()), DisposalWithdrawn(disposal_id="w", reason="no")
        )
        for done in range(2):
            record(other.store, *(batch(f"b{done}{at}") for at in range(20)))
            with other.store.unit_of_work() as unit, other.copy.unit_of_work() as copy:
                assert set(decided_here(unit, copy)) == (set() if done else {"w"})
            assert open_conflicts(place, other.together) == ()
            other.sync()
        with other.copy.unit_of_work() as unit:
            assert unit.records.conflicts() == []
        for station in (one, other):
            station.close()
