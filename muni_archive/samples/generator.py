"""Makes the sample pages: pictures, and a file that says what truly stands on them."""

from __future__ import annotations

import io
import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from muni_archive.samples import pages as kinds
from muni_archive.samples.copier import photocopy
from muni_archive.samples.people import Matter, invent
from muni_archive.samples.sheet import A4, DPI, Sheet

TRUTH = "samples.json"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one page is made: what is printed, in which digits, and what the copier does to it."""

    kind: str
    arabic_digits: bool = False
    skew: float = 0.0
    noise: float = 6.0
    rotation: int = 0
    """Degrees clockwise that the page lies turned in the feeder."""
    landscape: bool = False


RECIPES = (
    Recipe(kind="licence_form", arabic_digits=True, skew=0.8),
    Recipe(kind="description_certificate", skew=-1.1, noise=8.0),
    Recipe(kind="ownership_letter", arabic_digits=True, skew=0.4),
    Recipe(kind="blank_back", noise=3.0),
    Recipe(kind="inspection_report", skew=-0.6, rotation=180),
    Recipe(kind="leave_form", arabic_digits=True, skew=1.3),
    Recipe(kind="licence_form", skew=-0.5, noise=9.0),
    Recipe(kind="ownership_letter", skew=0.9, noise=7.0),
    Recipe(kind="drawing_sheet", landscape=True, noise=4.0),
)


@dataclass(frozen=True, kw_only=True)
class SamplePage:
    """A page as it lies in the feeder, and the truth about it."""

    name: str
    kind: str
    image: Image.Image
    text: str
    rotation: int
    matter: Matter


def make_page(at: int, *, seed: int) -> SamplePage:
    """Page `at` (0-based) of the endless sequence that belongs to the seed."""
    recipe = RECIPES[at % len(RECIPES)]
    matter = invent(random.Random(seed * 100_003 + at))  # noqa: S311 - made-up people need no secrecy
    sheet = Sheet((A4[1], A4[0]) if recipe.landscape else A4, arabic_digits=recipe.arabic_digits)
    printer: kinds.Printer = getattr(kinds, recipe.kind)
    printer(sheet, matter)
    image = photocopy(sheet.image, seed=seed * 7919 + at, skew=recipe.skew, noise=recipe.noise)
    if recipe.rotation:
        image = image.rotate(-recipe.rotation, expand=True)
    return SamplePage(
        name=f"{at + 1:02}-{recipe.kind.replace('_', '-')}.jpg",
        kind=recipe.kind,
        image=image,
        text=sheet.text,
        rotation=recipe.rotation,
        matter=matter,
    )


def make_samples(folder: Path, *, pages: int = len(RECIPES), seed: int = 1) -> Path:
    """Write the pages as grey JPEG and `samples.json` with their true text; returns that file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for at in range(pages):
        page = make_page(at, seed=seed)
        (folder / page.name).write_bytes(_jpeg(page.image))
        made.append(page)
    truth = folder / TRUTH
    text = json.dumps({"seed": seed, "queries": _queries(made), "pages": [_truth(page) for page in made]},
                      ensure_ascii=False, indent=1)  # fmt: skip
    truth.write_text(text + "\n", encoding="utf-8")
    return truth


def _truth(page: SamplePage) -> dict[str, object]:
    fields = asdict(page.matter) if page.text else {}
    return {"file": page.name, "kind": page.kind, "rotation": page.rotation, "text": page.text, "fields": fields}


def _queries(pages: list[SamplePage]) -> list[str]:
    """Questions that the pages answer: two words, a phrase, a field, either, a prefix."""
    candidates = {
        "licence_form": "رخصة بناء",
        "description_certificate": "شهادة أوصاف",
        "ownership_letter": "ملكية القسيمة",
        "inspection_report": "تقرير تفتيش أو مخالفة",
        "leave_form": "إجازة و الموظف",
        "drawing_sheet": "الدور الأرضي",
    }
    present = {page.kind for page in pages}
    return [query for kind, query in candidates.items() if kind in present]


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=50, dpi=(DPI, DPI), optimize=True)
    return buffer.getvalue()
