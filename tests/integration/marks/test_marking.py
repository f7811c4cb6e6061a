"""Marks lie over a page, and the page stays what it was."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from pdf2image import convert_from_bytes

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import NotFound
from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import MarkInvalid, OnlyLookedAt
from muni_archive.domain.marks import Corner, MarkKind
from muni_archive.services.export_document import export_document
from muni_archive.services.marks.marking import NewMark, add_mark, change_mark, marks_on, remove_mark
from muni_archive.services.marks.showing import shown_mark
from muni_archive.stamps import load_stamps
from tests.helpers.redactable import archive_with, drawn, saved, turned, working_as
from tests.helpers.stores import problems

NOTE = NewMark(kind=MarkKind.NOTE, box=Box(100, 600, 300, 80), text=" راجع المخطط ")
STAMP = NewMark(kind=MarkKind.STAMP, box=Box(100, 900, 400, 120), stamp="void")


@pytest.fixture
def opened(tmp_path):
    image, reading = drawn()
    with archive_with(tmp_path / "a", (saved(image, "JPEG"), reading)) as opened:
        yield opened


def test_who_and_when(opened):
    mark = add_mark(opened.place, "p0", NOTE)
    with working_as(opened, "second") as place:
        changed = change_mark(place, mark.id, text="راجع الملف", box=Box(1, 2, 30, 40))
    assert (mark.text, mark.made_by, mark.changed_by, mark.changed_at) == ("راجع المخطط", "first", "", None)
    assert (changed.text, changed.made_by, changed.changed_by) == ("راجع الملف", "first", "second")
    assert changed.box == Box(1, 2, 30, 40)
    assert changed.changed_at >= changed.made_at
    assert marks_on(opened.place, "p0") == (changed,)


def test_what_was_taken_away_is_not_shown_and_not_changed(opened):
    mark = add_mark(opened.place, "p0", STAMP)
    remove_mark(opened.place, mark.id)
    assert marks_on(opened.place, "p0") == ()
    with pytest.raises(NotFound):
        change_mark(opened.place, mark.id, text="x")
    assert problems(opened._store) == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(NOTE, text="  "),
        replace(NOTE, text="x" * 2001),
        replace(NOTE, box=Box(5000, 0, 10, 10)),
        replace(NOTE, box=Box(0, 0, 0, 10)),
        replace(STAMP, stamp="unheard-of"),
        replace(STAMP, stamp=""),
        replace(NOTE, stamp="void"),
    ],
)
def test_marks_that_would_show_nothing(opened, wrong):
    with pytest.raises(MarkInvalid):
        add_mark(opened.place, "p0", wrong)
    with pytest.raises(OnlyLookedAt):
        add_mark(replace(opened.place, copied=True), "p0", NOTE)


def exported(place, folder, **options):
    data = export_document(place, "d1", folder / "out.pdf", cancel=CancelToken(), **options).read_bytes()
    return np.asarray(convert_from_bytes(data, dpi=100)[0].convert("RGB")).astype(int)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_an_export_has_them_only_when_asked(tmp_path, degrees):
    image, reading = turned(*drawn(), degrees)
    with archive_with(tmp_path / "a", (saved(image, "JPEG"), reading)) as opened:
        plain = exported(opened.place, tmp_path)
        lying = Box(100, 200, 60, 30) if degrees in (0, 180) else Box(200, 100, 30, 60)
        for kind in (MarkKind.HIGHLIGHT, MarkKind.UNDERLINE, MarkKind.BOX):
            add_mark(opened.place, "p0", NewMark(kind=kind, box=lying))
        add_mark(opened.place, "p0", NewMark(kind=MarkKind.ARROW, box=Box(300, 300, 200, 90), corner=Corner.TOP_LEFT))
        add_mark(opened.place, "p0", replace(NOTE, box=Box(500, 600, 90, 90)))
        add_mark(opened.place, "p0", STAMP if degrees in (0, 180) else replace(STAMP, box=Box(600, 100, 120, 400)))

        assert (exported(opened.place, tmp_path) == plain).all()
        marked = exported(opened.place, tmp_path, with_marks=True)
    coloured = abs(marked - plain).sum(axis=2) > 60
    frame = {0: lying, 90: Box(1160 - 230 - 0, 0, 0, 0), 180: Box(820 - 160, 1160 - 230, 60, 30)}.get(degrees)
    assert coloured.mean() > 0.01
    if degrees in (0, 180):  # half the master's pixels: 100 instead of 200 dpi
        part = coloured[frame.y // 2 : frame.bottom // 2, frame.x // 2 : frame.right // 2]
        assert part.mean() > 0.8


def test_stamps_are_in_both_languages_and_an_unknown_one_shows_its_id(opened):
    assert {"true-copy", "void", "viewing-only"} <= set(load_stamps())
    assert all(stamp.label["ar"] and stamp.label["en"] for stamp in load_stamps().values())
    mark = add_mark(opened.place, "p0", STAMP)
    assert shown_mark(mark).text == "Void"
    assert shown_mark(replace(mark, stamp="gone")).text == "gone"


def test_the_master_is_untouched(opened):
    with opened.place.unit_of_work() as unit:
        before = unit.records.page("p0")
    add_mark(opened.place, "p0", NOTE)
    with opened.place.unit_of_work() as unit:
        assert unit.records.page("p0") == before
    assert io.BytesIO(opened.place.vault.get(before.blob)).read(2) == b"\xff\xd8"
