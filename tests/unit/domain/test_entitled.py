"""What a person may do travels whole, and what a program does not know of it allows nothing."""

import json

import pytest

from muni_archive.domain.acting import Acting
from muni_archive.domain.entitled import Entitled, entitled_from_wire, entitled_to_wire
from muni_archive.domain.permissions import AccessLevel, Action, FileGrant, Power, Rights

WHOLE = Entitled(
    acting=Acting(
        person_id="p", name="مريم", roles=(("clerk", "licences"), ("reader", "")),
        delegated={("clerk", "licences"): "سالم"},
    ),
    rights=Rights(
        powers=(
            Power(actions=frozenset({Action.VIEW}), highest=AccessLevel.SECRET),
            Power(
                actions=frozenset({Action.VIEW, Action.CAPTURE}), highest=AccessLevel.INTERNAL,
                departments=frozenset({"licences"}), record_classes=frozenset(),
            ),
        ),
        grants=(FileGrant(file_reference="F-1", until="2026-11-26", actions=frozenset({Action.PRINT})),),
    ),
)  # fmt: skip


def travelled(said):
    return entitled_from_wire(json.loads(json.dumps(said)), person_id="p", name="مريم")


def test_it_comes_as_it_went():
    assert travelled(entitled_to_wire(WHOLE)) == WHOLE
    nothing = Entitled(acting=Acting(person_id="p", name="مريم"), rights=Rights())
    assert travelled(entitled_to_wire(nothing)) == nothing


def test_an_action_that_is_not_known_is_left_out():
    said = json.loads(json.dumps(entitled_to_wire(WHOLE)))
    said["powers"][0]["actions"] = ["fly", "view"]
    assert travelled(said) == WHOLE


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("highest", "higher"), ("departments", "licences"), ("record_classes", [1]), ("actions", None)],
)
def test_what_is_no_power_is_no_answer(field, wrong):
    said = json.loads(json.dumps(entitled_to_wire(WHOLE)))
    said["powers"][0][field] = wrong
    with pytest.raises((TypeError, ValueError)):
        travelled(said)
