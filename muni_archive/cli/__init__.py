"""The command line: the same services as the window, one module a group of commands."""

from muni_archive.cli.main import main

__all__ = ["main"]
