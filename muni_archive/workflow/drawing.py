"""The drawing in a BPMN file (its diagram interchange)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element  # the type alone

from muni_archive.domain.procedures import Diagram, Line, Shape
from muni_archive.workflow.elements import BOUNDS, DI, WAYPOINT

FARTHEST = 100_000.0
"""Beyond this nothing is drawn: somebody's slip of the pen must not make a picture without end."""


def read_diagram(root: Element, known: frozenset[str]) -> Diagram:
    """Shapes and lines of the elements that the procedure knows, as they lie; what has no sense is left out."""
    return Diagram(shapes=tuple(_shapes(root, known)), lines=tuple(_lines(root, known)))


def _shapes(root: Element, known: frozenset[str]) -> Iterator[Shape]:
    for drawn in root.iter(f"{DI}BPMNShape"):
        bounds = drawn.find(BOUNDS)
        if bounds is None or drawn.get("bpmnElement", "") not in known:
            continue
        place = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
        if None not in place:
            x, y, width, height = (value or 0.0 for value in place)
            yield Shape(element=drawn.get("bpmnElement", ""), x=x, y=y, width=width, height=height)


def _lines(root: Element, known: frozenset[str]) -> Iterator[Line]:
    for drawn in root.iter(f"{DI}BPMNEdge"):
        if drawn.get("bpmnElement", "") in known:
            read = [(_number(bend.get("x")), _number(bend.get("y"))) for bend in drawn.findall(WAYPOINT)]
            points = tuple((x, y) for x, y in read if x is not None and y is not None)
            if len(points) > 1:
                yield Line(element=drawn.get("bpmnElement", ""), points=points)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < FARTHEST else None
