"""Events of access levels that single documents are given, beside what their record class says."""

from __future__ import annotations

from dataclasses import dataclass

from muni_archive.domain.event import Event


@dataclass(frozen=True, kw_only=True)
class LevelSet(Event):
    """From now on the document is for those alone who reach this level, if its class asks for less.

    `level` is an `AccessLevel`, or empty: it is as its class says again. `base` is the id of the entry by which its
    level stood until now. Where that is another meanwhile, lowering it changes nothing: the stricter one stands.
    """

    kind = "level-set"
    document_id: str
    level: str
    reason: str
    department: str
    record_class: str
    base: str = ""


@dataclass(frozen=True, kw_only=True)
class LevelReceived(Event):
    """At a station: what somebody elsewhere made of a document of its own, as the centre told it."""

    kind = "level-received"
    document_id: str
    level: str
    reason: str
    entry: str
    set_at: str
    set_by: str


LEVEL_EVENTS: tuple[type[Event], ...] = (LevelSet, LevelReceived)
