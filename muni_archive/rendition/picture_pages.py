"""Pages of a PDF that are made of bare pixels."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import pikepdf
from PIL import Image, ImageDraw

from muni_archive.domain.geometry import Box
from muni_archive.domain.redaction import PagePicture, PictureForm
from muni_archive.rendition.typeset import typeface

PICTURE = "/Page"
POINTS = 72
_HIGHEST, _SHARE, _LABEL = 14.0, 0.7, 64
"""Of a label: points, part of its box, and pixels of its picture."""
_SMALLEST = 3.0
"""Points below which a label would be dust."""


def add_picture_page(pdf: pikepdf.Pdf, picture: PagePicture, dpi: int) -> pikepdf.Page:
    """A page as large as the paper was."""
    width, height = (side * POINTS / dpi for side in (picture.width, picture.height))
    page = pdf.add_blank_page(page_size=(width, height))
    page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary({PICTURE: _image(pdf, picture)}))
    page.obj["/Contents"] = pdf.make_indirect(
        pikepdf.Stream(pdf, f"q {width:.4f} 0 0 {height:.4f} 0 0 cm {PICTURE} Do Q\n".encode())
    )
    return page


def add_labels(
    pdf: pikepdf.Pdf, page: pikepdf.Page, places: Sequence[tuple[Box, str]], dpi: int, rotation: int
) -> None:
    """A short code in white on each black place, upright when the page is shown turned by `rotation`."""
    height = float(page.mediabox[3])
    shown = b""
    for box, code in places:
        picture = _label(code, rotation)
        name = f"/Why{code}"
        wide, tall = _fitted(box, picture, dpi)
        if min(wide, tall) < _SMALLEST:
            continue
        if name not in page.resources.XObject:
            page.resources.XObject[name] = _image(pdf, picture)
        left = (box.x + box.width / 2) * POINTS / dpi - wide / 2
        bottom = height - (box.y + box.height / 2) * POINTS / dpi - tall / 2
        shown += f"q {wide:.3f} 0 0 {tall:.3f} {left:.3f} {bottom:.3f} cm {name} Do Q\n".encode()
    if shown:
        page.contents_add(pikepdf.Stream(pdf, shown))


def page_picture(page: pikepdf.Page) -> pikepdf.Object:
    """The stream with the page's pixels."""
    return page.resources.XObject[PICTURE]


def grey_rows(stream: pikepdf.Object, box: Box) -> Iterator[int]:
    """The brightest value in each row of the box, 0 to 255: the PDF's own bytes, decoded."""
    if stream.Filter == pikepdf.Name.DCTDecode:
        picture = np.asarray(_decoded(stream.read_raw_bytes()))
        part = picture[box.y : box.bottom, box.x : box.right]
        yield from (int(row.max()) for row in part)
        return
    stride = (int(stream.Width) + 7) // 8
    rows = np.frombuffer(stream.read_bytes(), np.uint8).reshape(int(stream.Height), stride)
    for row in rows[box.y : box.bottom]:
        yield 255 * int(np.unpackbits(row, count=int(stream.Width))[box.x : box.right].max())


def _decoded(data: bytes) -> Image.Image:
    import io

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            image.load()
            return image
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _image(pdf: pikepdf.Pdf, picture: PagePicture) -> pikepdf.Object:
    bits = picture.form is PictureForm.BITS
    colour = picture.form is PictureForm.JPEG_COLOUR
    stream = pikepdf.Stream(pdf, picture.data)
    for key, value in {
        "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": picture.width,
        "/Height": picture.height, "/BitsPerComponent": 1 if bits else 8,
        "/ColorSpace": pikepdf.Name.DeviceRGB if colour else pikepdf.Name.DeviceGray,
    }.items():  # fmt: skip
        stream[key] = value
    stream.write(picture.data, filter=pikepdf.Name.FlateDecode if bits else pikepdf.Name.DCTDecode)
    return pdf.make_indirect(stream)


@lru_cache(maxsize=64)
def _label(code: str, rotation: int) -> PagePicture:
    font = typeface(_LABEL, bold=True)
    image = Image.new("L", (round(font.getlength(code)) + _LABEL // 2, _LABEL), 0)
    ImageDraw.Draw(image).text((image.width / 2, _LABEL / 2), code, font=font, fill=255, anchor="mm")
    turned = image.rotate(rotation, expand=True)  # counterclockwise, against the turning of the page
    packed = zlib.compress(np.packbits(np.asarray(turned) >= 128, axis=1).tobytes(), 9)
    return PagePicture(data=packed, width=turned.width, height=turned.height, form=PictureForm.BITS)


def _fitted(box: Box, picture: PagePicture, dpi: int) -> tuple[float, float]:
    """Width and height in points: as large as fits into the box, and no larger than a line of text."""
    room = (box.width * POINTS / dpi * _SHARE, box.height * POINTS / dpi * _SHARE)
    longest = _HIGHEST * max(picture.width, picture.height) / min(picture.width, picture.height)
    scale = min(room[0] / picture.width, room[1] / picture.height, longest / max(picture.width, picture.height))
    return picture.width * scale, picture.height * scale
