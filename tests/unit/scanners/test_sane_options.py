"""What the names mean that makers give to sources and modes."""

from __future__ import annotations

import pytest

from muni_archive.domain.errors import UnsupportedSetting
from muni_archive.domain.scanning import ColorMode, ScanProfile, Source
from scanners.sane.options import capabilities_of, option_spec, settings_for


def device(source=(), mode=("Lineart", "Gray", "Color"), resolution=(200, 300), **more):
    """Options as python-sane tells them: a list of choices, or (least, most, step)."""
    given = {"source": list(source), "mode": list(mode), "resolution": resolution, **more}
    return {
        name: option_spec(list(constraint) if name == "resolution" and len(constraint) != 3 else constraint)
        for name, constraint in given.items()
        if constraint or name in more
    }


def wanted(source=Source.FEEDER, mode=ColorMode.GRAY, resolution=300):
    return ScanProfile(name="test", source=source, mode=mode, resolution=resolution)


MAKERS = {
    "airscan": device(["Flatbed", "ADF", "ADF Duplex"]),
    "brother": device(
        ["FlatBed", "Automatic Document Feeder(left aligned)", "Automatic Document Feeder(left aligned,Duplex)"],
        ["Black & White", "Gray[Error Diffusion]", "True Gray", "24bit Color[Fast]", "24bit Color"],
    ),
    "fujitsu": device(["Flatbed", "ADF Front", "ADF Back", "ADF Duplex"], ["Lineart", "Halftone", "Gray", "Color"]),
    "epson": device(
        ["Flatbed", "Automatic Document Feeder"], ["Binary", "Gray", "Color"], adf_mode=["Simplex", "Duplex"]
    ),
    "hp": device(["Flatbed", "ADF", "Duplex"]),
    "switch": device(["Document Table", "ADF"], ["Monochrome", "Gray", "Color"], duplex=None),
}


@pytest.mark.parametrize(
    ("maker", "flatbed", "feeder", "duplex"),
    [
        ("airscan", {"source": "Flatbed"}, {"source": "ADF"}, {"source": "ADF Duplex"}),
        (
            "brother",
            {"source": "FlatBed"},
            {"source": "Automatic Document Feeder(left aligned)"},
            {"source": "Automatic Document Feeder(left aligned,Duplex)"},
        ),
        ("fujitsu", {"source": "Flatbed"}, {"source": "ADF Front"}, {"source": "ADF Duplex"}),
        (
            "epson",
            {"source": "Flatbed"},
            {"source": "Automatic Document Feeder", "adf_mode": "Simplex"},
            {"source": "Automatic Document Feeder", "adf_mode": "Duplex"},
        ),
        ("hp", {"source": "Flatbed"}, {"source": "ADF"}, {"source": "Duplex"}),
        ("switch", {"source": "Document Table"}, {"source": "ADF", "duplex": False}, {"source": "ADF", "duplex": True}),
    ],
)
def test_every_source_is_found_under_the_makers_name(maker, flatbed, feeder, duplex):
    options = MAKERS[maker]
    assert capabilities_of(options).sources == tuple(Source)
    for source, names in zip(Source, (flatbed, feeder, duplex), strict=True):
        settings = settings_for(options, wanted(source))
        assert {name: settings[name] for name in settings if name not in ("mode", "resolution")} == names


@pytest.mark.parametrize("maker", MAKERS)
def test_every_mode_is_found_under_the_makers_name(maker):
    assert capabilities_of(MAKERS[maker]).modes == tuple(ColorMode)


def test_a_mode_that_dithers_is_not_taken_for_gray():
    assert settings_for(MAKERS["brother"], wanted())["mode"] == "True Gray"
    assert settings_for(MAKERS["brother"], wanted(mode=ColorMode.COLOR))["mode"] == "24bit Color"


def test_eight_bits_are_asked_for_where_there_is_a_choice():
    options = device(["ADF"], ["Gray", "Color"], depth=[1, 8, 16])
    assert settings_for(options, wanted())["depth"] == 8
    assert settings_for(options, wanted(mode=ColorMode.BINARY))["depth"] == 1


def test_a_range_of_resolutions_is_offered_in_usual_steps_and_kept_to():
    options = device(["ADF"], resolution=(50.0, 600.0, 1.0))
    assert capabilities_of(options).resolutions == (75, 100, 150, 200, 300, 400, 600)
    with pytest.raises(UnsupportedSetting):
        settings_for(options, wanted(resolution=1200))


def test_a_device_without_sources_is_a_flatbed_and_refuses_to_feed():
    options = device()
    assert capabilities_of(options).sources == (Source.FLATBED,)
    with pytest.raises(UnsupportedSetting):
        settings_for(options, wanted(Source.FEEDER))


def test_the_whole_glass_is_asked_for():
    area = {name: (0.0, 215.9, 0.1) for name in ("tl_x", "br_x")} | {
        name: (0.0, 297.0, 0.1) for name in ("tl_y", "br_y")
    }
    settings = settings_for(device(["ADF"], **area), wanted())
    assert (settings["tl_x"], settings["tl_y"], settings["br_x"], settings["br_y"]) == (0.0, 0.0, 215.9, 297.0)
