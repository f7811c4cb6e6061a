"""The table of ends that came before what they end."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from muni_archive.store.schema import BIG, metadata

early_ends = Table(
    "early_ends",
    metadata,
    Column("about", String(12), primary_key=True),
    Column("subject", String(36), primary_key=True),
    Column("sequence", BIG, primary_key=True),
)
"""`about` and `subject` say what the entry at `sequence` ends: the field that names it, and its id. See
`store.projection.early`."""
