"""Stories of a clerk's day, through the use cases, with a real scanner on loopback and real stores."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DeviceLost, FieldInvalid, FieldsMissing, LedgerMismatch, PaperJam
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.scanning import ScanProfile
from muni_archive.imaging.separator_sheet import draw_separator
from muni_archive.paths import resource_path
from muni_archive.services.capture_batch import (
    bring_page_back,
    close_batch,
    correct_count,
    feed_pages,
    ledger,
    open_batch,
    rescan_page,
    set_page_aside,
)
from muni_archive.services.export_document import export_document
from muni_archive.services.find_duplicates import duplicates_of
from muni_archive.services.find_pages import find_pages
from muni_archive.services.import_files import import_files
from muni_archive.services.read_pages import read_pending
from muni_archive.services.register_document import proposals_for, register_document, waiting_documents
from muni_archive.services.verify_archive import verify_archive
from scanners.simulator import SimulatedScanner
from tests.helpers.workplaces import PlainPool, archive

SAMPLES = resource_path("samples")
PROFILE = ScanProfile(name="text-300", resolution=200)


def whole(place):
    return verify_archive(place, cancel=CancelToken(), progress=lambda *_: None).problems == ()


def begin(place, scanner):
    return open_batch(place, device=f"escl:{scanner.url}", profile=PROFILE, record_class="building_file")


def feed(place, batch, **more):
    pages = []
    feed_pages(place, batch.id, profile=PROFILE, cancel=CancelToken(), on_page=pages.append, **more)
    return pages


def read(place, pool=None):
    return read_pending(place, pool or PlainPool(), cancel=CancelToken(), progress=lambda _: None)


def test_a_feed_is_scanned_read_found_and_proven(tmp_path):
    with SimulatedScanner(SAMPLES) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        feed(place, batch)
        counted = ledger(place, batch.id)
        assert (counted.fed, counted.kept, counted.blank, counted.adds_up) == (9, 8, 1, True)
        (document,) = close_batch(place, batch.id)
        assert read(place) == 8
        found = find_pages(place, SearchRequest(query="رخصه"))
        assert found.total == 8
        assert found.hits[0].number == document.number
        assert found.hits[0].boxes
        assert whole(place)


def test_after_a_jam_the_feed_goes_on_at_the_right_page(tmp_path):
    with SimulatedScanner(SAMPLES, faults=["jam@3", "disconnect@6"]) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        with pytest.raises(PaperJam):
            feed(place, batch)
        with pytest.raises(DeviceLost):
            feed(place, batch)
        feed(place, batch)
        with place.unit_of_work() as unit:
            blobs = [page.blob for page in unit.records.pages_of_batch(batch.id)]
        assert len(blobs) == len(set(blobs)) == 9
        assert ledger(place, batch.id).adds_up


def test_a_ledger_that_does_not_add_up_keeps_the_batch_open_until_it_is_explained(tmp_path):
    with SimulatedScanner(SAMPLES) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        feed(place, batch)
        correct_count(place, batch.id, fed=10, reason="counted by hand")
        with pytest.raises(LedgerMismatch):
            close_batch(place, batch.id)
        with pytest.raises(FieldsMissing):
            correct_count(place, batch.id, fed=9, reason=" ")
        correct_count(place, batch.id, fed=9, reason="miscounted")
        assert len(close_batch(place, batch.id)) == 1


def test_a_page_set_aside_comes_back_even_after_closing(tmp_path):
    with SimulatedScanner(SAMPLES) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        feed(place, batch)
        with place.unit_of_work() as unit:
            pages = unit.records.pages_of_batch(batch.id)
        set_page_aside(place, pages[1].id)
        (document,) = close_batch(place, batch.id)
        assert pages[1].id not in document.page_ids
        bring_page_back(place, pages[1].id)
        with place.unit_of_work() as unit:
            assert unit.records.document(document.id).page_ids[:3] == tuple(page.id for page in pages[:3])
        assert whole(place)


def test_a_rescanned_page_takes_the_place_of_the_old_one(tmp_path):
    with SimulatedScanner(SAMPLES) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        feed(place, batch)
        with place.unit_of_work() as unit:
            old = unit.records.pages_of_batch(batch.id)[2]
        new = rescan_page(place, old.id, profile=PROFILE, cancel=CancelToken(), on_page=lambda _: None)
        with place.unit_of_work() as unit:
            order = [page.id for page in unit.records.pages_of_batch(batch.id)]
        assert order.index(new.id) == 2
        assert ledger(place, batch.id).adds_up


def test_a_page_is_scanned_again_after_its_batch_was_closed(tmp_path):
    with SimulatedScanner(SAMPLES) as scanner, archive(tmp_path / "a") as opened:
        place = opened.place
        batch = begin(place, scanner)
        feed(place, batch)
        (document,) = close_batch(place, batch.id)
        old = document.page_ids[1]
        new = rescan_page(place, old, profile=PROFILE, cancel=CancelToken(), on_page=lambda _: None)
        with place.unit_of_work() as unit:
            now = unit.records.document(document.id)
            assert now.page_ids == (document.page_ids[0], new.id, *document.page_ids[2:])
            assert now.version == document.version + 1
            assert [page.id for page in unit.records.pages_of_document(document.id)] == list(now.page_ids)
            assert unit.records.page(old).document_id is None
        assert ledger(place, batch.id).adds_up
        assert whole(place)


def test_separators_split_a_file_and_nothing_bleeds_over(tmp_path):
    sheet = draw_separator(record_class="correspondence", label={"ar": "مراسلات", "en": "x"}, file_reference="2026/9")
    pages = [Image.open(SAMPLES / name).convert("L") for name in ("01-licence-form.jpg", "06-leave-form.jpg")]
    pages[0].save(tmp_path / "in.tif", save_all=True, append_images=[sheet, pages[1]], dpi=(200, 200))
    with archive(tmp_path / "a") as opened:
        report = import_files(
            opened.place,
            [tmp_path / "in.tif"],
            record_class="building_file",
            file_reference="F-1",
            split=True,
            cancel=CancelToken(),
            progress=lambda *_: None,
        )
        assert [(d.record_class, d.file_reference) for d in report.documents] == [
            ("building_file", "F-1"),
            ("correspondence", "2026/9"),
        ]


def test_bad_files_are_refused_and_good_ones_between_them_are_taken(tmp_path):
    good = SAMPLES / "01-licence-form.jpg"
    bad = {
        "empty.pdf": b"",
        "text.pdf": b"hello",
        "cut.jpg": good.read_bytes()[:50_000],
        "wrong.tif": b"\x89PNG\r\n\x1a\nnothing",
        "cut.pdf": b"%PDF-1.7\n1 0 obj\n<<",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / "missing.jpg", *(tmp_path / name for name in bad), good, tmp_path]
    with archive(tmp_path / "a") as opened:
        report = import_files(
            opened.place, paths[:-1], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None
        )
        assert [document.title for document in report.documents] == ["01-licence-form"]
        assert [refusal.params["name"] for refusal in report.refused] == ["missing.jpg", *bad]
        assert whole(opened.place)


def test_a_document_is_registered_with_what_was_read_beside_what_was_decided(tmp_path):
    with archive(tmp_path / "a") as opened:
        place = opened.place
        for _ in range(2):
            import_files(
                place,
                [SAMPLES / "01-licence-form.jpg"],
                record_class="building_file",
                cancel=CancelToken(),
                progress=lambda *_: None,
            )
        read(place)
        first, second = waiting_documents(place)
        assert duplicates_of(place, second.id)[0].same_bytes
        placed = proposals_for(place, first.id)[0]
        with pytest.raises(FieldsMissing):
            register_document(
                place, first, title="", record_class="building_file", file_reference=None, date=None, metadata={}
            )
        with pytest.raises(FieldInvalid, match="500 signs at most"):
            register_document(
                place, first.id, title="x", record_class="building_file", file_reference="9" * 501, date=None,
                metadata={"parcel": "124", "area": "السالمية"},
            )  # fmt: skip
        register_document(
            place,
            first,
            title="رخصة",
            record_class="building_file",
            file_reference="2026/5",
            date="١/٣/٢٠٢٤",
            metadata={"parcel": "124", "area": "السالمية"},
            chosen={"parcel": placed},
        )
        with place.unit_of_work() as unit:
            decision = next(d for d in unit.records.decisions(first.id) if d.field == "parcel")
            assert (decision.proposed, decision.decided) == ("123", "124")
            assert unit.records.document(first.id).date == "2024-03-01"
        read(place)
        assert find_pages(place, SearchRequest(query="قسيمة:124")).total == 1
        assert [d.id for d in waiting_documents(place)] == [second.id]
        assert export_document(place, first.number, tmp_path / "out.pdf", cancel=CancelToken()).stat().st_size > 1000
        assert whole(place)


def test_a_page_that_cannot_be_read_is_kept_marked_and_found_by_its_title(tmp_path):
    with archive(tmp_path / "a") as opened:
        place = opened.place
        import_files(
            place,
            [SAMPLES / "01-licence-form.jpg"],
            record_class="building_file",
            cancel=CancelToken(),
            progress=lambda *_: None,
        )
        read(place, PlainPool(failing=True))
        (document,) = waiting_documents(place)
        with place.unit_of_work() as unit:
            assert unit.records.pages_of_document(document.id)[0].unreadable
        assert find_pages(place, SearchRequest(query="licence")).total == 1


KILLED = """
import sys
from pathlib import Path
from tests.e2e.test_from_paper_to_found import begin, feed, read, close_batch, PROFILE
from tests.helpers.workplaces import archive
from muni_archive.domain.cancellation import CancelToken
from muni_archive.services.capture_batch import feed_pages
class Scanner: url = sys.argv[2]
with archive(Path(sys.argv[1])) as opened:
    batch = begin(opened.place, Scanner)
    print("batch", batch.id, flush=True)
    feed_pages(opened.place, batch.id, profile=PROFILE, cancel=CancelToken(), on_page=lambda p: print(p.id, flush=True))
    close_batch(opened.place, batch.id)
    read(opened.place)
"""


@pytest.mark.parametrize("seed", range(int(os.environ.get("MUNI_ARCHIVE_KILLS", "6"))))
def test_a_kill_at_any_moment_loses_no_page_that_was_accepted(tmp_path, seed):
    with SimulatedScanner(SAMPLES) as scanner:
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "a"), scanner.url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert child.stdout.readline().startswith("batch")
        time.sleep(random.Random(seed).uniform(0, 2.0))
        child.send_signal(signal.SIGKILL)
        accepted = {line for line in child.stdout.read().split() if len(line) == 36}
        child.wait()
        child.stdout.close()
    with archive(tmp_path / "a") as opened:
        with opened.place.unit_of_work() as unit:
            assert {page.id for page in unit.records.pages(tuple(accepted))} == accepted
        assert whole(opened.place)
        read(opened.place)
        assert whole(opened.place)
