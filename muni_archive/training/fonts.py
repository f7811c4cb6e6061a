"""The typefaces that lines are printed in: what each can print, and which are held back for measuring."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

ENDINGS = (".ttf", ".otf", ".woff2")

HELD_BACK = (
    "scheherazade",
    "tajawal",
    "markazi",
    "thabit",
    "nazli",
    "sharjah",
    "beiruti",
    "noto-serif",
    "courier-prime",
)
"""Families that no training line is printed in: how the reader does on them is how it does on a stranger."""

_PRINTABLE = frozenset(range(0x21, 0x7F))
_LETTERS = frozenset(range(0x621, 0x63B)) | frozenset(range(0x641, 0x64B))
_ORNAMENTAL = (
    "decorative", "digital", "kacstart", "poster", "kacstpen", "shado", "ostorah", "battar", "japan", "graph",
    "metal", "electron", "jet_", "ae_jet", "nice", "hor", "manzomah", "quran-colored", "amiriquran", "ajrak",
    "unifont", "symbol", "emoji", "rehan", "tholoth", "mashq", "dimnah", "granada", "hani", "kacsttitlel",
    "nastaliq", "gulzar", "qahiri",
)  # fmt: skip
"""No office prints in these."""

_ARABIC_DIGITS, _WESTERN_DIGITS = frozenset(range(0x660, 0x66A)), frozenset(range(0x30, 0x3A))
_OTHER_DIGITS = {
    "kacstone": _WESTERN_DIGITS,
    "titr": _ARABIC_DIGITS, "nazli": _ARABIC_DIGITS, "zain": _ARABIC_DIGITS,
}  # fmt: skip
"""Faces that print one set of digits where another is asked for: what they show is not what the text says."""

_COMMON = (
    "amiri",
    "kacst",
    "naskh",
    "notosansarabic",
    "dejavu",
    "arab",
    "cairo",
    "almarai",
    "plex",
    "lateef",
    "harmattan",
)
"""Near to what offices print in; half of all lines."""

_FOREIGN = ("notosans-", "notoserif-", "liberation", "dejavu", "b612", "freesans", "freeserif", "freemono")
_FOREIGN_PACKAGES = frozenset(
    ("noto-serif", "noto-sans", "roboto", "open-sans", "lato", "merriweather", "source-serif-4", "courier-prime",
     "tinos", "arimo", "cousine", "pt-serif")
)  # fmt: skip
_WEIGHTS = ("300", "400", "500", "600", "700")


@dataclass(frozen=True)
class Face:
    """One font file. `signs` are the code points that it can print."""

    path: Path
    family: str
    signs: frozenset[int]

    @property
    def arabic(self) -> bool:
        return self.signs >= _LETTERS

    @property
    def held_back(self) -> bool:
        name = f"{self.family} {self.path.name}".lower()
        return any(part in name for part in HELD_BACK)

    def prints(self, char: str) -> bool:
        return ord(char) in self.signs

    def at(self, size: int) -> FreeTypeFont:
        return _opened(str(self.path), size)


@dataclass(frozen=True)
class Fonts:
    """Arabic faces, and Latin ones for what those cannot print."""

    arabic: tuple[Face, ...]
    latin: tuple[Face, ...]

    def choose(self, chance: random.Random) -> tuple[Face, Face]:
        """An Arabic face and a Latin one beside it; of each kind every family is as likely as another."""
        common = chance.random() < 0.5 and self._common
        return _pick(common or self.arabic, chance), _pick(self.latin, chance)

    @cached_property
    def _common(self) -> tuple[Face, ...]:
        return tuple(face for face in self.arabic if any(part in face.family.lower() for part in _COMMON))


def find_fonts(folders: Sequence[Path], *, held_back: bool = False) -> Fonts:
    """The fonts below the folders that may be trained on, or those that may not. Raises `ValueError` without any."""
    faces = [face for path in _files(folders) if (face := _face(path)) is not None and face.held_back == held_back]
    arabic = tuple(face for face in faces if face.arabic)
    latin = tuple(face for face in faces if _is_latin(face)) or tuple(f for f in arabic if f.signs >= _PRINTABLE)
    if not arabic or not latin:
        raise ValueError(f"no Arabic and Latin fonts below {', '.join(map(str, folders))}")
    return Fonts(arabic, latin)


def _files(folders: Iterable[Path]) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS]
    return [path for path in found if not any(part in path.name.lower() for part in _ORNAMENTAL) and _office(path)]


def _office(path: Path) -> bool:
    """Of a web font's many subsets and weights, the upright ones of Arabic and Latin that print letters."""
    if path.suffix != ".woff2":
        return "Italic" not in path.name or "DejaVu" not in path.name
    parts = path.stem.split("-")
    return parts[-1] == "normal" and parts[-2] in _WEIGHTS and parts[-3] in ("arabic", "latin")


def _face(path: Path) -> Face | None:
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            signs = frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError, ImportError):
        return None
    family = path.parent.parent.name if path.suffix == ".woff2" else path.stem.split("-")[0]
    wrong = next((digits for part, digits in _OTHER_DIGITS.items() if part in family.lower()), frozenset())
    return Face(path, family, signs - wrong)


def _is_latin(face: Face) -> bool:
    name = face.path.name.lower()
    named = face.family in _FOREIGN_PACKAGES or name.startswith(_FOREIGN)
    return named and face.signs >= _PRINTABLE


def _pick(faces: Sequence[Face], chance: random.Random) -> Face:
    family = chance.choice(sorted({face.family for face in faces}))
    return chance.choice([face for face in faces if face.family == family])


@lru_cache(maxsize=512)
def _opened(path: str, size: int) -> FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
