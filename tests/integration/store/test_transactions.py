"""What the database cannot do for now is told as that, and not as a fault of the program."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from muni_archive.domain.errors import DatabaseUnreachable
from muni_archive.store import SystemClock, Uuid7Ids
from muni_archive.store.unit_of_work import SqlUnitOfWork


def test_who_waits_too_long_for_a_line_to_the_database_may_come_again(tmp_path):
    engine = create_engine(
        f"sqlite:///{tmp_path / 'x'}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05
    )

    def unit():
        return SqlUnitOfWork(engine, actor="a", station="S", clock=SystemClock(), ids=Uuid7Ids())

    with unit(), pytest.raises(DatabaseUnreachable), unit():
        pass
    with unit() as again:
        assert again.records is not None
    engine.dispose()
