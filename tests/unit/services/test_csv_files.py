"""Tables that a spreadsheet opens: Arabic whole, and nothing that it would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muni_archive.services.csv_files import as_csv


def read_back(*rows):
    data = b"".join(as_csv(["الاسم"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =HYPERLINK()", "\r=1", "\u2068=1\u2069"])
def test_nothing_is_a_formula(text):
    (_header, (cell,)) = read_back([text])
    assert cell.startswith("'")


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r\u2066\u2067\u2068\u2069")))
def test_any_other_text_comes_back_as_it_was(text):
    (_header, *rows) = read_back([text, 5])
    assert rows[0][0].removeprefix("'") == text.removeprefix("'") or text == ""
    assert rows[0][1] == "5"
