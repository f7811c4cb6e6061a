"""Which revision of a sheet is in force."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muni_archive.domain.drawings import drawing_register, revision_order
from muni_archive.domain.records import Document


def drawing(number: str, sheet: str, revision: str = "", *, file: str | None = "F1", parcel: str = "") -> Document:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Document(
        id=number, number=number, version=2, record_class="engineering_drawing", department="d", title="t",
        file_reference=file, date=None, metadata={"sheet": sheet, "revision": revision, "parcel": parcel},
        registered=True, created_at=at, changed_at=at, changed_by="c",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", "0"),
        ("0", "1"),
        ("2", "10"),
        ("A", "B"),
        ("أ", "ب"),
        ("P1", "P2"),
        ("٢", "٣"),
        ("Rev 1", "Rev. 2"),
        ("", "A"),
    ],
)
def test_a_later_revision_is_in_force(earlier: str, later: str) -> None:
    (sheet,) = drawing_register([drawing("n2", "A-101", later), drawing("n1", "A-101", earlier)])

    assert [document.number for document in sheet.documents] == ["n1", "n2"]
    assert sheet.current is not None
    assert sheet.current.number == "n2"
    assert sheet.supersedes(sheet.documents[0]) is sheet.current
    assert sheet.supersedes(sheet.current) is None


@pytest.mark.parametrize(("one", "other"), [("A", "1"), ("P1", "C1"), ("1", "1"), ("last", "1")])
def test_revisions_in_no_order_supersede_nothing(one: str, other: str) -> None:
    (sheet,) = drawing_register([drawing("n1", "A-101", one), drawing("n2", "A-101", other)])

    assert not sheet.clear
    assert sheet.current is None
    assert sheet.supersedes(sheet.documents[0]) is None


def test_a_sheets_number_may_be_written_in_other_ways() -> None:
    assert len(drawing_register([drawing("n1", "A-101", "1"), drawing("n2", "a ١٠١", "2")])) == 1


def test_other_sheets_and_other_matters_are_apart() -> None:
    documents = [drawing("n1", "A-1"), drawing("n2", "A-2"), drawing("n3", "A-1", file="F2"),
                 drawing("n4", "A-1", file=None, parcel="7")]  # fmt: skip

    assert [(sheet.matter, sheet.sheet) for sheet in drawing_register(documents)] == [
        ("7", "A-1"), ("F1", "A-1"), ("F1", "A-2"), ("F2", "A-1"),
    ]  # fmt: skip


def test_sheets_are_counted_as_people_count() -> None:
    register = drawing_register([drawing("n1", "A-10"), drawing("n2", "A-2"), drawing("n3", "A-2", file="F10"),
                                 drawing("n4", "A-2", file="F2")])  # fmt: skip

    assert [(sheet.matter, sheet.sheet) for sheet in register] == [
        ("F1", "A-2"), ("F1", "A-10"), ("F2", "A-2"), ("F10", "A-2"),
    ]  # fmt: skip


def test_what_has_no_sheet_number_is_in_no_register() -> None:
    assert drawing_register([drawing("n1", " - ")]) == ()


def test_a_word_is_no_revision() -> None:
    assert revision_order("as built") is None
