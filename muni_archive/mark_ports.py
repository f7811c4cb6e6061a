"""The seams of marks and redactions: what of them can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from muni_archive.domain.marks import Mark
from muni_archive.domain.redaction import Redaction


class Marks(Protocol):
    """Marks that lie over pages; those that were taken away are left out."""

    def on_page(self, page_id: str) -> Sequence[Mark]:
        """Oldest first."""
        ...

    def mark(self, mark_id: str) -> Mark:
        """Raises `NotFound`."""
        ...


class Redactions(Protocol):
    """What people proposed to hide, and what became of it."""

    def of_document(self, document_id: str) -> Sequence[Redaction]:
        """Oldest first."""
        ...

    def redaction(self, redaction_id: str) -> Redaction:
        """Raises `NotFound`."""
        ...

    def waiting(self) -> Sequence[Redaction]:
        """Those that nobody has decided, oldest first."""
        ...
