"""A window on a real archive, with a scanner that the test feeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from muni_archive.domain.cancellation import CancelToken
from muni_archive.messages import use_language
from muni_archive.paths import resource_path
from muni_archive.services.import_files import import_files
from tests.helpers.scanner import FedScanner
from tests.helpers.workplaces import PlainPool, archive
from ui.app import apply_look
from ui.settings import Settings
from ui.shell import Shell


@pytest.fixture
def scanner() -> FedScanner:
    """Delivers the shipped sample pages unless a test lays others in."""
    return FedScanner(sorted(resource_path("samples").glob("*.jpg")))


@pytest.fixture
def opened(tmp_path, monkeypatch, scanner) -> Iterator[object]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with archive(tmp_path / "a", fed=scanner) as opened:
        drivers = {"fed": scanner}
        monkeypatch.setattr(opened, "place", _only(opened.place, drivers))
        monkeypatch.setattr(opened, "_pool", PlainPool())
        yield opened


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "window.json")


@pytest.fixture
def shell(qtbot, opened, settings) -> Iterator[Shell]:
    """The window in Arabic, on its first screen."""
    apply_look(QApplication.instance(), settings)
    window = Shell(opened, settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    use_language("en")


@pytest.fixture
def two_documents(opened) -> None:
    """Imported before the window opens."""
    files = [resource_path("samples", name) for name in ("01-licence-form.jpg", "06-leave-form.jpg")]
    import_files(opened.place, files, record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)


@pytest.fixture
def long_document(opened, tmp_path: Path) -> None:
    """One document of three pages."""
    from PIL import Image

    pages = [Image.open(path).convert("L") for path in sorted(resource_path("samples").glob("*.jpg"))[:3]]
    target = tmp_path / "long.tif"
    pages[0].save(target, save_all=True, append_images=pages[1:], compression="tiff_lzw", dpi=(300, 300))
    import_files(opened.place, [target], record_class="building_file", cancel=CancelToken(), progress=lambda *_: None)


def _only(place, drivers):
    from dataclasses import replace

    return replace(place, drivers=drivers)
