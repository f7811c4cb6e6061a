"""Finding eSCL scanners on the local network by mDNS."""

from __future__ import annotations

import time
from dataclasses import dataclass

from zeroconf import InterfaceChoice, ServiceBrowser, ServiceListener, Zeroconf

SERVICES = {"_uscan._tcp.local.": "http", "_uscans._tcp.local.": "https"}
LISTEN_SECONDS = 1.5
LOOK_UP_MS = 700


@dataclass(frozen=True, kw_only=True)
class FoundScanner:
    """A scanner that announced itself."""

    name: str
    url: str


class _Listener(ServiceListener):
    """Collects the names of what announces itself."""

    def __init__(self) -> None:
        self.names: set[tuple[str, str]] = set()

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.names.add((type_, name))

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.names.add((type_, name))

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.names.discard((type_, name))


def discover(seconds: float = LISTEN_SECONDS) -> tuple[FoundScanner, ...]:
    """Listen for `seconds`; plain HTTP is preferred where a scanner offers both. No network means none found."""
    try:
        zeroconf = Zeroconf(interfaces=InterfaceChoice.All)
    except OSError:
        return ()
    listener = _Listener()
    try:
        browser = ServiceBrowser(zeroconf, list(SERVICES), listener)
        time.sleep(seconds)
        browser.cancel()
        found: dict[str, FoundScanner] = {}
        for service, name in sorted(listener.names):
            scanner = _look_up(zeroconf, service, name)
            if scanner:
                found.setdefault(scanner.name, scanner)
        return tuple(found.values())
    finally:
        zeroconf.close()


def _look_up(zeroconf: Zeroconf, service: str, name: str) -> FoundScanner | None:
    info = zeroconf.get_service_info(service, name, timeout=LOOK_UP_MS)
    addresses = info.parsed_scoped_addresses() if info else []
    if info is None or not addresses or info.port is None:
        return None
    host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    root = (info.properties.get(b"rs") or b"eSCL").decode(errors="replace").strip("/")
    label = (info.properties.get(b"ty") or name.encode()).decode(errors="replace")
    return FoundScanner(name=label, url=f"{SERVICES[service]}://{host}:{info.port}/{root}")
