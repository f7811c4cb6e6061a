"""Whatever people do, in whatever order: nothing that is held, not due, or confirmed by its proposer is destroyed.

The model below is written apart from the program and knows only what the municipality was promised.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.holds import HoldScope
from muni_archive.services.retention.closing_files import close_file, reopen_file
from muni_archive.services.retention.disposing import (
    confirm_disposal,
    keep_longer,
    propose_disposal,
    withdraw_disposal,
)
from muni_archive.services.retention.holding import lift_hold, place_hold
from muni_archive.services.retention.remaining import destroyed_documents
from tests.helpers.retained import HandClock, Office
from tests.helpers.stores import sha

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # each step is a commit; nothing here is about the disk
PEOPLE = st.sampled_from(["ali", "sara", "Ali ", "noor"])
FILES, CLASSES = ("F-1", "F-2"), ("short", "closing", "ever")
YEARS = {"short": 5, "closing": 2, "ever": None}


class People(RuleBasedStateMachine):
    """Three documents in two files; four people who do as they like, and time that goes by."""

    @initialize()
    def begin(self):
        self._folder = tempfile.TemporaryDirectory(prefix="muni-archive-test-", dir=MEMORY)
        self.at = Office(Path(self._folder.name), HandClock())
        self.documents = {}
        for n, (record_class, file) in enumerate([("short", "F-1"), ("closing", "F-1"), ("ever", "F-2")]):
            own = f"page {n}".encode()
            made = self.at.add(own, b"shared", record_class=record_class, reference=file)
            self.documents[made] = (record_class, file, own)
        self.began = self.at.clock.now()
        self.at.clock.pass_years(6)
        self.held, self.closed, self.until, self.proposed = {}, {}, {}, {}
        self.gone = set()

    def teardown(self):
        if hasattr(self, "at"):
            assert self.at.problems() == []  # the tables are what the journal gives
            self.at.close()
            self._folder.cleanup()

    def _attempt(self, act):
        try:
            return act()
        except ArchiveError:
            return None

    def _one(self, at):
        return sorted(self.documents)[at % len(self.documents)]

    @rule(days=st.sampled_from([1, 200, 366, 800, 1900]))
    def time_goes_by(self, days):
        self.at.clock.at += timedelta(days=days)

    @rule(who=PEOPLE, at=st.integers(0, 2), scope=st.sampled_from(list(HoldScope)))
    def hold(self, who, at, scope):
        document_id = self._one(at)
        record_class, file, _ = self.documents[document_id]
        target = {"document": document_id, "file": file, "class": record_class}[scope]
        placed = self._attempt(lambda: place_hold(self.at.of(who), scope, target, reason="r", authority="a"))
        if placed:
            self.held[placed.id] = (scope, target)

    @precondition(lambda self: self.held)
    @rule(who=PEOPLE, data=st.data())
    def lift(self, who, data):
        hold_id = data.draw(st.sampled_from(sorted(self.held)))
        lift_hold(self.at.of(who), hold_id, reason="r")
        del self.held[hold_id]

    @rule(who=PEOPLE, file=st.sampled_from(FILES), close=st.booleans())
    def close_or_reopen(self, who, file, close):
        act = close_file if close else reopen_file
        try:
            act(self.at.of(who), file, reason="r")
        except ArchiveError:
            return
        if close:
            self.closed[file] = self.at.clock.now()
        else:
            del self.closed[file]

    @rule(who=PEOPLE, at=st.integers(0, 2), days=st.integers(1, 900))
    def keep(self, who, at, days):
        document_id = self._one(at)
        until = (self.at.clock.now() + timedelta(days=days)).date()
        if self._attempt(lambda: keep_longer(self.at.of(who), document_id, until=until, reason="r")):
            self.until[document_id] = max(until, self.until.get(document_id, until))

    @rule(who=PEOPLE, at=st.integers(0, 2))
    def propose(self, who, at):
        self._propose(who, self._one(at))

    @rule(who=PEOPLE)
    def propose_what_may_go(self, who):
        for document_id in filter(self._may_go, sorted(self.documents)):
            self._propose(who, document_id)

    def _propose(self, who, document_id):
        made = self._attempt(lambda: propose_disposal(self.at.of(who), document_id, reason="r"))
        if made:
            self.proposed[made.id] = (document_id, who)

    @precondition(lambda self: self.proposed)
    @rule(who=PEOPLE, data=st.data())
    def confirm(self, who, data):
        self._confirm(who, data.draw(st.sampled_from(sorted(self.proposed))))

    @rule(first=PEOPLE, second=PEOPLE, at=st.integers(0, 2), scope=st.sampled_from([None, None, *HoldScope]))
    def propose_and_confirm(self, first, second, at, scope):
        """With a hold that comes in between, or without."""
        document_id = self._one(at)
        self._propose(first, document_id)
        if scope:
            self.hold(first, at, scope)
        for disposal_id in [key for key, one in self.proposed.items() if one[0] == document_id]:
            self._confirm(second, disposal_id)

    def _confirm(self, who, disposal_id):
        document_id, proposer = self.proposed[disposal_id]
        allowed = self._may_go(document_id) and who.strip().lower() != proposer.strip().lower()
        gone = self._attempt(lambda: confirm_disposal(self.at.of(who), disposal_id))
        if gone:
            assert allowed, "destroyed against a hold, a rule or with one person"
            self.gone.add(document_id)
            self.proposed = {key: one for key, one in self.proposed.items() if one[0] != document_id}
        else:
            assert not allowed, "what may go, goes"

    @precondition(lambda self: self.proposed)
    @rule(who=PEOPLE, data=st.data())
    def withdraw(self, who, data):
        disposal_id = data.draw(st.sampled_from(sorted(self.proposed)))
        withdraw_disposal(self.at.of(who), disposal_id, reason="r")
        del self.proposed[disposal_id]

    @invariant()
    def only_what_was_allowed_is_gone(self):
        if not hasattr(self, "at"):
            return
        assert {gone.document_id for gone in destroyed_documents(self.at.of("x"))} == self.gone
        for document_id, (_, _, own) in self.documents.items():
            assert self.at.store.vault.has(sha(own)) == (document_id not in self.gone)
        assert self.at.store.vault.has(sha(b"shared")) == (len(self.gone) < len(self.documents))

    def _may_go(self, document_id):
        record_class, file, _ = self.documents[document_id]
        names = {("document", document_id), ("file", file), ("class", record_class)}
        years = YEARS[record_class]
        if document_id in self.gone or names & set(self.held.values()) or years is None:
            return False
        began = self.began if record_class == "short" else self.closed.get(file)
        if began is None:
            return False
        today, day = self.at.clock.now().date(), began.date()
        over = day.replace(year=day.year + years) if (day.month, day.day) != (2, 29) else None
        over = over or day.replace(year=day.year + years, month=3, day=1)
        return today >= max(over, self.until.get(document_id, over))


People.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
TestPeople = People.TestCase
