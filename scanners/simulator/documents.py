"""The XML that the simulated scanner speaks: capabilities, status, and the jobs it understands."""

from __future__ import annotations

from dataclasses import dataclass

from defusedxml.ElementTree import ParseError, fromstring

from scanners.simulator.feeder import Wanted

NAMESPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
RESOLUTIONS = (100, 150, 200, 300, 400, 600)
MODES = ("BlackAndWhite1", "Grayscale8", "RGB24")
LARGEST = (2550, 4200)
"""Width and height of the bed in 1/300 inch."""


@dataclass(frozen=True, kw_only=True)
class JobState:
    """One job, as the status tells of it."""

    id: str
    state: str
    completed: int


def capabilities(name: str, uuid: str) -> str:
    """What the scanner can do."""
    modes = "".join(f"<scan:ColorMode>{mode}</scan:ColorMode>" for mode in MODES)
    resolutions = "".join(
        f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>"
        f"<scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
        for dpi in RESOLUTIONS
    )
    caps = (
        f"<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{LARGEST[0]}</scan:MaxWidth>"
        f"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{LARGEST[1]}</scan:MaxHeight>"
        "<scan:MaxScanRegions>1</scan:MaxScanRegions>"
        f"<scan:SettingProfiles><scan:SettingProfile><scan:ColorModes>{modes}</scan:ColorModes>"
        "<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"
        "<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>"
        f"<scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}</scan:DiscreteResolutions>"
        "</scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"
        "<scan:SupportedIntents><scan:Intent>Document</scan:Intent></scan:SupportedIntents>"
    )
    return (
        f"{HEAD}<scan:ScannerCapabilities {NAMESPACES}><pwg:Version>2.63</pwg:Version>"
        f"<pwg:MakeAndModel>{name}</pwg:MakeAndModel><pwg:SerialNumber>SIM1</pwg:SerialNumber>"
        f"<scan:UUID>{uuid}</scan:UUID>"
        f"<scan:Platen><scan:PlatenInputCaps>{caps}</scan:PlatenInputCaps></scan:Platen>"
        f"<scan:Adf><scan:AdfSimplexInputCaps>{caps}</scan:AdfSimplexInputCaps>"
        f"<scan:AdfDuplexInputCaps>{caps}</scan:AdfDuplexInputCaps><scan:FeederCapacity>50</scan:FeederCapacity>"
        "<scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption>"
        "<scan:AdfOption>Duplex</scan:AdfOption></scan:AdfOptions></scan:Adf></scan:ScannerCapabilities>"
    )


def status(state: str, adf_state: str, jobs: list[JobState]) -> str:
    """How the scanner stands and how far its jobs are."""
    infos = "".join(
        f"<scan:JobInfo><pwg:JobUri>/eSCL/ScanJobs/{job.id}</pwg:JobUri><pwg:JobUuid>{job.id}</pwg:JobUuid>"
        f"<scan:Age>1</scan:Age><pwg:ImagesCompleted>{job.completed}</pwg:ImagesCompleted>"
        f"<pwg:ImagesToTransfer>1</pwg:ImagesToTransfer><pwg:JobState>{job.state}</pwg:JobState></scan:JobInfo>"
        for job in jobs
    )
    return (
        f"{HEAD}<scan:ScannerStatus {NAMESPACES}><pwg:Version>2.63</pwg:Version><pwg:State>{state}</pwg:State>"
        f"<scan:AdfState>{adf_state}</scan:AdfState><scan:Jobs>{infos}</scan:Jobs></scan:ScannerStatus>"
    )


def job_wanted(body: bytes) -> Wanted | None:
    """What a posted job asks for; None where the XML is not a job that this scanner can do."""
    try:
        root = fromstring(body)
    except (ParseError, ValueError):
        return None
    found = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root.iter()}
    resolution = found.get("XResolution", "300")
    if not resolution.isdigit() or int(resolution) not in RESOLUTIONS:
        return None
    return Wanted(
        resolution=int(resolution),
        color_mode=found.get("ColorMode", "RGB24"),
        duplex=found.get("Duplex") == "true",
        flatbed=found.get("InputSource") == "Platen",
    )
