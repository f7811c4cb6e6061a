"""What all tables share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")
"""Sequence numbers: the centre's go beyond 32 bits one day, and SQLite's row numbers must be called INTEGER."""
