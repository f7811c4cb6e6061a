"""Network scanners that speak eSCL (AirScan): HTTP and XML, on every system, without a vendor's driver."""

from scanners.escl.driver import EsclDriver

__all__ = ["EsclDriver"]
