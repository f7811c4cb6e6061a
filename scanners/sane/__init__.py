"""Scanners that SANE drives, in a worker process: a backend may hang or crash, the program may not."""

from scanners.sane.driver import SaneDriver

__all__ = ["SaneDriver"]
