"""Several processes serve one database, each in a folder of its own: one key signs the journal all the same."""

from __future__ import annotations

import shutil

import pytest

from muni_archive.bootstrap import open_centre
from muni_archive.domain.errors import SigningKeyElsewhere
from muni_archive.domain.events import PagesSearched
from muni_archive.services.audit.checkpoints import checkpoint_problems, sign_checkpoint, sign_if_due, signing_key
from muni_archive.store.unit_of_work import SqlUnitOfWork
from muni_archive.sync.keys import FILE


def test_two_processes_that_begin_together_sign_with_one_key(tmp_path, postgres_url, monkeypatch):
    """Each saw that nobody had signed yet."""
    first, second = tmp_path / "first", tmp_path / "second"
    with open_centre(first, database=postgres_url) as one, open_centre(second, database=postgres_url) as two:
        lock, locked = SqlUnitOfWork.lock, []

        def late(unit):
            if not locked:
                locked.append(unit)
                assert sign_checkpoint(two.centre.place)
            lock(unit)

        monkeypatch.setattr(SqlUnitOfWork, "lock", late)
        with pytest.raises(SigningKeyElsewhere):
            sign_checkpoint(one.centre.place)
        assert not (first / FILE).exists()
        shutil.copy(second / FILE, first / FILE)
        for each in (one, two):
            assert list(checkpoint_problems(each.centre.place)) == []


def test_a_key_that_is_told_has_signed(tmp_path, postgres_url):
    """Else another process makes its own meanwhile."""
    first, second = tmp_path / "first", tmp_path / "second"
    with open_centre(first, database=postgres_url) as one, open_centre(second, database=postgres_url) as two:
        assert signing_key(one.centre.place).public_key
        with pytest.raises(SigningKeyElsewhere):
            signing_key(two.centre.place)


def test_a_second_process_makes_no_key_of_its_own(tmp_path, postgres_url):
    first, second = tmp_path / "first", tmp_path / "second"
    with open_centre(first, database=postgres_url) as one, open_centre(second, database=postgres_url) as two:
        assert sign_checkpoint(one.centre.place)
        with one.centre.unit_of_work() as unit:
            unit.record(PagesSearched(query="x", found=0, filters={}))
            unit.commit()
        with pytest.raises(SigningKeyElsewhere, match=r"station\.key.*second"):
            sign_checkpoint(two.centre.place)
        with pytest.raises(SigningKeyElsewhere):
            sign_if_due(two.centre.place)
        assert not (second / FILE).exists()
        shutil.copy(first / FILE, second / FILE)
        assert sign_checkpoint(two.centre.place)
        assert signing_key(one.centre.place).public_key == signing_key(two.centre.place).public_key
        for each in (one, two):
            assert list(checkpoint_problems(each.centre.place)) == []
