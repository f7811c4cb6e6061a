"""How many of a page's fields are proposed, and how many proposals are right, field by field.

    .venv/bin/python -m tests.benchmarks.fields [--rounds 4]

Four sets of pages that the project prints itself, with known truth, read by the engine: the sample pages, whose wording
the rules were written for, and pages of other layouts and wordings (`strange_forms`, `last_forms`). Last come the
development pages: labelled numbers of their manifest. How often a set had been looked at, docs/reading.md says.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from muni_archive.bootstrap import reader
from muni_archive.domain.reading import FieldProposal, Reading
from muni_archive.ocr.arabic import fold, western_digits
from muni_archive.ocr.fields.dates import iso_date
from muni_archive.ports import ReadRequest
from muni_archive.samples.generator import RECIPES, SamplePage, make_page
from muni_archive.samples.sheet import DPI
from tests.benchmarks.last_forms import last_forms
from tests.benchmarks.reading import SCANS
from tests.benchmarks.strange_forms import strange_forms, unseen_forms

Truth = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A page, and every value of each field that stands on it."""

    image: Image.Image
    truth: Truth


_STANDS_ON = {
    "licence_form": ("licence", "party", "civil_id", "block", "parcel", "street"),
    "description_certificate": ("parcel", "block", "party", "licence", "civil_id"),
    "ownership_letter": ("parcel", "block", "party", "civil_id"),
    "inspection_report": ("parcel", "block", "street", "house", "licence", "party"),
    "leave_form": ("party", "civil_id"),
    "drawing_sheet": ("party", "block", "parcel", "licence"),
}


def sample_pages(rounds: int) -> Iterator[Known]:
    for at in range(rounds * len(RECIPES)):
        page = make_page(at, seed=41)
        if page.kind in _STANDS_ON:
            yield Known(image=page.image, truth=_truth(page))


def _truth(page: SamplePage) -> Truth:
    matter = page.matter
    values = {
        "licence": matter.licence, "party": matter.name, "civil_id": matter.civil_id, "block": matter.block,
        "parcel": matter.parcel, "street": matter.street.removeprefix("شارع "), "house": matter.house,
    }  # fmt: skip
    truth = {name: frozenset({values[name]}) for name in _STANDS_ON[page.kind]}
    year, month, day = (int(part) for part in matter.hijri.split("/"))
    truth["date"] = frozenset({matter.date, iso_date(day, month, year) or ""})
    if page.kind == "drawing_sheet":
        return truth | {"date": frozenset({matter.date})}
    head = frozenset({page.text.splitlines()[1]})
    return truth | {"reference": frozenset({matter.reference}), "department": head}


def proposals_of(page: Known, folder: Path) -> tuple[FieldProposal, ...]:
    path = folder / "page.jpg"
    page.image.save(path, quality=60)
    return reader().read(ReadRequest(path=path, media_type="image/jpeg", rotation=0, dpi=DPI)).proposals


class Count:
    """Right, proposed and true values by field."""

    def __init__(self) -> None:
        self.right, self.proposed, self.true = Counter[str](), Counter[str](), Counter[str]()
        self.sure: list[bool] = []

    def add(self, truth: Truth, proposals: tuple[FieldProposal, ...], names: frozenset[str]) -> None:
        for name in names:
            wanted = {_key(value) for value in truth.get(name, ())}
            found = {_key(proposal.value) for proposal in proposals if proposal.name == name}
            self.right[name] += len(wanted & found)
            self.proposed[name] += len(found)
            self.true[name] += len(wanted)
        self.sure += [
            _key(proposal.value) in {_key(value) for value in truth.get(proposal.name, ())}
            for proposal in proposals
            if proposal.confidence >= 0.9 and proposal.name in names
        ]

    def show(self, title: str) -> None:
        print(f"\n{title}\n{'field':12} {'true':>5} {'found':>6} {'recall':>7} {'precision':>10}")
        for name in sorted(name for name in self.true if self.true[name] or self.proposed[name]):
            recall = 100 * self.right[name] / max(1, self.true[name])
            precision = 100 * self.right[name] / max(1, self.proposed[name])
            print(f"{name:12} {self.true[name]:5} {self.proposed[name]:6} {recall:7.1f} {precision:10.1f}")
        right, true, proposed = (sum(count.values()) for count in (self.right, self.true, self.proposed))
        print(
            f"{'all':12} {true:5} {proposed:6} {100 * right / max(1, true):7.1f} {100 * right / max(1, proposed):10.1f}"
        )
        print(
            f"proposed with 0.9 or more: {len(self.sure)}, {100 * sum(self.sure) / max(1, len(self.sure)):.1f} % right"
        )


def _key(value: str) -> str:
    return fold(value)


def development_pages(folder: Path) -> None:
    """Civil IDs and dates of the manifest; what stands for references and parcels there, whatever it is called."""
    count = Count()
    for page in json.loads((SCANS / "manifest.json").read_text(encoding="utf-8"))["pages"]:
        if page["kind"] == "drawing":
            continue
        reading = _read_once(page, folder)
        truth: dict[str, set[str]] = {}
        for entry in page["fields"]:
            name = {"civil": "civil_id", "ref": "reference", "parcel": "parcel", "date": "date"}.get(entry["kind"])
            if name:
                truth.setdefault(name, set()).add(
                    _day(western_digits(entry["text"])) if name == "date" else entry["text"]
                )
        # A licence's number is of the kind "ref" in the manifest.
        proposals = tuple(
            FieldProposal(name="reference", value=p.value, raw=p.raw, box=p.box, confidence=p.confidence)
            if p.name == "licence" else p
            for p in reading.proposals
        )  # fmt: skip
        values = {name: frozenset(western_digits(value) for value in found) for name, found in truth.items()}
        count.add(values, proposals, frozenset({"civil_id", "reference", "parcel", "date"}))
    count.show("development pages, read")


def _read_once(page: dict[str, object], _folder: Path) -> Reading:
    path = SCANS / f"{page['id']}.jpg"
    return reader().read(ReadRequest(path=path, media_type="image/jpeg", rotation=0, dpi=int(str(page["dpi"]))))


def _day(text: str) -> str:
    first, month, last = (int(part) for part in text.split("/"))
    return (iso_date(last, month, first) if first > 31 else iso_date(first, month, last)) or text


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=4)
    chosen = arguments.parse_args()
    sets = {
        "sample pages (the rules were written for them)": list(sample_pages(chosen.rounds)),
        "strange forms": [
            Known(image=image, truth=truth)
            for image, truth in strange_forms(random.Random(5), chosen.rounds)  # noqa: S311 - made-up pages
        ],
        "unseen forms (written before the rules)": [
            Known(image=image, truth=truth)
            for image, truth in unseen_forms(random.Random(6), chosen.rounds)  # noqa: S311 - made-up pages
        ],
        "last forms (written after the rules)": [
            Known(image=image, truth=truth)
            for image, truth in last_forms(random.Random(7), chosen.rounds)  # noqa: S311 - made-up pages
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        for title, pages in sets.items():
            count = Count()
            for page in pages:
                count.add(page.truth, proposals_of(page, Path(folder)), frozenset(page.truth))
            count.show(title)
        if SCANS.exists():
            development_pages(Path(folder))


if __name__ == "__main__":
    main()
