"""In which order a page's lines are read."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.ocr.layout import in_order
from muni_archive.ocr.lines.finding import FoundLine


@dataclass(frozen=True)
class Piece:
    name: str
    found: FoundLine
    words: tuple[str, ...]


def piece(name: str, left: float, right: float, y: float, words: int = 6) -> Piece:
    found = FoundLine(x=(left + right) / 2, y=y, length=right - left, height=30, angle=0.0)
    return Piece(name, found, ("كلمة",) * words)


def names(pieces: list[Piece]) -> list[list[str]]:
    return [[one.name for one in row] for row in in_order(pieces)]


def flat(pieces: list[Piece]) -> list[str]:
    return [name for row in names(pieces) for name in row]


def column(name: str, left: float, right: float, rows: int, top: float = 300) -> list[Piece]:
    return [piece(f"{name}{at}", left, right, top + 60 * at) for at in range(rows)]


def test_two_columns_are_read_one_after_the_other_the_right_one_first() -> None:
    page = [piece("head", 200, 1800, 100), *column("l", 100, 950, 5), *column("r", 1050, 1900, 5)]

    assert flat(page) == ["head", *(f"r{at}" for at in range(5)), *(f"l{at}" for at in range(5))]


def test_lines_of_two_columns_need_not_stand_beside_each_other() -> None:
    page = [*column("l", 100, 950, 5, top=330), *column("r", 1050, 1900, 5)]

    assert flat(page) == [*(f"r{at}" for at in range(5)), *(f"l{at}" for at in range(5))]


def test_three_columns() -> None:
    page = [*column("a", 100, 600, 4), *column("b", 700, 1200, 4), *column("c", 1300, 1800, 4)]

    assert flat(page) == [f"{name}{at}" for name in "cba" for at in range(4)]


def test_a_line_across_both_columns_divides_them() -> None:
    upper = [*column("l", 100, 950, 3), *column("r", 1050, 1900, 3)]
    lower = [*column("m", 100, 950, 3, top=700), *column("s", 1050, 1900, 3, top=700)]

    assert flat([*upper, piece("mid", 100, 1900, 560), *lower]) == [
        "r0", "r1", "r2", "l0", "l1", "l2", "mid", "s0", "s1", "s2", "m0", "m1", "m2",
    ]  # fmt: skip


def test_a_table_is_read_row_by_row() -> None:
    cells = [piece(f"{y}{x}", 1500 - 500 * x, 1500 - 500 * x + 150, 300 + 60 * y, words=1)
             for y in range(5) for x in range(3)]  # fmt: skip

    assert names(cells) == [[f"{y}{x}" for x in range(3)] for y in range(5)]


def test_a_forms_labels_and_values_stay_beside_each_other() -> None:
    form = [piece(f"{side}{at}", left, left + 300, 300 + 80 * at, words=2)
            for at in range(6) for side, left in (("l", 200), ("r", 1400))]  # fmt: skip

    assert names(form) == [[f"r{at}", f"l{at}"] for at in range(6)]


def test_no_lines_have_no_order() -> None:
    assert in_order([]) == []
