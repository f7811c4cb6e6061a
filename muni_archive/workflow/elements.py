"""BPMN's XML as far as procedures need it: names of elements, labels in two languages, our own additions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element  # the type alone: what strangers wrote is parsed by defusedxml

from muni_archive.domain.procedures import NodeKind

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
OWN_NAMESPACE = "urn:muni-archive:procedure"
OWN = f"{{{OWN_NAMESPACE}}}"

STEPS = frozenset({"userTask", "manualTask", "task"})
"""An editor's plain task is something that a person does, too."""
NODES: Mapping[str, NodeKind] = {
    **dict.fromkeys(STEPS, NodeKind.STEP),
    **{kind.value: kind for kind in NodeKind},
}
DRAWN_ONLY = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "sequenceFlow", "textAnnotation", "association", "group",
        "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification", "property", "auditing",
        "monitoring", "incoming", "outgoing", "correlationSubscription", "dataInputAssociation",
        "dataOutputAssociation",
    }
)  # fmt: skip
"""What may stand in a process and means nothing for its course."""
RUNNING = frozenset({"scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity"})
"""Elements that would make the program do something: no code runs from a procedure's file."""


def kind_of(element: Element) -> str:
    """The element's name without its namespace; empty for elements that are not BPMN."""
    return element.tag.removeprefix(MODEL) if str(element.tag).startswith(MODEL) else ""


def children(element: Element, kind: str) -> Iterator[Element]:
    return iter(element.findall(f"{MODEL}{kind}"))


def additions(element: Element, kind: str) -> Iterator[Element]:
    """Our own elements of that name among the extensions; those of editors (`camunda:`, `zeebe:`) are not looked at."""
    return iter(element.findall(f"{MODEL}extensionElements/{OWN}{kind}"))


def own(element: Element, name: str, default: str = "") -> str:
    """An attribute of our own."""
    return element.get(f"{OWN}{name}", default).strip()


def is_true(text: str, *, default: bool) -> bool:
    return default if not text else text.strip().lower() in ("true", "1", "yes")


def label_of(element: Element) -> dict[str, str]:
    """What people call it: our own labels by language, else its name for all."""
    name = " ".join(element.get("name", "").split()) or element.get("id", "")
    return _languages(list(additions(element, "label")), name)


def text_of(element: Element) -> dict[str, str]:
    """Its documentation, by language where our own says it; empty without one."""
    said = next((" ".join((each.text or "").split()) for each in children(element, "documentation")), "")
    return _languages(list(additions(element, "about")), said)


def item_label(element: Element) -> dict[str, str]:
    """Labels of one of our own elements, given by attributes: `ar`, `en`."""
    fallback = element.get("name", "") or element.get("id", "")
    return {language: element.get(language, "").strip() or fallback for language in ("ar", "en")}


def _languages(said: list[Element], fallback: str) -> dict[str, str]:
    labels = {language: fallback for language in ("ar", "en")}
    return labels | {each.get("lang", "ar"): " ".join((each.text or "").split()) for each in said}
