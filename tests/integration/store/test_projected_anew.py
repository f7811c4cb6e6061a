"""An archive of an earlier form: its tables become what this program makes of its journal; what is beside it stays."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, delete, insert, select, update

from muni_archive.bootstrap import open_centre
from muni_archive.domain.events import (
    DisposalProposed,
    DisposalWithdrawn,
    DocumentDestroyed,
    FileClosed,
    FileReopened,
    HearingOpened,
    HoldLifted,
    HoldPlaced,
)
from muni_archive.store import migrating
from muni_archive.store.tables import (
    destroyed_places,
    disposals,
    early_ends,
    files_to_remove,
    hearings,
    journal,
    mentions,
    reopened_files,
)
from tests.helpers.centres import PlainStation, centre_problems
from tests.helpers.proofs import engine_of, tables_hash
from tests.helpers.stores import record


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""


def destroyed(document_id, unit):
    known, remains = unit.records.document(document_id), unit.retention.remains(document_id)
    return DocumentDestroyed(
        document_id=document_id, number=known.number, record_class=known.record_class, department=known.department,
        page_ids=remains.page_ids, files=remains.files, disposal_id="w", rule="r", reason="r", proposed_by="a",
        proposed_at="2026-01-01T00:00:00.000000+00:00", confirmed_by="b",
    )  # fmt: skip


def as_before(engine):
    """The form before, and what that program made of a withdrawal that came first: nothing."""
    with engine.begin() as connection:
        connection.execute(delete(early_ends))
        connection.execute(update(disposals).where(disposals.c.id == "p").values(state="open", note=""))
        connection.execute(delete(files_to_remove))
        connection.execute(insert(files_to_remove).values(sha="f" * 64))
        proposals = select(journal.c.sequence).where(journal.c.kind == DisposalProposed.kind)
        connection.execute(delete(mentions).where(mentions.c.sequence.in_(proposals)))  # it was no part of its history
        for table in (early_ends, reopened_files, destroyed_places):
            table.drop(connection)
        connection.exec_driver_sql("ALTER TABLE hearings DROP COLUMN opened")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0017'")


def mentioned(engine):
    """Which entries speak of which document."""
    query = select(mentions.c.document_id, journal.c.kind).join(journal, journal.c.sequence == mentions.c.sequence)
    with engine.connect() as connection:
        return connection.execute(query.order_by(mentions.c.sequence, mentions.c.document_id)).all()


def test_tables_are_what_the_journal_gives_now(tmp_path, database):
    one, other = PlainStation(tmp_path / "A1", "A1"), PlainStation(tmp_path / "B2", "B2")
    with open_centre(tmp_path / "centre", database=database) as centre:
        for station in (one, other):
            station.enrol(centre)
        one.add_document("x", 1)
        one.add_document("y", 2)
        record(other.store, DisposalWithdrawn(disposal_id="p", reason="r"), HoldLifted(hold_id="never", reason="r"))
        other.send(centre)
        record(
            one.store,
            DisposalProposed(disposal_id="p", document_id="y-d", rule="r", due="2026-01-01", reason="r"),
            HoldPlaced(hold_id="h", scope="file", target="F-1", reason="r", authority="a"),
            FileClosed(reference="F-1", reason="r"), FileReopened(reference="F-1", reason="r"),
        )  # fmt: skip
        one.send(centre)
        with centre.centre.unit_of_work() as unit:
            unit.record(destroyed("x-d", unit))
            unit.record(HearingOpened(hearing_id="q", disposal_id="z"))
            unit.commit()
        right, told = tables_hash(engine_of(centre)), mentioned(engine_of(centre))
        assert any(kind == DisposalProposed.kind for _document, kind in told)
        as_before(engine_of(centre))
    with open_centre(tmp_path / "centre", database=database) as centre:
        assert tables_hash(engine_of(centre)) == right
        early = ("y-d", DisposalWithdrawn.kind)  # it came before what it withdraws, which is known by now
        assert mentioned(engine_of(centre)) == [early, *told]
        assert {problem.kind for problem in centre_problems(centre)} == {"vault-destroyed"}  # the list was taken away
        with engine_of(centre).connect() as connection:
            assert connection.execute(select(hearings.c.opened)).scalars().all() != [0]
            assert connection.execute(select(early_ends.c.subject)).scalars().all() == ["never"]
            assert connection.execute(select(files_to_remove.c.sha)).scalars().all() == ["f" * 64]
    one.close()
    other.close()


def test_the_second_of_two_that_start_together_finds_it_done(tmp_path, monkeypatch):
    """It waited for the lock, and made all tables anew while the first one served."""
    with open_centre(tmp_path / "centre") as centre:
        as_before(engine_of(centre))
    engine = create_engine(f"sqlite:///{tmp_path / 'centre' / 'centre.sqlite3'}", isolation_level="AUTOCOMMIT")
    begin, done = migrating.begin_writing, []

    def overtaken(connection):
        monkeypatch.setattr(migrating, "begin_writing", begin)
        migrating.bring_up_to_date(engine, tmp_path)
        begin(connection)

    monkeypatch.setattr(migrating, "begin_writing", overtaken)
    monkeypatch.setattr(migrating, "project_anew", done.append)
    migrating.bring_up_to_date(engine, tmp_path)
    assert len(done) == 1
    engine.dispose()
