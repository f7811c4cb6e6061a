"""Real pages through real Tesseract; what every engine must do, through the project's own networks too."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from muni_archive.bootstrap import reader
from muni_archive.domain.errors import EngineMissing, ReadingFailed
from muni_archive.domain.reading import Reading
from muni_archive.imaging.preparation import PagePreparation
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.own import LineRecognizer
from muni_archive.ocr.tesseract import TesseractRecognizer
from muni_archive.ports import ReadRequest, Recognizer
from tests.helpers.drawn_pages import LETTER, draw_letter, shade

SCANS = Path(__file__).parents[3] / ".." / "shared" / "ocr-dev"
pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def read(
    image: Image.Image, folder: Path, *, dpi: int = 200, rotation: int = 0, engine: Recognizer | None = None
) -> Reading:
    path = folder / "page.png"
    image.save(path)
    request = ReadRequest(path=path, media_type="image/png", rotation=rotation, dpi=dpi)
    return (engine or recognizer()).read(request)


def recognizer() -> TesseractRecognizer:
    return TesseractRecognizer(preparation=PagePreparation())


@pytest.fixture(params=["tesseract", "lines"])
def engine(request: pytest.FixtureRequest) -> Recognizer:
    return recognizer() if request.param == "tesseract" else reader()


def recall(truth: str, text: str) -> float:
    wanted, found = re.findall(r"\w+", fold(truth)), set(re.findall(r"\w+", fold(text)))
    return sum(word in found for word in wanted) / len(wanted)


def test_a_letter_is_read_in_logical_order(tmp_path: Path) -> None:
    reading = read(draw_letter(), tmp_path)

    assert recall(" ".join(LETTER), reading.text) > 0.85
    assert reading.lines[0].text.startswith("بلدية")
    assert not reading.unreadable
    assert {"subject", "block", "reference"} <= {proposal.name for proposal in reading.proposals}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_and_its_boxes_lie_on_the_master(tmp_path: Path, degrees: int) -> None:
    fed = draw_letter().rotate(degrees, expand=True)  # counter-clockwise, so the cure is clockwise

    reading = read(fed, tmp_path)

    assert reading.orientation == degrees
    assert recall(" ".join(LETTER), reading.text) > 0.8
    word = max(reading.words, key=lambda found: found.confidence * len(found.text))
    box = word.box
    ink = int((np.asarray(fed.crop((box.x, box.y, box.right, box.bottom))) < 128).sum())
    assert ink > 0.03 * box.width * box.height
    assert box.right <= fed.width
    assert box.bottom <= fed.height
    assert (box.height > box.width) == (degrees != 180)


def test_faint_ink_in_the_shade_is_read(tmp_path: Path, engine: Recognizer) -> None:
    least = 0.85 if isinstance(engine, LineRecognizer) else 0.8
    assert recall(" ".join(LETTER), read(shade(draw_letter()), tmp_path, engine=engine).text) > least


def test_an_empty_page_is_unreadable_and_no_error(tmp_path: Path, engine: Recognizer) -> None:
    reading = read(Image.new("L", (1654, 2339), 250), tmp_path, engine=engine)

    assert reading.unreadable
    assert reading.lines == ()


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, engine: Recognizer) -> None:
    path = tmp_path / "page.jpg"
    path.write_bytes(b"\xff\xd8\xff no picture")

    with pytest.raises(ReadingFailed):
        engine.read(ReadRequest(path=path, media_type="image/jpeg", rotation=0, dpi=300))


def test_a_missing_model_names_its_package(tmp_path: Path) -> None:
    draw_letter().save(tmp_path / "page.png")
    lacking = TesseractRecognizer(preparation=PagePreparation(), models=("Klingon",))

    with pytest.raises(EngineMissing, match="Klingon"):
        lacking.read(ReadRequest(path=tmp_path / "page.png", media_type="image/png", rotation=0, dpi=200))


@pytest.mark.skipif(not SCANS.exists(), reason="the scanned pages are not here")
@pytest.mark.parametrize(("page", "least"), [("lowcontrast_00", 0.6), ("rotated_02", 0.75), ("photocopy_03", 0.5)])
def test_damaged_scans_are_read(page: str, least: float) -> None:
    manifest = json.loads((SCANS / "manifest.json").read_text(encoding="utf-8"))["pages"]
    dpi = next(entry["dpi"] for entry in manifest if entry["id"] == page)

    reading = recognizer().read(ReadRequest(path=SCANS / f"{page}.jpg", media_type="image/jpeg", rotation=0, dpi=dpi))

    assert recall((SCANS / f"{page}.gt.txt").read_text(encoding="utf-8"), reading.text) > least
