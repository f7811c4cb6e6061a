"""The process that synchronises beside the window: started again, heard a little at a time."""

import os
import sys
import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QTimer

from ui.centre.child import LINES, SyncChild

LONG = 60_000
"""Milliseconds that something may take on a busy machine."""


def waits(qtbot, sentence):
    qtbot.waitUntil(sentence, timeout=LONG)


def test_processes_that_end_at_one_moment_do_not_start_at_one(qtbot):
    children = [SyncChild() for _ in range(30)]
    for child in children:
        child.start([os.devnull])
    waits(qtbot, lambda: all(child._again.isActive() for child in children))
    pauses = [child._again.interval() for child in children]
    for child in children:
        child.stop()
    assert len(set(pauses)) > 10
    assert 200 <= min(pauses) <= max(pauses) <= 1000


TELLING = """
import sys, time
from muni_archive.services.together.synchronising import News, Side
from muni_archive.services.together.telling import as_line
for entry in range({count}):
    print(as_line(News(side=Side.FOLLOWING, central=entry)), flush=entry % 50 == 0)
sys.stdout.flush()
{end}
"""


@pytest.mark.parametrize("end", ["time.sleep(60)", ""])
def test_a_process_that_has_much_to_tell_is_heard_a_little_at_a_time(qtbot, end):
    """Else nothing moves in the window meanwhile. What it told before it ended is heard all the same, in order."""
    window = QObject()
    child, heard, turns = SyncChild(window), [], [0]
    turn = QTimer(window, interval=0)
    turn.timeout.connect(lambda: turns.append(len(heard)))
    child.told.connect(lambda news: heard.append(news.central))
    child.ended.connect(lambda _words: heard.append("ended"))
    child.start([sys.executable, "-c", TELLING.format(count=500, end=end)])
    time.sleep(3)  # the window does something else
    turn.start()
    waits(qtbot, lambda: len(heard) == 500 + (end == ""))
    child.stop()
    assert heard == [*range(500), *(["ended"] if end == "" else [])]
    if end:
        assert max(after - before for before, after in pairwise(turns)) <= 2 * LINES
