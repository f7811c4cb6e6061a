"""Conditions of procedures: comparisons, and nothing that could run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muni_archive.domain.comparing import ConditionMalformed, parse_condition


@pytest.mark.parametrize(
    "text", ['outcome == "approve"', "${outcome == 'approve'}", '= outcome = "approve"', "#{ outcome=='approve' }"]
)
def test_the_forms_of_several_editors_mean_the_same(text):
    condition = parse_condition(text)
    assert condition.holds({"outcome": "approve"})
    assert not condition.holds({"outcome": "reject"})


def test_numbers_are_compared_as_numbers_and_what_is_none_is_never_greater():
    condition = parse_condition("height >= 45")
    assert condition.holds({"height": "100"})
    assert not condition.holds({"height": "9"})
    assert not condition.holds({"height": "high"})
    assert not condition.holds({})


def test_and_binds_closer_than_or():
    condition = parse_condition('a.outcome == "no" or height > 45 and b.outcome == "no"')
    assert condition.holds({"a.outcome": "no"})
    assert condition.holds({"height": "46", "b.outcome": "no"})
    assert not condition.holds({"height": "46"})


@pytest.mark.parametrize(
    "text",
    [
        "", "outcome", "outcome ==", 'outcome == "a" and', "__import__('os')", "outcome == other", "f(1) == 1",
        '"a" == "a"', "outcome.upper == 1", "(outcome == 'a')", "not outcome == 'a'", "outcome == 'a' 1 == 1", "1 + 1",
    ],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(ConditionMalformed):
        parse_condition(text)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused(text):
    try:
        condition = parse_condition(text)
    except ConditionMalformed:
        return
    assert list(condition.comparisons)
    assert condition.holds({}) in (True, False)
