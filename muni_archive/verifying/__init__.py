"""Proof of an exported journal, for whoever trusts neither the program nor its database.

It needs the standard library and the package `cryptography` and nothing else of this program, on purpose: what it
checks was written by other code. `python -m muni_archive.verifying FILE --public-key KEY` runs it alone.
"""

from muni_archive.verifying.journal_file import Finding, Known, Proof, verify_lines

__all__ = ["Finding", "Known", "Proof", "verify_lines"]
