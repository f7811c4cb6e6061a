"""`muni-archive demo` and `demo --earnest`: what they print is what happened. Two pages, read in no time."""

import json
import shutil
from dataclasses import replace

import pytest

from muni_archive.bootstrap import OpenArchive, open_workplace
from muni_archive.cli.main import main
from muni_archive.demonstration.postgres import PostgresMissing, binaries
from muni_archive.demonstration.seaweed import weed
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Word
from muni_archive.paths import resource_path
from muni_archive.sync.client import say_hello
from muni_archive.sync.state import load_link
from scanners.simulated import PAGES
from tests.helpers.workplaces import PlainPool

SAMPLES = resource_path("samples")
FED = ("01-licence-form.jpg", "02-description-certificate.jpg")
STORY = (
    "Two stations are enrolled.",
    "The centre is stopped.",
    "2 pages fed = 2 kept",
    "The centre does not answer",
    "2 pages are here only.",
    "The centre is back, and the first station caught up: 2 pages are safe there",
    "The second station finds",
    "Both stations, their copies of the centre and the centre itself are whole.",
)


class AlonePool(PlainPool):
    """Reads at once what the demonstration asks for; the station must be enrolled, and its centre away."""

    def __init__(self, archive):
        super().__init__()
        self.archive, self.read = archive, 0

    def reading(self):
        """A line of each question that the demonstration asks."""
        asked = json.loads((SAMPLES / "samples.json").read_text("utf-8"))["queries"]
        lines = tuple(
            Line(words=tuple(
                Word(text=word, box=Box(15 * at, 15 * row, 14, 9), confidence=0.9)
                for at, word in enumerate(text.split())
            ))
            for row, text in enumerate(asked)
        )  # fmt: skip
        return replace(super().reading(), lines=lines, proposals=())

    def submit(self, key, request, done):
        with pytest.raises(CentreUnreachable):
            say_hello(load_link(self.archive).url)
        self.read += 1
        super().submit(key, request, done)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The first station's archive, as `--keep` has it."""
    pages, archive = tmp_path / "pages", tmp_path / "kept" / "archive"
    pages.mkdir()
    for name in FED:
        shutil.copy(SAMPLES / name, pages)
    pool = AlonePool(archive)
    monkeypatch.setenv(PAGES, str(pages))
    monkeypatch.setattr(OpenArchive, "pool", lambda _opened: pool)
    yield archive
    assert pool.read == len(FED)


def pictures(archive):
    with open_workplace(archive, read_only=True) as opened, opened.place.unit_of_work() as unit:
        (document,) = unit.records.documents()
        return [page.blob for page in unit.records.pages_of_document(document.id)]


def files_under(folder):
    return {file.name: file for file in folder.rglob("*") if file.is_file()}


def told_in_order(text):
    at = 0
    for part in STORY:
        at = text.find(part, at)
        assert at >= 0, f"«{part}» is missing, or comes too early:\n{text}"


@pytest.mark.slow
def test_one_station_scans_without_the_centre_and_another_finds_it(kept, capsys):
    assert main(["demo", "--keep", str(kept)]) == 0
    told = capsys.readouterr().out
    told_in_order(told)
    assert "(SQLite)" in told
    scanned = set(pictures(kept))
    opened = scanned & set(files_under(kept.parent / "other-station" / "centre" / "files"))
    assert len(opened) == 1, "the page that was found, and none that was not asked for"
    assert scanned <= set(files_under(kept.parent / "centre" / "vault"))


@pytest.mark.slow
def test_the_same_on_postgresql_and_an_object_store(kept, capsys):
    try:
        binaries()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    if weed() is None:
        pytest.skip("SeaweedFS (weed) is not installed")
    assert main(["demo", "--earnest", "--keep", str(kept)]) == 0
    told = capsys.readouterr().out
    told_in_order(told)
    assert "(PostgreSQL + S3)" in told
    scanned = set(pictures(kept))
    assert len(scanned & set(files_under(kept.parent / "other-station" / "centre" / "files"))) == 1
    here = files_under(kept.parent / "centre")
    assert not scanned & set(here), "the centre's files lie in the object store"
    assert "centre.sqlite3" not in here
