"""A clerk's answers: kept, found, proven and exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import FolderNotEmpty
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.paths import resource_path
from muni_archive.services.export_corrections import export_corrections
from muni_archive.services.follow_journal import indexed_pages
from muni_archive.services.import_files import import_files
from muni_archive.services.read_pages import read_pending
from muni_archive.services.review_words import next_page_to_review, review_word
from muni_archive.services.verify_archive import verify_archive
from muni_archive.services.view_document import reading_of
from tests.helpers.workplaces import PlainPool, archive


class UnsurePool(PlainPool):
    """Reads a label well, and a number and a word with doubt."""

    def reading(self) -> Reading:
        line = (("القسيمة", 0.99), ("١٢٣", 0.4), ("صحبح", 0.3))
        words = tuple(
            Word(text=text, box=Box(1800 - 250 * at, 300, 200, 60), confidence=sure)
            for at, (text, sure) in enumerate(line)
        )
        return Reading(engine="plain", width=2480, height=3508, lines=(Line(words=words),))


@pytest.fixture
def place(tmp_path: Path):
    with archive(tmp_path / "a") as opened:
        page = resource_path("samples", "01-licence-form.jpg")
        import_files(opened.place, [page], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
        read_pending(opened.place, UnsurePool(), cancel=CancelToken(), progress=lambda _: None)
        yield opened.place


def answer_all(place, *texts: str) -> None:
    shown = next_page_to_review(place)
    assert shown is not None
    for doubt, text in zip(shown.doubts, texts, strict=True):
        review_word(place, shown, doubt, text)


def text_found(place) -> str:
    with place.unit_of_work() as unit:
        (page,) = indexed_pages(unit.records, place.vault)
    return page.text


def whole(place) -> bool:
    return verify_archive(place, cancel=CancelToken(), progress=lambda *_: None).problems == ()


def export(place, folder: Path) -> int:
    return export_corrections(place, folder, cancel=CancelToken(), progress=lambda *_: None)


def test_answers_are_found_and_the_archive_stays_whole(place) -> None:
    answer_all(place, "١٢٥", "صحيح")

    assert text_found(place) == "القسيمة ١٢٥ صحيح"
    assert whole(place)
    assert next_page_to_review(place) is None


def test_a_corrected_number_is_proposed_for_its_field(place) -> None:
    answer_all(place, "١٢٥", "صحيح")
    with place.unit_of_work() as unit:
        (page_id,) = unit.records.reviewed_pages()

    assert [(p.name, p.value, p.confidence) for p in reading_of(place, page_id).proposals if p.name == "parcel"] == [
        ("parcel", "125", 1.0)
    ]


def test_a_page_half_looked_at_comes_back_with_the_rest(place) -> None:
    shown = next_page_to_review(place)
    review_word(place, shown, shown.doubts[0], "١٢٥")
    review_word(place, shown, shown.doubts[0], "١٢٦")

    rest = next_page_to_review(place)

    assert [doubt.read.text for doubt in rest.doubts] == ["صحبح"]
    assert rest.page.doubtful == 1
    assert text_found(place) == "القسيمة ١٢٦ صحبح"
    assert whole(place)


def test_a_page_can_be_left_for_later(place) -> None:
    shown = next_page_to_review(place)

    assert next_page_to_review(place, skipped={shown.page.id}) is None


def test_corrections_are_exported_and_a_reader_can_learn_from_them(place, tmp_path: Path) -> None:
    answer_all(place, "١٢٥", "")

    assert export(place, tmp_path / "out") == 2

    entries = [json.loads(line) for line in (tmp_path / "out/words.jsonl").read_text("utf-8").splitlines()]
    assert [(entry["read"], entry["text"]) for entry in entries] == [("١٢٣", "١٢٥"), ("صحبح", "")]
    assert all((tmp_path / "out" / entry["picture"]).stat().st_size for entry in entries)
    pytest.importorskip("torch", reason="the extra `training` is not installed")
    from muni_archive.training.lines import corrected

    (example,) = corrected(tmp_path / "out")
    assert example.visual == "١٢٥"
    assert example.strip.shape[0] == 40


def test_an_export_overwrites_nothing_and_leaves_nothing_half(place, tmp_path: Path, monkeypatch) -> None:
    answer_all(place, "١٢٥", "صحيح")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("x")
    with pytest.raises(FolderNotEmpty):
        export(place, tmp_path / "full")

    monkeypatch.setattr(place.vault, "path", lambda _sha: (_ for _ in ()).throw(RuntimeError("cut")))
    with pytest.raises(RuntimeError):
        export(place, tmp_path / "cut")

    assert not (tmp_path / "cut").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_says_how_many(tmp_path: Path, capsys) -> None:
    with archive(tmp_path / "a") as opened:
        page = resource_path("samples", "01-licence-form.jpg")
        import_files(opened.place, [page], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)
        read_pending(opened.place, UnsurePool(), cancel=CancelToken(), progress=lambda _: None)
        answer_all(opened.place, "١٢٥", "صحيح")

    assert main(["--archive", str(tmp_path / "a"), "corrections", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith("2 words are in")


def test_a_better_reading_keeps_what_the_clerk_found(place) -> None:
    from muni_archive.domain.events import PageRead
    from muni_archive.services.follow_journal import follow_journal

    answer_all(place, "١٢٥", "صحيح")
    again = replace(UnsurePool().reading(), engine="newer")
    with place.unit_of_work() as unit:
        (page_id,) = unit.records.reviewed_pages()
        blob = place.vault.put(again.to_json())
        unit.record(PageRead(page_id=page_id, reading=blob, engine="newer", confidence=0.5, doubtful=2))
        unit.commit()
    follow_journal(place)

    assert text_found(place) == "القسيمة ١٢٥ صحيح"
    assert whole(place)
