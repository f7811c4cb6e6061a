"""A station's branch says something of the station's own journal: the centre's checkpoints hold all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from muni_archive.bootstrap import open_centre
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import BranchPlanted
from muni_archive.domain.journal import GENESIS, entry_hash
from muni_archive.services.audit.checkpoints import checkpoint_problems, sign_checkpoint
from muni_archive.services.audit.export_journal import export_journal
from muni_archive.store.tables import journal
from muni_archive.verifying import Known, Proof, verify_lines
from tests.helpers.centres import PlainStation
from tests.helpers.stores import record

FIELDS = ("sequence", "id", "at", "actor", "station", "kind", "payload")


@pytest.fixture
def centre(tmp_path):
    """Its journal has the branch of a station, and checkpoints behind it."""
    with open_centre(tmp_path / "centre") as opened:
        station = PlainStation(tmp_path / "A1", "A1")
        record(station.store, BranchPlanted(old_station="A1", head="a" * 64, entries=1_000))
        station.enrol(opened)
        station.send(opened)
        sign_checkpoint(opened.centre.place)
        station.add_document("x")
        station.send(opened, after=2)
        sign_checkpoint(opened.centre.place)
        station.close()
        yield opened


def exported(centre, target):
    """What is found in the file, and how far it is proven."""
    export_journal(centre.centre.place, target, cancel=CancelToken(), progress=lambda *_: None)
    assert centre.centre.place.signer is not None
    known, proof = Known(public_keys=frozenset([centre.centre.place.signer.known_key()])), Proof()
    with target.open("rb") as lines:
        return [each.kind for each in verify_lines(lines, known, proof)], proof


def test_a_sound_journal_is_proven_to_its_end(centre, tmp_path):
    found, proof = exported(centre, tmp_path / "journal")
    assert found == []
    assert (proof.unproven, proof.signed) == (0, proof.entries - 1)


def test_a_chain_that_was_computed_anew_is_found(centre, tmp_path):
    engine = centre._store.engine
    with engine.begin() as connection:
        previous = GENESIS
        for row in connection.execute(select(journal).order_by(journal.c.sequence)).all():
            values = {name: getattr(row, name) for name in FIELDS} | {"previous": previous}
            if row.kind == "station-invited":
                values["actor"] = "somebody else"
            previous = entry_hash(**values)
            changed = update(journal).where(journal.c.sequence == row.sequence)
            connection.execute(changed.values(**values, hash=previous))
    problems = list(checkpoint_problems(centre.centre.place))
    assert [problem.kind for problem in problems] == ["checkpoint", "checkpoint"]
    assert "checkpoint" in exported(centre, tmp_path / "journal")[0]
