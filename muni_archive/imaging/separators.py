"""Separator sheets: the codes that split a feed into documents."""

from __future__ import annotations

from dataclasses import dataclass

import zxingcpp

from muni_archive.domain.records import LONGEST_REFERENCE
from muni_archive.imaging.loading import Grey
from muni_archive.imaging.patch_code import has_patch_t

PREFIX = "MA1"
"""Begins every code of ours; the number is the code's version."""


@dataclass(frozen=True, kw_only=True)
class SeparatorCode:
    """What a sheet says about the pages after it; empty where it says nothing. `kind`: qr, code128, patch-t."""

    kind: str
    record_class: str = ""
    file_reference: str = ""


def code_text(record_class: str, file_reference: str) -> str:
    """The text of the QR code on a sheet."""
    return f"{PREFIX}|{record_class}|{file_reference}"


def find_separator(grey: Grey) -> SeparatorCode | None:
    """The separator on the page, if it is one. Codes of other makers are part of an ordinary page.

    A sheet that names its class or file outranks a plain one, whatever else stands on it.
    """
    plain: SeparatorCode | None = None
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
    for found in zxingcpp.read_barcodes(grey, formats=formats):
        code = _ours(found.text, "qr" if found.format == zxingcpp.BarcodeFormat.QRCode else "code128")
        if code and (code.record_class or code.file_reference):
            return code
        plain = plain or code
    if plain is None and has_patch_t(grey):
        plain = SeparatorCode(kind="patch-t")
    return plain


def _ours(text: str, kind: str) -> SeparatorCode | None:
    """Code 128 carries `MA1` alone or `MA1|class|file` like the QR code. No sheet of ours names a file so long."""
    prefix, *rest = text.split("|", 2)
    if prefix != PREFIX:
        return None
    record_class, file_reference = (*rest, "", "")[:2]
    if len(file_reference) > LONGEST_REFERENCE:
        return None
    return SeparatorCode(kind=kind, record_class=record_class, file_reference=file_reference)
