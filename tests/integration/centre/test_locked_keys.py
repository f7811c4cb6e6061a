"""A key store that is locked, or away, costs no archive its key: it is told, and works again when it is opened."""

from __future__ import annotations

import logging

import pytest

from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import KeyMissing, KeyStoreFailed
from muni_archive.services.audit.checkpoints import sign_checkpoint
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.sync.keys import FILE, find_key, keep_key
from tests.helpers.key_stores import KeptKeyring
from tests.helpers.serving import served_here
from ui.app import _end


@pytest.fixture
def key_store(monkeypatch):
    store = KeptKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", store)
    return store


@pytest.fixture
def archive(tmp_path, key_store):
    """An archive of its own that has signed a checkpoint."""
    with open_workplace(tmp_path / "A1") as opened:
        sign_checkpoint(opened.place)
    return tmp_path / "A1"


def sync(archive):
    with open_workplace(archive, read_only=True) as opened, open_together(archive, opened.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)


@pytest.mark.parametrize("state", ["locked", "away"])
def test_a_station_stays_who_it_is(tmp_path, archive, key_store, state, capsys):
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        enrol_archive(archive, url=f"http://127.0.0.1:{port}", code=invite_station(centre.centre))
        sync(archive)
        setattr(key_store, state, True)
        assert (
            main(["--archive", str(archive), "export-journal", str(tmp_path / "journal")]) == KeyStoreFailed.exit_code
        )
        assert "Unlock the key store" in capsys.readouterr().err
        with pytest.raises(KeyStoreFailed):
            sync(archive)
        setattr(key_store, state, False)
        assert not (archive / FILE).exists()
        sync(archive)


def test_what_an_older_program_put_there_is_not_made_anew_either(tmp_path, archive, key_store):
    """It left no note where the key is; that the station is enrolled says that there is one."""
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        enrol_archive(archive, url=f"http://127.0.0.1:{port}", code=invite_station(centre.centre))
    (archive / "station.in-key-store").unlink()
    key_store.away = True
    for work in (lambda: sync(archive), lambda: signed(archive)):
        with pytest.raises(KeyMissing):
            work()
    assert not (archive / FILE).exists()


def signed(archive):
    with open_workplace(archive) as opened:
        return opened.place.signer.held().public_key


def test_an_archive_alone_keeps_its_key_where_the_key_store_is_away(archive, key_store):
    before = signed(archive)
    key_store.away = True
    with pytest.raises(KeyStoreFailed):
        signed(archive)
    key_store.away = False
    assert signed(archive) == before


def test_where_there_is_no_key_store_the_key_lies_in_its_file_and_one_that_came_later_is_not_asked(tmp_path, key_store):
    key_store.away = True
    assert keep_key(tmp_path, "station-a", "5f" * 32) is False
    key_store.away, key_store.locked = False, True
    assert find_key(tmp_path, "station-a") == "5f" * 32


def test_a_key_store_that_never_heard_of_it_says_so(tmp_path, key_store):
    assert find_key(tmp_path, "station-a") is None
    assert keep_key(tmp_path, "station-a", "5f" * 32) is True
    assert find_key(tmp_path, "station-a") == "5f" * 32


def test_a_key_store_that_breaks_in_a_way_of_its_own_is_told_too(tmp_path, key_store, monkeypatch, caplog):
    def broken(*_args):
        raise OSError("the bus is gone")

    monkeypatch.setattr(key_store, "get_password", broken)
    with pytest.raises(KeyStoreFailed, match="the bus is gone"):
        find_key(tmp_path, "station-a")
    caplog.clear()  # it was told


def test_the_window_closes_all_the_same(archive, key_store, caplog):
    with open_workplace(archive) as opened:
        key_store.locked = True
        with caplog.at_level(logging.WARNING):
            _end(opened, opened.door(), None)
    assert "the journal was not ended" in caplog.text
    assert not (archive / FILE).exists()
    caplog.clear()  # it was meant to be
