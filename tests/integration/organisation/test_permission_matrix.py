"""Every use case, as every role, at every access level: what the roles' data allow goes, and nothing else does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.errors import ArchiveError, CentreUnreachable, NotPermitted
from muni_archive.domain.events import (
    BatchOpened,
    CaseStarted,
    ConflictFound,
    DisposalProposed,
    DocumentDestroyed,
    DocumentRevised,
    HoldPlaced,
    MarkAdded,
    PageCaptured,
    RedactionProposed,
)
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.geometry import Box
from muni_archive.domain.organisation_events import FileGranted, GlassBroken, RolesDelegated
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.redaction import HiddenArea
from muni_archive.organisation_files import read_roles
from muni_archive.search import open_index
from muni_archive.services.capture_batch import open_batches
from muni_archive.services.find_pages import find_pages, suggest
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.overview import overview
from muni_archive.services.procedures.library import find_procedure
from muni_archive.services.register_document import waiting_documents
from muni_archive.services.together.conflicts import open_conflicts
from muni_archive.services.together.losing import lost_pages
from muni_archive.services.together.place import Together
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.central_opening import open_copy
from muni_archive.store.fetched_vault import FetchedVault
from muni_archive.workflow.running import CaseRun
from tests.helpers.guarded import GUARDED, OPEN, Try, public_use_cases, use
from tests.helpers.municipality import LEVELS, municipality

pytestmark = pytest.mark.usefixtures("cheap_passwords")
ROLES = read_roles()
LATER = "2030-01-01T00:00:00.000000+00:00"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A person of each role, and of each level a document in a file, an open batch and a grant."""
    with municipality(tmp_path_factory.mktemp("matrix") / "a", levels=True) as opened:
        for role in ROLES:
            opened.person(role, role)
        for name in ("Other", "Third"):
            opened.person(name, "clerk")
        for level in LEVELS:
            opened.document(level, level, file=f"F-{level}")
            _more(opened, level)
            _on_the_record(opened, level)
        follow_journal(opened.place)
        with copy_of_the_centre(tmp_path_factory.mktemp("elsewhere"), opened.place) as elsewhere:
            opened.elsewhere = elsewhere
            yield opened


@contextmanager
def copy_of_the_centre(folder, own):
    """Of a centre to which another station sent a document of each level, and a change that another's contradicts.

    Gives what makes a station's line for whoever works at it.
    """
    with municipality(folder / "centre", levels=True) as centre:
        for level in LEVELS:
            centre.document(f"there-{level}", level)
            _differ(centre, level)
        with centre.place.unit_of_work() as unit:
            entries = unit.records.journal(after=0, limit=10_000)
    vault = FetchedVault(BlobCache(folder / "files", 2**20), None)
    copy = open_copy(folder / "copy", vault=vault, clock=own.clock, ids=own.ids)
    with copy.unit_of_work() as unit:
        unit.follow(entries)
        unit.commit()
    copied = replace(
        own, unit_of_work=copy.unit_of_work, vault=vault, index=open_index(folder / "index", engine="whoosh"),
        copied=True,
    )  # fmt: skip
    follow_journal(copied)

    def elsewhere(place):
        seen = replace(copied, guard=place.guard)
        return Together(
            own=place.unit_of_work, own_vault=place.vault, copy=copy.unit_of_work, copied=seen, kept=seen, line=Away()
        )  # fmt: skip

    yield elsewhere
    copied.index.close()
    copy.close()


class Away:
    """As much of `ports.SyncTransport` as looking asks: the centre does not answer."""

    def search(self, *_question, **_more):
        raise CentreUnreachable(detail="away")


def _differ(centre, level):
    with centre.place.unit_of_work() as unit:
        document = unit.records.document(f"d-there-{level}")
        said = {"record_class": level, "department": document.department, "page_ids": document.page_ids}
        other = unit.record(
            DocumentRevised(document_id=document.id, version=2, base="elsewhere", title="أخرى", **said)
        )  # fmt: skip
        unit.record(
            ConflictFound(
                conflict_id=f"conflict-{level}", document_id=document.id, reason="same-field", base=document.entry,
                ours=document.entry, theirs=other.id, fields=("title",),
            )
        )  # fmt: skip
        unit.commit()


def _more(town, level):
    with town.place.unit_of_work() as unit:
        unit.record(BatchOpened(batch_id=f"b-open-{level}", device="d", profile="p", record_class=level))
        unit.record(
            PageCaptured(
                page_id=f"p-open-{level}", batch_id=f"b-open-{level}", position=0, blob="0" * 64,
                media_type="image/png", width=1, height=1, dpi=300,
            )
        )  # fmt: skip
        grant = {"person_id": "id-Third", "department": "building_licences", "until": LATER, "reason": "x"}
        unit.record(FileGranted(grant_id=f"grant-{level}", file_reference=f"F-{level}", actions=(), **grant))
        if level == "public":
            unit.record(GlassBroken(grant_id="glass", file_reference="F-public", **grant))
            unit.record(
                RolesDelegated(delegation_id="delegation", from_person="id-Other", to_person="id-Third", roles=(),
                               since="", until=LATER, reason="x")
            )  # fmt: skip
        unit.commit()


def _on_the_record(town, level):
    """A case, a hold, a proposal to destroy, a mark and a redaction; and a document that was destroyed."""
    document, page = f"d-{level}", f"p-{level}-0"
    gone = town.document(f"gone-{level}", level)
    procedure, data = find_procedure(town.place, "archiving")
    town.place.vault.put(data)
    opened = tuple(
        StepOpened(number=waits.number, element=waits.element, role="clerk")
        for waits in CaseRun(procedure).began.opened
    )
    with town.place.unit_of_work() as unit:
        destroyed = unit.records.document(gone)
        for event in (
            CaseStarted(
                case_id=f"case-{level}",
                procedure_id="archiving",
                version=procedure.version,
                title="x",
                department="building_licences",
                record_class=level,
                document_id=document,
                opened=opened,
            ),
            HoldPlaced(hold_id=f"hold-{level}", scope="document", target=document, reason="x", authority="x"),
            DisposalProposed(
                disposal_id=f"disposal-{level}", document_id=document, rule="x", due="2026-01-01", reason="x"
            ),
            MarkAdded(mark_id=f"mark-{level}", page_id=page, mark="box", box=Box(0, 0, 5, 5)),
            RedactionProposed(
                redaction_id=f"redaction-{level}",
                document_id=document,
                version=1,
                base=unit.records.document(document).entry,
                areas=(HiddenArea(page, Box(0, 0, 5, 5), "privacy"),),
            ),
            DocumentDestroyed(
                document_id=gone,
                number=destroyed.number,
                record_class=level,
                department="building_licences",
                page_ids=destroyed.page_ids,
                files=("1" * 64,),
                disposal_id="x",
                rule="x",
                reason="x",
                proposed_by="A",
                proposed_at=LATER,
                confirmed_by="B",
            ),
        ):
            unit.record(event)
        unit.commit()  # fmt: skip


class Uncommitted:
    """A unit of work in which nothing lasts, so that each try finds the same archive."""

    def __init__(self, unit):
        self._unit = unit

    def __getattr__(self, name):
        return getattr(self._unit, name)

    def __enter__(self):
        self._unit.__enter__()
        return self

    def __exit__(self, *error):
        self._unit.__exit__(*error)

    def commit(self):
        """Not here."""


def is_allowed(case, at):
    try:
        case.call(at)
    except NotPermitted:
        return False
    except ArchiveError:
        return True  # it may be tried, and fails for another reason
    return True


def is_expected(case, role, level):
    rule = ROLES[role]
    high_enough = not case.of_record or AccessLevel(level).rank <= rule.highest.rank
    return case.action in rule.actions and high_enough and not case.everywhere


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_data_say(town, tmp_path, role):
    signed_in = town.as_(role)
    place = replace(signed_in, unit_of_work=lambda: Uncommitted(signed_in.unit_of_work()))
    wrong = [
        (name, level)
        for name, case in GUARDED.items()
        for level in LEVELS
        if is_allowed(case, Try(place=place, level=level, folder=tmp_path, elsewhere=town.elsewhere))
        != is_expected(case, role, level)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_lists_counts_facets_and_suggestions_hold_what_the_role_may_see(town, role):
    follow_journal(town.place)  # a role that may have tried to build the index anew
    place, rule = town.as_(role), ROLES[role]

    def seen(action):
        return {
            level for level in LEVELS if action in rule.actions and AccessLevel(level).rank <= rule.highest.rank
        }  # fmt: skip

    visible = seen(Action.VIEW)
    assert overview(place).documents == overview(place).unregistered == overview(place).pages == len(visible)
    assert overview(place).open_batches == len(seen(Action.CAPTURE))
    if Action.VIEW in rule.actions:
        found = find_pages(place, SearchRequest(query="وثيقة", facets=True))
        assert {hit.record_class for hit in found.hits} == visible == set(dict(found.facets["record_class"]))
        assert found.total == len(visible)
        offered = suggest(place, SearchRequest(query='"وثيقة secret"'))
        assert ("وثيقة secret" in offered) == ("secret" in visible)
    if Action.DESCRIBE in rule.actions:
        assert {document.record_class for document in waiting_documents(place)} == seen(Action.DESCRIBE)
    settled = {conflict.id for conflict in open_conflicts(place, town.elsewhere(place))}
    assert settled == {f"conflict-{level}" for level in seen(Action.SETTLE)}
    with town.place.unit_of_work() as unit:
        names = [unit.records.page(f"p-{level}-0").blob for level in LEVELS]
    told = {lost.document_id for lost in lost_pages(place, names)}
    assert told == {f"d-{level}" for level in visible | seen(Action.CAPTURE)}
    if Action.CAPTURE in rule.actions:
        assert {batch.record_class for batch in open_batches(place)} == seen(Action.CAPTURE)


def test_another_department_is_not_there(town):
    town.person("Far", "records_manager", "personnel")
    place = town.as_("Far")
    assert overview(place).documents == find_pages(place, SearchRequest(query="")).total == 0
    assert waiting_documents(place) == ()


def test_every_public_use_case_is_in_the_matrix_or_says_why_not():
    tried = {_defined(name) for name in GUARDED}
    assert not tried & set(OPEN)
    assert set(public_use_cases()) == tried | set(OPEN)


def _defined(name):
    function = use(name)
    return f"{function.__module__.removeprefix('muni_archive.services.')}.{function.__name__}"
