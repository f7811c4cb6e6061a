"""A procedure that cannot be followed is refused, and the element at fault is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muni_archive.domain.errors import ProcedureInvalid
from muni_archive.domain.procedures import OutcomeKind
from muni_archive.workflow import check_procedure, read_procedure
from tests.helpers.procedures import HEAD, flow, letters, node, procedure, shipped

TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>{}</bpmn:timeDuration></bpmn:timerEventDefinition>"


def flaws(data):
    return {flaw.element: flaw.text for flaw in check_procedure(data)[1]}


def test_a_plain_one_is_taken():
    assert flaws(letters()) == {}


@pytest.mark.parametrize(
    ("changed", "element"),
    [
        ({"write": node("scriptTask", "write")}, "write"),
        ({"write": node("serviceTask", "write")}, "write"),
        ({"write": node("callActivity", "write")}, "write"),
        ({"write": node("subProcess", "write")}, "write"),
        ({"write": node("userTask", "write", '<bpmn:multiInstanceLoopCharacteristics id="m"/>')}, "write"),
        ({"begin": node("startEvent", "begin", '<bpmn:messageEventDefinition id="m"/>')}, "begin"),
        ({"more": node("userTask", "alone", name="Alone") + flow("alone", "end")}, "alone"),
        ({"yes": flow("said", "end", "__import__('os').system('x')", id="f")}, "f"),
        ({"yes": flow("said", "end", "outcome == 'approve'", id="f").replace("'approve'", "'aprove'"),
          "sign": node("userTask", "sign", "<bpmn:extensionElements><muni:outcome id='approve'/><muni:outcome "
                       "id='return'/></bpmn:extensionElements>")}, "f"),
        ({"yes": flow("said", "end", "parcel == 3", id="f")}, "f"),
        ({"yes": flow("said", "end", "write.outcome == 'approve'", id="f")}, "f"),
        ({"yes": flow("said", "end", id="f"), "no": flow("said", "write", id="g")}, "f"),
        ({"yes": flow("said", "nowhere", id="f")}, "f"),
        ({"end": node("endEvent", "end") + flow("end", "write")}, "end"),
        ({"sign": node("userTask", "sign", muni_due="soon")}, "sign"),
        ({"sign": node("userTask", "sign", muni_sample="many")}, "sign"),
        ({"flows": flow("begin", "write") + flow("write", "sign") + flow("sign", "said") + flow("write", "end")},
         "write"),
        ({"more": node("boundaryEvent", "late", TIMER.format("R3/PT1H"), attachedToRef="sign") + flow("late", "end")},
         "late"),
        ({"more": node("boundaryEvent", "late", TIMER.format("P1D"), attachedToRef="said") + flow("late", "end")},
         "late"),
        ({"sign": node("userTask", "sign", "<bpmn:extensionElements><muni:outcome id='approve'/><muni:outcome "
                       "id='return'/><muni:outcome id='reject'/></bpmn:extensionElements>")}, "said"),
        ({"sign": node("userTask", "sign", "<bpmn:extensionElements><muni:field id='a b'/></bpmn:extensionElements>")},
         "sign"),
        ({"more": node("startEvent", "again") + flow("again", "write")}, "letters"),
        ({"more": node("userTask", "write")}, "write"),
    ],
)  # fmt: skip
def test_the_element_at_fault_is_named(changed, element):
    found = flaws(letters(**changed))
    assert element in found
    with pytest.raises(ProcedureInvalid, match=element):
        read_procedure(letters(**changed))


def test_a_lane_that_names_no_role_is_named():
    data = letters().replace(b'name="supervisor"', b'name="Wizard"')
    assert list(flaws(data)) == ["lane_1"]


def test_a_circle_in_which_nobody_does_anything_is_refused():
    data = letters(
        yes=flow("said", "turn", 'outcome == "approve"'),
        more=node("exclusiveGateway", "turn") + flow("turn", "back", name="Yes") + flow("turn", "end", name="No")
        + node("exclusiveGateway", "back") + flow("back", "turn"),
    )  # fmt: skip
    assert {"turn", "back"} <= set(flaws(data))


def test_a_case_that_could_get_stuck_is_refused():
    """The join waits for a way that was not taken."""
    data = letters(
        yes=flow("said", "join", 'outcome == "approve"'),
        no=flow("said", "other", 'outcome == "return"') + node("userTask", "other") + flow("other", "join"),
        more=node("parallelGateway", "join") + flow("join", "end"),
    ).replace(b"<bpmn:flowNodeRef>said", b"<bpmn:flowNodeRef>other</bpmn:flowNodeRef><bpmn:flowNodeRef>said")
    assert list(flaws(data)) == ["join"]


def test_a_case_that_could_be_at_one_place_twice_is_refused():
    data = procedure(
        node("startEvent", "s"), node("parallelGateway", "p"), node("userTask", "a"), node("userTask", "b"),
        node("userTask", "c"), node("exclusiveGateway", "x"), node("endEvent", "e"), flow("s", "p"), flow("p", "a"),
        flow("p", "b"), flow("a", "x"), flow("b", "x"), flow("x", "c"), flow("c", "e"), lanes={"clerk": "a b c"},
    )  # fmt: skip
    assert list(flaws(data)) == ["c"]


def test_names_on_the_ways_are_enough():
    """What an editor without a properties panel can say."""
    data = letters(
        yes=flow("said", "end", name="نعم"),
        no=flow("said", "write", name="Return"),
        more=flow("said", "never", name="Shelve") + node("endEvent", "never"),
    )
    sign = read_procedure(data).step("sign")
    assert [(each.id, each.kind) for each in sign.outcomes] == [
        ("approve", OutcomeKind.APPROVE), ("return", OutcomeKind.RETURN), ("Shelve", OutcomeKind.APPROVE),
    ]  # fmt: skip


def test_what_editors_add_of_their_own_is_not_looked_at():
    more = (
        "<bpmn:documentation>Write it.</bpmn:documentation><bpmn:extensionElements>"
        '<camunda:taskListener event="create" expression="${evil()}"/>'
        '<zeebe:assignmentDefinition assignee="x"/></bpmn:extensionElements>'
    )
    data = letters(write=node("userTask", "write", more, name="Write")).replace(
        b'id="write"', b'id="write" camunda:assignee="x"', 1
    )
    write = read_procedure(data).step("write")
    assert write.about == {"ar": "Write it.", "en": "Write it."}
    assert [outcome.id for outcome in write.outcomes] == ["done"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"not xml", b"<a/>", HEAD.encode() + b"</bpmn:definitions>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>" + b" " * 2_000_001 + b"</a>",
    ],
)  # fmt: skip
def test_what_is_no_procedure_at_all_is_refused(data):
    with pytest.raises(ProcedureInvalid):
        check_procedure(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_understood_and_nothing_else(data):
    whole = bytearray(shipped("disposal"))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    try:
        check_procedure(bytes(whole))
    except ProcedureInvalid:
        return


def test_a_disposal_needs_a_document_and_a_proposal():
    doing = node("userTask", "sign", name="Sign", muni_does="confirm-disposal")
    texts = " ".join(flaw.text for flaw in check_procedure(letters(sign=doing))[1])
    assert "begin with a document" in texts
    assert "no step proposes" in texts
    unknown = node("userTask", "sign", name="Sign", muni_does="burn")
    assert "burn" in " ".join(flaw.text for flaw in check_procedure(letters(sign=unknown))[1])


def test_what_would_keep_the_centre_busy_for_minutes_is_not_checked():
    gateways = [node("exclusiveGateway", f"g{at}") + flow(f"g{at}", f"g{at + 1}") for at in range(1000)]
    with pytest.raises(ProcedureInvalid, match="too large"):
        read_procedure(letters(more="".join(gateways)))
