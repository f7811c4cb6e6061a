"""A file's reference is as long as every database can take it, wherever it is said."""

import pytest

from muni_archive.domain.errors import FieldInvalid
from muni_archive.domain.records import LONGEST_REFERENCE
from muni_archive.imaging.separators import _ours, code_text
from muni_archive.services.file_references import checked_reference

LONG = "م" * (LONGEST_REFERENCE + 1)


def test_a_reference_is_trimmed_and_bounded():
    assert checked_reference(f"  {LONG[1:]} ") == LONG[1:]
    assert checked_reference("  ") is None
    with pytest.raises(FieldInvalid, match="500 signs at most") as refused:
        checked_reference(LONG)
    assert len(str(refused.value)) < 120


def test_a_code_that_names_a_longer_one_is_no_separator_of_ours():
    named = _ours(code_text("building_file", LONG[1:]), "qr")
    assert named is not None
    assert named.file_reference == LONG[1:]
    assert _ours(code_text("building_file", LONG), "qr") is None
