"""SANE configured for one test: a folder that `SANE_CONFIG_DIR` names."""

from __future__ import annotations

from pathlib import Path

FAULTS = {
    "jam": "SANE_STATUS_JAMMED",
    "empty": "SANE_STATUS_NO_DOCS",
    "cover": "SANE_STATUS_COVER_OPEN",
    "busy": "SANE_STATUS_DEVICE_BUSY",
    "io": "SANE_STATUS_IO_ERROR",
}


def frontend_tester(folder: Path, *, fault: str = "", delay_us: int = 0) -> Path:
    """SANE's own `test` backend: one device, ten pages a feed, faults and slowness on demand."""
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("test\n", encoding="utf-8")
    lines = ["number_of_devices 1", "resolution_max 1200.0", "geometry_max 100.0", 'test-picture "Grid"']
    if fault:
        lines.append(f'read-status-code "{FAULTS[fault]}"')
    if delay_us:
        lines += ["read-delay true", f"read-delay-duration {delay_us}", "read-limit true", "read-limit-size 64"]
    (folder / "test.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def airscan(folder: Path, url: str) -> Path:
    """Debian's eSCL backend, for one scanner at `url`, without looking around."""
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("airscan\n", encoding="utf-8")
    text = f'[devices]\n"Simulated" = {url}, eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n'
    (folder / "airscan.conf").write_text(text, encoding="utf-8")
    return folder
