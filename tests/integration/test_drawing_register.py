"""Drawings registered one after another: which is in force, in the list and in the viewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from muni_archive.services.list_drawings import list_drawings, superseded_by
from muni_archive.services.register_document import register_document, waiting_documents
from muni_archive.services.view_document import view_document
from tests.helpers.workplaces import archive


def register(place, revision: str, *, sheet: str = "A-101") -> str:
    page = resource_path("samples", "09-drawing-sheet.jpg")
    import_files(place, [page], record_class="engineering_drawing", cancel=CancelToken(), progress=lambda *_: None)
    (waiting,) = waiting_documents(place)
    metadata = {"sheet": sheet, "revision": revision, "parcel": "123", "area": "الروضة"}
    document = register_document(
        place, waiting, title="t", record_class="engineering_drawing", file_reference="F-1", date=None,
        metadata=metadata,
    )  # fmt: skip
    return document.number


@pytest.fixture
def opened(tmp_path: Path):
    with archive(tmp_path / "a") as opened:
        yield opened


def test_a_new_revision_supersedes_the_one_before(opened) -> None:
    place = opened.place
    first, second = register(place, "1"), register(place, "2")

    (sheet,) = list_drawings(place)

    assert [document.number for document in sheet.documents] == [first, second]
    newer = superseded_by(place, view_document(place, first).document)
    assert newer is not None
    assert newer.number == second
    assert superseded_by(place, view_document(place, second).document) is None


def test_the_command_lists_the_newest_first(tmp_path: Path, capsys) -> None:
    with archive(tmp_path / "a") as opened:
        numbers = [register(opened.place, revision) for revision in ("0", "1")]

    assert main(["--archive", str(tmp_path / "a"), "drawings", "--file", "F-1"]) == 0

    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[3] for row in rows] == numbers[::-1]
    assert [row[4] for row in rows] == ["in force", "superseded"]
