"""eSCL's XML: reading what a scanner says, writing what is asked of it. Strangers' XML goes through defusedxml."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from muni_archive.domain.errors import ScanError
from muni_archive.domain.scanning import Capabilities, ColorMode, ScanProfile, Source

SCAN = "{http://schemas.hp.com/imaging/escl/2011/05/03}"
PWG = "{http://www.pwg.org/schemas/2010/12/sm}"
MODES = {
    ColorMode.COLOR: "RGB24",
    ColorMode.GRAY: "Grayscale8",
    ColorMode.BINARY: "BlackAndWhite1",
}
INPUTS = {
    Source.FLATBED: f".//{SCAN}PlatenInputCaps",
    Source.FEEDER: f".//{SCAN}AdfSimplexInputCaps",
    Source.DUPLEX: f".//{SCAN}AdfDuplexInputCaps",
}
A4 = (2480, 3508)
"""Width and height of the region in 1/300 inch, within what the scanner offers."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """The largest region of a source, in 1/300 inch."""

    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Status:
    """The scanner's state, its feeder's, and by job the pages that it counts as done."""

    state: str
    adf_state: str
    completed: dict[str, int]


def parse_capabilities(body: bytes) -> tuple[str, Capabilities, dict[Source, Region]]:
    """Name, capabilities and regions. Raises `ScanError` for anything that is not such a document."""
    root = _root(body)
    found = {source: caps for source, path in INPUTS.items() if (caps := root.find(path)) is not None}
    if not found:
        raise ScanError(detail="ScannerCapabilities without a source")
    modes = {element.text for element in root.iter(f"{SCAN}ColorMode")}
    dpis = {int(text) for text in _texts(root, f"{SCAN}XResolution") if text.isdigit() and 50 <= int(text) <= 2400}
    capabilities = Capabilities(
        sources=tuple(found),
        modes=tuple(mode for mode, name in MODES.items() if name in modes),
        resolutions=tuple(sorted(dpis)),
    )
    regions = {
        source: Region(width=_number(caps, f"{SCAN}MaxWidth", A4[0]), height=_number(caps, f"{SCAN}MaxHeight", A4[1]))
        for source, caps in found.items()
    }
    return root.findtext(f"{PWG}MakeAndModel") or "eSCL", capabilities, regions


def parse_status(body: bytes) -> Status:
    """The status document. Raises `ScanError`."""
    root = _root(body)
    jobs = root.iter(f"{SCAN}JobInfo")
    completed = {
        (job.findtext(f"{PWG}JobUri") or "").rstrip("/").rpartition("/")[2]: _number(job, f"{PWG}ImagesCompleted", 0)
        for job in jobs
    }
    return Status(
        state=root.findtext(f"{PWG}State") or "",
        adf_state=root.findtext(f"{SCAN}AdfState") or "",
        completed=completed,
    )


def job_request(profile: ScanProfile, region: Region) -> bytes:
    """The document that asks for a scan."""
    source = "Platen" if profile.source is Source.FLATBED else "Feeder"
    duplex = "true" if profile.source is Source.DUPLEX else "false"
    width, height = min(A4[0], region.width), min(A4[1], region.height)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<scan:ScanSettings xmlns:scan="{SCAN[1:-1]}" xmlns:pwg="{PWG[1:-1]}"><pwg:Version>2.0</pwg:Version>'
        "<scan:Intent>Document</scan:Intent><pwg:ScanRegions><pwg:ScanRegion>"
        f"<pwg:Height>{height}</pwg:Height><pwg:Width>{width}</pwg:Width>"
        "<pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>"
        "<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>"
        "</pwg:ScanRegion></pwg:ScanRegions>"
        f"<pwg:InputSource>{source}</pwg:InputSource><scan:ColorMode>{MODES[profile.mode]}</scan:ColorMode>"
        f"<scan:XResolution>{profile.resolution}</scan:XResolution>"
        f"<scan:YResolution>{profile.resolution}</scan:YResolution>"
        "<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"
        "<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>"
        f"<scan:Duplex>{duplex}</scan:Duplex></scan:ScanSettings>"
    ).encode()


def _root(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise ScanError(detail=f"XML: {exc}") from exc
    return root


def _texts(root: Element, tag: str) -> list[str]:
    return [(element.text or "").strip() for element in root.iter(tag)]


def _number(element: Element, tag: str, default: int) -> int:
    text = (element.findtext(tag) or "").strip()
    return int(text) if text.isdigit() else default
