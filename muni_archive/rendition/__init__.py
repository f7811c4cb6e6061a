"""Copies that are made from the masters and can be made again: the access PDF, and what of it is given out."""

from muni_archive.rendition.access_copy import AccessPage, make_access_copy
from muni_archive.rendition.marks_layer import ShownMark
from muni_archive.rendition.notice_page import NoticeLine
from muni_archive.rendition.redacted_copy import RedactedPage, make_redacted_copy

__all__ = ["AccessPage", "NoticeLine", "RedactedPage", "ShownMark", "make_access_copy", "make_redacted_copy"]
