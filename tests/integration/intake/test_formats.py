"""What comes in from outside, format by format: masters as they are, text that was born with a page."""

from __future__ import annotations

import io
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from bidi import get_display
from PIL import Image
from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextOption,
)

from muni_archive.intake import open_source
from muni_archive.paths import resource_path
from tests.helpers.broken_files import page_picture

ARABIC = ("بلدية الكويت إدارة تراخيص البناء", "القسيمة 123 بمنطقة السالمية", "رخصة بناء رقم 2024/77 بتاريخ 2024/03/01")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pages_of(path: Path, data: bytes):
    path.write_bytes(data)
    return list(open_source(path))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("JPEG2000", "image/jp2"), ("TIFF", "image/tiff")],
)
def test_a_single_picture_keeps_its_own_bytes(tmp_path, kind, media_type):
    data = saved(page_picture(), kind, dpi=(200, 200))
    (page,) = pages_of(tmp_path / "page", data)
    assert (page.data, page.media_type) == (data, media_type)
    assert (page.width, page.height) == page_picture().size
    assert page.dpi == (300 if kind == "JPEG2000" else 200)  # JPEG 2000 tells none that Pillow reads


@pytest.mark.parametrize(("mode", "packing"), [("L", "tiff_lzw"), ("1", "group4"), ("RGB", "jpeg")])
def test_the_frames_of_a_tiff_are_parted_without_loss(tmp_path, mode, packing):
    frames = [page_picture().convert(mode).rotate(at) for at in range(3)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression=packing, dpi=(300, 300))
    pages = pages_of(tmp_path / "many.tif", data)
    assert [page.page for page in pages] == [1, 2, 3]
    with Image.open(io.BytesIO(data)) as whole:
        for at, page in enumerate(pages):
            whole.seek(at)
            with Image.open(io.BytesIO(page.data)) as parted:
                assert np.array_equal(np.asarray(whole.convert("RGB")), np.asarray(parted.convert("RGB")))
            assert page.dpi == 300


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000"])
def test_a_page_that_is_one_scan_gives_the_scan_as_it_is(tmp_path, kind):
    scan = saved(page_picture(), kind)
    (page,) = pages_of(tmp_path / "scan.pdf", img2pdf.convert(scan))
    assert page.data == scan
    assert page.reading is None


def test_a_fax_page_keeps_every_pixel(tmp_path):
    bitonal = page_picture().convert("1")
    (page,) = pages_of(tmp_path / "fax.pdf", img2pdf.convert(saved(bitonal, "TIFF", compression="group4")))
    with Image.open(io.BytesIO(page.data)) as taken:
        assert (taken.mode, page.media_type) == ("1", "image/tiff")
        assert np.array_equal(np.asarray(taken), np.asarray(bitonal))


def test_a_picture_that_is_only_part_of_the_page_is_not_taken_for_it(tmp_path):
    layout = img2pdf.get_layout_fun((595, 842), ((img2pdf.ImgSize.abs, 200), (img2pdf.ImgSize.abs, 200)))
    (page,) = pages_of(tmp_path / "letter.pdf", img2pdf.convert(saved(page_picture(), "JPEG"), layout_fun=layout))
    assert page.media_type == "image/jpeg"
    assert abs(page.height / page.width - 842 / 595) < 0.01
    assert page.dpi == 300


def test_a_turned_page_is_shown_as_it_is_meant(tmp_path):
    with pikepdf.open(io.BytesIO(img2pdf.convert(saved(page_picture(), "JPEG")))) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(tmp_path / "made.pdf")
    (page,) = list(open_source(tmp_path / "made.pdf"))
    width, height = page_picture().size
    assert abs(page.width / page.height - height / width) < 0.02


def test_the_text_of_a_document_that_was_written_is_kept_with_its_places(tmp_path, qapp):
    (page,) = pages_of(tmp_path / "written.pdf", written(tmp_path, ARABIC))
    assert page.reading is not None
    assert page.reading.engine == "pdf-text"
    words = {word.text: word.box for word in page.reading.words}
    for wanted in ("بلدية", "الكويت", "القسيمة", "123", "السالمية", "2024/77"):
        assert wanted in words, page.reading.text
    ink = np.asarray(Image.open(io.BytesIO(page.data)).convert("L"))
    for box in words.values():
        assert ink[box.y : box.y + box.height, box.x : box.x + box.width].min() < 128  # there is ink where it says


def test_arabic_that_was_written_in_visual_order_is_turned(tmp_path, qapp):
    lines = (
        "بلدية الكويت إدارة البناء",
        "القسيمة رقم 123 بمنطقة السالمية والمساحة",
        "رخصة بناء رقم 2024/77 بتاريخ 2024/03/01",
        "المكتب الهندسي ACME للاستشارات الهندسية",
    )
    turned = ["\u202d" + str(get_display(line, base_dir="R")) for line in lines]
    (page,) = pages_of(tmp_path / "reversed.pdf", written(tmp_path, turned))
    assert page.reading is not None
    assert page.reading.text == "\n".join(lines)


def test_the_hidden_text_of_a_scan_is_not_believed(tmp_path):
    with pikepdf.open(io.BytesIO(img2pdf.convert(resource_path("samples", "01-licence-form.jpg").read_bytes()))) as pdf:
        content = b"q BT 3 Tr /F1 12 Tf 50 700 Td (some other engine read this text here) Tj ET Q"
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        pdf.pages[0].Resources.Font = pikepdf.Dictionary(F1=font)
        pdf.pages[0].contents_add(content)
        pdf.save(tmp_path / "scanned.pdf")
    (page,) = list(open_source(tmp_path / "scanned.pdf"))
    assert page.reading is None
    assert page.data == resource_path("samples", "01-licence-form.jpg").read_bytes()


def test_text_of_a_font_whose_digits_have_no_letters_is_not_believed(tmp_path, qapp):
    QFontDatabase.addApplicationFont(str(resource_path("fonts", "IBMPlexSansArabic-Regular.ttf")))
    (page,) = pages_of(tmp_path / "written.pdf", written(tmp_path, ARABIC, font="IBM Plex Sans Arabic"))
    assert page.reading is None  # it would say «القسيمة /%%!»: the page is read instead


def written(folder: Path, lines: list[str] | tuple[str, ...], *, font: str = "DejaVu Sans") -> bytes:
    """A PDF as a word processor makes it: shaped glyphs of an embedded font, with their map to letters."""
    assert QGuiApplication.instance()
    target = folder / "made.pdf"
    writer = QPdfWriter(str(target))
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(20, 20, 20, 20))
    )
    painter = QPainter(writer)
    painter.setFont(QFont(font, 16))
    room = painter.viewport()
    option = QTextOption()
    for at, line in enumerate(lines):
        painter.drawText(QRectF(0, at * 600, room.width(), 500), line, option)
    painter.end()
    return target.read_bytes()
