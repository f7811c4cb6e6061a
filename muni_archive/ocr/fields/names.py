"""How persons, companies and heirs are called in Arabic, and where in a text such a name ends."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from muni_archive.domain.reading import Word
from muni_archive.ocr.arabic import fold
from muni_archive.ocr.fields.labels import bare
from muni_archive.paths import resource_path

TITLES = frozenset(
    {
        "السيد", "السيده", "الساده", "الانسه", "الدكتور", "الدكتوره", "الشيخ", "الشيخه", "الحاج", "المواطن", "المواطنه",
        "الفاضل", "الفاضله", "المدعو", "المدعوه", "السيدان", "د", "م", "ا",
    }
)  # fmt: skip
"""What may stand between a label and a name."""
_SIDES = frozenset({"الموجر", "المستاجر", "البايع", "المشتري", "الاول", "الثاني", "المالك", "المقاول"})
_LATE = frozenset({"المرحوم", "المرحومه", "المغفور"})
_HEIRS = frozenset({"ورثه", "لورثه", "وورثه", "بورثه"})
_JOINTS = frozenset({"بن", "ابن", "بنت", "ابو", "ام", "ال", "عبد", "بو"})
"""Words that make one name together with the next: son of, daughter of, father of, the house of, servant of."""
_HOUSE = "ال"
"""آل, after which the family's name stands, and the person's ends."""
_FIRMS = frozenset(
    {"شركه", "الشركه", "موسسه", "الموسسه", "مجموعه", "جمعيه", "الجمعيه", "بنك", "مصنع", "مكتب", "دار", "معرض"}
)
_PLAIN_FIRMS = frozenset({"شركه", "موسسه"})
"""These name a company wherever they stand; the others after a label only."""
_GROUPS, _TRADES = frozenset({"مجموعه"}), frozenset({"القابضه", "العقاريه", "التجاريه", "للتجاره", "للمقاولات"})
_PARTNERS = frozenset({"وشركاه", "وشركاوه", "واولاده", "واخوانه", "اخوان", "ذ.م.م", "ش.م.ك", "ش.م.ك.م", "ش.ش.و"})
_PUBLIC = frozenset({"العامه", "المذكوره", "المنفذه", "المالكه", "المقاوله", "الوزير", "المدير", "البلديه"})
"""What follows is an authority, or a company that was named before."""
OFFICES = frozenset(
    {
        "مدير", "رييس", "وكيل", "نايب", "اداره", "الاداره", "اعضاء", "محافظ", "وزير", "وزاره", "بلديه", "هييه", "لجنه",
        "مختار", "قسم", "امين", "مراقب", "مساعد", "بلديات", "ديوان",
    }
)  # fmt: skip
"""Whoever is addressed by an office is no party."""
_PUNCTUATION = "،,.؛)-"
_MOST = 8


def party(words: Sequence[Word]) -> list[Word]:
    """The person, company or heirs that a label announces; empty when none begins there."""
    start = 0
    while start < len(words) and (not _key(words[start]) or _key(words[start]) in TITLES | _SIDES):
        start += 1
    rest = words[start:]
    return heirs(rest) or firm(rest) or person(rest)


def person(words: Sequence[Word]) -> list[Word]:
    """Given names, and the family's: with its article, or what else stands before the name's end."""
    name: list[Word] = []
    within = False
    for at, word in enumerate(words[:_MOST]):
        key = _key(word)
        if key == _HOUSE and at and at + 1 < len(words):
            return [*name, *words[at : at + 2]]
        if not (within or key in _JOINTS or is_given(word)):
            return _with_family(name, words[at:])
        if within and key not in _JOINTS and not is_given(word) and not key.startswith("ال") and ends_name(word):
            return []
        name.append(word)
        within = key in _JOINTS
        if _closed(word):
            break
    return name if len(name) >= 2 and not within else []


def firm(words: Sequence[Word], *, labelled: bool = True) -> list[Word]:
    """A company: what it is, its name, and the adjectives and trades that agree with it."""
    if len(words) < 2 or _key(words[0]) not in (_FIRMS if labelled else _PLAIN_FIRMS | _GROUPS):
        return []
    if ends_name(words[1]) or _closed(words[0]) or _key(words[1]) in _PUBLIC:
        return []
    name = list(words[:2])
    for word in words[2:_MOST]:
        key = _key(word)
        if _closed(name[-1]) or not key or key in _words().ends:
            break
        agrees = key.startswith(("ال", "لل", "وال", "ولل"))
        if not agrees and key not in _PARTNERS and key not in _JOINTS and not is_given(word):
            break
        name.append(word)
    if labelled or _key(words[0]) in _PLAIN_FIRMS:
        return name
    return name if any(_key(word) in _TRADES for word in name) else []


def heirs(words: Sequence[Word]) -> list[Word]:
    """The heirs of a person, who own together what that person left."""
    if not words or _key(words[0]) not in _HEIRS:
        return []
    start = 1
    while start < len(words) and (_key(words[start]) in _LATE | TITLES or not _key(words[start])):
        start += 1
    name = person(words[start:])
    return [*words[:start], *name] if name else []


def is_given(word: Word) -> bool:
    """Whether this is a name that parents give."""
    key = _key(word)
    if key == "علي" and bare(word.text).endswith("ى"):
        return False
    return key in _words().given or (key.startswith("عبدال") and len(key) > 6)


def joined(words: Sequence[Word]) -> str:
    """The name as it is kept: a company's legal form with its dots, all else without marks."""
    return " ".join(text for word in words if (text := bare(word.text)))


def _with_family(name: list[Word], rest: Sequence[Word]) -> list[Word]:
    """The name with its last part, when what follows can be that."""
    if not name or ends_name(rest[0]):
        return name if len(name) >= 2 else []
    key, after = _key(rest[0]), rest[1:2]
    if key.startswith("ال"):
        return [*name, rest[0]]
    if _closed(rest[0]) or not after or ends_name(after[0]):
        return [*name, rest[0]]
    if _key(after[0]).startswith("ال"):
        return [*name, *rest[:2]]
    return [*name, rest[0]] if len(name) >= 2 else []


def ends_name(word: Word) -> bool:
    """Whether the word can be no part of a name, so that one ends before it."""
    key = _key(word)
    if not key or key[0].isdigit() or key in _words().ends or bare(word.text) == "على":
        return True
    if is_given(word) or key in _JOINTS:
        return False
    # A word that begins with `and`, `with the`, `for the`, or as verbs of the present do.
    return (key[0] in "ويت" and len(key) >= 4) or key.startswith(("بال", "لل"))


def _closed(word: Word) -> bool:
    return word.text[-1] in _PUNCTUATION


def _key(word: Word) -> str:
    return fold(bare(word.text))


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Folded: names that are given, and words that end a name."""

    given: frozenset[str]
    ends: frozenset[str]


@cache
def _words() -> _Words:
    """From `resources/names.toml`."""
    data = tomllib.loads(resource_path("names.toml").read_text(encoding="utf-8"))
    given = (fold(name) for kind in ("men", "women") for name in data[kind].split())
    return _Words(given=frozenset(given), ends=frozenset(fold(word) for word in data["ends"].split()))
