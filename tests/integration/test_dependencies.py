"""What the program is installed with: every package is pinned, and everything that is imported is asked for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = (ROOT / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in LINES)}
OURS = {"muni_archive", "ui", "scanners"}
PARTS = {"botocore": "boto3", "pydantic": "fastapi", "shiboken6": "PySide6", "starlette": "fastapi"}
"""Packages that are parts of one that we ask for: it speaks in their words, and they come with it for ever."""


def asked(*, extras: bool) -> list[Requirement]:
    """What the project asks for, with all its extras or with those alone that the program itself uses."""
    more = PROJECT["optional-dependencies"]
    wanted = more if extras else {name: more[name] for name in more if name != "dev"}
    texts = [*PROJECT["dependencies"], *(text for listed in wanted.values() for text in listed)]
    return [made for made in map(Requirement, texts) if canonicalize_name(made.name) != "muni-archive"]


def reached() -> dict[str, metadata.Distribution]:
    """Every installed package that the project asks for, or that one of them asks for."""
    found: dict[str, metadata.Distribution] = {}
    waiting = asked(extras=True)
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
            continue
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # python-sane, where there is no compiler
        known = name in found
        found[name] = installed
        if not known or wanted.extras:
            for text in installed.requires or ():
                needed = Requirement(text)
                extras = [extra for extra in ("", *wanted.extras) if _applies(needed, extra)]
                if extras and canonicalize_name(needed.name) not in found:
                    waiting.append(Requirement(str(needed).partition(";")[0]))
    return found


def _applies(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


def test_every_line_pins_one_package_to_one_version():
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!]*", line) for line in LINES)
    assert len(PINS) == len(LINES)


def test_every_pinned_package_stands_in_the_list_of_licences():
    page = (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8")
    named = {canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9_.-]*[A-Za-z0-9]", page)}
    assert set(PINS) - named == set()


def test_everything_that_is_installed_is_pinned_to_what_is_installed():
    installed = {name: found.version.partition("+")[0] for name, found in reached().items()}
    installed.pop("pip", None)  # pip-audit asks for it; it comes with Python, and it is what installs the pins
    assert len(installed) > 100
    assert {name: PINS.get(name) for name in installed} == installed


def test_nothing_is_pinned_that_nobody_asks_for():
    """A pin of a package that nothing needs is a package that a fresh installation does not have."""
    elsewhere = {name for name in PINS if not _is_installed(name)}
    assert set(PINS) - set(reached()) - elsewhere == set()


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def imported() -> set[str]:
    """Top-level names that the program's modules import, wherever in them."""
    names = set()
    for package in OURS:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.partition(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def test_everything_that_is_imported_is_asked_for_by_name():
    """Not merely there because something else needs it, or because a developer installed it once."""
    makers = metadata.packages_distributions()
    declared = {canonicalize_name(wanted.name) for wanted in asked(extras=False)} | set(PARTS)
    missing = {
        name: makers.get(name, ["nobody"])
        for name in imported()
        if not declared & {canonicalize_name(maker) for maker in makers.get(name, ())}
    }
    assert missing == {}
