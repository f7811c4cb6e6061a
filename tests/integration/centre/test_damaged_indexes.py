"""A search index that is damaged, as after a power cut, holds nothing up: of the archive, of a copy, of the centre."""

from __future__ import annotations

import pytest

from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ArchiveInUse, IndexDamaged
from muni_archive.domain.people import Role
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.centre.people import add_person
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.people.entering import OwnDoor
from muni_archive.services.together.synchronising import synchronise_once
from tests.helpers.serving import served_here

pytestmark = pytest.mark.usefixtures("cheap_passwords", "no_key_store")


@pytest.fixture
def archive(tmp_path):
    """A station that has followed its centre, where a person is known; the centre is away by now."""
    with open_centre(tmp_path / "centre") as centre, served_here(centre) as port:
        with open_workplace(tmp_path / "A1"):
            pass
        code = invite_station(centre.centre)
        enrol_archive(tmp_path / "A1", url=f"http://127.0.0.1:{port}", code=code)
        add_person(centre.centre, "مريم", "four words and a river", role=Role.NONE)
        with open_workplace(tmp_path / "A1", read_only=True) as own, open_together(tmp_path / "A1", own.place) as line:
            synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
    return tmp_path / "A1"


def damage(index):
    (index / "tantivy" / "meta.json").write_text("{broken")


def test_of_a_copy(archive):
    """It is begun anew by who follows; meanwhile nobody comes in unseen, and a window opens its line."""
    damage(archive / "centre" / "index")
    with open_workplace(archive) as opened:
        assert opened.door().has_people()
        assert not isinstance(opened.door(), OwnDoor)
        with open_together(archive, opened.place, read_only=True) as line:
            assert line.together.copied.index.cursor == 0
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        follow_journal(line.together.copied)
        with line.together.copy() as unit:
            assert line.together.copied.index.cursor == unit.records.last_sequence()


def test_of_the_archive(archive):
    """The lock is let go, so that it can be opened with a fresh one."""
    damage(archive / "index")
    with pytest.raises(IndexDamaged) as failed, open_workplace(archive):
        pass
    with open_workplace(archive, fresh_index=True) as opened:
        with pytest.raises(ArchiveInUse), open_workplace(archive):
            pass
        follow_journal(opened.place)
    del failed  # until here it held what the failed try had opened


def test_of_a_centre(tmp_path):
    with open_centre(tmp_path / "centre") as centre:
        follow_journal(centre.centre.place)
    damage(tmp_path / "centre" / "index")
    with open_centre(tmp_path / "centre") as centre:
        assert centre.centre.place.index.cursor == 0
        follow_journal(centre.centre.place)
        with centre.centre.unit_of_work() as unit:
            assert centre.centre.place.index.cursor == unit.records.last_sequence()
