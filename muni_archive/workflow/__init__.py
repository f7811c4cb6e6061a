"""Procedures as BPMN files: reading, checking, and running them. Only `engine` knows SpiffWorkflow."""

from muni_archive.workflow.checking import check_procedure
from muni_archive.workflow.reading import read_procedure

__all__ = ["check_procedure", "read_procedure"]
