"""What is wrong with a procedure, element by element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muni_archive.domain.errors import ProcedureInvalid
from muni_archive.messages import isolate


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One mistake; `element` is its id in the file, `name` what it is called there."""

    element: str
    name: str
    text: str

    def __str__(self) -> str:
        called = f"«{self.name}» " if self.name and self.name != self.element else ""
        return f"{isolate(f'{called}({self.element})')}: {self.text}"


def refuse(name: str, flaws: Sequence[Flaw]) -> None:
    """Raises `ProcedureInvalid` when there is one."""
    if flaws:
        raise ProcedureInvalid(name=name, detail=" · ".join(map(str, flaws)))
