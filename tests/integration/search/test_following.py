"""Several at one index: whatever they do between each other's steps, it holds in the end what the tables say."""

from __future__ import annotations

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import DocumentRevised
from muni_archive.services import follow_journal as following
from muni_archive.services.follow_journal import follow_journal, indexed_pages, reindex
from muni_archive.services.retention.disposing import confirm_disposal, propose_disposal
from muni_archive.services.verify_archive import verify_archive
from tests.helpers.retained import ProvenIndex, office


class WatchedIndex(ProvenIndex):
    """Lets something else happen just before an update, or while its digests are told; once."""

    def __init__(self) -> None:
        super().__init__()
        self.before_update = self.while_told = None

    def update(self, *args, **said):
        if (happens := self.before_update) is not None:
            self.before_update = None
            happens()
        return super().update(*args, **said)

    def digests(self):
        told = list(super().digests())
        if (happens := self.while_told) is not None:
            self.while_told = None
            happens()
        return iter(told)


@pytest.fixture
def at(tmp_path):
    with office(tmp_path / "a") as opened:
        opened.index = WatchedIndex()
        yield opened


def revise(at, document_id, title):
    with at.store.unit_of_work() as unit:
        seen = unit.records.document(document_id)
        unit.record(
            DocumentRevised(
                document_id=document_id, version=seen.version + 1, registered=True, base=seen.entry, title=title,
                record_class=seen.record_class, department=seen.department, page_ids=seen.page_ids,
                metadata=seen.metadata, file_reference=seen.file_reference,
            )
        )  # fmt: skip
        unit.commit()


def held(at):
    with at.store.unit_of_work() as unit:
        right = {page.page_id: page for page in indexed_pages(unit.records, at.store.vault)}
        assert at.index.cursor == unit.records.last_sequence()
    return at.index.pages == right


def rebuilt(at):
    return reindex(at.of("sara"), cancel=CancelToken(), progress=lambda *_: None)


def problems(at):
    return list(verify_archive(at.of("sara"), cancel=CancelToken(), progress=lambda *_: None).problems)


def test_what_was_made_ready_before_another_emptied_the_index_is_not_all_that_it_holds(at):
    at.add(b"one", b"two")
    at.index.before_update = at.index.clear
    at.add(b"three")
    assert len(at.index.pages) == 3
    assert held(at)


def test_older_pages_do_not_come_over_newer_ones(at):
    document_id = at.add(b"one")
    revise(at, document_id, "قديم")
    slow = following._following(at.of("x"))

    def meanwhile():
        revise(at, document_id, "جديد")
        follow_journal(at.of("x"))

    at.index.before_update = meanwhile
    assert next(slow) == 0
    assert [page.title for page in at.index.pages.values()] == ["جديد"]
    assert list(slow) == []
    assert held(at)


@pytest.mark.parametrize("by", ["following", "building"])
def test_an_index_that_is_built_anew_while_another_is_at_it_too_is_whole(at, monkeypatch, by):
    monkeypatch.setattr(following, "ENTRIES", 1)
    first = at.add(b"one")
    at.add(b"two", b"three")

    def meanwhile():
        if by == "building":
            rebuilt(at)
        else:
            follow_journal(at.of("x"))
            revise(at, first, "جديد")

    at.index.before_update = meanwhile
    assert rebuilt(at) == 3
    assert held(at)


def test_one_that_was_emptied_while_it_was_built_anew_is_whole(at, monkeypatch):
    monkeypatch.setattr(following, "ENTRIES", 1)
    at.add(b"one")
    at.add(b"two", b"three")

    def later():  # between its first part and its second
        at.index.before_update = at.index.clear

    at.index.before_update = later
    assert rebuilt(at) == 3
    assert held(at)


def test_a_document_that_is_destroyed_meanwhile_leaves_no_other_out(at, monkeypatch):
    monkeypatch.setattr(following, "DOCUMENTS", 1)
    first, second = at.add(b"one"), at.add(b"two")
    at.clock.pass_years(6)
    disposal = propose_disposal(at.of("ali"), first, reason="انتهت المدة")
    with at.store.unit_of_work() as unit:
        walked = indexed_pages(unit.records, at.store.vault)
        assert next(walked).document_id == first
        confirm_disposal(at.of("sara"), disposal.id)
        assert [page.document_id for page in walked] == [second]


def test_what_is_done_while_an_archive_is_proven_is_no_fault(at):
    document_id = at.add(b"one", b"two")

    def meanwhile():
        revise(at, document_id, "جديد")
        at.add(b"three")

    at.index.while_told = meanwhile
    assert problems(at) == []


def test_what_is_wrong_is_told_though_other_things_are_done_meanwhile(at):
    changed, lost = at.add(b"one"), at.add(b"two")
    at.index.pages = {name: page for name, page in at.index.pages.items() if page.document_id != lost}
    at.index.while_told = lambda: revise(at, changed, "جديد")
    (problem,) = problems(at)
    assert problem.kind == "index-missing"
