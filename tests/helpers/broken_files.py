"""Files that must be refused, made by code: each a name, the refusals that are right for it, and its maker."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from muni_archive.domain.errors import (
    FileBroken,
    FileEmpty,
    FileEncrypted,
    FileMissing,
    FileTooLarge,
    FileUnknown,
    Refused,
)

Refusals = tuple[type[Refused], ...]
BROKEN: Refusals = (FileBroken,)
LARGE: Refusals = (FileTooLarge,)
UNKNOWN: Refusals = (FileUnknown,)
BROKEN_OR_LARGE: Refusals = (FileBroken, FileTooLarge)


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A file to refuse."""

    name: str
    refusals: Refusals
    write: Callable[[Path], None]


def bad_files() -> Iterator[Bad]:
    """All of them; `write` makes the file, or what stands in its place, at the path that it is given."""
    yield Bad(name="missing.pdf", refusals=(FileMissing,), write=lambda path: None)
    yield Bad(name="folder.pdf", refusals=(FileMissing,), write=lambda path: path.mkdir())
    yield Bad(name="pipe.jpg", refusals=(FileMissing,), write=os.mkfifo)
    yield Bad(name="loop.tif", refusals=(FileMissing,), write=lambda path: path.symlink_to(path.name))
    yield Bad(name="dangling.png", refusals=(FileMissing,), write=lambda path: path.symlink_to("nowhere"))
    yield Bad(name="device.jpg", refusals=(FileMissing,), write=lambda path: path.symlink_to("/dev/zero"))
    for name, (refusals, data) in {**_plain(), **_images(), **_tiffs(), **_bombs(), **_pdfs()}.items():
        yield Bad(name=name, refusals=refusals, write=_writer(data))


def _writer(data: bytes | Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data() if callable(data) else data) and None


Made = Mapping[str, tuple[Refusals, bytes | Callable[[], bytes]]]


def _plain() -> Made:
    noise = np.random.default_rng(5).bytes(20_000)
    made: dict[str, tuple[Refusals, bytes | Callable[[], bytes]]] = {
        f"empty{ending}": ((FileEmpty,), b"") for ending in (".pdf", ".tif", ".jpg", ".png", ".jp2")
    }
    return made | {
        "zeros.tif": (UNKNOWN, bytes(10_000)),
        "noise.jpg": (UNKNOWN, b"x" + noise),
        "one-byte.png": (UNKNOWN, b"\x89"),
        "letter.pdf": (UNKNOWN, "كتاب رسمي".encode() * 50),
        "page.png": (UNKNOWN, b"<!DOCTYPE html><html><body>404</body></html>"),
        "packed.pdf": (UNKNOWN, b"PK\x03\x04" + noise),
        "program.pdf": (UNKNOWN, b"\x7fELF" + noise),
        "moving.jpg": (UNKNOWN, b"GIF89a\x01\0\x01\0\0\0\0;"),
        "windows.tif": (UNKNOWN, _saved("BMP")),
        "script.pdf": (UNKNOWN, b"%!PS-Adobe-3.0\n/Helvetica findfont\n" + b"showpage\n" * 200),
        "drawing.png": (UNKNOWN, b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    }


def page_picture(mode: str = "L", size: tuple[int, int] = (600, 800)) -> Image.Image:
    """Something like a page: grain and dark lines."""
    grey = np.random.default_rng(11).integers(200, 255, size[::-1], dtype=np.uint8)
    for top in range(40, size[1] - 20, 40):
        grey[top : top + 8, 40:-40] = 20
    return Image.fromarray(grey).convert(mode)


def _saved(form: str, mode: str = "L", **options: object) -> bytes:
    out = io.BytesIO()
    page_picture(mode).save(out, form, **options)
    return out.getvalue()


def _images() -> Made:
    jpeg, png, jpx = _saved("JPEG"), _saved("PNG"), _saved("JPEG2000")
    made: dict[str, tuple[Refusals, bytes | Callable[[], bytes]]] = {}
    for name, whole in (("cut.jpg", jpeg), ("cut.png", png), ("cut.jp2", jpx)):
        for share in (5, 50, 95):
            made[f"{share}-{name}"] = (BROKEN, whole[: len(whole) * share // 100])
    return made | {
        "head.jpg": (BROKEN, jpeg[:4]),
        "head.png": (BROKEN, png[:8]),
        "head.jp2": (BROKEN, jpx[:12]),
        "no-end.jpg": (BROKEN, jpeg[:-2]),
        "hole.jpg": (BROKEN, jpeg[: len(jpeg) // 2] + jpeg[-2:]),
        "no-scan.jpg": (BROKEN, jpeg[:2] + b"\xff\xd9"),
        "no-width.jpg": (BROKEN, _patched(jpeg, b"\xff\xc0", 5, b"\0\0\0\0")),
        "no-tables.jpg": (BROKEN, jpeg.replace(b"\xff\xdb", b"\xff\xfe").replace(b"\xff\xc4", b"\xff\xfe")),
        "checksum.png": (BROKEN, _flipped(png, len(png) // 2)),
        "no-header.png": (BROKEN, png[:8] + png[33:]),
        "no-pixels.png": (BROKEN, png[:33] + png[-12:]),
        "no-size.png": (BROKEN, _png(0, 0, b"")),
        "strange-depth.png": (BROKEN, _png(10, 10, zlib.compress(bytes(200)), depth=7)),
        "short-rows.png": (BROKEN, _png(500, 500, zlib.compress(bytes(1000)))),
        "zeros-inside.jp2": (BROKEN, jpx[:90] + bytes(len(jpx) - 90)),
    }


def _patched(data: bytes, mark: bytes, offset: int, put: bytes) -> bytes:
    at = data.index(mark) + offset
    return data[:at] + put + data[at + len(put) :]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes(255 - byte for byte in data[at : at + 8]) + data[at + 8 :]


def _png(width: int, height: int, packed: bytes, *, depth: int = 8, colour: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


def _tiffs() -> Made:
    grey, binary = _saved("TIFF", compression="tiff_adobe_deflate"), _saved("TIFF", "1", compression="group4")
    plain, many = _saved("TIFF"), _many_frames()
    return {
        "head.tif": (BROKEN, grey[:8]),
        "50-cut.tif": (BROKEN, grey[: len(grey) // 2]),
        "50-plain.tif": (BROKEN, plain[: len(plain) // 2]),
        "50-group4.tif": (BROKEN, binary[: len(binary) // 2]),
        "garbled-group4.tif": (BROKEN, _garbled(binary, 8, 400)),
        "garbled-deflate.tif": (BROKEN, _garbled(grey, 100, 5000)),
        "last-frame-cut.tif": (BROKEN, many[: len(many) * 80 // 100]),
        "no-directory.tif": (BROKEN, b"II*\0" + struct.pack("<I", 0)),
        "far-directory.tif": (BROKEN, b"II*\0" + struct.pack("<I", 0x7FFFFFFF)),
        "no-tags.tif": (BROKEN, b"II*\0" + struct.pack("<IHI", 8, 0, 0)),
        "own-tail.tif": (BROKEN, b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + bytes(12) * 40),
        "wide.tif": (BROKEN_OR_LARGE, _tiff(2_000_000_000, 3)),
        "no-height.tif": (BROKEN, _tiff(100, 0)),
        "strange-packing.tif": (BROKEN, _tiff(100, 100, packing=31337)),
        "short-strip.tif": (BROKEN, _tiff(3000, 3000)),
        "video.tif": (BROKEN, _tiff(100, 100, packing=7)),
    }


def _garbled(data: bytes, start: int, length: int) -> bytes:
    end = min(start + length, len(data) - 300)
    return data[:start] + np.random.default_rng(3).bytes(end - start) + data[end:]


def _many_frames() -> bytes:
    out = io.BytesIO()
    first, *others = [page_picture() for _ in range(4)]
    first.save(out, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")
    return out.getvalue()


def _tiff(width: int, height: int, *, packing: int = 1, data: bytes = bytes(100), next_at: int = 0) -> bytes:
    """One grey frame whose head promises what `data` does not hold; the directory begins at 8."""
    tags = (
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, packing), (262, 3, 1, 1),
        (273, 4, 1, 8 + 2 + 12 * 9 + 4), (277, 3, 1, 1), (278, 4, 1, max(height, 1)), (279, 4, 1, len(data)),
    )  # fmt: skip
    rows = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + struct.pack("<I", next_at) + data


def _endless_tiff() -> bytes:
    """The directory names itself as the next: a reader that follows it never ends."""
    return _tiff(10, 10, next_at=8)


def strange_but_whole() -> Made:
    """Files that break rules and yet show all that they hold: taken, within the same bounds."""
    return {
        "endless.tif": ((), _endless_tiff()),
        "no-area.pdf": ((), pdf_of("", box="0 0 0 0")),
        "strange-box.pdf": ((), pdf_of("", box="/a /b /c /d")),
        "endless-page.pdf": ((), pdf_of("", box="0 0 1e30 1e30")),
        "large-picture.pdf": ((), lambda: _picture_bomb(40_000)),
        "padded.jpg": ((), _saved("JPEG") + bytes(4000)),
        "wrong-ending.pdf": ((), _saved("JPEG")),
        "wrong-ending.png": ((), _saved("TIFF", "1", compression="group4")),
        "no-ending": ((), pdf_of("")),
    }


def _bombs() -> Made:
    return {
        "bomb.png": (BROKEN_OR_LARGE, lambda: _png(50_000, 50_000, _zeros(50_001 * 2000))),
        "bomb-colour.png": (BROKEN_OR_LARGE, lambda: _png(30_000, 30_000, _zeros(20_000_000), colour=2)),
        "bomb-16-bit.png": (BROKEN_OR_LARGE, lambda: _png(28_000, 28_000, _zeros(20_000_000), depth=16, colour=6)),
        "endless.png": (LARGE, _png(0x7FFFFFFF, 0x7FFFFFFF, b"")),
        "bomb.jpg": (BROKEN_OR_LARGE, lambda: _patched(_saved("JPEG"), b"\xff\xc0", 5, b"\xff\xdc\xff\xdc")),
        "bomb.tif": (LARGE, _tiff(60_000, 60_000, packing=8, data=zlib.compress(bytes(100_000)))),
        "strip-bomb.tif": (BROKEN_OR_LARGE, lambda: _tiff(20_000, 14_000, packing=8, data=_zeros(3 << 20))),
        "bomb.jp2": (BROKEN_OR_LARGE, lambda: _wide_jpx(_saved("JPEG2000"))),
        "text-bomb.png": (BROKEN_OR_LARGE, lambda: _with_text(_saved("PNG"), _zeros(400 << 20))),
    }


def _zeros(count: int) -> bytes:
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(count >> 20)]
    return b"".join([*parts, packer.compress(bytes(count & 0xFFFFF)), packer.flush()])


def _wide_jpx(data: bytes) -> bytes:
    """Both the box and the codestream claim 200,000 × 200,000 pixels in one tile."""
    side = struct.pack(">I", 200_000)
    at = data.index(b"ihdr") + 4
    data = data[:at] + side * 2 + data[at + 8 :]
    at = data.index(b"\xff\x51") + 6
    data = data[:at] + side * 2 + data[at + 8 :]
    return data[: at + 16] + side * 2 + data[at + 24 :]


def _with_text(png: bytes, packed: bytes) -> bytes:
    """A compressed comment before the pixels."""
    body = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return png[:33] + chunk + png[33:]


def _pdfs() -> Made:
    good = pdf_of("q 1 0 0 1 0 0 cm Q")
    return {
        "head.pdf": (BROKEN, b"%PDF-1.7\n"),
        "30-cut.pdf": (BROKEN, good[: len(good) * 30 // 100]),
        "noise.pdf": (BROKEN, b"%PDF-1.7\n" + np.random.default_rng(1).bytes(5000)),
        "locked.pdf": ((FileEncrypted,), lambda: _locked(user="سر")),
        "locked-old.pdf": ((FileEncrypted,), lambda: _locked(user="x", revision=3)),
        "no-pages.pdf": (BROKEN, _no_pages()),
        "no-root.pdf": (BROKEN, b"%PDF-1.4\n1 0 obj <</Type /Page>> endobj\ntrailer <</Size 2>>\n%%EOF"),
        "pages-loop.pdf": (BROKEN, _objects(
            "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 1 /Kids [3 0 R] /Parent 3 0 R>>",
            "<</Type /Pages /Count 1 /Kids [2 0 R] /Parent 2 0 R>>")),
        "own-child.pdf": (BROKEN, _objects("<</Type /Catalog /Pages 2 0 R>>",
                                           "<</Type /Pages /Count 1 /Kids [2 0 R]>>")),
        "false-count.pdf": (BROKEN, _objects("<</Type /Catalog /Pages 2 0 R>>",
                                             "<</Type /Pages /Count 2000000000 /Kids []>>")),
        "no-kids.pdf": (BROKEN, _objects("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 1>>")),
        "pages-is-number.pdf": (BROKEN, _objects("<</Type /Catalog /Pages 42>>", "42")),
        "deep.pdf": (BROKEN_OR_LARGE, _deep),
        "huge-page.pdf": (BROKEN_OR_LARGE, pdf_of("", box="0 0 2000000 2000000")),
        "many-pages.pdf": (LARGE, _many_pages),
        "drawing-bomb.pdf": (BROKEN_OR_LARGE, lambda: _content_bomb(b"0 0 m 600 800 l 600 0 l h f\n", 40_000_000)),
        "cut-picture.pdf": (BROKEN, _cut_picture),
    }  # fmt: skip


def _objects(*bodies: str, streams: Mapping[int, bytes] | None = None) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        data = (streams or {}).get(number)
        stream = b"\nstream\n" + data + b"\nendstream" if data is not None else b""
        out += f"{number} 0 obj\n{body}".encode() + stream + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return bytes(out) + f"trailer\n<</Size {len(bodies) + 1} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()


def pdf_of(content: str, *, box: str = "0 0 595 842") -> bytes:
    """A PDF of one page."""
    return _objects(
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
        f"<</Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources <<>> >>",
        f"<</Length {len(content)}>>",
        streams={4: content.encode()},
    )


def _locked(*, user: str, revision: int = 6) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of(""))) as pdf:
        pdf.save(
            out,
            encryption=pikepdf.Encryption(
                owner="owner", user=user, R=revision, metadata=revision > 3, aes=revision > 3
            ),
        )
    return out.getvalue()


def _no_pages() -> bytes:
    return _objects("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 0 /Kids []>>")


def _deep() -> bytes:
    """Arrays within arrays: a parser that recurses runs out of stack."""
    return pdf_of("").replace(b"/Resources <<>> ", b"/Resources " + b"[" * 300_000 + b"]" * 300_000)


def _many_pages() -> bytes:
    pages = [f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Number {at}>>" for at in range(6000)]
    kids = " ".join(f"{at + 3} 0 R" for at in range(6000))
    return _objects("<</Type /Catalog /Pages 2 0 R>>", f"<</Type /Pages /Count 6000 /Kids [{kids}]>>", *pages)


def _with_picture(head: str, data: bytes) -> bytes:
    content = b"595 0 0 842 0 0 cm /I Do"
    return _objects(
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</XObject <</I 5 0 R>> >> >>",
        f"<</Length {len(content)}>>",
        f"<</Type /XObject /Subtype /Image /BitsPerComponent 8 /ColorSpace /DeviceGray {head} /Length {len(data)}>>",
        streams={4: content, 5: data},
    )


def _picture_bomb(side: int) -> bytes:
    return _with_picture(f"/Width {side} /Height {side} /Filter /FlateDecode", _zeros(side * side))


def _cut_picture() -> bytes:
    data = _saved("JPEG")
    return _with_picture("/Width 600 /Height 800 /Filter /DCTDecode", data[: len(data) // 2])


def _content_bomb(line: bytes, times: int) -> bytes:
    """A page of a few kilobytes whose drawing unpacks to a gigabyte of full-page fills."""
    packer, block = zlib.compressobj(9), line * 10_000
    packed = b"".join([packer.compress(block) for _ in range(times // 10_000)] + [packer.flush()])
    return _objects(
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <<>> >>",
        f"<</Length {len(packed)} /Filter /FlateDecode>>",
        streams={4: packed},
    )
