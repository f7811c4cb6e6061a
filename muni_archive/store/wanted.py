"""The centre's list of files that its journal names and that are not here: who lost them, and who may be asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, insert, literal, or_, select

from muni_archive.store.tables import blobs, brought, pages, readings, renditions, wanted


def want(connection: Connection, sha: str, station_id: str, since: str) -> None:
    """`station_id` lost the file before it had sent it; empty: it was here."""
    known = select(exists().where(wanted.c.sha == sha, wanted.c.station_id == station_id))
    if not connection.execute(known).scalar():
        connection.execute(insert(wanted).values(sha=sha, station_id=station_id, since=since))


def want_no_more(connection: Connection, sha: str) -> bool:
    """Whether it was wanted."""
    return bool(connection.execute(delete(wanted).where(wanted.c.sha == sha)).rowcount)


def forget_blob(connection: Connection, sha: str, since: str) -> bool:
    """The file was counted and is not here: it is wanted. False when it was not counted."""
    gone = connection.execute(delete(blobs).where(blobs.c.sha == sha))
    if gone.rowcount:
        want(connection, sha, "", since)
    return bool(gone.rowcount)


def wanted_files(connection: Connection, station_id: str, *, brought_only: bool, after: str, limit: int) -> list[str]:
    """Names past `after`, in their order; `brought_only`: those that the station has sent once, or lost."""
    query = select(wanted.c.sha).where(wanted.c.sha > after)
    if brought_only:
        sent = exists().where(brought.c.sha == wanted.c.sha, brought.c.station_id == station_id)
        query = query.where(or_(wanted.c.station_id == station_id, sent))
    rows = connection.execute(query.distinct().order_by(wanted.c.sha).limit(limit))
    return [row.sha for row in rows]


def every_wanted(connection: Connection) -> list[str]:
    return list(connection.execute(select(wanted.c.sha).distinct().order_by(wanted.c.sha)).scalars())


def has_lost(connection: Connection, sha: str, station_id: str) -> bool:
    """Whether the station has said before that it lost the file."""
    said = exists().where(wanted.c.sha == sha, wanted.c.station_id == station_id)
    return bool(connection.execute(select(said)).scalar())


def lost_somewhere(connection: Connection, sha: str) -> bool:
    """Whether any station has said that it lost the file."""
    said = exists().where(wanted.c.sha == sha, wanted.c.station_id != "")
    return bool(connection.execute(select(said)).scalar())


def lost_by(connection: Connection, station_id: str, *, limit: int) -> list[str]:
    """What the station lost, the latest first."""
    query = select(wanted.c.sha).where(wanted.c.station_id == station_id)
    rows = connection.execute(query.order_by(wanted.c.since.desc(), wanted.c.sha).limit(limit))
    return [row.sha for row in rows]


def is_named(connection: Connection, sha: str) -> bool:
    """Whether some entry here names the file."""
    places = (
        select(literal(1)).where(pages.c.blob == sha),
        select(literal(1)).where(readings.c.reading == sha),
        select(literal(1)).where(renditions.c.blob == sha),
    )
    return any(connection.execute(query.limit(1)).first() for query in places)


def who_lost(connection: Connection) -> dict[str, Sequence[str]]:
    """By file, the stations that lost it."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(wanted).where(wanted.c.station_id != "").order_by(wanted.c.station_id)):
        found.setdefault(row.sha, []).append(row.station_id)
    return dict(found)
