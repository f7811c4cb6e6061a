import gettext
import importlib.util
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from muni_archive.messages import ngettext, use_language

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "installer/catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def arabic() -> Iterator[None]:
    use_language("ar")
    yield
    use_language("en")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small program of our layout: one text, one count, both translated."""
    for package in ("muni_archive", "ui", "scanners"):
        (tmp_path / package).mkdir()
    (tmp_path / "ui/screen.py").write_text('_("Open {name}")\nngettext("{count} page", "{count} pages", 3)\n')
    write(tmp_path, "screen.po", ENTRIES)
    return tmp_path


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
ENTRIES = """
msgid "Open {name}"
msgstr "افتح {name}"

msgid "{count} page"
msgid_plural "{count} pages"
msgstr[0] "لا صفحات"
msgstr[1] "صفحة واحدة"
msgstr[2] "صفحتان"
msgstr[3] "{count} صفحات"
msgstr[4] "{count} صفحة"
msgstr[5] "{count} صفحة"
"""


def write(root: Path, name: str, entries: str) -> None:
    folder = root / "resources/translations/ar"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEADER + entries, encoding="utf-8")


def test_every_text_of_the_program_is_translated(catalogue: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = catalogue.main(["check"])
    assert code == 0, capsys.readouterr().err


def test_eleven_to_ninety_nine_are_told_otherwise_than_a_hundred(arabic: None) -> None:
    said = {n: ngettext("{count} day", "{count} days", n) for n in (3, 10, 11, 99, 100, 102, 103, 365)}
    assert {n for n, text in said.items() if text == "{count} أيام"} == {3, 10, 103}
    assert {n for n, text in said.items() if text == "{count} يومًا"} == {11, 99, 365}
    assert {n for n, text in said.items() if text == "{count} يوم"} == {100, 102}


def test_a_complete_catalogue_has_no_problems_and_speaks_arabic(catalogue: ModuleType, checkout: Path) -> None:
    state = catalogue.examine(checkout)
    assert state.problems == []
    data = catalogue.compiled(state)
    assert data == catalogue.compiled(catalogue.examine(checkout))
    spoken = gettext.GNUTranslations(io.BytesIO(data))
    assert spoken.gettext("Open {name}") == "افتح {name}"
    forms = [spoken.ngettext("{count} page", "{count} pages", n) for n in (0, 1, 2, 3, 11, 100)]
    assert forms == ["لا صفحات", "صفحة واحدة", "صفحتان", "{count} صفحات", "{count} صفحة", "{count} صفحة"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('msgid "Open {name}"', 'msgid "Close {name}"', "missing: 'Open {name}' (ui/screen.py:1)"),
        ('msgid "Open {name}"', 'msgid "Close {name}"', "stale: 'Close {name}' in screen.po"),
        ("افتح {name}", "افتح {names}", "placeholders ['names'] do not agree with ['name']"),
        ("افتح {name}", "افتح", "do not agree"),
        ("افتح {name}", "", "empty translation"),
        ('msgstr[5] "{count} صفحة"\n', "", "has an empty translation"),
        ('msgid "Open', '#, fuzzy\nmsgid "Open', "is marked fuzzy"),
    ],
)
def test_what_does_not_fit_is_named(catalogue: ModuleType, checkout: Path, old: str, new: str, says: str) -> None:
    assert old in ENTRIES
    write(checkout, "screen.po", ENTRIES.replace(old, new, 1))
    problems = catalogue.examine(checkout).problems
    assert any(says in problem for problem in problems), problems


def test_two_translations_of_one_text_name_both_fragments(catalogue: ModuleType, checkout: Path) -> None:
    write(checkout, "other.po", 'msgid "Open {name}"\nmsgstr "فتح {name}"\n')
    (problem,) = catalogue.examine(checkout).problems
    assert problem.startswith("conflict")
    assert "screen.po" in problem
    assert "other.po" in problem
