"""Marking pages in the viewer."""
