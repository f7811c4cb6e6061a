"""Copies that are made from the masters and can be made again: the access PDF."""

from muni_archive.rendition.access_copy import AccessPage, make_access_copy

__all__ = ["AccessPage", "make_access_copy"]
