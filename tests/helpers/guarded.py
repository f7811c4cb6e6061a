"""Every public use case with the action that it needs: the permission matrix tries each as each role, at each level."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import muni_archive.services
from muni_archive.domain.accounts import Provider
from muni_archive.domain.auditing import AuditFilter, AuditTrail
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.cases import CaseActor
from muni_archive.domain.finding import SearchRequest
from muni_archive.domain.geometry import Box
from muni_archive.domain.holds import HoldScope
from muni_archive.domain.marks import MarkKind
from muni_archive.domain.organisation import UnitKind
from muni_archive.domain.permissions import AccessLevel, Action
from muni_archive.domain.records import Document, PageState
from muni_archive.domain.redaction import Redaction
from muni_archive.domain.scanning import ScanProfile
from muni_archive.services.dashboard.figures import Dashboard
from muni_archive.services.marks.marking import NewMark
from muni_archive.services.organisation.places import NewPlace
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.deciding import Decision
from muni_archive.services.redaction.deciding import Preview
from muni_archive.services.together.conflicts import OpenConflict, show_conflict
from muni_archive.services.together.disputes import OpenDispute
from muni_archive.services.together.place import Together
from muni_archive.services.unguarded import Unguarded
from muni_archive.services.workplace import Workplace

APART = ("muni_archive.services.centre",)
"""What the centre does for stations, not for people: tried in tests of its own."""
LABEL = {"ar": "قسم", "en": "Section"}
SECRET = "four words and a river"


@dataclass(frozen=True, kw_only=True)
class Try:
    """What is tried for a level: the archive holds a document, an open batch and a file of each.

    `level` is that of the record class; or, of a public class, `own-` and the level that the document has of its own.
    """

    place: Workplace
    level: str
    folder: Path
    elsewhere: Callable[[Workplace], Together]
    """What the centre has, which this archive has not: a document of each level, over which two stations differ."""

    @property
    def together(self) -> Together:
        return self.elsewhere(self.place)

    @property
    def there(self) -> str:
        return f"d-there-{self.level}"

    @property
    def conflict(self) -> str:
        return f"conflict-{self.level}"

    def shown(self) -> OpenConflict:
        """As somebody was shown it who might settle it then."""
        return show_conflict(self.elsewhere(replace(self.place, guard=Unguarded())), self.conflict)

    def seen(self) -> Document:
        """As somebody was shown it who might see it then."""
        with self.place.unit_of_work() as unit:
            return unit.records.document(self.document)

    def seen_there(self) -> Document:
        with self.together.copy() as unit:
            return unit.records.document(self.there)

    def dispute(self) -> OpenDispute:
        """As much of it as somebody brings back who was shown it."""
        late = SimpleNamespace(move=SimpleNamespace(entry="y"))
        return cast("OpenDispute", SimpleNamespace(dispute=SimpleNamespace(id=f"dispute-{self.level}"), late=late))

    @property
    def access_level(self) -> AccessLevel:
        return AccessLevel(self.level.removeprefix("own-"))

    @property
    def record_class(self) -> str:
        return "public" if self.level.startswith("own-") else self.level

    @property
    def document(self) -> str:
        return f"d-{self.level}"

    @property
    def page(self) -> str:
        return f"p-{self.level}-0"

    @property
    def batch(self) -> str:
        return f"b-open-{self.level}"

    @property
    def open_page(self) -> str:
        return f"p-open-{self.level}"

    @property
    def file(self) -> str:
        return f"F-{self.level}"

    @property
    def case(self) -> str:
        return f"case-{self.level}"

    @property
    def actor(self) -> CaseActor:
        return actor_of(self.place)

    def redaction(self) -> Redaction:
        with self.place.unit_of_work() as unit:
            return unit.redactions.redaction(f"redaction-{self.level}")

    def until(self):
        return self.place.clock.now() + timedelta(days=1)


Call = Callable[[Try], object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`of_record`: allowed as far as the role's level goes; else wherever the role has the action at all."""

    action: Action
    call: Call
    of_record: bool = True
    everywhere: bool = False
    """Only for who may do so with every record there is."""


def use(name: str) -> Callable[..., object]:
    module, _, function = name.rpartition(".")
    found: Callable[..., object] = getattr(importlib.import_module(f"muni_archive.services.{module}"), function)
    return found


def _with_record(action: Action, name: str, call: Callable[[Callable[..., object], Try], object]) -> tuple[str, Case]:
    return name, Case(action=action, call=lambda at: call(use(name), at))


def _anywhere(action: Action, name: str, call: Callable[[Callable[..., object], Try], object]) -> tuple[str, Case]:
    return name, Case(action=action, call=lambda at: call(use(name), at), of_record=False)


def _everywhere(action: Action, name: str, call: Callable[[Callable[..., object], Try], object]) -> tuple[str, Case]:
    return name, Case(action=action, call=lambda at: call(use(name), at), of_record=False, everywhere=True)


def _document(at: Try) -> Document:
    with at.place.unit_of_work() as unit:
        return unit.records.document(at.document)


def _nothing(*_args: object) -> None:
    """Progress that nobody looks at."""


class NoPool:
    """Reads nothing."""

    workers = 1

    def submit(self, *_args: object) -> None:
        raise AssertionError("nothing waits in these archives")


_PROFILE = ScanProfile(name="test")
_TRAIL = AuditTrail(filter=AuditFilter(), total=0)
_FIGURES = Dashboard(
    since=date(2026, 1, 1), until=date(2026, 1, 1), days=(), clerks=(), departments=(), waiting=(), steps=(), cases=(),
    profiles=(), quality=(),
)  # fmt: skip
_PROVIDER = Provider(issuer="no address", client_id="x")
_NEW_MARK = NewMark(kind=MarkKind.BOX, box=Box(0, 0, 5, 5))
_DESCRIBED = {"title": "عنوان", "file_reference": None, "date": None, "metadata": {"area": "x", "parcel": "1"}}

GUARDED: dict[str, Case] = dict(
    (
        _with_record(Action.CAPTURE, "capture_batch.open_batch", lambda do, at: do(
            at.place, device="d", profile=_PROFILE, record_class=at.record_class)),
        _anywhere(Action.CAPTURE, "capture_batch.open_batches", lambda do, at: do(at.place)),
        _with_record(Action.CAPTURE, "capture_batch.view_batch", lambda do, at: do(at.place, at.batch)),
        _with_record(Action.CAPTURE, "capture_batch.ledger", lambda do, at: do(at.place, at.batch)),
        _with_record(Action.CAPTURE, "capture_batch.correct_count", lambda do, at: do(
            at.place, at.batch, fed=1, reason="x")),
        _with_record(Action.CAPTURE, "capture_batch.close_batch", lambda do, at: do(at.place, at.batch)),
        _with_record(Action.CAPTURE, "capture_batch.feed_pages", lambda do, at: do(
            at.place, at.batch, profile=_PROFILE, cancel=CancelToken(), on_page=_nothing)),
        _with_record(Action.CAPTURE, "capture_batch.rescan_page", lambda do, at: do(
            at.place, at.open_page, profile=_PROFILE, cancel=CancelToken(), on_page=_nothing)),
        _with_record(Action.CAPTURE, "capture_batch.set_page_aside", lambda do, at: do(at.place, at.open_page)),
        _with_record(Action.CAPTURE, "capture_batch.put_page", lambda do, at: do(
            at.place, at.open_page, PageState.BLANK)),
        _with_record(Action.CAPTURE, "capture_batch.bring_page_back", lambda do, at: do(at.place, at.open_page)),
        _with_record(Action.CAPTURE, "capture_batch.rotate_page", lambda do, at: do(at.place, at.page, 90)),
        _with_record(Action.CAPTURE, "capture_batch.reorder_pages", lambda do, at: do(
            at.place, at.batch, [at.open_page])),
        _with_record(Action.CAPTURE, "capture_batch.collate_duplex", lambda do, at: do(at.place, at.batch)),
        _with_record(Action.CAPTURE, "import_files.import_files", lambda do, at: do(
            at.place, [], record_class=at.record_class, cancel=CancelToken(), progress=_nothing)),
        _with_record(Action.CAPTURE, "print_separators.separator_picture", lambda do, at: do(
            at.place, record_class=at.record_class, file_reference=None)),
        _with_record(Action.CAPTURE, "print_separators.separator_sheet", lambda do, at: do(
            at.place, record_class=at.record_class, file_reference=None, copies=1, target=at.folder / "s.pdf")),
        _anywhere(Action.CAPTURE, "read_pages.read_pending", lambda do, at: do(
            at.place, NoPool(), cancel=_cancelled(), progress=_nothing)),
        _anywhere(Action.VIEW, "find_pages.find_pages", lambda do, at: do(at.place, SearchRequest(query="وثيقة"))),
        _anywhere(Action.VIEW, "find_pages.suggest", lambda do, at: do(at.place, SearchRequest(query="وثيقات"))),
        _with_record(Action.VIEW, "view_document.view_document", lambda do, at: do(at.place, at.document)),
        _with_record(Action.VIEW, "view_document.reading_of", lambda do, at: do(at.place, at.page)),
        _with_record(Action.VIEW, "view_document.image_path", lambda do, at: do(at.place, at.page)),
        _anywhere(Action.VIEW, "list_drawings.list_drawings", lambda do, at: do(at.place)),
        _with_record(Action.VIEW, "find_duplicates.duplicates_of", lambda do, at: do(at.place, at.document)),
        _with_record(Action.VIEW, "register_document.proposals_for", lambda do, at: do(at.place, at.document)),
        _anywhere(Action.DESCRIBE, "register_document.waiting_documents", lambda do, at: do(at.place)),
        _anywhere(Action.DESCRIBE, "register_document.still_waiting", lambda do, at: do(at.place, [at.document])),
        _with_record(Action.DESCRIBE, "register_document.register_document", lambda do, at: do(
            at.place, at.seen(), record_class=at.record_class, **_DESCRIBED)),
        _with_record(Action.VIEW, "levels.level_of", lambda do, at: do(at.place, at.document)),
        _with_record(Action.CLASSIFY, "levels.set_level", lambda do, at: do(
            at.place, at.document, at.access_level, reason="x")),
        _with_record(Action.DESCRIBE, "register_document.set_document_aside", lambda do, at: do(
            at.place, at.seen(), reason="x")),
        _with_record(Action.EXPORT, "export_document.export_document", lambda do, at: do(
            at.place, at.document, at.folder / "x.pdf", cancel=_cancelled())),
        _with_record(Action.EXPORT, "export_document.access_copy", lambda do, at: do(
            at.place, at.document, cancel=_cancelled())),
        _with_record(Action.PRINT, "print_document.pages_to_print", lambda do, at: do(at.place, at.document)),
        _anywhere(Action.EXPORT, "export_corrections.export_corrections", lambda do, at: do(
            at.place, at.folder / f"c-{at.place.ids.new()}", cancel=CancelToken(), progress=_nothing)),
        _anywhere(Action.CORRECT, "review_words.next_page_to_review", lambda do, at: do(at.place)),
        _anywhere(Action.MAINTAIN, "verify_archive.verify_archive", lambda do, at: do(
            at.place, cancel=_cancelled(), progress=_nothing)),
        _anywhere(Action.MAINTAIN, "follow_journal.reindex", lambda do, at: do(
            at.place, cancel=_cancelled(), progress=_nothing)),
        _anywhere(Action.ADMINISTER, "people.admitting.add_person", lambda do, at: do(at.place, "Clerk", SECRET)),
        _anywhere(Action.ADMINISTER, "people.admitting.admit_again", lambda do, at: do(at.place, "Nobody", SECRET)),
        _anywhere(Action.ADMINISTER, "people.admitting.change_password", lambda do, at: do(
            at.place, "Nobody", SECRET)),
        _anywhere(Action.ADMINISTER, "people.admitting.disable_person", lambda do, at: do(
            at.place, "Nobody", reason="x")),
        _anywhere(Action.ADMINISTER, "people.admitting.people", lambda do, at: do(at.place)),
        _anywhere(Action.ADMINISTER, "people.accounts.set_provider", lambda do, at: do(at.place, _PROVIDER)),
        _anywhere(Action.ADMINISTER, "people.accounts.remove_provider", lambda do, at: do(at.place, reason="x")),
        _anywhere(Action.ADMINISTER, "people.accounts.keep_client_secret", lambda do, at: do(at.place, "")),
        _anywhere(Action.ADMINISTER, "people.accounts.link_account", lambda do, at: do(at.place, "Nobody", "1")),
        _anywhere(Action.ADMINISTER, "people.accounts.unlink_account", lambda do, at: do(
            at.place, "Nobody", reason="x")),
        _anywhere(Action.ADMINISTER, "people.accounts.linked_accounts", lambda do, at: do(at.place)),
        _anywhere(Action.AUDIT, "people.signing_in.last_sign_ins", lambda do, at: do(at.place, 1)),
        _anywhere(Action.ADMINISTER, "organisation.units.begin_organisation", lambda do, at: do(at.place, ())),
        _anywhere(Action.ADMINISTER, "organisation.units.open_unit", lambda do, at: do(
            at.place, kind=UnitKind.SECTION, label=LABEL, unit_id="survey")),
        _anywhere(Action.ADMINISTER, "organisation.units.change_unit", lambda do, at: do(
            at.place, "nowhere", label=LABEL, parent="")),
        _anywhere(Action.ADMINISTER, "organisation.units.close_unit", lambda do, at: do(
            at.place, "nowhere", reason="x")),
        _anywhere(Action.ADMINISTER, "organisation.places.give_place", lambda do, at: do(
            at.place, "Nobody", NewPlace(role="clerk"))),
        _anywhere(Action.ADMINISTER, "organisation.places.end_place", lambda do, at: do(at.place, "x", reason="x")),
        _anywhere(Action.ADMINISTER, "organisation.places.transfer_person", lambda do, at: do(
            at.place, "Nobody", ended=(), new=(), reason="x")),
        _anywhere(Action.ADMINISTER, "organisation.viewing.view_organisation", lambda do, at: do(at.place)),
        _anywhere(Action.ADMINISTER, "organisation.delegating.delegate_roles", lambda do, at: do(
            at.place, giver="Other", taker="Third", since=at.place.clock.now(), until=at.until(), reason="x")),
        _anywhere(Action.ADMINISTER, "organisation.delegating.end_delegation", lambda do, at: do(
            at.place, "delegation", reason="x")),
        _with_record(Action.GRANT, "organisation.granting.grant_file", lambda do, at: do(
            at.place, "Nobody", at.file, until=at.until(), reason="x")),
        _with_record(Action.GRANT, "organisation.seeing.who_may_see", lambda do, at: do(
            at.place, _document(at))),
        _with_record(Action.GRANT, "organisation.granting.end_grant", lambda do, at: do(
            at.place, f"grant-{at.level}", reason="x")),
        _anywhere(Action.VIEW, "organisation.granting.documents_of_file", lambda do, at: do(at.place, at.file)),
        _anywhere(Action.OVERSEE, "organisation.granting.names_of", lambda do, at: do(at.place, ())),
        _anywhere(Action.GRANT, "organisation.granting.grants_that_count", lambda do, at: do(at.place)),
        _anywhere(Action.BREAK_GLASS, "organisation.granting.break_glass", lambda do, at: do(
            at.place, "F-nothing", reason="x")),
        _anywhere(Action.OVERSEE, "organisation.granting.broken_glass", lambda do, at: do(at.place)),
        _anywhere(Action.OVERSEE, "organisation.granting.acknowledge_glass", lambda do, at: do(
            at.place, "glass", note="x")),
        _with_record(Action.START_CASE, "procedures.starting.start_case", lambda do, at: do(
            at.place, "archiving", actor=at.actor, document_id=at.document)),
        _with_record(Action.START_CASE, "procedures.starting.procedures_for", lambda do, at: do(
            at.place, at.record_class, document=True)),
        _with_record(Action.START_CASE, "procedures.passing_on.withdraw_case", lambda do, at: do(
            at.place, at.case, actor=at.actor, note="x")),
        _with_record(Action.WORK_ON_CASE, "procedures.passing_on.reassign_step", lambda do, at: do(
            at.place, at.case, 1, "Third", actor=at.actor, note="x")),
        _with_record(Action.WORK_ON_CASE, "procedures.deciding.take_step", lambda do, at: do(
            at.place, at.case, 1, Decision(outcome="none such"), actor=at.actor)),
        _anywhere(Action.WORK_ON_CASE, "procedures.deciding.take_several", lambda do, at: do(
            at.place, [(at.case, 1)], "none such", actor=at.actor)),
        _anywhere(Action.WORK_ON_CASE, "procedures.waiting.inbox", lambda do, at: do(at.place, at.actor)),
        _with_record(Action.WORK_ON_CASE, "procedures.waiting.show_task", lambda do, at: do(
            at.place, at.case, 1, at.actor)),
        _with_record(Action.VIEW, "procedures.waiting.show_case", lambda do, at: do(at.place, at.case)),
        _with_record(Action.VIEW, "procedures.waiting.cases_of", lambda do, at: do(at.place, at.document)),
        _anywhere(Action.ADMINISTER, "procedures.library.load_procedure", lambda do, at: do(at.place, b"none")),
        _anywhere(Action.ADMINISTER, "procedures.versions.procedure_versions", lambda do, at: do(at.place)),
        _anywhere(Action.ADMINISTER, "procedures.versions.check_file", lambda do, at: do(at.place, at.folder / "x")),
        _anywhere(Action.ASSIGN, "procedures.sampling.draw_sample", lambda do, at: do(at.place, "Nobody", 5)),
        _anywhere(Action.MAINTAIN, "procedures.sampling.verify_samples", lambda do, at: do(at.place)),
        _anywhere(Action.MAINTAIN, "procedures.signing.verify_decisions", lambda do, at: do(at.place)),
        _anywhere(Action.MAINTAIN, "procedures.replaying.check_cases", lambda do, at: do(at.place)),
        _anywhere(Action.MAINTAIN, "procedures.proving.case_problems", lambda do, at: list(do(
            at.place, cancel=CancelToken(), progress=lambda *_: None))),
        _with_record(Action.DESCRIBE, "retention.closing_files.close_file", lambda do, at: do(
            at.place, at.file, reason="x")),
        _with_record(Action.DESCRIBE, "retention.closing_files.reopen_file", lambda do, at: do(
            at.place, at.file, reason="x")),
        _with_record(Action.DISPOSE, "retention.disposing.propose_disposal", lambda do, at: do(
            at.place, at.document, reason="x")),
        _with_record(Action.DISPOSE, "retention.disposing.withdraw_disposal", lambda do, at: do(
            at.place, f"disposal-{at.level}", reason="x")),
        _with_record(Action.DISPOSE, "retention.disposing.confirm_disposal", lambda do, at: do(
            at.place, f"disposal-{at.level}")),
        _with_record(Action.DISPOSE, "retention.disposing.keep_longer", lambda do, at: do(
            at.place, at.document, until=at.until().date(), reason="x")),
        _anywhere(Action.DISPOSE, "retention.due.due_documents", lambda do, at: do(at.place, cancel=CancelToken())),
        _anywhere(Action.DISPOSE, "retention.due.waiting_disposals", lambda do, at: do(at.place)),
        _with_record(Action.VIEW, "retention.due.standing_of", lambda do, at: do(at.place, at.document)),
        _with_record(Action.HOLD, "retention.holding.place_hold", lambda do, at: do(
            at.place, HoldScope.DOCUMENT, at.document, reason="x", authority="x")),
        _with_record(Action.HOLD, "retention.holding.lift_hold", lambda do, at: do(
            at.place, f"hold-{at.level}", reason="x")),
        _anywhere(Action.VIEW, "retention.holding.resting_holds", lambda do, at: do(at.place)),
        _anywhere(Action.VIEW, "retention.remaining.destroyed_documents", lambda do, at: do(at.place)),
        _anywhere(Action.VIEW, "retention.remaining.destroyed_and_total", lambda do, at: do(at.place)),
        _with_record(Action.VIEW, "retention.remaining.what_remains", lambda do, at: do(
            at.place, f"d-gone-{at.level}")),
        _with_record(Action.VIEW, "retention.remaining.proof_of", lambda do, at: do(at.place, f"d-gone-{at.level}")),
        _with_record(Action.VIEW, "marks.marking.marks_on", lambda do, at: do(at.place, at.page)),
        _with_record(Action.VIEW, "marks.showing.shown_marks", lambda do, at: do(at.place, at.page)),
        _with_record(Action.ANNOTATE, "marks.marking.add_mark", lambda do, at: do(at.place, at.page, _NEW_MARK)),
        _with_record(Action.ANNOTATE, "marks.marking.change_mark", lambda do, at: do(
            at.place, f"mark-{at.level}", text="x")),
        _with_record(Action.ANNOTATE, "marks.marking.remove_mark", lambda do, at: do(at.place, f"mark-{at.level}")),
        _with_record(Action.VIEW, "redaction.material.current_material", lambda do, at: do(at.place, at.document)),
        _with_record(Action.VIEW, "redaction.material.material_of", lambda do, at: do(at.place, at.redaction())),
        _with_record(Action.VIEW, "redaction.making.make_copy", lambda do, at: do(
            at.place, at.redaction(), approver="x", cancel=_cancelled())),
        _with_record(Action.VIEW, "redaction.deciding.preview_redaction", lambda do, at: do(
            at.place, f"redaction-{at.level}", cancel=_cancelled())),
        _with_record(Action.RELEASE, "redaction.deciding.approve_redaction", lambda do, at: do(
            at.place, Preview(redaction=at.redaction(), approver="somebody else", data=b""))),
        _with_record(Action.RELEASE, "redaction.deciding.refuse_redaction", lambda do, at: do(
            at.place, f"redaction-{at.level}", "x")),
        _with_record(Action.REDACT, "redaction.proposing.propose_redaction", lambda do, at: do(
            at.place, at.document, [])),
        _with_record(Action.REDACT, "redaction.proposing.withdraw_redaction", lambda do, at: do(
            at.place, f"redaction-{at.level}")),
        _with_record(Action.VIEW, "redaction.proposing.redactions_of", lambda do, at: do(at.place, at.document)),
        _anywhere(Action.RELEASE, "redaction.proposing.redactions_waiting", lambda do, at: do(at.place)),
        _anywhere(Action.RELEASE, "redaction.waiting.redactions_to_decide", lambda do, at: do(at.place)),
        _with_record(Action.RELEASE, "redaction.releasing.export_redacted", lambda do, at: do(
            at.place, at.document, at.folder / "r.pdf")),
        _anywhere(Action.AUDIT, "audit.trail.audit_trail", lambda do, at: do(at.place, AuditFilter())),
        _anywhere(Action.AUDIT, "audit.trail.audit_part", lambda do, at: do(at.place, _TRAIL, 0)),
        _anywhere(Action.AUDIT, "audit.trail.all_rows", lambda do, at: next(do(at.place, _TRAIL), None)),
        _anywhere(Action.AUDIT, "audit.trail.people_in_trail", lambda do, at: do(at.place)),
        _anywhere(Action.AUDIT, "audit.export_csv.export_trail", lambda do, at: do(
            at.place, _TRAIL, at.folder / "trail.csv", cancel=_cancelled(), progress=_nothing)),
        _everywhere(Action.AUDIT, "audit.export_journal.export_journal", lambda do, at: do(
            at.place, at.folder / "journal", cancel=_cancelled(), progress=_nothing)),
        _with_record(Action.SETTLE, "together.conflicts.show_conflict", lambda do, at: do(at.together, at.conflict)),
        _with_record(Action.SETTLE, "together.conflicts.resolve_conflict", lambda do, at: do(
            at.place, at.together, at.shown(), {})),
        _anywhere(Action.VIEW, "together.finding.find_elsewhere", lambda do, at: do(
            at.place, at.together, SearchRequest(query="وثيقة"))),
        _with_record(Action.VIEW, "together.revising.document_now", lambda do, at: do(
            at.place, at.together, at.there)),
        _with_record(Action.DESCRIBE, "together.revising.revise_elsewhere", lambda do, at: do(
            at.place, at.together, at.seen_there(), record_class=at.record_class, **_DESCRIBED)),
        _with_record(Action.SETTLE, "together.disputes.show_dispute", lambda do, at: do(
            at.place, at.together, f"dispute-{at.level}", actor=at.actor)),
        _with_record(Action.SETTLE, "together.disputes.settle_dispute", lambda do, at: do(
            at.place, at.dispute(), "x", actor=at.actor, note="x")),
        _anywhere(Action.VIEW, "together.disposing.destroyed_everywhere", lambda do, at: do(at.place, at.together)),
        _anywhere(Action.DISPOSE, "together.disposing.waiting_everywhere", lambda do, at: do(at.place, at.together)),
        _with_record(Action.DISPOSE, "together.disposing.confirm_anywhere", lambda do, at: do(
            at.place, at.together, f"disposal-there-{at.level}")),
        _with_record(Action.DISPOSE, "together.disposing.withdraw_anywhere", lambda do, at: do(
            at.place, at.together, f"disposal-there-{at.level}", reason="x")),
        _with_record(Action.VIEW, "together.levels.level_anywhere", lambda do, at: do(
            at.place, at.together, at.there)),
        _with_record(Action.CLASSIFY, "together.levels.set_level_anywhere", lambda do, at: do(
            at.place, at.together, at.there, at.access_level, reason="x")),
        _anywhere(Action.REPORT, "dashboard.figures.dashboard", lambda do, at: do(at.place, days=1)),
        _anywhere(Action.REPORT, "dashboard.export_csv.export_figures", lambda do, at: do(
            at.place, _FIGURES, at.folder / f"f-{at.place.ids.new()}", named=lambda _sort, key: key)),
    )
)  # fmt: skip
"""By module and name below `services`."""

OF_NO_DOCUMENT = frozenset(
    {
        "capture_batch.open_batch", "capture_batch.view_batch", "capture_batch.ledger", "capture_batch.correct_count",
        "capture_batch.close_batch", "capture_batch.feed_pages", "capture_batch.rescan_page",
        "capture_batch.set_page_aside", "capture_batch.put_page", "capture_batch.bring_page_back",
        "capture_batch.reorder_pages", "capture_batch.collate_duplex", "import_files.import_files",
        "print_separators.separator_picture", "print_separators.separator_sheet", "organisation.granting.grant_file",
        "organisation.granting.end_grant", "procedures.starting.procedures_for", "retention.closing_files.close_file",
        "retention.closing_files.reopen_file",
    }
)  # fmt: skip
"""Those that are about a record, but about no document: a level of a document's own says nothing of them."""

OPEN: dict[str, str] = {
    "accession.create_document": "within a use case; asks itself",
    "accession.ensure_file": "within a use case",
    "audit.checkpoints.checkpoint_problems": "within the check of the archive, which asks",
    "audit.checkpoints.last_checkpoint": "the machine's own: how far it has signed",
    "audit.checkpoints.signing_key": "the machine's own: with what it signs",
    "audit.checkpoints.sign_checkpoint": "the machine's own: it signs whoever works",
    "audit.checkpoints.sign_if_due": "the machine's own: it signs whoever works",
    "audit.record.record_exported": "the machine's own: it notes what was allowed and done",
    "audit.record.record_printed": "the machine's own: it notes what was allowed and done",
    "audit.record.record_search": "the machine's own: it notes what was allowed and done",
    "audit.record.record_seen": "the machine's own: it notes what was allowed and done",
    "audit.record.record_entrance": "the machine's own: it notes who comes, fails to, and goes",
    "audit.record.record_taken_out": "the machine's own: it notes what was allowed and done",
    "audit.record.records": "whether the machine notes anything here",
    "capture_batch.feeding.feed_into": "within a use case that has asked",
    "capture_batch.examining.examine_page": "within a use case: a look at a page that was just fed",
    "capture_batch.opening.own_batches": "narrows a list",
    "capture_batch.opening.still_open": "asks itself, within a use case",
    "dashboard.case_steps.case_step_times": "within a use case that has asked; it narrows",
    "dashboard.waiting.what_waits": "within a use case that has asked; each source narrows",
    "follow_journal.follow_journal": "the machine's own: the index follows the journal whoever works",
    "known_readings.known_reading": "within a use case that has asked",
    "words_at_hand.words_at_hand": "within a use case that has asked",
    "list_drawings.superseded_by": "of a document that is in hand; what supersedes it comes from the guarded list",
    "organisation.changing.check_role": "within a use case",
    "organisation.changing.check_time": "within a use case",
    "organisation.changing.now_of": "the time",
    "overview.overview": "counts only what may be seen; tested with lists",
    "own_departments.offered_classes": "which classes there are is no secret",
    "own_departments.require_known": "asks whether there is such a department: which there are is no secret",
    "own_departments.require_own": "asks for which departments the station works; the use case asks the guard",
    "people.admitting.administrators_of": "within a use case",
    "people.admitting.keep_an_administrator": "within a use case",
    "people.admitting.set_up_administrator": "refused as soon as there is anybody",
    "people.accounts.desk_of": "the line to the sign-in service",
    "people.accounts.provider_here": "which service is asked is no secret: who comes in is sent there",
    "people.accounts.sign_in_with_account": "nobody has come in",
    "people.entering.refusals_noted": "the machine's own: nobody has come in",
    "people.entering.unproven_noted": "the machine's own: nobody has come in",
    "people.entering.station_of": "the archive's id",
    "people.signing_in.note_outcome": "within a use case: a door that something else opened",
    "people.signing_in.note_sign_out": "everybody may go",
    "people.signing_in.sign_in": "how one comes in",
    "procedures.actor.acting_here": "who one is",
    "procedures.actor.actor_of": "who one is",
    "procedures.completeness.checklist_for": "within a use case that has asked",
    "procedures.deciding.waiting_step": "asks",
    "procedures.deeds.do_deed": "a step that has been decided, which was asked about",
    "retention.disposing.propose_in": "within a use case that has asked, or a step of a case",
    "retention.disposing.confirm_in": "within a use case that has asked, or a step of a case",
    "procedures.library.find_procedure": "how papers move is no secret, and no record",
    "procedures.library.list_procedures": "how papers move is no secret, and no record",
    "procedures.library.procedure_of_version": "how papers move is no secret, and no record",
    "procedures.library.procedures_of": "how papers move is no secret, and no record",
    "procedures.library.readable_procedure": "how papers move is no secret, and no record",
    "procedures.opening.opened_steps": "within a use case that has asked",
    "procedures.replaying.check_case": "within a use case that has asked",
    "procedures.signing.signed": "within a use case that has asked",
    "procedures.timing.advance_timers": "the machine's own: time passes whoever works",
    "procedures.waiting.count_waiting": "counts only what may be worked on; tested with lists",
    "procedures.waiting.waiting_cases": "narrows a list",
    "redaction.finding.field_values": "of pages that are in hand; they come from the guarded material",
    "redaction.material.may_write_here": "whether this is a copy",
    "redaction.material.require_leave": "asks",
    "register_document.described": "what a clerk says, before it is recorded",
    "register_document.record_revision": "within a use case that has asked",
    "register_document.require_describing": "asks",
    "retention.direct_way.require_direct_way": "within a use case that has asked",
    "retention.direct_way.the_only_way": "within a use case that has asked, or the centre's decision",
    "retention.due.open_disposals": "narrows a list",
    "retention.due.standing_in": "of a record in hand; who asks has looked",
    "retention.judging.check_due": "within a use case that has asked, or the centre's decision",
    "retention.due.rule_of": "what the class's data say",
    "levels.describe_level": "of a document that may be seen, within a use case",
    "levels.level_of_class": "says what a class asks for",
    "levels.record_level": "within a use case; asks itself",
    "organisation.knowing.known_file": "within a use case",
    "organisation.knowing.known_organisation": "within a use case",
    "organisation.knowing.known_people": "within a use case",
    "organisation.knowing.people_unit": "within a use case",
    "redaction.waiting.count_to_decide": "asks itself, and counts nothing for who may not",
    "retention.holding.about_held": "says what is asked about",
    "retention.holding.holds_seen": "narrows a list",
    "retention.remaining.document_id_of": "within a use case; asks before it tells of one that is gone",
    "retention.remaining.raise_gone": "asks",
    "retention.removing.remove_destroyed": "the machine's own: it finishes what two people decided",
    "retention.wording.target_words": "of a hold that is in hand; it comes from a guarded list",
    "review_words.review_word": "needs a page in hand; tested with what a clerk corrects",
    "standing_in.people_acting": "who one is",
    "subjects.about_batch": "says what is asked about",
    "subjects.about_class": "says what is asked about",
    "subjects.about_page": "says what is asked about",
    "subjects.is_everywhere": "asks",
    "subjects.require_everywhere": "asks",
    "together.casework.case_workplace": "a place with the same guard, whose use cases ask",
    "together.casework.workplace_with": "a place with the same guard, whose use cases ask",
    "together.disputes.open_disputes": "narrows a list; tested with lists",
    "together.disputes.uncounted": "shows whoever asks their own decisions",
    "together.following.fetch_procedures": "the machine's own: it follows whoever works",
    "together.conflicts.open_conflicts": "narrows a list; tested with lists",
    "together.losing.lost_pages": "narrows a list; tested with lists",
    "together.state.acknowledged_here": "says how far the machine has sent",
    "together.state.left_to_send": "counts what the machine has still to send",
    "together.state.whereabouts": "of documents that are in hand: whether they are sent",
    "together.synchronising.follow_once": "the machine's own: it follows whoever works",
    "together.synchronising.forget_copy": "the machine's own: whoever enrols the archive anew",
    "together.synchronising.hear_departments": "the machine's own: what the centre says of the station",
    "together.synchronising.keep_synchronised": "the machine's own: it sends and follows whoever works",
    "together.synchronising.synchronise_once": "the machine's own: it sends and follows whoever works",
    "together.viewing.workplace_showing": "a place with the same guard, whose use cases ask",
    "view_document.require_page": "asks",
}
"""Public functions that take a workplace and ask nobody, each with its reason."""


def public_use_cases() -> Iterator[str]:
    """Every public function below `services` that takes a workplace or a station's line to its centre, under the
    module that defines it.
    """
    for found in pkgutil.walk_packages(muni_archive.services.__path__, "muni_archive.services."):
        if found.name.startswith(APART):
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_") and _takes_place(function):
                yield f"{found.name.removeprefix('muni_archive.services.')}.{name}"


def _takes_place(function: Callable[..., object]) -> bool:
    annotations = [str(each.annotation) for each in inspect.signature(function).parameters.values()]
    return any(name in said for said in annotations for name in ("Workplace", "Together"))


def _cancelled() -> CancelToken:
    """Nothing long is begun: the question was whether it may be."""
    token = CancelToken()
    token.cancel()
    return token
