"""Denied unless a power or a grant says otherwise."""

import itertools

import pytest

from muni_archive.domain.permissions import (
    ACTION_TEXTS,
    ANYWHERE,
    BY_GRANT,
    AccessLevel,
    Action,
    FileGrant,
    Power,
    Rights,
    Subject,
)

NOW, LATER, LATEST = "2026-11-27T08:00", "2026-11-27T09:00", "2026-11-27T10:00"
CLERK = Power(
    actions=frozenset({Action.VIEW, Action.DESCRIBE}),
    highest=AccessLevel.CONFIDENTIAL,
    departments=frozenset({"licences", "licences-1"}),
    record_classes=frozenset({"building_file", "employee_file"}),
)
LEVELS = {
    "building_file": AccessLevel.INTERNAL,
    "employee_file": AccessLevel.CONFIDENTIAL,
    "decision": AccessLevel.SECRET,
    "notice": AccessLevel.PUBLIC,
}


def file(**said) -> Subject:
    known = {"department": "licences", "record_class": "building_file", "access_level": AccessLevel.INTERNAL}
    return Subject(**{**known, **said})


def test_nothing_is_allowed_without_powers():
    assert not any(Rights().may(action, ANYWHERE, NOW) for action in Action)


def test_every_action_has_its_words():
    assert set(ACTION_TEXTS) == set(Action)


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        (ANYWHERE, True),
        (file(), True),
        (file(department="licences-1"), True),
        (file(department="personnel"), False),
        (file(department=""), False),
        (file(record_class="decision"), False),
        (file(access_level=AccessLevel.CONFIDENTIAL), True),
        (file(access_level=AccessLevel.SECRET), False),
    ],
)
def test_a_power_ends_at_its_departments_classes_and_level(subject, allowed):
    rights = Rights(powers=(CLERK,))
    assert rights.may(Action.VIEW, subject, NOW) is allowed
    assert not rights.may(Action.DECIDE, subject, NOW)


def test_the_scope_says_what_may_is_asked_about_each_record():
    powers = [
        Power(actions=frozenset({Action.VIEW}), highest=highest, departments=departments, record_classes=classes)
        for highest, departments, classes in itertools.product(
            AccessLevel,
            (None, frozenset({"licences"})),
            (None, frozenset({"employee_file", "decision"})),
        )
    ]
    for power in powers:
        rights = Rights(powers=(power,))
        scope = rights.scope(Action.VIEW, LEVELS, NOW)
        for department, (record_class, level) in itertools.product(("licences", "personnel", ""), LEVELS.items()):
            for own in ("", *AccessLevel):
                subject = Subject(
                    department=department, record_class=record_class, access_level=level.at_least(own), own_level=own
                )
                allowed = rights.may(Action.VIEW, subject, NOW)
                assert scope.covers(department, record_class, None, own) == allowed


def test_a_grant_is_for_one_file_for_looking_and_for_a_time():
    rights = Rights(grants=(FileGrant(file_reference="F/1", until=LATER, actions=frozenset(Action)),))
    far = Subject(department="personnel", record_class="employee_file", access_level=AccessLevel.SECRET)
    mine = file(department="personnel", access_level=AccessLevel.SECRET, file_reference="F/1")
    assert {action for action in Action if rights.may(action, mine, NOW)} == BY_GRANT
    assert not rights.may(Action.VIEW, mine, LATER)
    assert not rights.may(Action.VIEW, far, NOW)
    assert rights.may(Action.VIEW, ANYWHERE, NOW)
    assert not rights.may(Action.VIEW, ANYWHERE, LATER)
    assert not rights.may(Action.VIEW, file(file_reference="F/2"), NOW)
    raised = file(department="personnel", file_reference="F/1", own_level="internal")
    assert not rights.may(Action.VIEW, raised, NOW)
    assert rights.scope(Action.VIEW, LEVELS, NOW).files == {"F/1"}
    assert rights.scope(Action.VIEW, LEVELS, LATEST).empty
    assert rights.scope(Action.DESCRIBE, LEVELS, NOW).empty


def test_the_higher_of_two_levels_counts():
    levels = AccessLevel
    assert levels.INTERNAL.at_least("") is levels.INTERNAL.at_least("public") is levels.INTERNAL
    assert levels.INTERNAL.at_least("secret") is levels.INTERNAL.at_least("nonsense") is levels.SECRET
    assert levels.SECRET.above == frozenset()
    assert levels.PUBLIC.above == {"internal", "confidential", "secret"}


def test_a_level_that_nobody_knows_is_secret():
    assert AccessLevel.of("nonsense") is AccessLevel.SECRET
    assert [level.rank for level in AccessLevel] == [0, 1, 2, 3]
