"""What the serving process does beside answering, where it can be seen without serving."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from muni_archive.domain.errors import DatabaseUnreachable, ObjectStoreFailed
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
    monkeypatch.setattr(watching, "forget_old_sign_ins", lambda _centre, days: days)
    place = SimpleNamespace(index=SimpleNamespace(cursor=7), read_only=True)
    run(Watcher(SimpleNamespace(arriving=tmp_path, desk=None, place=place)), again)
    assert "unforeseen" in caplog.text


def test_old_sign_ins_are_forgotten_in_the_same_sweep(tmp_path, monkeypatch, quick, caplog):
    caplog.set_level("INFO")
    done, asked = threading.Event(), []

    def forget(_centre, *, days):
        asked.append(days)
        done.set()
        return 3

    monkeypatch.setattr(watching, "forget_old_sign_ins", forget)
    monkeypatch.setattr(watching, "follow_journal", lambda _place: 0)
    place = SimpleNamespace(index=SimpleNamespace(cursor=7), read_only=True)
    run(Watcher(SimpleNamespace(arriving=tmp_path, desk=None, place=place), sign_in_days=30), done)
    assert asked == [30]
    assert "3 sign-ins older than 30 days were forgotten" in caplog.text


def test_a_database_that_is_away_does_not_end_the_forgetting(monkeypatch, caplog):
    def forget(_centre, *, days):
        raise DatabaseUnreachable(detail=f"away ({days})")

    monkeypatch.setattr(watching, "forget_old_sign_ins", forget)
    Watcher(SimpleNamespace())._forget()
    assert "cannot be forgotten" in caplog.text


def test_a_checkpoint_that_cannot_be_signed_ends_nothing(caplog):
    def sign(_place):
        raise DatabaseUnreachable(detail="away")

    Watcher(SimpleNamespace(place=None))._sign(sign)
    assert "no checkpoint was signed" in caplog.text
