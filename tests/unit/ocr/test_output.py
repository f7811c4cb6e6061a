import json
from xml.etree import ElementTree as Xml

from muni_archive.ocr.output import as_alto, as_json, as_text
from tests.helpers.written_lines import written

PAGES = (written("بلدية الكويت", "رقم ١٢"), written("صفحة"))
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"


def test_text_has_a_form_feed_between_pages_and_ends_with_a_line_feed() -> None:
    assert as_text(PAGES) == "بلدية الكويت\nرقم ١٢\n\fصفحة\n"


def test_json_holds_text_and_places() -> None:
    page = json.loads(as_json(PAGES))["pages"][0]

    assert page["lines"][0]["words"][1] == {"text": "الكويت", "box": [100, 0, 90, 40], "confidence": 0.9}


def test_alto_holds_every_word_with_place_and_confidence() -> None:
    root = Xml.fromstring(as_alto(PAGES))

    words = root.findall(f".//{ALTO}String")
    assert [word.get("CONTENT") for word in words] == ["بلدية", "الكويت", "رقم", "١٢", "صفحة"]
    assert (words[1].get("HPOS"), words[1].get("WC")) == ("100", "0.900")
    assert len(root.findall(f".//{ALTO}Page")) == 2


def test_an_empty_page_is_still_a_page() -> None:
    assert len(Xml.fromstring(as_alto([written()])).findall(f".//{ALTO}Page")) == 1
