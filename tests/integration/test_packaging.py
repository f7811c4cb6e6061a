"""The wheel holds what the program needs, and `ui` and `scanners` are ours and nobody else's."""

import os
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("muni_archive", "ui", "scanners")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_module_and_every_resource(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", *PACKAGES, "resources"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    wanted = {name.replace("resources/", "muni_archive/_resources/", 1) for name in tracked if (ROOT / name).exists()}
    assert wanted
    with zipfile.ZipFile(wheel) as packed:
        assert wanted - set(packed.namelist()) == set()


def test_installed_wheel_finds_its_resources_and_packages(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True, capture_output=True)
    code = (
        "import muni_archive, ui, scanners\n"
        "from muni_archive.paths import resource_path\n"
        "from muni_archive.record_classes import FileRecordClasses\n"
        "print(muni_archive.__file__, ui.__file__, scanners.__file__, resource_path('fonts'), sep='\\n')\n"
        "assert list(resource_path('fonts').glob('*.ttf')) and FileRecordClasses().all()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    for line in done.stdout.splitlines():
        assert Path(line).is_relative_to(target), line


@pytest.mark.parametrize("package", PACKAGES)
def test_installed_packages_are_ours(package: str) -> None:
    spec = util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).parent == ROOT / package
