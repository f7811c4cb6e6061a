"""What the serving process does beside answering, where it can be seen without serving."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from muni_archive.domain.errors import ObjectStoreFailed
from muni_archive.server import watching
from muni_archive.server.watching import Watcher


class Desk:
    """As much of `ports.CentralDesk` as sweeping needs; keeps what it was asked."""

    def __init__(self, error=None):
        self.error, self.asked = error, []

    def give_up_older(self, before):
        self.asked.append(before)
        if self.error:
            raise self.error
        return 2


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(watching, "INDEX_S", 0.01)


def run(watcher, until):
    thread = threading.Thread(target=watcher.index)
    thread.start()
    try:
        assert until.wait(10)
    finally:
        watcher.stop()
        thread.join(10)
    assert not thread.is_alive()


def test_uploads_that_nobody_goes_on_with_are_given_up_after_a_week(tmp_path, caplog):
    caplog.set_level("INFO")
    desk = Desk()
    Watcher(SimpleNamespace(arriving=tmp_path, desk=desk))._sweep()
    (before,) = desk.asked
    assert timedelta(days=6) < datetime.now(UTC) - before < timedelta(days=8)
    assert "2 unfinished files" in caplog.text


def test_a_store_that_is_away_does_not_end_the_sweeping(tmp_path, caplog):
    Watcher(SimpleNamespace(arriving=tmp_path, desk=Desk(ObjectStoreFailed(detail="away"))))._sweep()
    assert "cannot be looked at" in caplog.text


def test_whatever_goes_wrong_the_index_is_tried_again(tmp_path, monkeypatch, quick, caplog):
    again, calls = threading.Event(), []

    def follow(_place):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("unforeseen")
        again.set()

    monkeypatch.setattr(watching, "follow_journal", follow)
    place = SimpleNamespace(index=SimpleNamespace(cursor=7))
    run(Watcher(SimpleNamespace(arriving=tmp_path, desk=None, place=place)), again)
    assert "unforeseen" in caplog.text
