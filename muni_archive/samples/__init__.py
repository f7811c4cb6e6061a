"""Realistic municipal pages of made-up people: for the demo, the simulated scanner and the tests."""

from muni_archive.samples.generator import SamplePage, make_page, make_samples

__all__ = ["SamplePage", "make_page", "make_samples"]
