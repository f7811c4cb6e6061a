"""What whoosh's parser forgives is told to the user here: open quotes, empty groups, fields that do not exist.

The source also gets its canonical form: Arabic names of fields, guillemets and «إلى» in ranges are rewritten.
"""

from __future__ import annotations

import re

from muni_archive.domain.errors import QueryMalformed
from muni_archive.messages import _
from muni_archive.search.field_names import ALIASES, FIELD_NAMES
from muni_archive.search.folding import fold

LONGEST = 2000
_FIELD = re.compile(r"(?<![\w/])([^\W\d]\w*):(?=\S)")
_BARE_FIELD = re.compile(r"(?<![\w/])([^\W\d]\w*):(?=\s|$)")
_TO = re.compile(r"\s+(?:إلى|الى|الي|to)\s+")
_BINARY = r"(?:AND|OR|و|أو|او)"
_ANY = r"(?:AND|OR|NOT|و|أو|او|ليس)"
_LEADING = re.compile(rf"(?:^|\()\s*{_BINARY}(?=\s|\(|\)|$)")
_TRAILING = re.compile(rf"(?:^|(?<=[\s(]))({_ANY})\s*(?:\)|$)")
_DOUBLED = re.compile(rf"(?:^|(?<=[\s(]))(?:{_ANY}\s+{_BINARY}|(?:NOT|ليس)\s+(?:NOT|ليس))(?=\s|\(|$)")
_QUOTES = str.maketrans("«»“”„", '"""""')


def canonical_source(source: str) -> str:
    """The query ready for parsing. Raises `QueryMalformed` saying what to do."""
    if len(source) > LONGEST:
        raise QueryMalformed(detail=_("it is too long; use fewer words."))
    text = source.translate(_QUOTES).replace("\x00", " ").strip()
    parts = text.split('"')
    if len(parts) % 2 == 0:
        raise QueryMalformed(detail=_("a quotation mark is missing; quotes come in pairs."))
    parts[0::2] = [_canonical(part) for part in parts[0::2]]
    _check_structure("x".join(parts[0::2]))
    return '"'.join(parts)


def _canonical(part: str) -> str:
    part = re.sub(r"\[[^\]]*\]", lambda match: _TO.sub(" TO ", match[0]), part)
    return _FIELD.sub(_name, part)


def _name(match: re.Match[str]) -> str:
    name = ALIASES.get(fold(match[1]))
    if name is None:
        known = "، ".join(aliases[0] for aliases in FIELD_NAMES.values())
        detail = _("there is no field «{name}»; known are {fields}. To find a colon, use quotes.")
        raise QueryMalformed(detail=detail.format(name=match[1], fields=known))
    return f"{name}:"


def _check_structure(text: str) -> None:
    """Parentheses, brackets and operators; quoted parts stand as an ordinary word."""
    for opening, closing in ("()", "[]"):
        depth = 0
        for sign in text:
            depth += (sign == opening) - (sign == closing)
            if depth < 0:
                break
        if depth:
            detail = _("a parenthesis is missing: {opening} and {closing} come in pairs.")
            raise QueryMalformed(detail=detail.format(opening=opening, closing=closing))
    if re.search(r"\(\s*\)", text):
        raise QueryMalformed(detail=_("there is nothing between the parentheses."))
    if _BARE_FIELD.search(text):
        raise QueryMalformed(detail=_("a value is missing after the colon; write it without a space: parcel:123."))
    if _LEADING.search(text) or _TRAILING.search(text) or _DOUBLED.search(text):
        detail = _("an operator stands alone; AND, OR, NOT (و، أو، ليس) need words beside them.")
        raise QueryMalformed(detail=detail)
