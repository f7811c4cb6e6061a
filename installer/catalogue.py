"""Keep the Arabic catalogue complete: `update` compiles it, `check` fails on anything missing or stale.

The translations stand in fragments, one a part of the program: `resources/translations/ar/*.po`.
`ar.mo`, which the program loads, is made of all of them and always comes out the same.
"""

from __future__ import annotations

import argparse
import io
import string
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("muni_archive", "ui", "scanners")
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
PLURALS = 6
PLURAL_FORMS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
"""As gettext has Arabic: a word after 11 to 99 is told otherwise than after 100 to 102, and Babel mixes the two up."""

Key = tuple[str, ...]
"""The English text, or its singular and plural."""


@dataclass(kw_only=True)
class State:
    """The texts in the code, their translations, and what does not fit."""

    used: dict[Key, str] = field(default_factory=dict)
    """Where each text stands."""
    translated: dict[Key, Message] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def examine(root: Path = ROOT) -> State:
    """Read code and fragments and compare them."""
    state = State(used=dict(_texts(root)))
    origin: dict[Key, Path] = {}
    for path in sorted((root / "resources/translations/ar").glob("*.po")):
        _read_fragment(state, origin, path)
    for key in sorted(set(state.used) - set(state.translated)):
        state.problems.append(f"missing: {key[0]!r} ({state.used[key]})")
    for key in sorted(set(state.translated) - set(state.used)):
        state.problems.append(f"stale: {key[0]!r} in {origin[key].name}")
    return state


def compiled(state: State) -> bytes:
    """The catalogue as the program loads it."""
    catalogue = _Bare(locale="ar", charset="utf-8")
    for key in sorted(state.translated):
        if key in state.used:
            catalogue.add(key if len(key) > 1 else key[0], state.translated[key].string)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


class _Bare(Catalog):
    """A catalogue whose header holds nothing that changes from day to day."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", PLURAL_FORMS)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("update", "check"), nargs="?", default="update")
    action = parser.parse_args(arguments).action
    state = examine()
    target = ROOT / "resources/translations/ar.mo"
    data = compiled(state)
    if action == "update":
        target.write_bytes(data)
    elif not target.exists() or target.read_bytes() != data:
        state.problems.append("ar.mo is out of date: run «python installer/catalogue.py update»")
    for problem in state.problems:
        print(problem, file=sys.stderr)
    print(f"{len(state.used)} texts, {len(state.translated)} translated, {len(state.problems)} problems")
    return 1 if state.problems else 0


def _texts(root: Path) -> Iterator[tuple[Key, str]]:
    for package in PACKAGES:
        found = extract_from_dir(root / package, [("**.py", "python")], {}, KEYWORDS)
        for name, line, text, _comments, _context in sorted(found, key=lambda entry: (entry[0], entry[1])):
            key = tuple(text) if isinstance(text, (tuple, list)) else (text,)
            yield key, f"{package}/{name}:{line}"


def _read_fragment(state: State, origin: dict[Key, Path], path: Path) -> None:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="ar", abort_invalid=True)
    except PoFileError as error:
        state.problems.append(f"{path.name}: {error}")
        return
    for message in catalogue:
        if not message.id:
            continue
        key = tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)
        state.problems += [f"{path.name}: {key[0]!r}: {fault}" for fault in _faults(message)]
        earlier = state.translated.get(key)
        if earlier is not None and earlier.string != message.string:
            first = f"{earlier.string!r} in {origin[key].name}"
            state.problems.append(f"conflict: {key[0]!r} is {first} but {message.string!r} in {path.name}")
        state.translated.setdefault(key, message)
        origin.setdefault(key, path)
    state.problems += [f"{path.name}: obsolete entry {id_!r}" for id_ in catalogue.obsolete]


def _faults(message: Message) -> Iterator[str]:
    texts = list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]
    if message.fuzzy:
        yield "is marked fuzzy"
    if message.pluralizable and len(texts) != PLURALS:
        yield f"needs {PLURALS} plurals, has {len(texts)}"
    if not all(texts):
        yield "has an empty translation"
        return
    wanted = [placeholders(text) for text in (message.id if isinstance(message.id, (tuple, list)) else [message.id])]
    for text in texts:
        # Arabic says one and two without the number, so a plural form may leave {count} out.
        optional = Counter({"count": 1}) if message.pluralizable else Counter[str]()
        have = placeholders(text)
        if have != wanted[-1] and have != wanted[-1] - optional:
            yield f"placeholders {sorted(have)} do not agree with {sorted(wanted[-1])}"


def placeholders(text: str) -> Counter[str]:
    """The `{names}` of a text, each with how often it stands there."""
    try:
        return Counter(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return Counter({"(broken braces)": 1})


if __name__ == "__main__":
    sys.exit(main())
