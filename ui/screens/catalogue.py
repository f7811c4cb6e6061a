"""The screens in their order, loaded when they are first shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count

from muni_archive.domain.permissions import Action
from muni_archive.messages import N_
from muni_archive.ports import Guard
from ui.context import WindowContext
from ui.screens.base import Screen


@dataclass(frozen=True, kw_only=True)
class ScreenEntry:
    """Where a screen is and how the rail shows it."""

    name: str
    title: str
    icon: str
    place: str
    waiting: bool = False
    """In the rail only while something waits there."""
    needs: tuple[Action, ...] = ()
    """Only for who may do one of these somewhere; for everybody where there are none."""
    numbered: bool = True
    """Whether Ctrl and its place in the list go there."""
    counted: bool = False
    """In the rail with the number of steps that wait for whoever sits here."""

    with_people: bool = False
    """Only where somebody has signed in."""

    def is_for(self, guard: Guard) -> bool:
        if self.with_people and guard.acting is None:
            return False
        return not self.needs or any(guard.may(action) for action in self.needs)


SCREENS = (
    ScreenEntry(
        name="scan",
        title=N_("Scan"),
        icon="scanner",
        place="ui.screens.scan:ScanScreen",
        needs=(Action.CAPTURE,),
    ),
    ScreenEntry(
        name="register",
        title=N_("Register"),
        icon="clipboard-check",
        place="ui.screens.register:RegisterScreen",
        needs=(Action.DESCRIBE,),
    ),
    ScreenEntry(
        name="review",
        title=N_("Review"),
        icon="eye",
        place="ui.screens.review:ReviewScreen",
        needs=(Action.CORRECT,),
    ),
    ScreenEntry(
        name="search",
        title=N_("Search"),
        icon="search",
        place="ui.screens.search:SearchScreen",
        needs=(Action.VIEW,),
    ),
    ScreenEntry(
        name="drawings",
        title=N_("Drawings"),
        icon="drawing",
        place="ui.screens.drawings:DrawingsScreen",
        needs=(Action.VIEW,),
    ),
    ScreenEntry(
        name="archive",
        title=N_("Archive"),
        icon="archive",
        place="ui.screens.archive:ArchiveScreen",
        needs=(Action.CAPTURE, Action.MAINTAIN),
    ),
    ScreenEntry(
        name="dashboard",
        title=N_("Figures"),
        icon="grid",
        place="ui.screens.dashboard:DashboardScreen",
        needs=(Action.REPORT,),
        numbered=False,
    ),
    ScreenEntry(
        name="audit",
        title=N_("Audit"),
        icon="shield-check",
        place="ui.screens.audit:AuditScreen",
        needs=(Action.AUDIT,),
        numbered=False,
    ),
    ScreenEntry(
        name="retention",
        title=N_("Retention"),
        icon="clock",
        place="ui.screens.retention:RetentionScreen",
        needs=(Action.HOLD, Action.DISPOSE),
        numbered=False,
    ),
    ScreenEntry(name="settings", title=N_("Settings"), icon="settings", place="ui.screens.settings:SettingsScreen"),
    ScreenEntry(
        name="desk",
        title=N_("Desk"),
        icon="inbox",
        place="ui.screens.desk:DeskScreen",
        counted=True,
        needs=(Action.WORK_ON_CASE, Action.DECIDE),
    ),
    ScreenEntry(
        name="conflicts",
        title=N_("Conflicts"),
        icon="split",
        place="ui.screens.conflicts:ConflictsScreen",
        waiting=True,
        needs=(Action.SETTLE,),
    ),
    ScreenEntry(
        name="organisation",
        title=N_("Organisation"),
        icon="users",
        place="ui.screens.organisation:OrganisationScreen",
        needs=(Action.ADMINISTER,),
        numbered=False,
    ),
    ScreenEntry(
        name="glass",
        title=N_("Urgent"),
        icon="alert",
        place="ui.screens.glass:GlassScreen",
        needs=(Action.BREAK_GLASS, Action.OVERSEE),
        numbered=False,
        with_people=True,
    ),
)


def keyed_screens() -> Sequence[tuple[ScreenEntry, str]]:
    """Each screen with the keys that lead to it, empty for one without a number."""
    numbers = count(1)
    return [(entry, f"Ctrl+{next(numbers)}" if entry.numbered else "") for entry in SCREENS]


def make_screen(entry: ScreenEntry, context: WindowContext) -> Screen:
    """The screen itself."""
    module, _, name = entry.place.partition(":")
    screen: Screen = getattr(import_module(module), name)(context)
    return screen
