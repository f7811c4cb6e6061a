"""Scanning a batch: from the first page to its documents."""

from ui.screens.scan.screen import ScanScreen

__all__ = ["ScanScreen"]
