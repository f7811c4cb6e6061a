"""Every use case, as every role, at every access level: what the roles' data allow goes, and nothing else does."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import ArchiveError, NotPermitted
from muni_archive.domain.events import (
    BatchOpened,
    CaseStarted,
    ConflictFound,
    DisposalProposed,
    DocumentDestroyed,
    DocumentRevised,
    HoldPlaced,
    LevelSet,
    MarkAdded,
    PageCaptured,
    RedactionProposed,
    StepDisputed,
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
from muni_archive.services.levels import set_level
from muni_archive.services.overview import overview
from muni_archive.services.procedures.library import find_procedure
from muni_archive.services.register_document import waiting_documents
from muni_archive.services.together.conflicts import open_conflicts
from muni_archive.services.together.disputes import open_disputes
from muni_archive.services.together.losing import lost_pages
from muni_archive.services.together.place import Together
from muni_archive.store.blob_cache import BlobCache
from muni_archive.store.central_opening import CopyBeside, open_copy
from muni_archive.store.fetched_vault import FetchedVault
from muni_archive.workflow.running import CaseRun
from tests.helpers.guarded import GUARDED, OF_NO_DOCUMENT, OPEN, Try, public_use_cases, use
from tests.helpers.municipality import LEVELS, municipality

pytestmark = pytest.mark.usefixtures("cheap_passwords")
ROLES = read_roles()
OWN = tuple(f"own-{level}" for level in LEVELS[1:])
"""Documents of a public class that were given a level of their own."""
KEYS = (*LEVELS, *OWN)
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
            _more(opened, level, level)
            _on_the_record(opened, level, level)
        for own in OWN:
            opened.document(own, "public", file=f"F-{own}")
            _more(opened, own, "public")
            _on_the_record(opened, own, "public", own_level=level_of_key(own).value)
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
        for key in KEYS:
            centre.document(f"there-{key}", "public" if key in OWN else key)
            _differ(centre, key)
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
            own=place.unit_of_work, own_vault=place.vault, copy=copy.unit_of_work, copied=seen, kept=seen, line=Away(),
            anew=CopyBeside(folder=folder / "anew", vault=vault, clock=own.clock, ids=own.ids),
        )  # fmt: skip

    yield elsewhere
    copied.index.close()
    copy.close()


class Away:
    """As much of `ports.SyncTransport` as looking asks: the centre does not answer."""

    def search(self, *_question, **_more):
        raise CentreUnreachable(detail="away")


def _differ(centre, key):
    with centre.place.unit_of_work() as unit:
        document = unit.records.document(f"d-there-{key}")
        about = {"record_class": document.record_class, "department": document.department}
        if key in OWN:
            unit.record(LevelSet(document_id=document.id, level=level_of_key(key).value, reason="x", **about))
        other = unit.record(
            DocumentRevised(
                document_id=document.id, version=2, base="elsewhere", title="أخرى", page_ids=document.page_ids, **about
            )
        )  # fmt: skip
        unit.record(
            DisposalProposed(
                disposal_id=f"disposal-there-{key}", document_id=document.id, rule="x", due="2026-01-01", reason="x"
            )
        )  # fmt: skip
        unit.record(
            ConflictFound(
                conflict_id=f"conflict-{key}", document_id=document.id, reason="same-field", base=document.entry,
                ours=document.entry, theirs=other.id, fields=("title",),
            )
        )  # fmt: skip
        unit.commit()


def _more(town, level, record_class):
    with town.place.unit_of_work() as unit:
        unit.record(BatchOpened(batch_id=f"b-open-{level}", device="d", profile="p", record_class=record_class))
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


def _on_the_record(town, level, record_class, *, own_level=""):
    """A case, a hold, a proposal to destroy, a mark and a redaction; and a document that was destroyed."""
    document, page = f"d-{level}", f"p-{level}-0"
    gone = town.document(f"gone-{level}", record_class)
    procedure, data = find_procedure(town.place, "archiving")
    town.place.vault.put(data)
    opened = tuple(
        StepOpened(number=waits.number, element=waits.element, role="clerk")
        for waits in CaseRun(procedure).began.opened
    )
    with town.place.unit_of_work() as unit:
        destroyed = unit.records.document(gone)
        said = {"reason": "x", "department": "building_licences", "record_class": record_class}
        levels = [LevelSet(document_id=each, level=own_level, **said) for each in (document, gone) if own_level]
        started = unit.record(
            CaseStarted(
                case_id=f"case-{level}",
                procedure_id="archiving",
                version=procedure.version,
                title="x",
                department="building_licences",
                record_class=record_class,
                document_id=document,
                opened=opened,
            )
        ).id
        for event in (
            *levels,
            StepDisputed(
                conflict_id=f"dispute-{level}",
                case_id=f"case-{level}",
                department="building_licences",
                document_id=document,
                number=1,
                element="x",
                counted=started,
                late=started,
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
                record_class=record_class,
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


def level_of_key(key):
    return AccessLevel(key.removeprefix("own-"))


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
    high_enough = not case.of_record or level_of_key(level).rank <= rule.highest.rank
    return case.action in rule.actions and high_enough and not case.everywhere


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_data_say(town, tmp_path, role):
    signed_in = town.as_(role)
    place = replace(signed_in, unit_of_work=lambda: Uncommitted(signed_in.unit_of_work()))
    wrong = [
        (name, level)
        for name, case in GUARDED.items()
        for level in KEYS
        if not (level in OWN and name in OF_NO_DOCUMENT)
        and is_allowed(case, Try(place=place, level=level, folder=tmp_path, elsewhere=town.elsewhere))
        != is_expected(case, role, level)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_lists_counts_facets_and_suggestions_hold_what_the_role_may_see(town, role):
    follow_journal(town.place)  # a role that may have tried to build the index anew
    place, rule = town.as_(role), ROLES[role]

    def reached(action, keys):
        return {key for key in keys if action in rule.actions and level_of_key(key).rank <= rule.highest.rank}

    def classes(action):
        """How many documents of each record class."""
        return Counter("public" if key in OWN else key for key in reached(action, KEYS))

    visible = classes(Action.VIEW)
    assert overview(place).documents == overview(place).unregistered == overview(place).pages == visible.total()
    batches = Counter({"public": len(OWN)} if Action.CAPTURE in rule.actions else {})
    batches.update(reached(Action.CAPTURE, LEVELS))
    assert overview(place).open_batches == batches.total()
    if Action.VIEW in rule.actions:
        found = find_pages(place, SearchRequest(query="وثيقة", facets=True))
        assert Counter(hit.record_class for hit in found.hits) == visible == dict(found.facets["record_class"])
        assert found.total == visible.total()
        offered = suggest(place, SearchRequest(query='"وثيقة secret"'))
        assert ("وثيقة secret" in offered) == ("secret" in visible)
    if Action.DESCRIBE in rule.actions:
        waiting = Counter(document.record_class for document in waiting_documents(place))
        assert waiting == classes(Action.DESCRIBE)
    settled = {conflict.id for conflict in open_conflicts(place, town.elsewhere(place))}
    assert settled == {f"conflict-{key}" for key in reached(Action.SETTLE, KEYS)}
    assert {dispute.id for dispute in open_disputes(place)} == {
        f"dispute-{key}" for key in reached(Action.SETTLE, KEYS)
    }
    with town.place.unit_of_work() as unit:
        names = [unit.records.page(f"p-{key}-0").blob for key in KEYS]
    told = {lost.document_id for lost in lost_pages(place, names)}
    assert told == {f"d-{key}" for key in reached(Action.VIEW, KEYS) | reached(Action.CAPTURE, KEYS)}
    if Action.CAPTURE in rule.actions:
        assert Counter(batch.record_class for batch in open_batches(place)) == batches


def test_another_department_is_not_there(town):
    town.person("Far", "records_manager", "personnel")
    place = town.as_("Far")
    assert overview(place).documents == find_pages(place, SearchRequest(query="")).total == 0
    assert waiting_documents(place) == ()


def test_whoever_lowers_a_level_needs_the_right_to_and_whoever_raises_it_reaches_it(town):
    levels = AccessLevel
    for role, document, level, allowed in (
        ("supervisor", "d-internal", levels.CONFIDENTIAL, True),
        ("supervisor", "d-internal", levels.SECRET, False),
        ("supervisor", "d-own-confidential", levels.PUBLIC, False),
        ("records_manager", "d-own-secret", levels.PUBLIC, True),
        ("records_manager", "d-internal", levels.SECRET, True),
        ("clerk", "d-public", levels.INTERNAL, False),
        ("auditor", "d-public", levels.INTERNAL, False),
    ):
        signed_in = town.as_(role)
        place = replace(signed_in, unit_of_work=lambda signed_in=signed_in: Uncommitted(signed_in.unit_of_work()))
        try:
            set_level(place, document, level, reason="x")
        except NotPermitted:
            assert not allowed, (role, document)
        else:
            assert allowed, (role, document)


def test_every_public_use_case_is_in_the_matrix_or_says_why_not():
    tried = {_defined(name) for name in GUARDED}
    assert not tried & set(OPEN)
    assert set(public_use_cases()) == tried | set(OPEN)


def _defined(name):
    function = use(name)
    return f"{function.__module__.removeprefix('muni_archive.services.')}.{function.__name__}"
