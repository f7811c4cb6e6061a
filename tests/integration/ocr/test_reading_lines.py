"""Real pages through the project's own networks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from muni_archive.bootstrap import reader
from muni_archive.domain.reading import Reading
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.own import LineRecognizer
from muni_archive.ports import ReadRequest
from muni_archive.samples.generator import make_samples
from muni_archive.samples.sheet import Sheet
from tests.helpers.drawn_pages import LETTER, draw_letter

SCANS = Path(__file__).parents[3] / ".." / "shared" / "ocr-dev"


def read(image: Image.Image, folder: Path, *, dpi: int = 200) -> Reading:
    path = folder / "page.png"
    image.save(path)
    return reader().read(ReadRequest(path=path, media_type="image/png", rotation=0, dpi=dpi))


def recall(truth: str, text: str) -> float:
    wanted, found = fold(truth).split(), set(fold(text).split())
    return sum(word in found for word in wanted) / len(wanted)


def test_it_is_what_reads_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(reader(), LineRecognizer)
    monkeypatch.setenv("MUNI_ARCHIVE_READER", "tesseract")
    assert not isinstance(reader(), LineRecognizer)


def test_a_letter_is_read_in_logical_order(tmp_path: Path) -> None:
    reading = read(draw_letter(), tmp_path)

    assert recall(" ".join(LETTER), reading.text) > 0.9
    assert reading.lines[0].text.startswith("بلدية")
    assert not reading.unreadable
    assert {"block", "reference"} <= {proposal.name for proposal in reading.proposals}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_and_its_boxes_lie_on_the_master(tmp_path: Path, degrees: int) -> None:
    fed = draw_letter().rotate(degrees, expand=True)  # counter-clockwise, so the cure is clockwise

    reading = read(fed, tmp_path)

    assert reading.orientation == degrees
    assert recall(" ".join(LETTER), reading.text) > 0.85
    for word in reading.words:
        box = word.box
        assert 0 <= box.x < box.right <= fed.width
        assert 0 <= box.y < box.bottom <= fed.height
        assert (np.asarray(fed.crop((box.x, box.y, box.right, box.bottom))) < 128).any(), word


def test_noise_is_not_read_with_confidence(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (1200, 900)).astype(np.uint8)

    reading = read(Image.fromarray(noise), tmp_path, dpi=100)

    assert not any(word.confidence > 0.9 and len(word.text) > 3 for word in reading.words)


def test_the_numbers_of_the_sample_pages_come_out_exact(tmp_path: Path) -> None:
    truth = json.loads(make_samples(tmp_path, seed=4).read_text(encoding="utf-8"))
    found = wanted = 0
    for page in truth["pages"]:
        if not page["text"]:
            continue
        request = ReadRequest(path=tmp_path / page["file"], media_type="image/jpeg", rotation=0, dpi=200)
        text = fold(reader().read(request).text).split()
        numbers = [word for word in fold(page["text"]).split() if word.isdigit() and len(word) > 1]
        wanted += len(numbers)
        found += sum(number in text for number in numbers)

    assert wanted > 10
    assert found / wanted > 0.85


def test_labels_that_lie_aslant_on_a_drawing_are_read_whole(tmp_path: Path) -> None:
    plan = Image.new("L", (4200, 2600), 255)
    labels = {"قطعة 2078/22": (500, 400, 35), "قطعة 6887/19": (1700, 900, 35), "قطعة 7733/6": (2900, 1500, -20)}
    for text, (x, y, angle) in labels.items():
        sheet = Sheet((600, 600))
        sheet.label(480, 270, text, size=46)
        turned = sheet.image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        plan.paste(turned, (x, y))

    reading = read(plan, tmp_path)

    assert sorted(line.text for line in reading.lines) == sorted(labels)


@pytest.mark.skipif(not SCANS.exists(), reason="the scanned pages are not here")
@pytest.mark.parametrize(("page", "least"), [("lowcontrast_02", 0.85), ("rotated_02", 0.85), ("dpi200_01", 0.85)])
def test_damaged_scans_are_read(page: str, least: float) -> None:
    manifest = json.loads((SCANS / "manifest.json").read_text(encoding="utf-8"))["pages"]
    dpi = next(entry["dpi"] for entry in manifest if entry["id"] == page)

    reading = reader().read(ReadRequest(path=SCANS / f"{page}.jpg", media_type="image/jpeg", rotation=0, dpi=dpi))

    assert recall((SCANS / f"{page}.gt.txt").read_text(encoding="utf-8"), reading.text) > least
