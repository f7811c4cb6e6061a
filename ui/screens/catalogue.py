"""The screens in their order, loaded when they are first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from muni_archive.messages import N_
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
    counted: bool = False
    """In the rail with the number of steps that wait for whoever sits here."""


SCREENS = (
    ScreenEntry(name="scan", title=N_("Scan"), icon="scanner", place="ui.screens.scan:ScanScreen"),
    ScreenEntry(
        name="register", title=N_("Register"), icon="clipboard-check", place="ui.screens.register:RegisterScreen"
    ),
    ScreenEntry(name="review", title=N_("Review"), icon="eye", place="ui.screens.review:ReviewScreen"),
    ScreenEntry(name="search", title=N_("Search"), icon="search", place="ui.screens.search:SearchScreen"),
    ScreenEntry(name="drawings", title=N_("Drawings"), icon="drawing", place="ui.screens.drawings:DrawingsScreen"),
    ScreenEntry(name="archive", title=N_("Archive"), icon="archive", place="ui.screens.archive:ArchiveScreen"),
    ScreenEntry(name="settings", title=N_("Settings"), icon="settings", place="ui.screens.settings:SettingsScreen"),
    ScreenEntry(name="desk", title=N_("Desk"), icon="inbox", place="ui.screens.desk:DeskScreen", counted=True),
    ScreenEntry(
        name="conflicts",
        title=N_("Conflicts"),
        icon="split",
        place="ui.screens.conflicts:ConflictsScreen",
        waiting=True,
    ),
)


def make_screen(entry: ScreenEntry, context: WindowContext) -> Screen:
    """The screen itself."""
    module, _, name = entry.place.partition(":")
    screen: Screen = getattr(import_module(module), name)(context)
    return screen
