"""Procedures as an editor writes them, put together from their parts."""

from __future__ import annotations

from muni_archive.paths import resource_path

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:muni="urn:muni-archive:procedure" id="d" targetNamespace="urn:test">'
)


def shipped(name: str) -> bytes:
    return resource_path("procedures", f"{name}.bpmn").read_bytes()


def procedure(*parts: str, lanes: dict[str, str], id: str = "letters", attributes: str = "") -> bytes:
    """A process with these elements; `lanes` tells by role the ids of its elements, apart by spaces."""
    drawn = "".join(
        f'<bpmn:lane id="lane_{at}" name="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in elements.split())
        + "</bpmn:lane>"
        for at, (role, elements) in enumerate(lanes.items())
    )
    body = f"<bpmn:laneSet id='lanes'>{drawn}</bpmn:laneSet>{''.join(parts)}"
    return f'{HEAD}<bpmn:process id="{id}" {attributes}>{body}</bpmn:process></bpmn:definitions>'.encode()


def node(kind: str, id: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f' {key.replace("muni_", "muni:")}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{id}"{said}>{inner}</bpmn:{kind}>'


def flow(source: str, target: str, condition: str = "", name: str = "", id: str = "") -> str:
    asked = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    called = f' name="{name}"' if name else ""
    return (
        f'<bpmn:sequenceFlow id="{id or f"{source}_{target}"}"{called} sourceRef="{source}" '
        f'targetRef="{target}">{asked}</bpmn:sequenceFlow>'
    )


def letters(**changed: str) -> bytes:
    """Write, sign, perhaps go back: the plainest procedure with a decision. `changed` replaces parts by name."""
    parts = {
        "begin": node("startEvent", "begin"),
        "write": node("userTask", "write", name="Write"),
        "sign": node("userTask", "sign", name="Sign"),
        "said": node("exclusiveGateway", "said"),
        "end": node("endEvent", "end", name="Sent"),
        "flows": flow("begin", "write") + flow("write", "sign") + flow("sign", "said"),
        "yes": flow("said", "end", 'outcome == "approve"'),
        "no": flow("said", "write", 'outcome == "return"'),
        "more": "",
    }
    return procedure(*(parts | changed).values(), lanes={"clerk": "begin write", "supervisor": "sign said end"})
