"""Pages whose every word has a known place, in whatever form a master comes; and copies taken apart again."""

from __future__ import annotations

import io
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw

from muni_archive.bootstrap import open_workplace
from muni_archive.domain.events import PageCaptured, PageRead
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import FieldProposal, Line, Reading
from muni_archive.rendition.typeset import print_line, typeface
from tests.helpers.stores import batch, document, record

CIVIL_ID, OWNER = "285010112345", "عبداللطيف المطيري"
LINES = (
    "بلدية الكويت",
    f"المالك {OWNER} القسيمة ٤٧١",
    f"الرقم المدني {CIVIL_ID} الهاتف 22445566",
    "نفيدكم بأنه لا مانع من استكمال الإجراءات",
    f"يحضر السيد {OWNER} ومعه البطاقة ٢٨٥٠١٠١١٢٣٤٥",
)
SIZE = (820, 1160)


def drawn(lines=LINES, size=SIZE, *, ink=20, paper=255, mode="L") -> tuple[Image.Image, Reading]:
    """A page with these lines, and the reading of it with every word in its place."""
    image = Image.new(mode, size, paper)
    pen, font = ImageDraw.Draw(image), typeface(30)
    printed = tuple(
        print_line(pen, text, font, left=60, right=size[0] - 60, top=80 + at * 90, ink=ink)
        for at, text in enumerate(lines)
    )
    return image, Reading(engine="drawn", width=size[0], height=size[1], lines=printed, proposals=_proposals(printed))


def turned(image: Image.Image, reading: Reading, degrees: int) -> tuple[Image.Image, Reading]:
    """The page as it lies in the feeder: it must be turned `degrees` clockwise to stand upright."""
    lying = image.rotate(degrees, expand=True)
    lines = tuple(
        Line(words=tuple(replace(w, box=_lying(w.box, image.size, degrees)) for w in line.words))
        for line in reading.lines
    )
    proposals = tuple(replace(p, box=_lying(p.box, image.size, degrees)) for p in reading.proposals)
    return lying, replace(
        reading, width=lying.width, height=lying.height, orientation=degrees, lines=lines, proposals=proposals
    )


def _lying(box: Box, size: tuple[int, int], degrees: int) -> Box:
    width, height = size
    return {
        0: box,
        90: Box(box.y, width - box.right, box.height, box.width),
        180: Box(width - box.right, height - box.bottom, box.width, box.height),
        270: Box(height - box.bottom, box.x, box.height, box.width),
    }[degrees]


def _proposals(lines) -> tuple[FieldProposal, ...]:
    return tuple(
        FieldProposal(name="civil_id", value=CIVIL_ID, raw=word.text, box=word.box, confidence=1.0)
        for line in lines
        for word in line.words
        if word.text == CIVIL_ID
    )


@contextmanager
def working_as(opened, name: str):
    """The same archive, somebody else at the keyboard."""
    before = opened._store._actor
    opened._store._actor = name
    try:
        yield opened.place
    finally:
        opened._store._actor = before


def saved(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@contextmanager
def archive_with(folder: Path, *pages: tuple[bytes, Reading], title: str = "طلب ترخيص بناء", dpi: int = 200):
    """An archive in which `first` works, with one document of these masters, which have been read."""
    with open_workplace(folder) as opened:
        opened._store._actor = "first"
        captured = [
            PageCaptured(page_id=f"p{at}", batch_id="b1", position=at, blob=opened.place.vault.put(data), dpi=dpi,
                         media_type="image/any", width=reading.width, height=reading.height)
            for at, (data, reading) in enumerate(pages)
        ]  # fmt: skip
        read = [
            PageRead(page_id=f"p{at}", reading=opened.place.vault.put(reading.to_json()), engine="drawn", confidence=1)
            for at, (_data, reading) in enumerate(pages)
        ]
        created = replace(document("d1", 1, *(page.page_id for page in captured)), title=title)
        record(opened._store, batch("b1"), *captured, created, *read)
        yield opened


def texts_by_two(data: bytes, folder: Path) -> str:
    """All text that pdftotext and pdfium find."""
    path = folder / "taken-apart.pdf"
    path.write_bytes(data)
    poppler = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True).stdout
    pdf = pypdfium2.PdfDocument(data)
    pdfium = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    return poppler.decode() + pdfium


def every_byte(data: bytes) -> bytes:
    """The file as it lies there, every stream of it unpacked, and every object written out."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = [data]
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream):
                parts.append(each.read_raw_bytes())
                if each.get("/Filter") != pikepdf.Name.DCTDecode:
                    parts.append(each.read_bytes())
            parts.append(each.unparse(resolved=True))
    return b"\n".join(parts)


def page_pixels(data: bytes, number: int) -> np.ndarray:
    """Pixels of a page's picture (0: the notice), decoded from the file: grey or RGB."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return np.asarray(pikepdf.PdfImage(pdf.pages[number].resources.XObject["/Page"]).as_pil_image().convert("RGB"))


def says(data: bytes, text: str) -> bool:
    """Whether the bytes hold the text in any form that a PDF has for it."""
    everything = every_byte(data).lower()
    units = text.encode("utf-16-be")
    forms = (text.encode(), units, units.hex().encode(), text.encode("utf-16-le"), text.encode().hex().encode())
    return any(form.lower() in everything for form in forms)
