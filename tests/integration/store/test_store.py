import errno
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from muni_archive.domain.errors import (
    ArchiveDamaged,
    ArchiveInUse,
    ArchiveNotFound,
    ArchiveTooNew,
    BlobCorrupt,
    BlobMissing,
    DiskFull,
    NotFound,
)
from muni_archive.domain.events import DocumentRevised, FeedCounted, PagesOrdered
from tests.helpers.stores import batch, document, new_store, opened, page, problems, record, small_archive


def test_what_was_committed_is_there_after_opening_again(tmp_path):
    with opened(tmp_path) as store:
        blobs = small_archive(store)
    with opened(tmp_path, create=False) as store, store.unit_of_work() as unit:
        assert [p.blob for p in unit.records.pages_of_document("d1")] == blobs
        assert unit.records.document_by_number("t1-٢٠٢٦-٠٠٠٠٠١").id == "d1"
        assert unit.records.batch("b1").fed == 3
        assert store.vault.get(blobs[0]) == b"page 0"


def test_leaving_without_commit_leaves_nothing(tmp_path):
    with opened(tmp_path) as store:
        with store.unit_of_work() as unit:
            unit.record(batch("b1"))
            assert unit.records.batch("b1").id == "b1"
        with store.unit_of_work() as unit, pytest.raises(NotFound):
            unit.records.batch("b1")
        assert problems(store) == []


def test_a_second_writer_is_told(tmp_path):
    with opened(tmp_path), pytest.raises(ArchiveInUse):
        new_store(tmp_path)


def test_readers_may_come_while_one_writes(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
        with opened(tmp_path, read_only=True) as reader, reader.unit_of_work() as unit:
            assert unit.records.count_pages() == 3


def test_a_reader_cannot_write(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
    with opened(tmp_path, read_only=True) as reader, pytest.raises(ArchiveDamaged, match="damaged"):
        record(reader, batch("b9"))


def test_no_archive_is_not_an_empty_one(tmp_path):
    with pytest.raises(ArchiveNotFound):
        new_store(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_database_is_named_damaged(tmp_path):
    (tmp_path / "archive.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveDamaged):
        new_store(tmp_path)


def test_an_archive_of_a_newer_program_is_refused(tmp_path):
    with opened(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "archive.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(ArchiveTooNew):
            new_store(tmp_path, read_only=read_only)


def test_pages_inserted_in_the_middle_push_the_others_down(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
        record(store, page("new", "b1", store.vault.put(b"new"), 1))
        with store.unit_of_work() as unit:
            assert [p.id for p in unit.records.pages_of_batch("b1")] == ["p0", "new", "p1", "p2"]
        record(store, PagesOrdered(batch_id="b1", page_ids=("p2", "p1", "new", "p0")))
        with store.unit_of_work() as unit:
            assert [p.id for p in unit.records.pages_of_batch("b1")] == ["p2", "p1", "new", "p0"]
        assert problems(store) == []


def test_a_revision_keeps_the_earlier_version_and_frees_its_pages(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
        record(
            store,
            DocumentRevised(
                document_id="d1",
                version=2,
                record_class="building_file",
                department="licences",
                title="اسم آخر",
                page_ids=("p1",),
                registered=True,
            ),
        )
        with store.unit_of_work() as unit:
            assert [v.page_ids for v in unit.records.versions("d1")] == [("p0", "p1", "p2"), ("p1",)]
            assert unit.records.page("p0").document_id is None
            assert unit.records.document("d1").title == "اسم آخر"
            assert unit.records.count_documents(registered=False) == 0


def test_a_number_is_never_given_twice(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
        with store.unit_of_work() as unit:
            assert unit.records.next_serial("T1", 2026) == 2
            assert unit.records.next_serial("T1", 2027) == 1


def test_threads_that_write_at_once_queue_up_and_keep_one_chain(tmp_path):
    with opened(tmp_path) as store:
        failures = []

        def write(name):
            try:
                for n in range(15):
                    record(store, batch(f"{name}-{n}"))
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with store.unit_of_work() as unit:
            assert len(unit.records.batches()) == 90
        assert problems(store) == []


def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path, monkeypatch):
    with opened(tmp_path) as store:
        small_archive(store)

        def full(_handle):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr("muni_archive.store.vault.os.fsync", full)
        with pytest.raises(DiskFull):
            store.vault.put(b"no room for this")
        monkeypatch.undo()
        assert list((tmp_path / "vault").rglob("*.part")) == []
        assert problems(store) == []


def grow(unit):
    for n in range(500):
        unit.record(FeedCounted(batch_id="b1", pages=1, outcome="x" * 2000, note=str(n)))


def test_a_database_that_cannot_grow_is_a_full_disk(tmp_path):
    with opened(tmp_path) as store:
        small_archive(store)
        with store.unit_of_work() as unit:
            pages = unit._connection.exec_driver_sql("PRAGMA page_count").scalar()
            unit._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            with pytest.raises(DiskFull):
                grow(unit)
        assert problems(store) == []


def test_a_missing_or_changed_blob_is_told(tmp_path):
    with opened(tmp_path) as store:
        gone, changed, _ = small_archive(store)
        store.vault.path(gone).unlink()
        place = store.vault.path(changed)
        place.chmod(0o640)
        place.write_bytes(b"something else")
        with pytest.raises(BlobMissing):
            store.vault.get(gone)
        with pytest.raises(BlobCorrupt):
            store.vault.get(changed)
        assert {(p.kind, p.detail.split()[1]) for p in problems(store)} == {
            ("vault-missing", gone),
            ("vault-corrupt", changed),
        }


def test_what_a_crash_left_half_written_is_removed_by_the_next_writer(tmp_path):
    with opened(tmp_path) as store:
        blob = small_archive(store)[0]
        part = store.vault.path(blob).with_name("left.part")
        part.write_bytes(b"half")
    with opened(tmp_path):
        assert not part.exists()


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # nobody can read these back; a test of each uses them
def test_the_tables_are_those_that_the_migrations_make(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from muni_archive.store.migrating import HEAD, SCRIPTS
    from muni_archive.store.tables import metadata

    with opened(tmp_path) as store, store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [HEAD]


def test_opening_an_archive_does_not_load_the_migrations(tmp_path):
    with opened(tmp_path):
        pass
    code = (
        "import sys, pathlib; from tests.helpers.stores import new_store;"
        "new_store(pathlib.Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_the_same_document_number_cannot_be_recorded_twice(tmp_path):
    from sqlalchemy.exc import IntegrityError

    with opened(tmp_path) as store:
        small_archive(store)
        with pytest.raises(IntegrityError):
            record(store, document("d2", 1))
        assert problems(store) == []
