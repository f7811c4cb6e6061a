"""The worker's side: the only place that calls SANE. It ends when its pipe closes, or when it is killed."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from PIL import Image

from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.scanning import Capabilities, ScanProfile, Source
from scanners.sane.options import OptionSpec, capabilities_of, feeders_of, option_spec, settings_for

NEXT, STOP = "next", "stop"
"""What the driver asks for: a sheet leaves the tray only when somebody waits for it."""
OUT_OF_DOCUMENTS = "Document feeder out of documents"
BROKE_OFF = "the page broke off"
CAMERAS = ("v4l:",)
"""Backends of devices that take no paper."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the worker is to do: list the devices (no device), describe one (no profile), or scan."""

    device: str = ""
    profile: ScanProfile | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """The devices: name for SANE, name for people."""

    devices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page, without loss: PNG, or TIFF G4 where it has one bit a pixel; `dpi` as the device set it."""

    data: bytes
    media_type: str
    dpi: int


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """SANE's own words; `missing` where SANE itself is not there, `opening` where the device was not opened yet."""

    text: str
    missing: bool = False
    opening: bool = False


Answer = Found | Capabilities | Sheet | Trouble | ArchiveError | None
"""None: no more pages."""


def serve(pipe: Connection, order: Order) -> None:
    """Carry out one order; every answer goes through the pipe."""
    with contextlib.suppress(EOFError, OSError):
        try:
            import sane

            sane.init()
        except Exception as exc:  # whatever keeps SANE from loading, the user needs its words
            pipe.send(Trouble(text=str(exc) or type(exc).__name__, missing=True))
            return
        try:
            _carry_out(sane, pipe, order)
        except Exception as exc:  # python-sane raises bare exceptions whose text is all that they carry
            pipe.send(_told(exc))


def _told(error: Exception) -> Answer:
    return error if isinstance(error, ArchiveError) else Trouble(text=str(error) or type(error).__name__)


def _carry_out(sane: Any, pipe: Connection, order: Order) -> None:
    if not order.device:
        found = [each for each in sane.get_devices() if not each[0].startswith(CAMERAS)]
        pipe.send(Found(devices=tuple((each[0], f"{each[1]} {each[2]}".strip()) for each in found)))
        return
    try:
        device = sane.open(order.device)
    except Exception as exc:
        pipe.send(Trouble(text=str(exc) or type(exc).__name__, opening=True))
        return
    try:
        if order.profile is None:
            pipe.send(capabilities_of(_every_option(device)))
        else:
            _scan(device, pipe, order.profile)
    finally:
        device.close()


def _options(device: Any) -> Mapping[str, OptionSpec]:
    return {
        name: option_spec(option.constraint)
        for name, option in device.opt.items()
        if option.is_active() and option.is_settable()
    }


def _every_option(device: Any) -> Mapping[str, OptionSpec]:
    """With those that show only while a feeder is chosen (whether it turns sheets over)."""
    options = dict(_options(device))
    for source in feeders_of(options):
        device.source = source
        options = {**_options(device), **options}
    return options


def _set(device: Any, profile: ScanProfile) -> None:
    """Options change when others are set (a source's own area), so they are looked at before each."""
    every = _every_option(device)
    for name in settings_for(every, profile):
        options = _options(device)
        value = settings_for({**every, **options}, profile).get(name)
        if name in options and value is not None:
            setattr(device, name, value)


def _scan(device: Any, pipe: Connection, profile: ScanProfile) -> None:
    _set(device, profile)
    came = 0
    try:
        while pipe.recv() == NEXT:
            device.start()
            pipe.send(_sheet(device, profile))
            came += 1
            if profile.source is Source.FLATBED:
                break
        pipe.send(None)
    except Exception as exc:
        # Told before the device is cancelled: a backend stops its reading thread there, and when that thread was just
        # then inside malloc, it never ends and cancelling never returns. The driver kills such a worker.
        pipe.send(None if came and str(exc) == OUT_OF_DOCUMENTS else _told(exc))
    finally:
        device.cancel()


def _sheet(device: Any, profile: ScanProfile) -> Sheet:
    _format, _last, (width, lines), depth, _row = device.get_parameters()
    image = device.snap(True)
    if image.width != width or (lines > 0 and image.height < lines):
        # A backend that stops in the middle returns what it has, without an error.
        raise ValueError(BROKE_OFF)
    dpi = round(float(getattr(device, "resolution", None) or profile.resolution))
    out = io.BytesIO()
    if depth == 1:
        image.convert("1", dither=Image.Dither.NONE).save(out, "TIFF", compression="group4", dpi=(dpi, dpi))
        return Sheet(data=out.getvalue(), media_type="image/tiff", dpi=dpi)
    image.save(out, "PNG", compress_level=1, dpi=(dpi, dpi))
    return Sheet(data=out.getvalue(), media_type="image/png", dpi=dpi)
