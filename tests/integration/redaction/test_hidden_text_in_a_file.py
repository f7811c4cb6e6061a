"""What counts as a hidden text that is still in the file, and what stands in every file."""

from __future__ import annotations

import io

import pikepdf
import pytest

from muni_archive.domain.mark_errors import RedactedCopyRefused
from muni_archive.rendition.redaction_check import check_redacted


def holding(stream: bytes) -> bytes:
    with pikepdf.new() as pdf:
        pdf.Root["/Held"] = pdf.make_stream(stream)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("hidden", ["٤٧١", "471"])
def test_three_digits_occur_in_any_file(hidden):
    check_redacted(holding(b"471 0 Td"), [], [], [], [hidden])


@pytest.mark.parametrize(
    ("held", "hidden"),
    [
        ("٤٧١".encode(), "٤٧١"),
        ("٤٧١".encode("utf-16-be"), "٤٧١"),
        (b"285010", "٢٨٥٠١٠"),
        (b"285010", "285010"),
        ("المالك".encode("utf-16-be").hex().upper().encode(), "المالك"),
    ],
)
def test_what_occurs_by_intent_is_refused(held, hidden):
    with pytest.raises(RedactedCopyRefused, match="still in the file"):
        check_redacted(holding(b"(" + held + b")"), [], [], [], [hidden])
