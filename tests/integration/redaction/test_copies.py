"""A redacted copy taken apart by other programs than the one that made it: what is hidden is not in it."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import RedactedCopyRefused
from muni_archive.domain.redaction import HiddenArea
from muni_archive.services.redaction.deciding import preview_redaction
from muni_archive.services.redaction.finding import occurrences
from muni_archive.services.redaction.material import current_material
from muni_archive.services.redaction.proposing import propose_redaction
from tests.helpers.redactable import (
    CIVIL_ID,
    OWNER,
    archive_with,
    drawn,
    page_pixels,
    saved,
    says,
    texts_by_two,
    turned,
)


def cmyk(image):
    return saved(image.convert("CMYK"), "JPEG", quality=92)


def with_preview(image):
    """A camera's file: the whole page again as a thumbnail, and the owner's name in its metadata."""
    exif = Image.Exif()
    exif[0x010E] = f"owner {CIVIL_ID}"
    return saved(image.convert("RGB"), "JPEG", exif=exif, comment=CIVIL_ID.encode(), quality=92)


def sixteen(image):
    return saved(Image.fromarray(np.asarray(image).astype(np.uint16) * 257), "PNG")


MASTERS = {
    "jpeg-grey": lambda image: saved(image, "JPEG", quality=90),
    "jpeg-colour": lambda image: saved(image.convert("RGB"), "JPEG", quality=75, subsampling=2),
    "jpeg-cmyk": cmyk,
    "jpeg-with-metadata": with_preview,
    "jpeg2000-grey": lambda image: saved(image, "JPEG2000"),
    "jpeg2000-colour": lambda image: saved(image.convert("RGB"), "JPEG2000"),
    "tiff-bits": lambda image: saved(image.convert("1"), "TIFF", compression="group4"),
    "tiff-bits-strips": lambda image: saved(image.convert("1"), "TIFF", compression="group4", tiffinfo={278: 64}),
    "tiff-grey": lambda image: saved(image, "TIFF", compression="tiff_lzw"),
    "tiff-colour": lambda image: saved(image.convert("RGB"), "TIFF", compression="tiff_adobe_deflate"),
    "tiff-cmyk": lambda image: saved(image.convert("CMYK"), "TIFF"),
    "png-bits": lambda image: saved(image.convert("1"), "PNG"),
    "png-palette": lambda image: saved(image.convert("P"), "PNG"),
    "png-alpha": lambda image: saved(image.convert("RGBA"), "PNG"),
    "png-16": sixteen,
}


def areas_of(place, *texts):
    material = current_material(place, "d1")
    return [HiddenArea(p.page_id, p.box, "privacy") for text in texts for p in occurrences(material, text)]


def copy_of(place, areas):
    redaction = propose_redaction(place, "d1", areas)
    return preview_redaction(place, redaction.id, cancel=CancelToken()).data


def assert_black(data, areas, page_id="p0", number=1):
    pixels = page_pixels(data, number)
    for area in areas:
        if area.page_id == page_id:
            box = area.box
            part = pixels[max(0, box.y) : box.bottom, max(0, box.x) : box.right]
            assert part.size
            assert not part.any()


@pytest.mark.parametrize("form", MASTERS)
def test_every_kind_of_master(tmp_path, form):
    image, reading = drawn()
    with archive_with(tmp_path / "a", (MASTERS[form](image), reading)) as opened:
        areas = areas_of(opened.place, CIVIL_ID, OWNER)
        data = copy_of(opened.place, areas)

    assert len(areas) == 4
    text = texts_by_two(data, tmp_path)
    for word in (CIVIL_ID, "٢٨٥٠١٠١١٢٣٤٥", *OWNER.split()):
        assert word not in text
        assert not says(data, word)
    assert says(data, "الإجراءات")
    assert "الإجراءات" in text
    assert_black(data, areas)
    assert_still_there(data, image)


def assert_still_there(data, image):
    """The line without anything hidden in it looks as it did."""
    line = slice(340, 420)
    before = np.asarray(image.convert("L"))[line].astype(int)
    after = np.asarray(Image.fromarray(page_pixels(data, 1)).convert("L"))[line].astype(int)
    assert abs(before - after).mean() < 3


def test_the_masters_own_bytes_are_not_in_the_copy(tmp_path):
    image, reading = drawn()
    master = with_preview(image)
    with archive_with(tmp_path / "a", (master, reading)) as opened:
        data = copy_of(opened.place, areas_of(opened.place, CIVIL_ID))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [each.read_raw_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        assert not pdf.attachments
        assert data.count(b"%%EOF") == 1
    scan = master[master.rindex(b"\xff\xda") + 14 :]
    assert not any(scan[:400] in stream for stream in streams)
    assert not any(b"Exif" in stream for stream in streams)


def test_a_title_that_names_what_is_hidden(tmp_path):
    image, reading = drawn()
    title = f"طلب {OWNER} والرقم {CIVIL_ID}"
    with archive_with(tmp_path / "a", (saved(image, "PNG"), reading), title=title) as opened:
        data = copy_of(opened.place, areas_of(opened.place, CIVIL_ID, OWNER))
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == "طلب ××× ××× والرقم ×××"
        assert str(pdf.docinfo["/Title"]) == xmp["dc:title"]
    assert not says(data, "المطيري")
    assert not says(data, CIVIL_ID)


def test_a_title_with_the_number_glued_to_a_word_is_left_out_whole(tmp_path):
    image, reading = drawn()
    with archive_with(tmp_path / "a", (saved(image, "PNG"), reading), title=f"طلب رقم{CIVIL_ID}_نسخة") as opened:
        data = copy_of(opened.place, areas_of(opened.place, CIVIL_ID))
    assert not says(data, CIVIL_ID)


def test_dates_and_numbers_with_strokes_in_a_title(tmp_path):
    image, reading = drawn(("التاريخ: 20/11/2021 م", "الموافق ٢٠٢١-١١-٢٠", "رقم 12/45 للقسيمة"))
    title = "كتاب 2021/11/20 رقم 12/45 للقسيمة"
    with archive_with(tmp_path / "a", (saved(image.convert("1"), "PNG"), reading), title=title) as opened:
        areas = areas_of(opened.place, "2021-11-20", "12/45")
        data = copy_of(opened.place, areas)
    assert len(areas) == 3
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "كتاب ××× رقم ××× للقسيمة"
    assert "20/11/2021" not in texts_by_two(data, tmp_path)


def test_a_bar_code_that_says_it_too_must_be_covered(tmp_path):
    import zxingcpp

    image, reading = drawn()
    bars = zxingcpp.create_barcode(CIVIL_ID, zxingcpp.BarcodeFormat.Code128).to_image(scale=3)
    code = Image.fromarray(np.asarray(bars)).resize((500, 120), Image.Resampling.NEAREST)
    image.paste(code.convert("L"), (150, 800))
    from dataclasses import replace

    with archive_with(tmp_path / "a", (saved(image, "PNG"), replace(reading, codes=(CIVIL_ID,)))) as opened:
        areas = areas_of(opened.place, CIVIL_ID)
        with pytest.raises(RedactedCopyRefused, match="bar code on page 1"):
            copy_of(opened.place, areas)
        assert copy_of(opened.place, [*areas, HiddenArea("p0", Box(140, 790, 520, 140), "privacy")])


def test_a_page_that_nobody_has_read(tmp_path):
    """Handwriting, or a page that waits: only pixels."""
    image, reading = drawn()
    area = HiddenArea("p0", Box(100, 150, 300, 60), "privacy")
    with archive_with(tmp_path / "a", (saved(image, "JPEG"), reading)) as opened:
        from dataclasses import replace

        from muni_archive.domain.events import PageCaptured
        from tests.helpers.stores import batch, document, record

        blob = opened.place.vault.put(saved(image, "PNG"))
        page = PageCaptured(page_id="q", batch_id="b2", position=0, blob=blob, media_type="image/png", width=820,
                            height=1160, dpi=200)  # fmt: skip
        made = replace(document("d2", 2, "q"))
        record(opened._store, batch("b2"), page, made)
        redaction = propose_redaction(opened.place, "d2", [replace(area, page_id="q")])
        data = preview_redaction(opened.place, redaction.id, cancel=CancelToken()).data
    assert_black(data, [area])
    assert "الإجراءات" not in texts_by_two(data, tmp_path)


def test_a_master_that_is_not_of_the_size_its_boxes_belong_to_is_not_redacted(tmp_path):
    from muni_archive.domain.errors import ReadingFailed

    image, reading = drawn()
    smaller = saved(image.resize((410, 580)), "PNG")
    with archive_with(tmp_path / "a", (smaller, reading)) as opened, pytest.raises(ReadingFailed, match="pixels"):
        copy_of(opened.place, areas_of(opened.place, CIVIL_ID))


rectangles = st.builds(Box, st.integers(-30, 800), st.integers(-30, 1100), st.integers(1, 400), st.integers(1, 200))
placed = rectangles.filter(lambda box: box.right > 0 and box.bottom > 0)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(
    areas=st.lists(st.tuples(st.sampled_from([0, 1]), placed), min_size=1, max_size=4),
    degrees=st.sampled_from([0, 90, 180, 270]),
    forms=st.tuples(
        st.sampled_from(["jpeg-colour", "tiff-bits", "png-16"]), st.sampled_from(["jpeg-grey", "tiff-grey"])
    ),
    dpi=st.sampled_from([72, 200, 301, 600]),
)
def test_wherever_it_is_hidden(tmp_path_factory, areas, degrees, forms, dpi):
    folder = tmp_path_factory.mktemp("any")
    pages = [turned(*drawn(), degrees), drawn(LINES_APART)]
    size = [image.size for image, _reading in pages]
    areas = [HiddenArea(f"p{at}", box, "security") for at, box in areas if box.x < size[at][0] and box.y < size[at][1]]
    if not areas:
        return
    masters = [(MASTERS[form](image), reading) for form, (image, reading) in zip(forms, pages, strict=True)]
    with archive_with(folder / "a", *masters, dpi=dpi) as opened:
        data = copy_of(opened.place, areas)
    text = texts_by_two(data, folder)
    for at, (_image, reading) in enumerate(pages):
        boxes = [area.box for area in areas if area.page_id == f"p{at}"]
        assert_black(data, areas, f"p{at}", at + 1)
        for word in reading.words:
            hidden = any(_overlap(word.box, box) for box in boxes)
            if hidden and word.text in ONCE:
                assert word.text not in text
                assert not says(data, word.text)


LINES_APART = ("مخطط الدور الأرضي", "مهندس فيصل العنزي", "ترخيص رقم 98765432")
ONCE = {"22445566", "القسيمة", "استكمال", "نفيدكم", "الأرضي", "العنزي", "98765432", "مخطط"}
"""Words that stand once in both pages together, and not in the notice."""


def _overlap(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def test_a_large_sheet_of_two_tones_is_never_held_whole(tmp_path):
    import tracemalloc

    from muni_archive.imaging.blackening import blackened

    width, height = 6000, 8000
    sheet = np.full((height, width), 255, np.uint8)
    cv2.putText(sheet, CIVIL_ID, (400, 4000), cv2.FONT_HERSHEY_SIMPLEX, 9, 0, 14)
    path = tmp_path / "sheet.tif"
    path.write_bytes(saved(Image.fromarray(sheet).convert("1"), "TIFF", compression="group4", tiffinfo={278: 128}))
    tracemalloc.start()
    picture = blackened(path, [Box(300, 3500, 5000, 800)], width=width, height=height)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < width * height / 4
    assert len(picture.data) < 60_000
