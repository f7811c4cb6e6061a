"""Muni Archive: the archiving workstation of a paperless municipality."""

__version__ = "0.1.0"
