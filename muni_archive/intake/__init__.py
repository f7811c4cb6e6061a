"""Opening files that come from outside: images, TIFF, PDF; what cannot be taken is refused with a reason."""

from muni_archive.intake.opening import open_source
from muni_archive.intake.page import IntakePage

__all__ = ["IntakePage", "open_source"]
