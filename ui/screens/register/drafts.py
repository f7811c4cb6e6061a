"""What was typed into the forms of documents that are not registered yet: kept over skipping and over closing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from muni_archive.domain.merging import Description
from ui.settings import Settings

OPENED = "opened"
"""Beside the ids of persons."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody did in a document's form, and what the document said then."""

    number: str
    """The document's, for people."""
    entry: str
    """Id of the journal entry that made the version that is described in `said`."""
    said: Description
    record_class: str
    """The chosen one."""
    typed: Mapping[str, str]
    """By field, what says something else than the document."""
    touched: frozenset[str]
    """Fields that somebody answered, emptied ones too: what was read is not offered there again."""
    sent: bool = False
    """Whether registering it, or setting it aside, was begun: the window may be closed before the outcome is told."""

    @property
    def chosen_class(self) -> str:
        """Empty where nobody chose another than the document's."""
        return self.record_class if self.record_class != self.said.record_class else ""

    @property
    def holds_anything(self) -> bool:
        return bool(self.typed or self.touched or self.chosen_class)


class Drafts:
    """One person's, by document id; those of others who work at this archive are kept, not shown, until they are for
    nothing.
    """

    def __init__(self, kept: Settings, person: str, failed: Callable[[Exception], None]) -> None:
        self._kept, self._person, self._failed = kept, person, failed
        self._sending: set[str] = set()
        """Ids of documents of which this window is still to be told whether they are recorded."""

    def all(self) -> Mapping[str, Draft]:
        """Those that can be read."""
        read = {document_id: _read(values) for document_id, values in self._written().items()}
        return {document_id: draft for document_id, draft in read.items() if draft}

    def keep(self, document_id: str, draft: Draft) -> None:
        """In the place of the one before; a draft that holds nothing is none, and one that was sent stays so."""
        before = self.all().get(document_id)
        if before and before.sent and _answers(before) == _answers(draft):
            draft = replace(draft, sent=True)
        others = {each: values for each, values in self._written().items() if each != document_id}
        self._write({**others, document_id: _values(draft)} if draft.holds_anything else others)

    def send(self, document_id: str, draft: Draft) -> None:
        """This is about to be recorded: `drop` or `not_recorded` follows, unless the window is closed before."""
        self._sending.add(document_id)
        self.keep(document_id, replace(draft, sent=True))

    def not_recorded(self, document_id: str) -> None:
        self._sending.discard(document_id)
        draft = self.all().get(document_id)
        if draft and draft.sent:
            self._write({**self._written(), document_id: _values(replace(draft, sent=False))})

    def still_wait(self, document_ids: Collection[str]) -> None:
        """What an earlier window, or a program that was killed, sent for these was not recorded."""
        for document_id in document_ids:
            if document_id not in self._sending:
                self.not_recorded(document_id)

    def drop(self, document_id: str) -> None:
        self._sending.discard(document_id)
        self._write({each: values for each, values in self._written().items() if each != document_id})

    @property
    def documents(self) -> frozenset[str]:
        """Ids of those for which anybody here typed something, in whatever version of the program."""
        return frozenset(document_id for person in self._people() for document_id in self._written(person))

    def give_up(self, document_ids: Collection[str]) -> Sequence[Draft]:
        """Everybody's for these documents, which wait no more: those of one's own in which something was typed and that
        were not sent. Of what is being sent the answer is awaited.

        Nobody else might ever come back to give up theirs, and civil ids stand in them.
        """
        document_ids = set(document_ids) - self._sending
        given_up = [draft for document_id, draft in self.all().items() if document_id in document_ids]
        for person in self._people():
            written = self._written(person)
            left = {each: values for each, values in written.items() if each not in document_ids}
            if left != written:
                self._set(person, left)
        return [draft for draft in given_up if draft.typed and not draft.sent]

    @property
    def opened(self) -> str:
        """Id of the document whose form stood there when the window was closed; empty for none."""
        return str(self._kept.get(OPENED, ""))

    def remember_opened(self, document_id: str) -> None:
        self._set(OPENED, document_id)

    def _people(self) -> Sequence[str]:
        return [name for name in self._kept.names() if name != OPENED]

    def _written(self, person: str | None = None) -> dict[str, Any]:
        return dict(self._kept.get(self._person if person is None else person, {}))

    def _write(self, drafts: dict[str, Any]) -> None:
        self._set(self._person, drafts)

    def _set(self, name: str, value: object) -> None:
        """Where the disk takes nothing more, it is remembered as long as the window is open."""
        try:
            self._kept.set(name, value)
        except OSError as error:
            self._failed(error)


def _values(draft: Draft) -> dict[str, Any]:
    return {**asdict(draft), "touched": sorted(draft.touched)}


def _answers(draft: Draft) -> tuple[object, ...]:
    return draft.record_class, dict(draft.typed)


def _read(values: Any) -> Draft | None:
    """None for what another version of the program wrote."""
    try:
        draft = Draft(**values)
        said = Description(**{**values["said"], "page_ids": tuple(values["said"]["page_ids"])})
        return replace(draft, said=said, touched=frozenset(draft.touched), typed=dict(draft.typed))
    except (TypeError, KeyError, ValueError):
        return None
