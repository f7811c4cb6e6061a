"""A module `sane` for the worker process: it behaves as backends do that this machine does not have."""

from __future__ import annotations

from pathlib import Path

SOURCE = '''"""Stands in for python-sane."""
import os, time
from pathlib import Path
from PIL import Image

HERE, MANNER = Path(__file__).parent, {manner!r}


class error(Exception):
    pass


class Option:
    def __init__(self, constraint, active=True):
        self.constraint, self.active, self.value = constraint, active, None

    def is_active(self):
        return self.active

    def is_settable(self):
        return True


class Device:
    def __init__(self):
        feeder_only = Option(["Simplex", "Duplex"], active=False)
        options = dict(source=Option(["Flatbed", "ADF"]), mode=Option(["Gray"]), resolution=Option([200]))
        self.__dict__.update(opt=dict(options, adf_mode=feeder_only), left=2)

    def __setattr__(self, name, value):
        if name not in self.opt or MANNER == "picky":
            raise error("Invalid argument")
        self.opt[name].value = value
        if name == "source":
            self.opt["adf_mode"].active = value == "ADF"

    def __getattr__(self, name):
        return self.opt[name].value

    def get_parameters(self):
        return "gray", 1, (20, 60 if MANNER == "short" else 30), 8, 20

    def start(self):
        if not self.left:
            raise error("Document feeder out of documents")

    def snap(self, no_cancel):
        self.__dict__["left"] -= 1
        note("snap " + str(self.opt["adf_mode"].value))
        if MANNER == "crash":
            os.abort()
        return Image.new("L", (20, 30))

    def cancel(self):
        note("cancel")

    def close(self):
        note("close")


def note(text):
    with (HERE / "notes").open("a") as out:
        out.write(text + "\\n")


def init():
    if MANNER == "absent":
        raise ImportError("libsane.so.1: cannot open shared object file")
    if MANNER == "hang":
        time.sleep(60)


def get_devices():
    return [("v4l:/dev/video0", "Noname", "Webcam", "virtual device"), ("fake:0", "Maker", "Model", "sheetfed")]


def open(name):
    if MANNER in ("denied", "unknown"):
        raise error("Access to resource has been denied" if MANNER == "denied" else "Invalid argument")
    return Device()
'''


def fake_sane(folder: Path, manner: str = "") -> Path:
    """Write the module; the folder belongs in front of `sys.path`. `notes` there tells what was called.

    Manners: crash, hang, absent, denied, unknown, picky (refuses every setting), short (announces more than it gives).
    """
    folder.mkdir(exist_ok=True)
    (folder / "sane.py").write_text(SOURCE.format(manner=manner), encoding="utf-8")
    return folder


def notes(folder: Path) -> list[str]:
    """What the worker called, in order."""
    path = folder / "notes"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
