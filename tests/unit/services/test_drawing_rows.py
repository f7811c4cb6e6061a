"""The register as a person narrows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muni_archive.domain.drawings import drawing_register
from muni_archive.services.drawing_rows import Standing, drawing_rows, narrowed
from tests.unit.domain.test_drawings import drawing


def described(number: str, sheet: str, revision: str, **said: str):
    plain = drawing(number, sheet, revision)
    return replace(plain, date="2024-05-01", metadata={**plain.metadata, **said})


@pytest.fixture
def rows():
    return drawing_rows(
        drawing_register(
            [
                described("n1", "A-101", "1", sheet_title="مسقط الدور الأرضي", scale="1:100", office="مكتب الخليج"),
                described("n2", "A-101", "2", sheet_title="مسقط الدور الأرضي", scale="1:100", office="مكتب الخليج"),
                described("n3", "S-5", "x", sheet_title="الأساسات", office="دار الهندسة"),
                described("n4", "S-5", "1", sheet_title="الأساسات", office="دار الهندسة"),
                described("n5", "M-1", "", office="Gulf Consult"),
            ]
        )
    )


def numbers(rows, text: str = "", *, only: bool = False) -> list[str]:
    return [row.number for row in narrowed(rows, text, only_in_force=only)]


def test_the_newest_revision_stands_first_and_says_what_it_supersedes(rows) -> None:
    first, second = [row for row in rows if row.sheet == "A-101"]

    assert (first.number, first.standing) == ("n2", Standing.IN_FORCE)
    assert (second.number, second.standing) == ("n1", Standing.SUPERSEDED)
    assert "2" in second.stands


def test_where_no_title_was_registered_the_documents_own_stands(rows) -> None:
    assert next(row.title for row in rows if row.number == "n5") == "t"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("١٠١", ["n2", "n1"]),
        ("a101", ["n2", "n1"]),
        ("a 101", ["n2", "n1"]),
        ("الارضي", ["n2", "n1"]),
        ("gulf", ["n5"]),
        ("الخليج 101", ["n2", "n1"]),
        ("الخليج اساسات", []),
        ("superseded", ["n1"]),
        ("٢٠٢٤-٠٥", ["n2", "n1", "n3", "n4", "n5"]),
        ("  ", ["n2", "n1", "n3", "n4", "n5"]),
    ],
)
def test_every_word_narrows_in_any_column(rows, text: str, found: list[str]) -> None:
    assert sorted(numbers(rows, text)) == sorted(found)


def test_only_in_force_leaves_out_what_is_superseded_and_keeps_what_is_unclear(rows) -> None:
    assert sorted(numbers(rows, only=True)) == ["n2", "n3", "n4", "n5"]
