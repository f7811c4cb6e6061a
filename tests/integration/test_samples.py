import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from muni_archive.domain.civil_id import civil_id_warning
from muni_archive.paths import resource_path
from muni_archive.samples import make_page, make_samples

SHIPPED = resource_path("samples")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


def test_shipped_truth_is_what_the_generator_makes(made: Path) -> None:
    assert json.loads((SHIPPED / "samples.json").read_text("utf-8")) == json.loads(
        (made / "samples.json").read_text("utf-8")
    )


def test_shipped_pictures_are_what_the_generator_makes(made: Path) -> None:
    names = sorted(path.name for path in made.glob("*.jpg"))
    assert names == sorted(path.name for path in SHIPPED.glob("*.jpg"))
    for name in names:
        with Image.open(SHIPPED / name) as shipped, Image.open(made / name) as new:
            assert shipped.size == new.size
            assert shipped.mode == "L"
            difference = np.abs(np.asarray(shipped, dtype=np.int16) - np.asarray(new, dtype=np.int16)).mean()
        assert difference < 6, name


def test_shipped_pages_are_small_and_show_what_paper_does() -> None:
    truth = json.loads((SHIPPED / "samples.json").read_text("utf-8"))
    pages = truth["pages"]
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 4 * 1024 * 1024
    assert [page["kind"] for page in pages if not page["text"]] == ["blank_back"]
    assert any(page["rotation"] == 180 for page in pages)
    texts = "".join(page["text"] for page in pages)
    assert set("٠١٢٣٤٥٦٧٨٩") <= set(texts)
    assert set("0123456789") <= set(texts)
    assert truth["queries"]


def test_people_have_possible_civil_ids_and_other_seeds_other_people() -> None:
    one, other = make_page(0, seed=1), make_page(0, seed=2)
    assert civil_id_warning(one.matter.civil_id) is None
    assert civil_id_warning(other.matter.civil_id) is None
    assert one.matter != other.matter
    assert make_page(0, seed=1).image.tobytes() == one.image.tobytes()
