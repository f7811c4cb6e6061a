"""Who may do what with which records: denied unless a role or a grant says otherwise. Pure; the guard asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from muni_archive.domain.marking import N_
from muni_archive.domain.scope import Area, Scope


class Action(StrEnum):
    """What can be allowed. A value stands in data and journals: it is never renamed."""

    VIEW = "view"
    CAPTURE = "capture"
    DESCRIBE = "describe"
    CLASSIFY = "classify"
    DECLASSIFY = "declassify"
    CORRECT = "correct"
    SETTLE = "settle"
    EXPORT = "export"
    PRINT = "print"
    START_CASE = "start-case"
    WORK_ON_CASE = "work-on-case"
    DECIDE = "decide"
    ASSIGN = "assign"
    REPORT = "report"
    AUDIT = "audit"
    HOLD = "hold"
    DISPOSE = "dispose"
    ANNOTATE = "annotate"
    REDACT = "redact"
    RELEASE = "release"
    BREAK_GLASS = "break-glass"
    OVERSEE = "oversee"
    GRANT = "grant"
    MAINTAIN = "maintain"
    ADMINISTER = "administer"


ACTION_TEXTS: Mapping[Action, str] = {
    Action.VIEW: N_("see these records"),
    Action.CAPTURE: N_("scan or import"),
    Action.DESCRIBE: N_("describe documents"),
    Action.CLASSIFY: N_("raise the access level of a document"),
    Action.DECLASSIFY: N_("lower the access level of a document"),
    Action.CORRECT: N_("correct what was read"),
    Action.SETTLE: N_("settle conflicts"),
    Action.EXPORT: N_("export"),
    Action.PRINT: N_("print"),
    Action.START_CASE: N_("begin a case"),
    Action.WORK_ON_CASE: N_("work on cases"),
    Action.DECIDE: N_("decide cases"),
    Action.ASSIGN: N_("assign cases"),
    Action.REPORT: N_("see figures"),
    Action.AUDIT: N_("see who did what"),
    Action.HOLD: N_("place and lift legal holds"),
    Action.DISPOSE: N_("dispose of records"),
    Action.ANNOTATE: N_("annotate pages"),
    Action.REDACT: N_("redact pages"),
    Action.RELEASE: N_("release redacted copies"),
    Action.BREAK_GLASS: N_("break the glass"),
    Action.OVERSEE: N_("see who broke the glass"),
    Action.GRANT: N_("grant access to a file"),
    Action.MAINTAIN: N_("maintain the archive"),
    Action.ADMINISTER: N_("administer people and units"),
}
"""What each is called in «You may not …»."""

BY_GRANT = frozenset({Action.VIEW, Action.EXPORT, Action.PRINT})
"""All that a grant on a single file can allow; one by broken glass allows looking alone."""


class AccessLevel(StrEnum):
    """How widely a record may be known, from everybody to very few."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105  # a level, no password

    @property
    def rank(self) -> int:
        return list(AccessLevel).index(self)

    @classmethod
    def of(cls, text: str) -> AccessLevel:
        """The level of that name; what nobody knows is secret."""
        return cls(text) if text in set(cls) else cls.SECRET

    def at_least(self, own: str) -> AccessLevel:
        """The higher of this and of a document's own level, which may be empty."""
        return max(self, AccessLevel.of(own), key=lambda level: level.rank) if own else self

    @property
    def above(self) -> frozenset[str]:
        """All higher ones."""
        return frozenset(level.value for level in AccessLevel if level.rank > self.rank)


LEVEL_TEXTS: Mapping[AccessLevel, str] = {
    AccessLevel.PUBLIC: N_("Public"),
    AccessLevel.INTERNAL: N_("Internal"),
    AccessLevel.CONFIDENTIAL: N_("Confidential"),
    AccessLevel.SECRET: N_("Secret"),
}
LEVELS = frozenset(level.value for level in AccessLevel)
"""By their names, as they stand in data."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an action is about. None says nothing: the question is then whether it is allowed anywhere."""

    department: str | None = None
    record_class: str | None = None
    access_level: AccessLevel | None = None
    """Known from the record class, and from the document's own level, where it is left out."""
    own_level: str = ""
    """The level that somebody gave this very document; empty for none. The higher of the two counts."""
    file_reference: str | None = None
    document_id: str | None = None


ANYWHERE = Subject()


@dataclass(frozen=True, kw_only=True)
class Power:
    """What one role of somebody allows: the actions, where, and up to which level. None means all."""

    actions: frozenset[Action]
    highest: AccessLevel
    departments: frozenset[str] | None = None
    record_classes: frozenset[str] | None = None

    def allows(self, action: Action, subject: Subject) -> bool:
        return (
            action in self.actions
            and (subject.access_level is None or subject.access_level.rank <= self.highest.rank)
            and _is_in(self.departments, subject.department)
            and _is_in(self.record_classes, subject.record_class)
        )

    def area(self, levels: Mapping[str, AccessLevel]) -> Area:
        """Where it lets one look. Classes are named one by one unless every class that may come is allowed."""
        if self.highest is AccessLevel.SECRET:
            return Area(departments=self.departments, record_classes=self.record_classes)
        low = frozenset(name for name, level in levels.items() if level.rank <= self.highest.rank)
        chosen = low if self.record_classes is None else low & self.record_classes
        return Area(departments=self.departments, record_classes=chosen, closed=self.highest.above)


@dataclass(frozen=True, kw_only=True)
class FileGrant:
    """Leave to use one file for a time; `until` is the first moment (ISO, UTC) at which it counts no more.

    It opens what the file's class opens: a document with a level of its own stays closed.
    """

    file_reference: str
    until: str
    actions: frozenset[Action] = frozenset({Action.VIEW})

    def allows(self, action: Action, subject: Subject, now: str) -> bool:
        if action not in self.actions & BY_GRANT or now >= self.until:
            return False
        return subject == ANYWHERE or (subject.file_reference == self.file_reference and not subject.own_level)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Everything that somebody may do: the sum of the powers and the grants. Empty means nothing."""

    powers: tuple[Power, ...] = ()
    grants: tuple[FileGrant, ...] = ()

    def may(self, action: Action, subject: Subject, now: str) -> bool:
        """Deny by default. `subject` names its access level wherever it names a record."""
        if any(power.allows(action, subject) for power in self.powers):
            return True
        return any(grant.allows(action, subject, now) for grant in self.grants)

    def scope(self, action: Action, levels: Mapping[str, AccessLevel], now: str) -> Scope:
        """Where the action is allowed; `levels` tells the access level of each known record class."""
        areas = (power.area(levels) for power in self.powers if action in power.actions)
        return Scope(
            areas=tuple(dict.fromkeys(area for area in areas if not area.empty)),
            files=frozenset(self._files(action, now)),
        )

    def _files(self, action: Action, now: str) -> Iterable[str]:
        for grant in self.grants:
            if action in grant.actions & BY_GRANT and now < grant.until:
                yield grant.file_reference


def _is_in(allowed: frozenset[str] | None, name: str | None) -> bool:
    """A record without a department is nobody's but theirs who may see all."""
    return allowed is None or name is None or (bool(name) and name in allowed)
