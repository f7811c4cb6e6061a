"""What the serving process does beside answering, where it can be seen without serving."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from muni_archive.domain.errors import DatabaseUnreachable, ObjectStoreFailed
from muni_archive.server import watching
from muni_archive.server.watching import Watcher
from muni_archive.services.retention.removing import Removal


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


def test_whatever_goes_wrong_beside_it_the_index_goes_on(tmp_path, monkeypatch, quick, caplog):
    followed = threading.Event()

    def unforeseen(*_args, **_named):
        raise RuntimeError("unforeseen")

    for name in ("give_up_old", "forget_old_sign_ins", "sign_if_due", "settle_disposals", "remove_destroyed"):
        monkeypatch.setattr(watching, name, unforeseen)
    monkeypatch.setattr(watching, "sign_checkpoint", lambda _place: None)
    monkeypatch.setattr(watching, "follow_journal", lambda _place: followed.set())
    place = SimpleNamespace(index=SimpleNamespace(cursor=7), read_only=True)
    run(Watcher(SimpleNamespace(arriving=tmp_path, desk=None, place=place)), followed)
    assert caplog.text.count("RuntimeError: unforeseen") >= 5


def test_whatever_goes_wrong_who_waits_for_news_is_woken(monkeypatch, caplog):
    monkeypatch.setattr(watching, "LOOK_S", 0.01)
    ends = iter([RuntimeError("unforeseen"), 5])

    class Unit(contextlib.nullcontext):
        def __enter__(self):
            return SimpleNamespace(records=SimpleNamespace(last_sequence=self.last_sequence))

        def last_sequence(self):
            end = next(ends, 5)
            if isinstance(end, Exception):
                raise end
            return end

    async def wait():
        looking = Watcher(SimpleNamespace(unit_of_work=Unit))
        task = asyncio.create_task(looking.watch())
        await asyncio.wait_for(looking.news(after=4, wait=30), 20)
        alive = not task.done()
        task.cancel()
        return alive

    assert asyncio.run(wait())
    assert "unforeseen" in caplog.text


@pytest.mark.parametrize("what", ["settle_disposals", "remove_destroyed"])
def test_a_store_that_does_not_answer_is_left_alone_for_a_while(monkeypatch, what):
    """The index, and those who write while a file is removed, would wait for the store again and again."""
    tries, others = [], []

    def away(*_args, **_named):
        tries.append(1)
        raise ObjectStoreFailed(detail="away")

    monkeypatch.setattr(watching, "settle_disposals", lambda _centre: others.append(1))
    monkeypatch.setattr(watching, "remove_destroyed", lambda _place, but: others.append(1) or Removal(removed=0))
    monkeypatch.setattr(watching, what, away)
    looking = Watcher(SimpleNamespace(place=None))
    for _ in range(3):
        looking._destroy()
    assert (len(tries), len(others)) == (1, 3)
    later = watching.time.monotonic() + watching.AWAY_S
    monkeypatch.setattr(watching.time, "monotonic", lambda: later)
    looking._destroy()
    assert (len(tries), len(others)) == (2, 4)


def test_what_cannot_be_decided_holds_up_no_removal(monkeypatch, caplog):
    def settle(_centre):
        raise DatabaseUnreachable(detail="away")

    monkeypatch.setattr(watching, "settle_disposals", settle)
    monkeypatch.setattr(watching, "remove_destroyed", lambda _place, but: Removal(removed=1, locked=("ab",)))
    looking = Watcher(SimpleNamespace(place=None))
    looking._destroy()
    assert looking._kept._value.get() == 1


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
