"""Conditions that a procedure may ask: comparisons of the outcome and of declared fields, joined by `and` and `or`.

Nothing else can be said, so nothing in a procedure's file is ever run. The forms that editors write are understood:
`outcome == "approve"`, `${outcome == 'approve'}` and `= outcome = "approve"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

OUTCOME = "outcome"
"""What was chosen in the step before."""
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w-]*(?:\.outcome)?)"""
    r"""|(?P<sign>==|!=|<=|>=|=|<|>|&&|\|\|))"""
)
_WRAPPED = re.compile(r"^\s*[$#]\{(?P<inner>[^{}]*)\}\s*$")
_SIGNS = {"=": "==", "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_AND, _OR = ("and", "&&"), ("or", "||")

Literal = str | float


class ConditionMalformed(ValueError):
    """What stands there is no comparison."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A name, a sign and a value: a text, or a number that is compared as one."""

    name: str
    sign: str
    value: Literal

    def holds(self, values: Mapping[str, str]) -> bool:
        """A name that nothing was said of is an empty text, which is no number."""
        said = values.get(self.name, "")
        if isinstance(self.value, str):
            return _compared(said, self.sign, self.value)
        number = _number(said)
        return self.sign == "!=" if number is None else _compared(number, self.sign, self.value)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Any of the groups in which every comparison holds."""

    groups: tuple[tuple[Comparison, ...], ...]

    def holds(self, values: Mapping[str, str]) -> bool:
        return any(all(each.holds(values) for each in group) for group in self.groups)

    @property
    def comparisons(self) -> Iterator[Comparison]:
        return (each for group in self.groups for each in group)


def parse_condition(text: str) -> Condition:
    """Raises `ConditionMalformed` for everything that is more than comparisons."""
    wrapped = _WRAPPED.match(text)
    tokens = list(_tokens(wrapped["inner"] if wrapped else text.strip().removeprefix("=")))
    groups: list[list[Comparison]] = [[]]
    while tokens:
        groups[-1].append(_comparison(tokens))
        if not tokens:
            break
        kind, joint = tokens.pop(0)
        if not tokens or (kind, joint.lower()) not in {(k, j) for j in (*_AND, *_OR) for k in ("name", "sign")}:
            raise ConditionMalformed(text)
        if joint.lower() in _OR:
            groups.append([])
    if not groups[-1]:
        raise ConditionMalformed(text)
    return Condition(groups=tuple(map(tuple, groups)))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ConditionMalformed(text)
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def _comparison(tokens: list[tuple[str, str]]) -> Comparison:
    if len(tokens) < 3:
        raise ConditionMalformed(" ".join(text for _, text in tokens))
    (named, name), (signed, sign), (kind, value) = tokens[:3]
    if named != "name" or signed != "sign" or sign not in _SIGNS or kind == "sign":
        raise ConditionMalformed(f"{name} {sign} {value}")
    if kind == "name" and value not in ("true", "false"):
        raise ConditionMalformed(value)
    del tokens[:3]
    literal: Literal = float(value) if kind == "number" else value.strip("\"'")
    return Comparison(name=name, sign=_SIGNS[sign], value=literal)


def _compared(one: Literal, sign: str, other: Literal) -> bool:
    if sign in ("==", "!="):
        return (one == other) is (sign == "==")
    if isinstance(one, str) or isinstance(other, str):
        return False  # which of two texts is the greater means nothing to anybody
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
