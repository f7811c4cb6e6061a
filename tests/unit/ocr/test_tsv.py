from muni_archive.imaging.frames import scaled
from muni_archive.ocr.tsv import parse_tsv, to_lines

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def row(line: int, left: int, text: str, confidence: str = "90.5") -> str:
    return f"5\t1\t1\t1\t{line}\t1\t{left}\t10\t20\t8\t{confidence}\t{text}\n"


def test_words_come_in_logical_order_with_their_place_in_the_master() -> None:
    lines = to_lines(list(parse_tsv(HEAD + row(1, 60, "بلدية") + row(1, 30, "الكويت"))), scaled(0.5, 0.5))

    assert [line.text for line in lines] == ["بلدية الكويت"]
    assert lines[0].words[0].box.x == 120
    assert lines[0].words[0].confidence == 0.905


def test_marks_and_persian_letters_are_put_right() -> None:
    assert [w.text for w in parse_tsv(HEAD + row(1, 0, "\u200fکتابی\u200e") + row(1, 0, "۱۲۳"))] == ["كتابي", "١٢٣"]


def test_shards_of_rules_are_no_line() -> None:
    assert to_lines(list(parse_tsv(HEAD + row(1, 0, "|") + row(2, 0, "-."))), scaled(1, 1)) == ()


def test_a_table_that_is_cut_short_gives_what_is_whole() -> None:
    assert [w.text for w in parse_tsv(HEAD + row(1, 0, "كتاب") + "5\t1\t1")] == ["كتاب"]
