"""Readings as files: plain text, JSON and ALTO, the libraries' XML for text with places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading

_ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"


def as_text(readings: Iterable[Reading]) -> str:
    """Logical order; every page ends with a line feed, a form feed stands between pages."""
    return "\f".join(f"{reading.text}\n" for reading in readings)


def as_json(readings: Iterable[Reading]) -> str:
    """An object with `pages`; boxes are [x, y, width, height] in pixels of the picture as stored."""
    return json.dumps({"pages": [_page(reading) for reading in readings]}, ensure_ascii=False, indent=1) + "\n"


def as_alto(readings: Iterable[Reading]) -> str:
    """ALTO 4 with word confidences, one `Page` each."""
    Xml.register_namespace("", _ALTO)
    root = Xml.Element(f"{{{_ALTO}}}alto")
    root.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", f"{_ALTO} {_SCHEMA}")
    description = _child(root, "Description")
    _child(description, "MeasurementUnit").text = "pixel"
    pages = list(readings)
    for at, engine in enumerate(dict.fromkeys(reading.engine for reading in pages), start=1):
        software = _child(_child(description, "OCRProcessing", ID=f"ocr{at}"), "ocrProcessingStep")
        _child(_child(software, "processingSoftware"), "softwareName").text = engine
    layout = _child(root, "Layout")
    for at, reading in enumerate(pages, start=1):
        _alto_page(layout, reading, at)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _page(reading: Reading) -> dict[str, object]:
    return {
        "engine": reading.engine,
        "width": reading.width,
        "height": reading.height,
        "orientation": reading.orientation,
        "skew": round(reading.skew, 2),
        "confidence": round(reading.confidence, 3),
        "unreadable": reading.unreadable,
        "text": reading.text,
        "lines": [
            {"text": line.text, "box": _numbers(line.box), "words": [
                {"text": word.text, "box": _numbers(word.box), "confidence": word.confidence} for word in line.words
            ]}
            for line in reading.lines
        ],
        "fields": [
            {"name": p.name, "value": p.value, "raw": p.raw, "box": _numbers(p.box),
             "confidence": p.confidence, "warning": p.warning}
            for p in reading.proposals
        ],
    }  # fmt: skip


def _alto_page(layout: Xml.Element, reading: Reading, number: int) -> None:
    page = _child(
        layout, "Page", ID=f"p{number}", PHYSICAL_IMG_NR=str(number), WIDTH=str(reading.width),
        HEIGHT=str(reading.height), PC=f"{reading.confidence:.3f}",
    )  # fmt: skip
    space = _child(page, "PrintSpace", **_place(Box(0, 0, reading.width, reading.height)))
    if not reading.lines:
        return
    block = _child(space, "TextBlock", ID=f"p{number}b1", **_place(Box.around(line.box for line in reading.lines)))
    for at, line in enumerate(reading.lines, start=1):
        _alto_line(block, line, f"p{number}l{at}")


def _alto_line(block: Xml.Element, line: Line, name: str) -> None:
    element = _child(block, "TextLine", ID=name, **_place(line.box))
    for at, word in enumerate(line.words, start=1):
        if at > 1:
            _child(element, "SP")
        attributes = {"ID": f"{name}w{at}", "CONTENT": word.text, "WC": f"{word.confidence:.3f}", **_place(word.box)}
        _child(element, "String", **attributes)


def _child(parent: Xml.Element, tag: str, **attributes: str) -> Xml.Element:
    return Xml.SubElement(parent, f"{{{_ALTO}}}{tag}", attributes)


def _place(box: Box) -> dict[str, str]:
    return {"HPOS": str(box.x), "VPOS": str(box.y), "WIDTH": str(box.width), "HEIGHT": str(box.height)}


def _numbers(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]
