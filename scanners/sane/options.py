"""What the options of a SANE device mean: every backend names its sources and modes in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muni_archive.domain.errors import UnsupportedSetting
from muni_archive.domain.scanning import Capabilities, ColorMode, ScanProfile, Source

OFFERED = (75, 100, 150, 200, 300, 400, 600, 1200)
"""Dots per inch that are offered where the device takes any value of a range."""
_MODES = {
    ColorMode.COLOR: ("color", "colour", "24bit", "rgb"),
    ColorMode.GRAY: ("gray", "grey", "true gray"),
    ColorMode.BINARY: ("lineart", "line art", "binary", "black & white", "black and white", "monochrome"),
}
_POORER = ("halftone", "diffusion", "dither", "fast", "16 bit", "48 bit")
"""Modes of the same name that keep less, or more than the eight bits that pages are kept in: taken last."""
_FLATBED = ("flatbed", "fb", "platen", "document table", "normal")
_FEEDER = ("adf", "feeder", "automatic document")
_BOTH = ("duplex", "both", "two-sided", "double")

Value = str | int | float | bool
Constraint = Sequence[Value] | tuple[float, float, float] | None


@dataclass(frozen=True, kw_only=True)
class OptionSpec:
    """One option that can be set: a range (`low`, `high`) or `choices`, or neither."""

    choices: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None


def option_spec(constraint: Constraint) -> OptionSpec:
    """From what python-sane tells: a list of choices, a tuple (least, most, step) or None."""
    if isinstance(constraint, tuple):
        return OptionSpec(low=float(constraint[0]), high=float(constraint[1]))
    return OptionSpec(choices=tuple(constraint or ()))


def capabilities_of(options: Mapping[str, OptionSpec]) -> Capabilities:
    """What a device with these settable options (python names) can do."""
    sources = tuple(source for source in Source if _source_settings(options, source) is not None)
    modes = tuple(mode for mode in ColorMode if _mode_settings(options, mode) is not None)
    return Capabilities(sources=sources, modes=modes, resolutions=_resolutions(options))


def feeders_of(options: Mapping[str, OptionSpec]) -> tuple[str, ...]:
    """The sources that take sheets from a feeder, by the device's own names."""
    names = (str(name) for name in options["source"].choices) if "source" in options else ()
    return tuple(name for name in names if _has(name, _FEEDER))


def settings_for(options: Mapping[str, OptionSpec], profile: ScanProfile) -> Mapping[str, Value]:
    """The options to set, in this order: source, mode, resolution, the whole glass. Raises `UnsupportedSetting`."""
    source, mode = _source_settings(options, profile.source), _mode_settings(options, profile.mode)
    if source is None:
        raise UnsupportedSetting(setting="source", value=profile.source)
    if mode is None:
        raise UnsupportedSetting(setting="mode", value=profile.mode)
    return {**source, **mode, **_resolution_settings(options, profile.resolution), **_whole_area(options)}


def _source_settings(options: Mapping[str, OptionSpec], source: Source) -> dict[str, Value] | None:
    """What chooses the source; None where the device does not have it."""
    names = [str(name) for name in options["source"].choices] if "source" in options else []
    both = [name for name in names if _has(name, _BOTH)]
    feeders = [name for name in names if _has(name, _FEEDER) and name not in both]
    if source is Source.DUPLEX:
        if both:
            return {"source": both[0]}
        return {"source": feeders[0], **turning} if feeders and (turning := _duplex_switch(options)) else None
    if source is Source.FEEDER:
        return {"source": feeders[0], **_simplex_switch(options)} if feeders else None
    beds = [name for name in names if name.lower() in _FLATBED or _has(name, ("flatbed",))]
    if beds:
        return {"source": beds[0]}
    return None if names else {}


def _duplex_switch(options: Mapping[str, OptionSpec]) -> dict[str, Value]:
    """Backends that choose both sides beside the source."""
    for name in ("adf_mode", "duplex"):
        if name not in options:
            continue
        both = [choice for choice in options[name].choices if _has(str(choice), _BOTH)]
        return {name: both[0] if both else True}
    return {}


def _simplex_switch(options: Mapping[str, OptionSpec]) -> dict[str, Value]:
    for name in ("adf_mode", "duplex"):
        if name not in options:
            continue
        single = [choice for choice in options[name].choices if not _has(str(choice), _BOTH)]
        return {name: single[0] if single else False}
    return {}


def _mode_settings(options: Mapping[str, OptionSpec], mode: ColorMode) -> dict[str, Value] | None:
    if "mode" not in options:
        return {} if mode is ColorMode.GRAY else None
    depths = options["depth"].choices if "depth" in options else ()
    eight: dict[str, Value] = {"depth": 8} if 8 in depths else {}
    for choice in sorted(options["mode"].choices, key=lambda choice: _has(str(choice), _POORER)):
        if _has(str(choice), _MODES[mode]):
            return {"mode": choice, **(eight if mode is not ColorMode.BINARY else {})}
    if mode is ColorMode.BINARY and 1 in depths and (gray := _mode_settings(options, ColorMode.GRAY)):
        return {**gray, "depth": 1}
    return None


def _resolutions(options: Mapping[str, OptionSpec]) -> tuple[int, ...]:
    spec = _resolution(options)
    if spec is None:
        return ()
    if spec.choices:
        return tuple(sorted(round(float(choice)) for choice in spec.choices))
    return tuple(dpi for dpi in OFFERED if (spec.low or 0) <= dpi <= (spec.high or 0))


def _resolution_settings(options: Mapping[str, OptionSpec], dpi: int) -> dict[str, Value]:
    spec = _resolution(options)
    if spec is None:
        return {}
    listed = [choice for choice in spec.choices if round(float(choice)) == dpi]
    if spec.choices and not listed:
        raise UnsupportedSetting(setting="resolution", value=dpi)
    if spec.low is not None and not spec.low <= dpi <= (spec.high or spec.low):
        raise UnsupportedSetting(setting="resolution", value=dpi)
    name = "resolution" if "resolution" in options else "x_resolution"
    settings: dict[str, Value] = {name: listed[0] if listed else dpi}
    return settings | ({"y_resolution": dpi} if name == "x_resolution" and "y_resolution" in options else {})


def _resolution(options: Mapping[str, OptionSpec]) -> OptionSpec | None:
    return options.get("resolution") or options.get("x_resolution")


def _whole_area(options: Mapping[str, OptionSpec]) -> dict[str, Value]:
    """As much as the source takes; borders are cropped from the derived image, never from the master."""
    area: dict[str, Value] = {}
    for name in ("tl_x", "tl_y"):
        if name in options and options[name].low is not None:
            area[name] = options[name].low or 0.0
    for name in ("br_x", "br_y"):
        if name in options and options[name].high is not None:
            area[name] = options[name].high or 0.0
    return area


def _has(name: str, words: Sequence[str]) -> bool:
    return any(word in name.lower() for word in words)
